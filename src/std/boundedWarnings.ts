// Warnings whose number a client decides: each text once in a period, and no more than so many of them. The rest is counted.
import type { Clock } from "./clock.ts";
import type { Log, LogFields } from "./log.ts";

export interface Bounds {
  readonly periodMs: number;
  /** Different lines of one period. */
  readonly lines: number;
}

export class BoundedWarnings {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #bounds: Bounds;
  readonly #written = new Set<string>();
  #omitted = 0;
  #isCounting = false;

  constructor(log: Log, clock: Clock, bounds: Bounds) {
    this.#log = log;
    this.#clock = clock;
    this.#bounds = bounds;
  }

  /** Writes a warning, or only counts it when it has been written in this period or there were too many; `key` tells warnings apart. */
  warn(fields: LogFields, message: string, key = message): void {
    const { periodMs, lines } = this.#bounds;
    if (!this.#isCounting) this.#clock.after(periodMs, () => this.#endPeriod());
    this.#isCounting = true;
    if (this.#written.has(key) || this.#written.size >= lines) {
      this.#omitted++;
      this.#log.debug(fields, message);
      return;
    }
    this.#written.add(key);
    this.#log.warn(fields, message);
  }

  #endPeriod(): void {
    this.#isCounting = false;
    this.#written.clear();
    const omitted = this.#omitted;
    this.#omitted = 0;
    if (omitted > 0) this.#log.warn({ omitted }, "more warnings of the same kind; log level debug shows them");
  }
}
