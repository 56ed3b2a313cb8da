// THE LIST OF ID TAGS in memory, where it is asked at once, and what changes it: first on disk, then here. It knows no twins and decides nothing.
import { inSlices } from "../std/inSlices.ts";
import { Lane } from "../std/lane.ts";
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

/** Entries as they are to be set, and how many of them there are not yet. */
interface Prepared {
  readonly set: readonly IdTag[];
  readonly added: number;
}

/** So many are looked at, or changed, before everybody else has had a turn: some ms. */
const AT_ONCE = 1000;

export class IdTags implements IdTagList {
  #entries: Map<string, RevisedIdTag>;
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
  /** Changes are made here one after the other, in the order in which the disk had them. */
  readonly #applying = new Lane(1);

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
      removed: [...this.#removed]
        .filter(([key, each]) => isNews(each) && !this.#entries.has(key))
        .map(([, { idTag }]) => idTag),
    };
  }

  /**
   * Adds entries, or changes what is said of them; with `isWhole` there are no others afterwards. No id tag may be there twice. However many
   * there are, others have their turn meanwhile, and find the list as it was or as it is then.
   */
  async set(entries: readonly IdTag[], isWhole = false): Promise<IdTagResult> {
    const { set, added } = isWhole
      ? { set: entries, added: entries.length }
      : entries.length <= AT_ONCE
        ? this.#prepared(entries)
        : await this.#preparedInSlices(entries);
    const present = isWhole ? 0 : this.#entries.size + this.#underway;
    if (added > 0 && present + added > this.#most) return "full";
    return this.#change({ set, removed: [], isWhole, forgets: isWhole }, added);
  }

  async remove(idTag: string): Promise<IdTagResult> {
    const known = this.find(idTag);
    if (known === undefined) return "unknown";
    const forgets = this.#removed.size >= this.#most;
    return this.#change({ set: [], removed: [known.idTag], isWhole: false, forgets }, 0);
  }

  #prepared(entries: readonly IdTag[]): Prepared {
    return {
      set: entries.map((entry) => this.#spelt(entry)),
      added: entries.filter(({ idTag }) => !this.#entries.has(keyOf(idTag))).length,
    };
  }

  async #preparedInSlices(entries: readonly IdTag[]): Promise<Prepared> {
    const set: IdTag[] = [];
    let added = 0;
    await inSlices(entries, AT_ONCE, (slice) => {
      const prepared = this.#prepared(slice);
      set.push(...prepared.set);
      added += prepared.added;
    });
    return { set, added };
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
    if (isKept) await this.#applying.run(() => this.#apply(change, added));
    else this.#underway -= added;
    return isKept ? "done" : "failing";
  }

  async #apply(change: IdTagChange, added: number): Promise<void> {
    const { set, isWhole, revision } = change;
    const before = this.size;
    if (!isWhole && set.length <= AT_ONCE) {
      enter(this.#entries, set, revision);
      this.#settle(change, added);
      this.#unnote(set);
    } else {
      const entries = new Map<string, RevisedIdTag>();
      const copy = (slice: readonly [string, RevisedIdTag][]): void =>
        slice.forEach(([key, entry]) => entries.set(key, entry));
      if (!isWhole) await inSlices(this.#entries, AT_ONCE, copy);
      await inSlices(set, AT_ONCE, (slice) => enter(entries, slice, revision));
      this.#entries = entries;
      this.#settle(change, added);
      if (this.#removed.size > 0) await inSlices(set, AT_ONCE, (slice) => this.#unnote(slice));
    }
    if (this.size !== before) this.#counted?.();
  }

  /** What is to be said of a change whose entries are in the list. */
  #settle(change: IdTagChange, added: number): void {
    const { removed, forgets, revision } = change;
    this.#revision = revision;
    this.#underway -= added;
    if (forgets) {
      this.#removed.clear();
      this.#completeSince = completeSince(change);
    }
    for (const idTag of removed) {
      this.#entries.delete(keyOf(idTag));
      this.#removed.set(keyOf(idTag), { idTag, revision });
    }
  }

  /** They were removed once, and are here again. */
  #unnote(set: readonly IdTag[]): void {
    for (const { idTag } of set) this.#removed.delete(keyOf(idTag));
  }
}

/** One that is there already stays spelt as it is. */
function enter(entries: Map<string, RevisedIdTag>, set: readonly IdTag[], revision: number): void {
  for (const entry of set) {
    const key = keyOf(entry.idTag);
    const { idTag } = entries.get(key) ?? entry;
    entries.set(key, { ...entry, idTag, revision });
  }
}

function keyOf(idTag: string): string {
  const key = idTagKey(idTag);
  if (key === undefined) throw new Error(`${JSON.stringify(idTag)} can be no id tag`);
  return key;
}
