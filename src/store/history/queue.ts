// Samples that wait to be written, in parts; beyond its bound the oldest are dropped. It knows no files.
import { Columns, type Row } from "./columns.ts";

/** Samples of one part of the log. */
const PART = 8192;
/** A long text counts for as many samples as take its room. */
const CHARACTERS_PER_SAMPLE = 32;

export class Queue {
  readonly #most: number;
  #parts: Columns[] = [];
  #weights: number[] = [];
  #weight = 0;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  /** How many samples have been dropped to make room. */
  add(row: Row): number {
    const weight = 1 + Math.floor((row.text?.length ?? 0) / CHARACTERS_PER_SAMPLE);
    const last = this.#parts.length - 1;
    if (last < 0 || (this.#weights[last] as number) >= PART) {
      this.#parts.push(new Columns());
      this.#weights.push(0);
    }
    const place = this.#parts.length - 1;
    (this.#parts[place] as Columns).add(row);
    this.#weights[place] = (this.#weights[place] as number) + weight;
    this.#weight += weight;
    this.#count++;
    let dropped = 0;
    while (this.#weight > this.#most && this.#parts.length > 1) {
      const { count } = this.#parts.shift() as Columns;
      this.#weight -= this.#weights.shift() as number;
      this.#count -= count;
      dropped += count;
    }
    return dropped;
  }

  get parts(): readonly Columns[] {
    return this.#parts;
  }

  clear(): void {
    this.#parts = [];
    this.#weights = [];
    this.#weight = 0;
    this.#count = 0;
  }
}
