// THE LIST OF ID TAGS in memory, where it is asked at once, and what changes it: first on disk, then here. It knows no twins and decides nothing.
import {
  completeSince,
  idTagKey,
  noIdTags,
  type IdTag,
  type IdTagChange,
  type IdTagList,
  type KeptIdTags,
  type RevisedIdTag,
} from "../twin/idTags.ts";

/** Writes a change down; false when the disk refuses, and then nothing of it is there. */
export type KeepIdTags = (change: IdTagChange) => Promise<boolean>;

/** `full`: there is no room; `failing`: the disk refuses. Nothing has been done on either. */
export type IdTagResult = "done" | "unknown" | "full" | "failing";

/** What has become of the list since a revision. */
export interface IdTagNews {
  readonly set: readonly IdTag[];
  /** As they were first written. */
  readonly removed: readonly string[];
}

interface Removed {
  readonly idTag: string;
  readonly revision: number;
}

export class IdTags implements IdTagList {
  readonly #entries: Map<string, RevisedIdTag>;
  /** By key; as many as there may be entries. */
  readonly #removed: Map<string, Removed>;
  readonly #most: number;
  readonly #keep: KeepIdTags;
  #completeSince: number;
  /** Of the last change that was made, and of the last that is here. */
  #lastRevision: number;
  #revision: number;
  #counted: (() => void) | undefined;
  /** Entries on their way to the disk, which may be new. */
  #underway = 0;

  /** Entries that were kept before are there, however many; `most` bounds what is added. */
  constructor(most: number, kept: KeptIdTags = noIdTags, keep: KeepIdTags = async () => true) {
    this.#most = most;
    this.#keep = keep;
    this.#entries = new Map(kept.entries.map((entry) => [keyOf(entry.idTag), entry]));
    this.#removed = new Map(kept.removed.map((removed) => [keyOf(removed.idTag), removed]));
    this.#completeSince = kept.completeSince;
    this.#lastRevision = this.#revision = kept.revision;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
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

  /** Undefined where it is no longer known what has been removed since then. */
  since(revision: number): IdTagNews | undefined {
    if (revision < this.#completeSince || revision > this.#revision) return undefined;
    const isNews = (each: { readonly revision: number }): boolean => each.revision > revision;
    return {
      set: [...this.#entries.values()].filter(isNews),
      removed: [...this.#removed.values()].filter(isNews).map(({ idTag }) => idTag),
    };
  }

  /** Adds entries, or changes what is said of them; with `isWhole` there are no others afterwards. No id tag may be there twice. */
  async set(entries: readonly IdTag[], isWhole = false): Promise<IdTagResult> {
    const added = isWhole ? entries.length : entries.filter(({ idTag }) => !this.#entries.has(keyOf(idTag))).length;
    const present = isWhole ? 0 : this.#entries.size + this.#underway;
    if (added > 0 && present + added > this.#most) return "full";
    const set = isWhole ? entries : entries.map((entry) => this.#spelt(entry));
    return this.#change({ set, removed: [], isWhole, forgets: isWhole }, added);
  }

  async remove(idTag: string): Promise<IdTagResult> {
    const known = this.find(idTag);
    if (known === undefined) return "unknown";
    const forgets = this.#removed.size >= this.#most;
    return this.#change({ set: [], removed: [known.idTag], isWhole: false, forgets }, 0);
  }

  /** As it was first written, also when it was removed since: charge points may take another spelling for another id tag. */
  #spelt(entry: IdTag): IdTag {
    const key = keyOf(entry.idTag);
    const known = this.#entries.get(key) ?? this.#removed.get(key);
    return known === undefined || known.idTag === entry.idTag ? entry : { ...entry, idTag: known.idTag };
  }

  async #change(wanted: Omit<IdTagChange, "revision">, added: number): Promise<IdTagResult> {
    const change = { ...wanted, revision: ++this.#lastRevision };
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
  #apply(change: IdTagChange): void {
    const { set, removed, isWhole, forgets, revision } = change;
    this.#revision = revision;
    if (forgets) {
      this.#removed.clear();
      this.#completeSince = completeSince(change);
    }
    if (isWhole) this.#entries.clear();
    for (const idTag of removed) {
      this.#entries.delete(keyOf(idTag));
      this.#removed.set(keyOf(idTag), { idTag, revision });
    }
    for (const entry of set) {
      const key = keyOf(entry.idTag);
      const { idTag } = this.#entries.get(key) ?? entry;
      this.#entries.set(key, { ...entry, idTag, revision });
      this.#removed.delete(key);
    }
  }
}

function keyOf(idTag: string): string {
  const key = idTagKey(idTag);
  if (key === undefined) throw new Error(`${JSON.stringify(idTag)} can be no id tag`);
  return key;
}
