// Samples of any datapoints one after the other, as columns of numbers that grow: what waits, what the log holds. It knows no files.
import type { HistorySample } from "../../twin/ports.ts";
import { isText, qualityOf, valueOf } from "./sample.ts";

const FIRST_CAPACITY = 256;

/** One sample as numbers; a text stands in `text`, and its number is of no account. */
export interface Row {
  readonly series: number;
  readonly at: number;
  readonly received: number;
  readonly number: number;
  readonly flags: number;
  readonly text?: string | undefined;
}

export class Columns {
  count = 0;
  series = new Float64Array(FIRST_CAPACITY);
  at = new Float64Array(FIRST_CAPACITY);
  received = new Float64Array(FIRST_CAPACITY);
  number = new Float64Array(FIRST_CAPACITY);
  flags = new Uint8Array(FIRST_CAPACITY);
  texts: string[] = [];

  add({ series, at, received, number, flags, text }: Row): void {
    if (this.count === this.at.length) this.#grow();
    const row = this.count++;
    this.series[row] = series;
    this.at[row] = at;
    this.received[row] = received;
    this.number[row] = text === undefined ? number : this.texts.push(text) - 1;
    this.flags[row] = flags;
  }

  /** The text of a row that has one. */
  textOf(row: number): string | undefined {
    return isText(this.flags[row] as number) ? this.texts[this.number[row] as number] : undefined;
  }

  sampleOf(row: number): HistorySample {
    const flags = this.flags[row] as number;
    return {
      at: this.at[row] as number,
      received: this.received[row] as number,
      value: valueOf(flags, this.number[row] as number, this.texts),
      quality: qualityOf(flags),
    };
  }

  #grow(): void {
    const capacity = this.at.length * 2;
    const larger = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(capacity);
      grown.set(column);
      return grown;
    };
    this.series = larger(this.series);
    this.at = larger(this.at);
    this.received = larger(this.received);
    this.number = larger(this.number);
    const flags = new Uint8Array(capacity);
    flags.set(this.flags);
    this.flags = flags;
  }
}
