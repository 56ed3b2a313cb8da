// Puts the samples of a generation into chunks, series by series, in steps short enough that samples and readers need not wait for it.
import type { Clock } from "../../std/clock.ts";
import type { Generation } from "./generation.ts";
import type { HistoryTables } from "./historyTables.ts";

const STEP_MS = 8;

export class Sealing {
  readonly generation: Generation;
  readonly #series: Float64Array;
  /** Where the next step begins. */
  #next = 0;

  constructor(generation: Generation) {
    this.generation = generation;
    this.#series = generation.series();
  }

  /** The part that stands in chunks, 0 to 1. */
  get progress(): number {
    return this.#series.length === 0 ? 1 : this.#next / this.#series.length;
  }

  /** True when everything stands in chunks and the log has let go of it. Throws when the disk refuses; the step is then taken again. */
  step(tables: HistoryTables, clock: Clock): boolean {
    const until = clock.monotonic() + STEP_MS;
    const next = tables.atOnce(() => {
      let place = this.#next;
      while (place < this.#series.length) {
        const series = this.#series[place++] as number;
        tables.chunks.put(series, this.generation.samplesOf(series));
        if (clock.monotonic() >= until) break;
      }
      if (place >= this.#series.length) tables.forgetLog(this.generation.lastBlock);
      return place;
    });
    this.#next = next;
    return next >= this.#series.length;
  }
}
