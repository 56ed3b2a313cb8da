// Samples that stand in the log and in no chunk yet, in memory: columns, and for each series a chain through them. It knows no files.
import type { EpochMs } from "../../std/clock.ts";
import type { HistorySample } from "../../twin/ports.ts";
import { Columns } from "./columns.ts";
import { inOrder } from "./sample.ts";

const NONE = -1;

export class Generation {
  readonly #columns = new Columns();
  /** The row before of the same series. */
  #previous = new Int32Array(this.#columns.at.length);
  readonly #last = new Map<number, number>();
  /** The newest part of the log that it holds. */
  lastBlock = 0;

  get count(): number {
    return this.#columns.count;
  }

  get seriesCount(): number {
    return this.#last.size;
  }

  /** The time of the oldest sample; Infinity while there is none. */
  get firstAt(): EpochMs {
    const { at, count } = this.#columns;
    return at.subarray(0, count).reduce((first, time) => Math.min(first, time), Infinity);
  }

  /** `seriesOf` gives the number under which the file knows a series of the columns. */
  append(added: Columns, seriesOf: (series: number) => number): void {
    for (let row = 0; row < added.count; row++) {
      const series = seriesOf(added.series[row] as number);
      const place = this.#columns.count;
      this.#columns.add({
        series,
        at: added.at[row] as number,
        received: added.received[row] as number,
        number: added.number[row] as number,
        flags: added.flags[row] as number,
        text: added.textOf(row),
      });
      if (place >= this.#previous.length) this.#grow();
      this.#previous[place] = this.#last.get(series) ?? NONE;
      this.#last.set(series, place);
    }
  }

  /** The series that have samples, ascending. */
  series(): Float64Array {
    return Float64Array.from(this.#last.keys()).toSorted();
  }

  /** In the order of time, one for each time; `older` have come before. */
  samplesOf(series: number, older: readonly HistorySample[] = []): HistorySample[] {
    const samples: HistorySample[] = [];
    let row = this.#last.get(series) ?? NONE;
    // From the last one back.
    for (; row !== NONE; row = this.#previous[row] as number) samples.push(this.#columns.sampleOf(row));
    samples.reverse();
    return inOrder(older.length === 0 ? samples : [...older, ...samples]);
  }

  #grow(): void {
    const grown = new Int32Array(this.#columns.at.length);
    grown.set(this.#previous);
    this.#previous = grown;
  }
}
