// What must be drawn exactly once for a call: the next transaction id.
import type { EpochMs } from "../std/clock.ts";

const FIRST_DAY: EpochMs = Date.UTC(2026, 0, 1);
const INT32_MAX = 2_147_483_647;

/**
 * Gives transaction ids: positive, unique over all charge points, ascending.
 * It begins at the seconds since 2026, so that a restart goes on above every id given before
 * as long as there is less than one transaction a second on average.
 */
export class TransactionIds {
  #next: number;

  constructor(now: EpochMs) {
    this.#next = Math.max(1, Math.floor((now - FIRST_DAY) / 1000));
  }

  draw(): number {
    const id = this.#next;
    this.#next = id >= INT32_MAX ? 1 : id + 1;
    return id;
  }
}
