// A queue whose first entries are handled at once and the others when everybody else has had a turn. What waits is bounded.

export interface StepsOptions<T> {
  /** Handled at a time; then others have their turn. */
  readonly atATime: number;
  /** Beyond it the oldest are dropped. */
  readonly mostWaiting: number;
  /** Runs something once others have had their turn. */
  readonly later: (run: () => void) => void;
  readonly handle: (entry: T) => void;
}

export class InSteps<T> {
  readonly #options: StepsOptions<T>;
  #waiting: T[] = [];
  #isDraining = false;

  constructor(options: StepsOptions<T>) {
    this.#options = options;
  }

  add(entries: readonly T[]): void {
    if (entries.length === 0) return;
    const { mostWaiting } = this.#options;
    this.#waiting.push(...entries);
    if (this.#waiting.length > mostWaiting) this.#waiting = this.#waiting.slice(-mostWaiting);
    if (!this.#isDraining) this.#drain();
  }

  #drain(): void {
    const { atATime, later, handle } = this.#options;
    const now = this.#waiting.slice(0, atATime);
    this.#waiting = this.#waiting.slice(atATime);
    this.#isDraining = this.#waiting.length > 0;
    for (const entry of now) handle(entry);
    if (this.#isDraining) later(() => this.#drain());
  }
}
