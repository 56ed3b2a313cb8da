// Takes over what can still be read of a damaged file: a damaged page costs the rows that stand in it, and no others.
import Database from "better-sqlite3";
import { isCorrupt, isOfDisk } from "./faults.ts";

/**
 * Copies all rows that can be read into the tables of the same names, which are empty; gives their number. A table is read from its beginning
 * up to the damage, and then from its end. Throws where the disk refuses what is written.
 */
export function salvage(damaged: string, into: Database.Database): number {
  let from: Database.Database | undefined;
  try {
    from = new Database(damaged, { readonly: true });
    const source = from;
    // Of another layout nobody knows what its columns mean here.
    if (versionOf(source) !== versionOf(into)) return 0;
    const copy = into.transaction(() =>
      tablesOf(into).reduce((rows, table) => rows + copyTable(source, into, table), 0),
    );
    return copy.immediate();
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return 0;
  } finally {
    from?.close();
  }
}

function versionOf(database: Database.Database): unknown {
  return database.pragma("user_version", { simple: true });
}

function tablesOf(database: Database.Database): string[] {
  const query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
  return database.prepare<[], string>(query).pluck().all();
}

interface Column {
  readonly name: string;
  /** Its place in the primary key, from 1 on; 0 where it is not part of it. */
  readonly pk: number;
}

function copyTable(from: Database.Database, into: Database.Database, table: string): number {
  const columns = into.pragma(`table_info(${table})`) as Column[];
  const names = columns.map(({ name }) => name).join(", ");
  const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const insert = into.prepare(
    `INSERT OR IGNORE INTO ${table} (${names}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  let rows = 0;
  for (const direction of ["ASC", "DESC"]) {
    const order = key.map(({ name }) => `${name} ${direction}`).join(", ");
    try {
      // Not by way of an index, which may be damaged where its table is not.
      const found = from.prepare<[], unknown[]>(`SELECT ${names} FROM ${table} NOT INDEXED ORDER BY ${order}`).raw();
      for (const row of found.iterate()) {
        const added = add(insert, row);
        // It is there already: from here on all have been read from the other end.
        if (added === 0) break;
        rows += added ?? 0;
      }
      if (direction === "ASC") break;
    } catch (error) {
      // A damaged schema may know the table no more, or by another name.
      if (isOfDisk(error) && !isCorrupt(error)) throw error;
    }
  }
  return rows;
}

/** How many rows it has become; undefined for what can be no row of its table any more, and is left out. */
function add(insert: Database.Statement, row: readonly unknown[]): number | undefined {
  try {
    return insert.run(...row).changes;
  } catch (error) {
    if (/^SQLITE_(?:CONSTRAINT|MISMATCH)/.test((error as { code?: string }).code ?? "")) return undefined;
    throw error;
  }
}
