// Removes what is too old, a little at a time, once an hour through everything. A clock that jumps must not take the history with it: the time
// by which it judges follows the clock by a day at a time at most.
import type { Clock, EpochMs, Timer } from "../../std/clock.ts";
import type { HistoryTables } from "./historyTables.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PAUSE_MS = 1000;
const STEP_MS = 5;
const FACT = "swept";

export interface SweepOptions {
  readonly tables: HistoryTables;
  /** Nothing is swept while the disk refuses. */
  readonly isQuiet: () => boolean;
  readonly failed: (error: unknown) => void;
}

export class Sweep {
  readonly #clock: Clock;
  readonly #historyMs: number;
  readonly #options: SweepOptions;
  #timer: Timer;
  /** The last series that has been looked at. */
  #series = 0;
  #areOthersSwept = false;
  #horizon: EpochMs | undefined;
  #isStopped = false;

  constructor(clock: Clock, historyDays: number, options: SweepOptions) {
    this.#clock = clock;
    this.#historyMs = historyDays * DAY_MS;
    this.#options = options;
    this.#timer = clock.after(PAUSE_MS, () => this.#go());
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer.cancel();
  }

  #go(): void {
    let isDone = false;
    if (this.#options.isQuiet())
      try {
        isDone = this.#options.tables.atOnce(() => this.#step());
      } catch (error) {
        // What it has found out was undone with the step.
        this.#series = 0;
        this.#horizon = undefined;
        this.#areOthersSwept = false;
        this.#options.failed(error);
      }
    // Whoever is told of the failure may open the file anew, with a sweep of its own.
    if (this.#isStopped) return;
    this.#timer = this.#clock.after(isDone ? HOUR_MS : PAUSE_MS, () => this.#go());
  }

  /** True when occurrences, gaps and all series have been looked at. */
  #step(): boolean {
    const { tables } = this.#options;
    this.#horizon ??= this.#beginHour();
    const until = this.#clock.monotonic() + STEP_MS;
    while (!this.#areOthersSwept) {
      const hasMoreGaps = tables.gaps.sweep(this.#horizon);
      this.#areOthersSwept = !tables.occurrences.sweep(this.#horizon) && !hasMoreGaps;
      if (this.#clock.monotonic() >= until) return false;
    }
    do {
      const series = tables.seriesAfter(this.#series);
      if (series === undefined) {
        this.#series = 0;
        this.#horizon = undefined;
        this.#areOthersSwept = false;
        return true;
      }
      if (!tables.sweep(series, this.#horizon)) this.#series = series;
    } while (this.#clock.monotonic() < until);
    return false;
  }

  #beginHour(): EpochMs {
    const { tables } = this.#options;
    const now = this.#clock.now();
    const before = tables.time(FACT);
    const time = before === undefined ? now : Math.min(now, before + DAY_MS);
    tables.setTime(FACT, time);
    return time - this.#historyMs;
  }
}
