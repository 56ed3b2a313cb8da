// THE LIST OF ID TAGS in memory, where it is asked at once, and what changes it: first on disk, then here. It knows no twins and decides nothing.
import { idTagKey, type IdTag, type IdTagChange, type IdTagList } from "../twin/idTags.ts";

/** Writes a change down; false when the disk refuses, and then nothing of it is there. */
export type KeepIdTags = (change: IdTagChange) => Promise<boolean>;

/** `full`: there is no room; `failing`: the disk refuses. Nothing has been done on either. */
export type IdTagResult = "done" | "unknown" | "full" | "failing";

export class IdTags implements IdTagList {
  readonly #entries: Map<string, IdTag>;
  readonly #most: number;
  readonly #keep: KeepIdTags;
  #counted: (() => void) | undefined;
  /** Entries on their way to the disk, which may be new. */
  #underway = 0;

  /** Entries that were kept before are there, however many; `most` bounds what is added. */
  constructor(most: number, kept: readonly IdTag[] = [], keep: KeepIdTags = async () => true) {
    this.#most = most;
    this.#keep = keep;
    this.#entries = new Map(kept.map((entry) => [keyOf(entry), entry]));
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Calls `counted` when there are more or fewer; whoever waits for the change hears of it afterwards. */
  watch(counted: () => void): void {
    this.#counted = counted;
  }

  find(idTag: string): IdTag | undefined {
    const key = idTagKey(idTag);
    return key === undefined ? undefined : this.#entries.get(key);
  }

  all(): Iterable<IdTag> {
    return this.#entries.values();
  }

  /** Adds entries, or changes what is said of them; with `isWhole` there are no others afterwards. No id tag may be there twice. */
  async set(entries: readonly IdTag[], isWhole = false): Promise<IdTagResult> {
    const added = isWhole ? entries.length : entries.filter((entry) => !this.#entries.has(keyOf(entry))).length;
    const present = isWhole ? 0 : this.#entries.size + this.#underway;
    if (added > 0 && present + added > this.#most) return "full";
    return this.#change({ set: entries, removed: [], isWhole }, added);
  }

  async remove(idTag: string): Promise<IdTagResult> {
    const key = idTagKey(idTag);
    if (key === undefined || !this.#entries.has(key)) return "unknown";
    return this.#change({ set: [], removed: [key], isWhole: false }, 0);
  }

  async #change(change: IdTagChange, added: number): Promise<IdTagResult> {
    this.#underway += added;
    const isKept = await this.#keep(change);
    this.#underway -= added;
    if (!isKept) return "failing";
    const before = this.size;
    this.#apply(change);
    if (this.size !== before) this.#counted?.();
    return "done";
  }

  /** Changes come back from the disk in the order in which they were made. */
  #apply({ set, removed, isWhole }: IdTagChange): void {
    if (isWhole) this.#entries.clear();
    for (const key of removed) this.#entries.delete(key);
    for (const entry of set) {
      const key = keyOf(entry);
      const known = this.#entries.get(key);
      this.#entries.set(key, known === undefined ? entry : { ...entry, idTag: known.idTag });
    }
  }
}

function keyOf({ idTag }: IdTag): string {
  const key = idTagKey(idTag);
  if (key === undefined) throw new Error(`${JSON.stringify(idTag)} can be no id tag`);
  return key;
}
