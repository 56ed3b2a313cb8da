// Reproducible random numbers: the same seed gives the same charge point, the same cars and the same faults on every machine.
// Not for secrets.

/** A stream of reproducible random numbers. */
export interface Random {
  /** The next number, 0 ≤ n < 1. */
  next(): number;
  /** A number from `low` (included) to `high` (excluded). */
  between(low: number, high: number): number;
  /** One of the items; the list must not be empty. */
  pick<T>(items: readonly [T, ...T[]]): T;
  /** True with the probability given, 0 to 1. */
  chance(probability: number): boolean;
}

/** A stream of its own for every seed text: FNV-1a spreads the text over 32 bits, Mulberry32 draws the numbers. */
export function seededRandom(seed: string): Random {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  return new Mulberry(state);
}

class Mulberry implements Random {
  #state: number;

  constructor(state: number) {
    this.#state = state | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.next() * items.length)] ?? items[0];
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }
}
