// The list of id tags as CSV (RFC 4180), in pages, read from the file whether or not a bridge runs. What is written here `idtags import` reads back.
import { idTagFieldsOf } from "../datapoints/idTagFields.ts";
import type { IdTag } from "../twin/idTags.ts";
import { harmless, quoted } from "./csvCells.ts";
import { stateLayout } from "./database.ts";
import { StoreFault } from "./faults.ts";
import { idTagFrom, type IdTagRow } from "./idTagTable.ts";
import { openReadOnly, reading } from "./readOnly.ts";

const AT_ONCE = 1000;
const PAGE = `SELECT * FROM id_tags WHERE key > ? ORDER BY key LIMIT ${AT_ONCE}`;

export const idTagColumns = ["idTag", "status", "expiryDate", "parentIdTag"] as const;

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

/** Lines of CSV. */
export function idTagLines(page: readonly IdTag[]): string {
  return page
    .map(idTagFieldsOf)
    .map((fields) => `${idTagColumns.map((column) => quoted(guarded(fields[column]))).join(",")}\r\n`)
    .join("");
}

/** An apostrophe that stands there already gets one more, so that it is still there once one has been taken away. */
function guarded(text: string): string {
  return text.startsWith("'") ? `'${text}` : harmless(text);
}

/** The text of a cell that `idTagLines`, or a spreadsheet, has guarded. */
export function unguarded(cell: string): string {
  return /^'['=+\-@]/u.test(cell) ? cell.slice(1) : cell;
}
