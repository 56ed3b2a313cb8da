// Gaps in history.db: spans of time in which samples of a series are known to be missing. It runs inside the caller's database transaction.
import type Database from "better-sqlite3";
import type { EpochMs } from "../../std/clock.ts";
import type { Span } from "./lostSpans.ts";

/** Gaps that are removed at a time. */
const SWEPT_TOGETHER = 500;

export class GapTable {
  readonly #insert: Database.Statement<[number, EpochMs, EpochMs]>;
  readonly #touching: Database.Statement<[number, EpochMs, EpochMs], Span>;
  readonly #sweep: Database.Statement<[EpochMs, number]>;

  constructor(database: Database.Database) {
    this.#insert = database.prepare("INSERT INTO gaps (series_id, first_at, last_at) VALUES (?, ?, ?)");
    this.#touching = database.prepare<[number, EpochMs, EpochMs], Span>(
      'SELECT first_at AS "from", last_at AS "to" FROM gaps WHERE series_id = ? AND first_at <= ? AND last_at >= ?',
    );
    this.#sweep = database.prepare(
      "DELETE FROM gaps WHERE gap_id IN (SELECT gap_id FROM gaps WHERE last_at < ? ORDER BY last_at LIMIT ?)",
    );
  }

  put(series: number, { from, to }: Span): void {
    this.#insert.run(series, from, to);
  }

  /** Those that have something of a time between `low` and `high`, both inclusive. */
  touching(series: number, low: EpochMs, high: EpochMs): Span[] {
    return this.#touching.all(series, high, low);
  }

  /** Removes some of those before `horizon`; true when there may be more. */
  sweep(horizon: EpochMs): boolean {
    return this.#sweep.run(horizon, SWEPT_TOGETHER).changes === SWEPT_TOGETHER;
  }
}
