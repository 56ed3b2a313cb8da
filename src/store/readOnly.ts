// Opens a file of the store to read it, whether or not a bridge writes it meanwhile. It changes nothing and holds nobody up.
import { existsSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { refuseNewer, type Layout } from "./database.ts";
import { sentenceOf, StoreFault } from "./faults.ts";

const WAIT_MS = 2000;

/** Undefined where there is no such file yet, or nothing in it; throws a StoreFault with one sentence where it cannot be read. */
export function openReadOnly(directory: string, layout: Layout): Database.Database | undefined {
  const path = join(directory, layout.fileName);
  if (!existsSync(path)) return undefined;
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true, timeout: WAIT_MS });
    const version = Number(database.pragma("user_version", { simple: true }));
    refuseNewer(path, version, layout);
    const tables = database.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
    if (tables.includes(layout.table)) {
      if (version >= layout.readableFrom) return database;
      throw new StoreFault(
        `${path} was written by an older version of this program: start the bridge, it brings it up to date`,
      );
    }
    // A bridge is just making it.
    if (tables.length > 0) throw new StoreFault(`${path} is none of this program's files`);
    database.close();
    return undefined;
  } catch (error) {
    database?.close();
    throw error instanceof StoreFault ? error : new StoreFault(`${path} cannot be read: ${sentenceOf(error)}`);
  }
}

/** Gives the answer of `read`; a fault of the file becomes a sentence. */
export function reading<T>(directory: string, layout: Layout, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreFault || !(error instanceof Database.SqliteError)) throw error;
    throw new StoreFault(`${join(directory, layout.fileName)} cannot be read: ${sentenceOf(error)}`);
  }
}
