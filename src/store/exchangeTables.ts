// The message log in SQL: writes exchanges, finds them, deletes the oldest. It knows nothing of threads.
import type Database from "better-sqlite3";
import type { EpochMs } from "../std/clock.ts";
import type { ExchangeOutcome } from "../twin/ports.ts";

/** An exchange as it crosses to the thread: in an array, because names would cost as much as the frames. */
export type ExchangeRow = readonly [
  at: EpochMs,
  chargePointId: string,
  from: "chargePoint" | "bridge",
  action: string,
  latencyMs: number,
  outcome: ExchangeOutcome,
  /** One a line. */
  violations: string,
  request: string,
  answer: string | null,
];

export interface Retention {
  readonly days: number;
  readonly megabytes: number;
}

const MS_PER_DAY = 86_400_000;
const BYTES_PER_MEGABYTE = 1_000_000;
/** Rows that are deleted in one step, and steps that follow each other before whoever waits to write is let in. */
const DELETED_AT_ONCE = 500;
const STEPS = 20;
const FULL_AT = 0.9;
const PAGES_GIVEN_BACK = 2000;

export class ExchangeTables {
  readonly #database: Database.Database;
  readonly #insert: Database.Statement;
  readonly #deleteOld: Database.Statement<[EpochMs]>;
  readonly #deleteOldest: Database.Statement<[]>;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#insert = database.prepare(
      `INSERT INTO exchanges (at, charge_point, sender, action, latency_ms, outcome, violations, request, answer)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#deleteOld = database.prepare(
      `DELETE FROM exchanges WHERE number IN
         (SELECT number FROM exchanges WHERE at < ? ORDER BY at LIMIT ${DELETED_AT_ONCE})`,
    );
    this.#deleteOldest = database.prepare(
      `DELETE FROM exchanges WHERE number IN (SELECT number FROM exchanges ORDER BY number LIMIT ${DELETED_AT_ONCE})`,
    );
  }

  /** Writes all of them or none. */
  write(rows: readonly ExchangeRow[]): void {
    const write = this.#database.transaction(() => {
      for (const row of rows) this.#insert.run(...row);
    });
    write.immediate();
  }

  /** Deletes what is too old; a bounded piece of it each time. */
  limitAge({ days }: Retention, now: EpochMs): void {
    for (let step = 0; step < STEPS; step++)
      if (this.#deleteOld.run(now - days * MS_PER_DAY).changes < DELETED_AT_ONCE) break;
  }

  /** Deletes the oldest while there is too much; what the file has grown beyond its size is given back to the disk. */
  limitSize({ megabytes }: Retention): void {
    const mostPages = Math.floor((megabytes * BYTES_PER_MEGABYTE) / this.#number("page_size"));
    // What is free already need not be taken from the disk, and given back, for the next batch.
    const mostUsed = Math.floor(mostPages * FULL_AT);
    for (let step = 0; step < STEPS; step++) {
      if (this.#number("page_count") - this.#number("freelist_count") <= mostUsed) break;
      if (this.#deleteOldest.run().changes === 0) break;
    }
    const surplus = this.#number("page_count") - mostPages;
    if (surplus > 0) this.#database.pragma(`incremental_vacuum(${Math.min(surplus, PAGES_GIVEN_BACK)})`);
  }

  #number(pragma: "page_size" | "page_count" | "freelist_count"): number {
    return Number(this.#database.pragma(pragma, { simple: true }));
  }
}
