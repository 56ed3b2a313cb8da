// Fewer samples of a history that still look the same in a trend: peaks, ends, doubts and gaps stay. Pure; one pass, bounded memory.
import type { EpochMs } from "../std/clock.ts";
import type { HistorySample } from "../twin/ports.ts";
import type { TrendSample } from "./shapes.ts";

interface Range {
  readonly from: EpochMs;
  /** Inclusive. */
  readonly to: EpochMs;
}

/** What is kept of one part of the range. */
interface Bucket {
  readonly first: HistorySample;
  last: HistorySample;
  /** Of what can be compared: numbers and Booleans. */
  least?: HistorySample;
  greatest?: HistorySample;
  /** The first that is not Good: doubt must not vanish. */
  doubtful?: HistorySample;
  firstLost?: HistorySample;
  lastLost?: HistorySample;
}

/** Takes samples in the order of time and keeps at most seven of each of `buckets` parts of the range. */
export class Thinning {
  readonly #from: EpochMs;
  readonly #width: number;
  readonly #buckets = new Map<number, Bucket>();

  constructor({ from, to }: Range, buckets: number) {
    this.#from = from;
    this.#width = (to - from + 1) / buckets;
  }

  take(sample: HistorySample): void {
    const place = Math.floor((sample.at - this.#from) / this.#width);
    const bucket = this.#buckets.get(place);
    if (bucket === undefined) {
      const begun: Bucket = { first: sample, last: sample };
      this.#buckets.set(place, begun);
      note(begun, sample);
    } else {
      bucket.last = sample;
      note(bucket, sample);
    }
  }

  /** In the order of time, none twice. */
  kept(): readonly TrendSample[] {
    const kept: TrendSample[] = [];
    for (const bucket of this.#buckets.values()) {
      const samples = new Set(Object.values(bucket) as HistorySample[]);
      for (const { at, value, quality } of [...samples].toSorted((a, b) => a.at - b.at)) kept.push([at, value, quality]);
    }
    return kept;
  }
}

function note(bucket: Bucket, sample: HistorySample): void {
  if (sample.quality === "Lost") {
    bucket.firstLost ??= sample;
    bucket.lastLost = sample;
    return;
  }
  if (sample.quality !== "Good") bucket.doubtful ??= sample;
  const { value } = sample;
  if (typeof value === "string" || value === null) return;
  if (bucket.least === undefined || value < (bucket.least.value as number)) bucket.least = sample;
  if (bucket.greatest === undefined || value > (bucket.greatest.value as number)) bucket.greatest = sample;
}
