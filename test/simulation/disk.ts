// A disk with one database on it: the real SQLite with the real tables, in memory. A commit is there whole or not at all, as SQLite's
// checksums make it; what was committed without a sync is in the write buffer of the operating system, and gone when the power fails.
import type Database from "better-sqlite3";
import type { Timer } from "../../src/std/clock.ts";
import { stateLayout } from "../../src/store/database.ts";
import type { Heap } from "./heap.ts";
import { Platter } from "./platter.ts";
import type { Random } from "./random.ts";

/** `full`: nothing can be written. `broken`: the sync reports an error, and nobody knows whether it was written. */
export type DiskFault = "full" | "broken";

/** The operating system writes its buffer out by itself after a while. */
const BUFFERED_MS = 5000;
const SYNC_MS = 2;
const SLOW_SYNC_MS = 3000;
/** PRAGMA synchronous, as SQLite gives it back. */
const FULL = 2;

interface Unsynced {
  /** What is on the disk, whatever has been written since. */
  readonly image: Buffer;
  readonly written: Timer;
}

export class Disk {
  fault: DiskFault | undefined;
  isSlow = false;
  readonly #heap: Heap;
  readonly #random: Random;
  #platter = Platter.take();
  #unsynced: Unsynced | undefined;

  constructor(heap: Heap, random: Random) {
    this.#heap = heap;
    this.#random = random;
  }

  /** The world is over. */
  release(): void {
    this.#platter.giveBack();
  }

  /** How long the next commit takes, ms. */
  delayMs(): number {
    return SYNC_MS * this.#random.between(0.5, 2) + (this.isSlow ? SLOW_SYNC_MS * this.#random.next() : 0);
  }

  /** A connection, as production opens one; throws where the disk cannot be read. */
  open(): Database.Database {
    if (this.fault === "broken") throw refusal("SQLITE_IOERR");
    const platter = this.#platter;
    platter.pragma(`synchronous = ${stateLayout.synchronous}`);
    let synchronous: unknown;
    const isSynced = (): boolean => (synchronous ??= platter.pragma("synchronous", { simple: true })) === FULL;
    const connection = {
      prepare: (sql: string) => platter.prepare(sql),
      pragma: (...words: Parameters<Platter["pragma"]>) => platter.pragma(...words),
      transaction: (work: () => unknown) => ({ immediate: () => this.#commit(work, isSynced()) }),
      close: () => {},
    };
    return connection as unknown as Database.Database;
  }

  /** Everything that is on it, for whoever judges. */
  rows<Row>(sql: string): Row[] {
    return this.#platter.prepare(sql).all() as Row[];
  }

  failPower(): void {
    if (this.#unsynced === undefined) return;
    this.#unsynced.written.cancel();
    this.#platter = Platter.of(this.#unsynced.image);
    this.#unsynced = undefined;
  }

  #commit(work: () => unknown, isSynced: boolean): unknown {
    if (!isSynced) this.#unsynced ??= this.#buffer();
    const isWritten = this.fault === undefined || (this.fault === "broken" && this.#random.isLucky(0.5));
    const result = this.#platter.write(() => {
      const made = work();
      if (!isWritten) throw refusal(this.fault === "full" ? "SQLITE_FULL" : "SQLITE_IOERR_FSYNC");
      return made;
    });
    if (this.fault !== undefined) throw refusal("SQLITE_IOERR_FSYNC");
    return result;
  }

  #buffer(): Unsynced {
    const written = this.#heap.after(BUFFERED_MS, () => {
      this.#unsynced = undefined;
    });
    return { image: this.#platter.image(), written };
  }
}

function refusal(code: string): Error {
  return Object.assign(new Error("the disk of the simulation refuses"), { code });
}
