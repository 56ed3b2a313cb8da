// Id tags on their way in: gathered piece by piece, because a long list does not fit into one request, and not in the list before it is complete.
import { readIdTag } from "../datapoints/idTagFields.ts";
import type { Clock, Timer } from "../std/clock.ts";
import { idTagKey, type GatheredIdTags, type IdTag, type IdTagPiece } from "../twin/idTags.ts";

/** A list that has not grown for so long, and that nobody has taken, is given up. */
const ABANDONED_AFTER_MS = 30_000;

interface Gathering {
  readonly entries: IdTag[];
  readonly keys: Set<string>;
}

/** One list at a time. */
export class IdTagImports {
  readonly #clock: Pick<Clock, "after">;
  readonly #most: number;
  #number = 0;
  #gathering: Gathering | undefined;
  #abandoning: Timer | undefined;

  /** `most` entries are in a list. */
  constructor(clock: Pick<Clock, "after">, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Adds to the list of this number, or begins another one. A list of which a piece is refused is given up. */
  gather(gathering: number | undefined, pieces: readonly IdTagPiece[]): GatheredIdTags {
    if (gathering === undefined) {
      if (this.#gathering !== undefined)
        return { kind: "refused", text: "another list of id tags is just coming in; try again in a minute" };
      this.#number++;
      this.#gathering = { entries: [], keys: new Set() };
    }
    const list = this.#gathering;
    if (list === undefined || (gathering !== undefined && gathering !== this.#number))
      return { kind: "refused", text: "the list that it belongs to has been given up; begin again" };
    this.#abandoning?.cancel();
    this.#abandoning = this.#clock.after(ABANDONED_AFTER_MS, () => this.#giveUp());
    for (const piece of pieces) {
      const flaw = add(list, piece) ?? (list.entries.length > this.#most ? this.#noRoom() : undefined);
      if (flaw === undefined) continue;
      this.#giveUp();
      return { kind: "refused", text: flaw };
    }
    return { kind: "gathered", gathering: this.#number, count: list.entries.length };
  }

  /** The list of this number, which is then no longer here. */
  take(gathering: number): readonly IdTag[] | undefined {
    if (this.#gathering === undefined || gathering !== this.#number) return undefined;
    const { entries } = this.#gathering;
    this.#giveUp();
    return entries;
  }

  #giveUp(): void {
    this.#abandoning?.cancel();
    this.#gathering = undefined;
  }

  #noRoom(): string {
    return `there is no room: the list has at most ${this.#most} (limits.maxIdTags)`;
  }
}

/** Undefined once it is there; else what is wrong with it. */
function add({ entries, keys }: Gathering, piece: IdTagPiece): string | undefined {
  const entry = readIdTag(piece);
  if ("path" in entry) return `${JSON.stringify(piece.idTag)}: ${entry.path}: ${entry.text}`;
  const key = idTagKey(entry.idTag) ?? "";
  if (keys.has(key)) return `${JSON.stringify(piece.idTag)} is there twice; case does not matter`;
  keys.add(key);
  entries.push(entry);
  return undefined;
}
