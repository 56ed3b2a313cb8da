// The list of id tags in pages, read from the file whether or not a bridge runs.
import type Database from "better-sqlite3";
import type { IdTag, IdTagQuery } from "../twin/idTags.ts";
import { stateLayout } from "./database.ts";
import { StoreFault } from "./faults.ts";
import { idTagFrom, idTagRevision, type IdTagRow } from "./idTagTable.ts";
import { openReadOnly, reading } from "./readOnly.ts";

const AT_ONCE = 1000;
const PAGE = `SELECT * FROM id_tags WHERE key > ? ORDER BY key LIMIT ${AT_ONCE}`;

/**
 * Pages in the order of the alphabet, all of one moment. Throws a StoreFault where the file cannot be read, and where the list has changed
 * meanwhile: a snapshot that lasts would let the journal grow.
 */
export function* idTagsIn(directory: string): Generator<readonly IdTag[], undefined> {
  const database = openReadOnly(directory, stateLayout);
  if (database === undefined) throw new StoreFault(`no bridge has run here yet: ${directory} has no state.db`);
  try {
    const pageAfter = reading(directory, stateLayout, () => pagesOf(database));
    let begun: number | undefined;
    for (let after = ""; ;) {
      const key = after;
      const { rows, revision } = reading(directory, stateLayout, () => pageAfter(key));
      begun ??= revision;
      if (revision !== begun) throw new StoreFault("the list of id tags has changed while it was read; read it again");
      yield rows.map(idTagFrom);
      if (rows.length < AT_ONCE) return undefined;
      after = rows.at(-1)?.key ?? "";
    }
  } finally {
    database.close();
  }
}

interface Page {
  readonly rows: readonly (IdTagRow & { readonly key: string })[];
  /** Of the list at the same moment. */
  readonly revision: number;
}

function pagesOf(database: Database.Database): (after: string) => Page {
  const page = database.prepare<[string], Page["rows"][number]>(PAGE);
  return database.transaction((after: string) => ({ rows: page.all(after), revision: idTagRevision(database) }));
}

/** Behind every character that an id tag may have. */
const BEHIND = "\u007f";

/** A page in the order of the alphabet. */
export function findIdTags(database: Database.Database, { beginning, after, limit }: IdTagQuery): readonly IdTag[] {
  const first = beginning.toLowerCase();
  const last = after.toLowerCase();
  // With two lower bounds the index would be entered at either of them.
  const [comparison, lowest] = last < first ? [">=", first] : [">", last];
  const found = `SELECT * FROM id_tags WHERE key ${comparison} @lowest AND key < @end ORDER BY key LIMIT @limit`;
  return database
    .prepare<[object], IdTagRow>(found)
    .all({ lowest, end: first + BEHIND, limit })
    .map(idTagFrom);
}
