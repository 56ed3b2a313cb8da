// Gaps in history.db: spans of time in which samples of a series are known to be missing, far from each other: those that are near are one.
// It runs inside the caller's database transaction.
import type Database from "better-sqlite3";
import type { EpochMs } from "../../std/clock.ts";
import { joinedWith, NEAR_MS, type Span } from "./lostSpans.ts";

/** Gaps that are removed at a time. */
const SWEPT_TOGETHER = 500;
/** The highest LIMIT that is bound as a whole number. */
const MOST = 2 ** 31 - 1;

interface Gap extends Span {
  readonly id: number;
}

interface Wanted {
  readonly series: number;
  readonly low: EpochMs;
  readonly high: EpochMs;
  readonly most: number;
}

/** Of gaps that do not overlap the last that begins before a range is the only one of them that may reach into it. */
const touching = (direction: "ASC" | "DESC"): string => `
  SELECT first_at AS "from", last_at AS "to" FROM gaps
  WHERE series_id = @series AND last_at >= @low AND first_at <= @high AND first_at >= coalesce(
    (SELECT max(first_at) FROM gaps WHERE series_id = @series AND first_at <= @low), @low)
  ORDER BY first_at ${direction} LIMIT @most`;

export class GapTable {
  readonly #insert: Database.Statement<[number, EpochMs, EpochMs]>;
  readonly #remove: Database.Statement<[number]>;
  readonly #lastBefore: Database.Statement<[number, EpochMs], Gap>;
  readonly #forward: Database.Statement<[Wanted], Span>;
  readonly #backward: Database.Statement<[Wanted], Span>;
  readonly #sweep: Database.Statement<[EpochMs, number]>;

  constructor(database: Database.Database) {
    this.#insert = database.prepare("INSERT INTO gaps (series_id, first_at, last_at) VALUES (?, ?, ?)");
    this.#remove = database.prepare("DELETE FROM gaps WHERE gap_id = ?");
    this.#lastBefore = database.prepare<[number, EpochMs], Gap>(
      'SELECT gap_id AS id, first_at AS "from", last_at AS "to" FROM gaps WHERE series_id = ? AND first_at <= ? ORDER BY first_at DESC LIMIT 1',
    );
    this.#forward = database.prepare<[Wanted], Span>(touching("ASC"));
    this.#backward = database.prepare<[Wanted], Span>(touching("DESC"));
    this.#sweep = database.prepare(
      "DELETE FROM gaps WHERE gap_id IN (SELECT gap_id FROM gaps WHERE last_at < ? ORDER BY last_at LIMIT ?)",
    );
  }

  /** Takes in the gaps that are near. */
  put(series: number, span: Span): void {
    let whole = span;
    for (;;) {
      const last = this.#lastBefore.get(series, whole.to + NEAR_MS);
      if (last === undefined || last.to < whole.from - NEAR_MS) break;
      this.#remove.run(last.id);
      whole = joinedWith(last, whole);
    }
    this.#insert.run(series, whole.from, whole.to);
  }

  /** The first `most` that have something of a time from `from` to `to`, both inclusive, in that direction. */
  touching(series: number, { from, to }: Span, most: number): Span[] {
    const wanted = { series, low: Math.min(from, to), high: Math.max(from, to), most: Math.min(most, MOST) };
    return (from > to ? this.#backward : this.#forward).all(wanted);
  }

  /** Removes some of those before `horizon`; true when there may be more. */
  sweep(horizon: EpochMs): boolean {
    return this.#sweep.run(horizon, SWEPT_TOGETHER).changes === SWEPT_TOGETHER;
  }
}
