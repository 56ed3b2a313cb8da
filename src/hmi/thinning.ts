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

/** So many for each part are few enough to be kept as they are. */
const FEW = 4;

/** Takes samples in the order of time and keeps at most seven of each of `buckets` parts of the range; all while they are few. */
export class Thinning {
  readonly #from: EpochMs;
  readonly #width: number;
  readonly #most: number;
  /** All of them, while they are few. */
  #whole: HistorySample[] | undefined = [];
  readonly #buckets = new Map<number, Bucket>();

  constructor({ from, to }: Range, buckets: number) {
    this.#from = from;
    this.#width = (to - from + 1) / buckets;
    this.#most = FEW * buckets;
  }

  take(sample: HistorySample): void {
    this.#whole?.push(sample);
    this.#note(sample);
    if (this.#whole !== undefined && this.#whole.length > this.#most) this.#whole = undefined;
  }

  /** In the order of time, none twice. */
  kept(): readonly TrendSample[] {
    const kept = this.#whole ?? [...this.#buckets.values()].flatMap(samplesOf);
    return kept.map(({ at, value, quality }) => [at, value, quality]);
  }

  #note(sample: HistorySample): void {
    const place = Math.floor((sample.at - this.#from) / this.#width);
    const bucket = this.#buckets.get(place) ?? { first: sample, last: sample };
    this.#buckets.set(place, bucket);
    bucket.last = sample;
    note(bucket, sample);
  }
}

function samplesOf(bucket: Bucket): HistorySample[] {
  return [...new Set(Object.values(bucket) as HistorySample[])].toSorted((a, b) => a.at - b.at);
}

function note(bucket: Bucket, sample: HistorySample): void {
  if (sample.quality === "Lost") {
    bucket.firstLost ??= sample;
    bucket.lastLost = sample;
    return;
  }
  if (sample.quality !== "Good") bucket.doubtful ??= sample;
  if (typeof sample.value === "string" || sample.value === null) return;
  if (bucket.least === undefined || sizeOf(sample) < sizeOf(bucket.least)) bucket.least = sample;
  if (bucket.greatest === undefined || sizeOf(sample) > sizeOf(bucket.greatest)) bucket.greatest = sample;
}

function sizeOf({ value }: HistorySample): number {
  return Number(value);
}
