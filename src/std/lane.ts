// So much work at once; the rest waits in the order in which it came, what is urgent before the other.

/** So often what is urgent goes first while other work waits: then one of the other has its turn, so that it never waits for ever. */
const URGENT_IN_A_ROW = 20;

export class Lane {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  readonly #urgent: (() => void)[] = [];
  #urgentInARow = 0;
  #running = 0;

  constructor(atOnce: number, mostWaiting = Infinity) {
    this.#atOnce = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  /** How many have not begun yet. */
  get waiting(): number {
    return this.#waiting.length + this.#urgent.length;
  }

  /** False when as many wait as may. */
  get hasRoom(): boolean {
    return this.#running < this.#atOnce || this.waiting < this.#mostWaiting;
  }

  async run<T>(work: () => Promise<T>, isUrgent = false): Promise<T> {
    const queue = isUrgent ? this.#urgent : this.#waiting;
    if (this.#running >= this.#atOnce) await new Promise<void>((begin) => queue.push(begin));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#next();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  #next(): (() => void) | undefined {
    const isTurnOfOthers = this.#urgentInARow >= URGENT_IN_A_ROW && this.#waiting.length > 0;
    const next = isTurnOfOthers ? undefined : this.#urgent.shift();
    this.#urgentInARow = next === undefined ? 0 : this.#urgentInARow + 1;
    return next ?? this.#waiting.shift();
  }
}
