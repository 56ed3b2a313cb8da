// Unfinished reads of one session (OPC 10000-4 §7.9): bounded, each good for one more request. Knows no OPC UA library.

/** One request of the session: what it has left unfinished is not given up for its own sake. */
export type RequestToken = symbol;

interface Held<T> {
  readonly value: T;
  readonly request: RequestToken;
}

export class ContinuationPoints<T> {
  readonly #most: number;
  /** By number, oldest first. */
  readonly #held = new Map<number, Held<T>>();
  #lastNumber = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#held.size;
  }

  /** What stands under a point, whose place is kept for the request; undefined when there is no such point. */
  claim(point: Uint8Array, request: RequestToken): { readonly value: T; readonly number: number } | undefined {
    const number = numberOf(point);
    const held = number === undefined ? undefined : this.#held.get(number);
    // One that this request has claimed or made already is another's.
    if (number === undefined || held === undefined || held.request === request) return undefined;
    this.#held.set(number, { ...held, request });
    return { value: held.value, number };
  }

  /** Gives a claimed place back. */
  free(number: number): void {
    this.#held.delete(number);
  }

  /**
   * Keeps a value and answers its point; undefined when the request has taken every place. Points of earlier requests give way,
   * the oldest first.
   */
  keep(value: T, request: RequestToken): Buffer | undefined {
    if (this.#held.size >= this.#most) {
      const oldest = [...this.#held].find(([, held]) => held.request !== request);
      if (oldest === undefined) return undefined;
      this.#held.delete(oldest[0]);
    }
    const number = ++this.#lastNumber;
    this.#held.set(number, { value, request });
    const point = Buffer.alloc(BYTES);
    point.writeDoubleBE(number);
    return point;
  }
}

const BYTES = 8;

function numberOf(point: Uint8Array): number | undefined {
  if (point.length !== BYTES) return undefined;
  return Buffer.from(point).readDoubleBE(0);
}
