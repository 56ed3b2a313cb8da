// Id tags on their way in: gathered piece by piece, because a long list does not fit into one request, and not in the list before it is complete.
import { readIdTag } from "../datapoints/idTagFields.ts";
import type { Clock } from "../std/clock.ts";
import { idTagKey, type GatheredIdTags, type IdTag, type IdTagPiece } from "../twin/idTags.ts";

/** A list that has not grown for so long is given up for another one. */
const ABANDONED_AFTER_MS = 30_000;

/** One list at a time. */
export class IdTagImports {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #most: number;
  #number = 0;
  #entries: Map<string, IdTag> | undefined;
  #grownAt = 0;

  /** `most` entries are in a list. */
  constructor(clock: Pick<Clock, "monotonic">, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Adds to the list of this number, or begins another one. A list of which a piece is refused is given up. */
  gather(gathering: number | undefined, pieces: readonly IdTagPiece[]): GatheredIdTags {
    const now = this.#clock.monotonic();
    if (gathering === undefined) {
      if (this.#entries !== undefined && now - this.#grownAt < ABANDONED_AFTER_MS)
        return { kind: "refused", text: "another list of id tags is just coming in; try again in a minute" };
      this.#number++;
      this.#entries = new Map();
    }
    const entries = this.#entries;
    if (entries === undefined || (gathering !== undefined && gathering !== this.#number))
      return { kind: "refused", text: "the list that it belongs to has been given up; begin again" };
    this.#grownAt = now;
    for (const piece of pieces) {
      const flaw = add(entries, piece) ?? (entries.size > this.#most ? this.#noRoom() : undefined);
      if (flaw === undefined) continue;
      this.#entries = undefined;
      return { kind: "refused", text: flaw };
    }
    return { kind: "gathered", gathering: this.#number, count: entries.size };
  }

  /** The list of this number, which is then no longer here. */
  take(gathering: number): readonly IdTag[] | undefined {
    if (this.#entries === undefined || gathering !== this.#number) return undefined;
    const taken = [...this.#entries.values()];
    this.#entries = undefined;
    return taken;
  }

  #noRoom(): string {
    return `there is no room: the list has at most ${this.#most} (limits.maxIdTags)`;
  }
}

/** Undefined once it is there; else what is wrong with it. */
function add(entries: Map<string, IdTag>, piece: IdTagPiece): string | undefined {
  const entry = readIdTag(piece);
  if ("path" in entry) return `${JSON.stringify(piece.idTag)}: ${entry.path}: ${entry.text}`;
  const key = idTagKey(entry.idTag) ?? "";
  if (entries.has(key)) return `${JSON.stringify(piece.idTag)} is there twice; case does not matter`;
  entries.set(key, entry);
  return undefined;
}
