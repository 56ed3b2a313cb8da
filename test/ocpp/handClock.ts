// A clock that stands still until a test moves it, and that tells how many timers run.
import type { Clock, Timer } from "../../src/std/clock.ts";

interface Due {
  readonly at: number;
  readonly run: () => void;
}

export class HandClock implements Clock {
  #time = 1000;
  readonly #due = new Set<Due>();

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  after(delayMs: number, run: () => void): Timer {
    const due: Due = { at: this.#time + delayMs, run };
    this.#due.add(due);
    return { cancel: () => this.#due.delete(due) };
  }

  /** Timers that have neither fired nor been cancelled. */
  get running(): number {
    return this.#due.size;
  }

  /** Lets time pass, timers firing in their order. */
  move(ms: number): void {
    const end = this.#time + ms;
    for (;;) {
      const [next] = [...this.#due].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#due.delete(next);
      this.#time = Math.max(this.#time, next.at);
      next.run();
    }
    this.#time = end;
  }
}
