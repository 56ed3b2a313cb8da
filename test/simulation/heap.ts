// The time of a simulated world: everything that happens is an event on one heap, taken in the order of time and, at the same time, as it
// was put there. Between two events every promise that can go on has gone on.
import { setImmediate } from "node:timers/promises";
import type { Timer } from "../../src/std/clock.ts";

interface Event {
  readonly at: number;
  readonly number: number;
  run: (() => void) | undefined;
}

export class Heap {
  readonly #events: Event[] = [];
  readonly #counted: { at: number; readonly run: () => void }[] = [];
  #next = 0;
  #now = 0;
  #done = 0;

  /** ms since the world began; it never goes back. */
  get now(): number {
    return this.#now;
  }

  /** How many events there have been. */
  get done(): number {
    return this.#done;
  }

  after(delayMs: number, run: () => void): Timer {
    const event: Event = { at: this.#now + Math.max(0, delayMs), number: this.#next++, run };
    this.#rise(event);
    return {
      cancel: () => {
        event.run = undefined;
      },
    };
  }

  /** Runs `run` between the events, after `count` of them: so it also hits what takes no more than moments. */
  afterEvents(count: number, run: () => void): void {
    this.#counted.push({ at: this.#done + count, run });
  }

  /** Lets time pass up to `end`, or until `isOver`. */
  async run(end: number, isOver: () => boolean): Promise<void> {
    await settled();
    for (let first = this.#events[0]; first !== undefined && first.at <= end && !isOver(); first = this.#events[0]) {
      this.#sink();
      if (first.run === undefined) continue;
      this.#now = first.at;
      this.#done++;
      first.run();
      await settled();
      await this.#runCounted();
    }
    if (!isOver()) this.#now = end;
  }

  async #runCounted(): Promise<void> {
    for (let index = this.#counted.length - 1; index >= 0; index--) {
      const counted = this.#counted[index];
      if (counted === undefined || counted.at > this.#done) continue;
      this.#counted.splice(index, 1);
      counted.run();
      await settled();
    }
  }

  #rise(event: Event): void {
    let place = this.#events.push(event) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#events[above];
      if (parent === undefined || isBefore(parent, event)) break;
      this.#events[place] = parent;
      place = above;
    }
    this.#events[place] = event;
  }

  #sink(): void {
    const last = this.#events.pop();
    if (last === undefined || this.#events.length === 0) return;
    let place = 0;
    for (;;) {
      const left = this.#events[2 * place + 1];
      const right = this.#events[2 * place + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (isBefore(last, child)) break;
      this.#events[place] = child;
      place = 2 * place + (isRight ? 2 : 1);
    }
    this.#events[place] = last;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.number < other.number);
}

/** Twice: what a promise hands over at the end of the turn has happened as well, and what it set going. */
async function settled(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
