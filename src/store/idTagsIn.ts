// The list of id tags in pages, read from the file whether or not a bridge runs.
import type Database from "better-sqlite3";
import type { IdTag, IdTagQuery } from "../twin/idTags.ts";
import { stateLayout } from "./database.ts";
import { StoreFault } from "./faults.ts";
import { idTagFrom, type IdTagRow } from "./idTagTable.ts";
import { openReadOnly, reading } from "./readOnly.ts";

const AT_ONCE = 1000;

/**
 * Pages in the order of the alphabet, all of the moment at which the first one is asked for. Throws a StoreFault where the file cannot be read.
 * The list is held in memory meanwhile, some 200 MB of the longest that there may be: a snapshot of the file that lasts as long as the pages
 * are taken would let the journal grow.
 */
export function* idTagsIn(directory: string): Generator<readonly IdTag[], undefined> {
  const rows = reading(directory, stateLayout, () => rowsIn(directory));
  for (let first = 0; first < rows.length; first += AT_ONCE) yield rows.slice(first, first + AT_ONCE).map(idTagFrom);
  return undefined;
}

function rowsIn(directory: string): readonly IdTagRow[] {
  const database = openReadOnly(directory, stateLayout);
  if (database === undefined) throw new StoreFault(`no bridge has run here yet: ${directory} has no state.db`);
  try {
    return database.prepare<[], IdTagRow>("SELECT * FROM id_tags ORDER BY key").all();
  } finally {
    database.close();
  }
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
