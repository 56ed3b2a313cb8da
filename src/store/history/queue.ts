// Samples that wait to be written, in parts; beyond its bound the oldest are dropped. It knows no files.
import type { HistorySample } from "../../twin/ports.ts";
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

  /** What has been dropped to make room. */
  add(row: Row): readonly Columns[] {
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
    const dropped: Columns[] = [];
    while (this.#weight > this.#most && this.#parts.length > 1) {
      const part = this.#parts.shift() as Columns;
      this.#weight -= this.#weights.shift() as number;
      this.#count -= part.count;
      dropped.push(part);
    }
    return dropped;
  }

  /** Those of one series, as they came. */
  samplesOf(series: number): HistorySample[] {
    return this.#parts.flatMap((part) =>
      Array.from(part.series.subarray(0, part.count)).flatMap((each, row) =>
        each === series ? [part.sampleOf(row)] : [],
      ),
    );
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
