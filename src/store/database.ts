// Opens the files of the store: one bridge a folder, checked, brought up to date. What is corrupt is moved aside, and what can be read of it is taken over; what is newer is left alone; nothing is deleted.
import { existsSync, closeSync, mkdirSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import type { EpochMs } from "../std/clock.ts";
import { isCorrupt, sentenceOf, StoreFault } from "./faults.ts";
import { messageMigrations, migrations, type Migration } from "./migrations.ts";
import { salvage } from "./salvage.ts";

/** What a file is called and holds. */
export interface Layout {
  readonly fileName: string;
  /** One step a version. */
  readonly migrations: readonly Migration[];
  /** A table that it has in every version. */
  readonly table: string;
  /** Of which version on it can be read without its migration. */
  readonly readableFrom: number;
  readonly synchronous: "FULL" | "NORMAL";
  /** Whether what has been deleted can be given back to the disk. */
  readonly canShrink: boolean;
  /** Read from end to end when it is opened; one that may be larger than memory shows its damage when it is used. */
  readonly isCheckedWhole: boolean;
  /** Whether what can still be read of a damaged file is taken over into the one that follows it. */
  readonly isSalvaged: boolean;
}

/** What has been confirmed: it must be on disk. */
export const stateLayout: Layout = {
  fileName: "state.db",
  migrations,
  table: "transactions",
  readableFrom: 1,
  synchronous: "FULL",
  canShrink: false,
  isCheckedWhole: true,
  isSalvaged: true,
};
/** May lack its last moments after a power cut. */
export const messageLayout: Layout = {
  fileName: "messages.db",
  migrations: messageMigrations,
  table: "exchanges",
  readableFrom: 2,
  synchronous: "NORMAL",
  canShrink: true,
  isCheckedWhole: true,
  isSalvaged: false,
};

const LOCK_NAME = "state.lock";
/** Where SQLite writes user_version: a big-endian number in the header (https://sqlite.org/fileformat.html §1.3.12). */
const VERSION_OFFSET = 60;
/** A checkpoint shortens the log to this many bytes. */
const WAL_BYTES = 16 * 1024 * 1024;

export interface DatabaseOptions {
  readonly directory: string;
  /** For the name under which a corrupt file is kept. */
  readonly now: EpochMs;
  /** The file may grow to so many pages of 4 kB; undefined: as far as the disk goes. */
  readonly maxPages?: number | undefined;
}

/** Holds the folder until it is closed, or the process ends in whatever way. */
export function lockDirectory(directory: string): Database.Database {
  const path = join(directory, LOCK_NAME);
  let lock: Database.Database | undefined;
  try {
    makeFolder(directory);
    lock = new Database(path, { timeout: 0 });
    lock.pragma("journal_mode = MEMORY");
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY") === true)
      throw new StoreFault(
        `a bridge is running on this data directory already: ${directory}; stop it, or name another one with --data`,
        { isElsewhere: true },
      );
    throw new StoreFault(`store.directory: ${path} cannot be opened: ${sentenceOf(error)}`);
  }
}

/** Level by level: the recursive form of mkdir never ends below /proc. */
function makeFolder(directory: string): void {
  if (existsSync(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) makeFolder(parent);
  mkdirSync(directory);
}

export interface OpenedDatabase {
  readonly database: Database.Database;
  /** The name under which a corrupt file has been kept. */
  readonly movedTo?: string;
  /** Rows of it that were taken over. */
  readonly salvaged?: number;
}

/**
 * Throws a StoreFault with one sentence when it cannot be used; the lock is the caller's.
 * `isDamaged`: its reader has found what no check has.
 */
export function openDatabase(options: DatabaseOptions, layout: Layout, isDamaged = false): OpenedDatabase {
  const path = join(options.directory, layout.fileName);
  // A bridge was ended between the last two steps of a salvage.
  if (!existsSync(path) && existsSync(path + SALVAGED)) renameSync(path + SALVAGED, path);
  refuseNewer(path, versionInHeader(path), layout);
  try {
    if (!isDamaged) return { database: openChecked(path, options, layout) };
  } catch (error) {
    if (!isCorrupt(error)) throw error instanceof StoreFault ? error : unusable(path, error);
  }
  try {
    const salvaged = layout.isSalvaged ? salvageBeside(path, options, layout) : 0;
    const movedTo = moveAside(path, options.now);
    if (layout.isSalvaged) renameSync(path + SALVAGED, path);
    return { database: openChecked(path, options, layout), movedTo, salvaged };
  } catch (error) {
    throw unusable(path, error);
  }
}

/** What is taken over stands beside the damaged file until it is whole. */
const SALVAGED = ".salvaged";

function salvageBeside(path: string, options: DatabaseOptions, layout: Layout): number {
  for (const suffix of ["-wal", "-shm", ""]) rmSync(path + SALVAGED + suffix, { force: true });
  const into = openChecked(path + SALVAGED, options, layout);
  try {
    return salvage(path, into);
  } finally {
    into.close();
  }
}

function unusable(path: string, error: unknown): StoreFault {
  return new StoreFault(`store.directory: ${path} cannot be used: ${sentenceOf(error)}`, { cause: error });
}

function openChecked(path: string, { maxPages }: DatabaseOptions, layout: Layout): Database.Database {
  // Passwords of charge points stand in it; SQLite gives its other files the same rights.
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
  const database = new Database(path, { timeout: 1000 });
  try {
    // Before anything is written: a file that says nothing sensible here is no database.
    const version = Number(database.pragma("user_version", { simple: true }));
    refuseNewer(path, version, layout);
    const verdict = layout.isCheckedWhole ? String(database.pragma("quick_check(1)", { simple: true })) : "ok";
    if (verdict !== "ok") throw Object.assign(new Error(verdict), { code: "SQLITE_CORRUPT" });
    // Without effect once there is a table.
    if (layout.canShrink) database.pragma("auto_vacuum = INCREMENTAL");
    database.pragma("journal_mode = WAL");
    // The library's build would only sync at checkpoints.
    database.pragma(`synchronous = ${layout.synchronous}`);
    database.pragma(`journal_size_limit = ${WAL_BYTES}`);
    if (maxPages !== undefined) database.pragma(`max_page_count = ${maxPages}`);
    migrate(database, version, layout);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database.Database, version: number, { migrations: all }: Layout): void {
  if (version === all.length) return;
  const steps = database.transaction(() => {
    for (const step of all.slice(version)) {
      if (typeof step === "string") database.exec(step);
      else step(database);
    }
    database.pragma(`user_version = ${all.length}`);
  });
  steps.immediate();
  // What a step has wiped must not go on standing in the file.
  database.pragma("wal_checkpoint(TRUNCATE)");
}

/** Throws when the file's layout is one that this program does not know. */
export function refuseNewer(path: string, version: number, { migrations: all }: Layout): void {
  if (version <= all.length) return;
  throw new StoreFault(
    `store.directory: ${path} was written by a newer version of this program (layout ${version}; this one knows up to ${all.length}); nothing was changed: start the newer version, or name another folder`,
  );
}

/** Read without SQLite, which might already write while it opens; 0 when there is no database. */
function versionInHeader(path: string): number {
  if (!existsSync(path)) return 0;
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const header = Buffer.alloc(VERSION_OFFSET + 4);
    const isDatabase =
      readSync(file, header, 0, header.length, 0) === header.length &&
      header.toString("latin1", 0, 15) === "SQLite format 3";
    return isDatabase ? header.readInt32BE(VERSION_OFFSET) : 0;
  } catch (error) {
    throw unusable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The log belongs to its file: they are kept together, so that whatever can be read can still be read. Gives the new name. */
export function moveAside(path: string, now: EpochMs, why = "corrupt"): string {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  const aside = `${path}.${why}-${stamp}`;
  for (const suffix of ["-wal", "-shm", ""]) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  return aside;
}
