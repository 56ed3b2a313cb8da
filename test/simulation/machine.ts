// The machine on which the bridge runs: its disk, its clock, and whether the process on it is alive. A process that was killed does nothing
// any more, whatever it had set going.
import type { Clock, Timer } from "../../src/std/clock.ts";
import type { Disk } from "./disk.ts";
import type { Heap } from "./heap.ts";

/** When every world begins. */
export const BEGIN = Date.UTC(2026, 10, 25, 12);

/** What goes on as long as a process lives. */
export class Life implements Clock {
  readonly #heap: Heap;
  readonly #wall: { readonly offsetMs: number };
  #isOver = false;

  constructor(heap: Heap, wall: { readonly offsetMs: number }) {
    this.#heap = heap;
    this.#wall = wall;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  now(): number {
    return Math.floor(BEGIN + this.#heap.now + this.#wall.offsetMs);
  }

  monotonic(): number {
    return this.#heap.now;
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#heap.after(delayMs, () => {
      if (!this.#isOver) run();
    });
  }
}

export class Machine {
  readonly heap: Heap;
  readonly disk: Disk;
  readonly #wall = { offsetMs: 0 };

  constructor(heap: Heap, disk: Disk) {
    this.heap = heap;
    this.disk = disk;
  }

  /** Somebody sets the clock: this much off the true time. */
  setClock(offsetMs: number): void {
    this.#wall.offsetMs = offsetMs;
  }

  /** A process begins. */
  begin(): Life {
    return new Life(this.heap, this.#wall);
  }
}
