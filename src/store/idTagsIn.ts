// The list of id tags in pages, read from the file whether or not a bridge runs.
import type Database from "better-sqlite3";
import type { IdTag, IdTagQuery } from "../twin/idTags.ts";
import { stateLayout } from "./database.ts";
import { StoreFault } from "./faults.ts";
import { idTagFrom, type IdTagRow } from "./idTagTable.ts";
import { openReadOnly, reading } from "./readOnly.ts";

const AT_ONCE = 1000;
const PAGE = `SELECT * FROM id_tags WHERE key > ? ORDER BY key LIMIT ${AT_ONCE}`;

/** Pages in the order of the alphabet. Throws a StoreFault where the file cannot be read. */
export function* idTagsIn(directory: string): Generator<readonly IdTag[], undefined> {
  const database = openReadOnly(directory, stateLayout);
  if (database === undefined) throw new StoreFault(`no bridge has run here yet: ${directory} has no state.db`);
  try {
    const page = reading(directory, stateLayout, () => database.prepare<[string], IdTagRow & { key: string }>(PAGE));
    for (let after = ""; ;) {
      const key = after;
      const rows = reading(directory, stateLayout, () => page.all(key));
      yield rows.map(idTagFrom);
      if (rows.length < AT_ONCE) return undefined;
      after = rows.at(-1)?.key ?? "";
    }
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
