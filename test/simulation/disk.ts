// A disk with one database on it: the real SQLite with the real tables, in memory. A commit is there whole or not at all, as SQLite's
// checksums make it; what was committed without a sync is in the write buffer of the operating system, and gone when the power fails.
import Database from "better-sqlite3";
import { stateLayout } from "../../src/store/database.ts";
import { migrations } from "../../src/store/migrations.ts";
import type { Heap } from "./heap.ts";
import type { Random } from "./random.ts";

/** `full`: nothing can be written. `broken`: the sync reports an error, and nobody knows whether it was written. */
export type DiskFault = "full" | "broken";

/** The operating system writes its buffer out by itself after a while. */
const BUFFERED_MS = 5000;
const SYNC_MS = 2;
const SLOW_SYNC_MS = 3000;
/** PRAGMA synchronous, as SQLite gives it back. */
const FULL = 2;

let empty: Buffer | undefined;

export class Disk {
  fault: DiskFault | undefined;
  isSlow = false;
  readonly #heap: Heap;
  readonly #random: Random;
  #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  /** What the platter has, where that is not all. */
  #synced: Buffer | undefined;

  constructor(heap: Heap, random: Random) {
    this.#heap = heap;
    this.#random = random;
    this.#database = new Database((empty ??= emptyState()));
  }

  /** Everything that is on it, for whoever judges. */
  get content(): Database.Database {
    return this.#database;
  }

  /** How long the next commit takes, ms. */
  delayMs(): number {
    return SYNC_MS * this.#random.between(0.5, 2) + (this.isSlow ? SLOW_SYNC_MS * this.#random.next() : 0);
  }

  /** A connection, as production opens one; throws where the disk cannot be read. */
  open(): Database.Database {
    if (this.fault === "broken") throw refusal("SQLITE_IOERR");
    const database = this.#database;
    database.pragma(`synchronous = ${stateLayout.synchronous}`);
    let synchronous: unknown;
    const isSynced = (): boolean => (synchronous ??= database.pragma("synchronous", { simple: true })) === FULL;
    const connection = {
      prepare: (sql: string) => this.#prepare(sql),
      pragma: database.pragma.bind(database),
      transaction: (work: () => unknown) => ({ immediate: () => this.#commit(work, isSynced()) }),
      close: () => {},
    };
    return connection as unknown as Database.Database;
  }

  /** Compiled once, however often the file is opened: it makes worlds a quarter faster. */
  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  failPower(): void {
    if (this.#synced === undefined) return;
    this.#statements.clear();
    this.#database.close();
    this.#database = new Database(this.#synced);
    this.#synced = undefined;
  }

  #commit(work: () => unknown, isSynced: boolean): unknown {
    if (!isSynced && this.#synced === undefined) this.#buffer();
    const isWritten = this.fault === undefined || (this.fault === "broken" && this.#random.isLucky(0.5));
    const written = this.#database.transaction(() => {
      const result = work();
      if (!isWritten) throw refusal(this.fault === "full" ? "SQLITE_FULL" : "SQLITE_IOERR_FSYNC");
      return result;
    });
    const result = written.immediate();
    if (this.fault !== undefined) throw refusal("SQLITE_IOERR_FSYNC");
    return result;
  }

  #buffer(): void {
    this.#synced = this.#database.serialize();
    this.#heap.after(BUFFERED_MS, () => {
      this.#synced = undefined;
    });
  }
}

function refusal(code: string): Error {
  return Object.assign(new Error("the disk of the simulation refuses"), { code });
}

/** The file as the migrations make it. */
function emptyState(): Buffer {
  const database = new Database(":memory:");
  for (const step of migrations) {
    if (typeof step === "string") database.exec(step);
    else step(database);
  }
  return database.serialize();
}
