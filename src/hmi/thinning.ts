// Fewer samples of a history that still look the same in a trend: peaks, ends, doubts, gaps and every state stay. Pure; one pass, bounded memory.
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
  /** Of numbers. */
  least?: HistorySample;
  greatest?: HistorySample;
  /** Of everything else: the first sample of each state, and the one that has ended it. */
  states?: Map<HistorySample["value"], State>;
  /** The first that is not Good: doubt must not vanish. */
  doubtful?: HistorySample;
  firstLost?: HistorySample;
  lastLost?: HistorySample;
}

interface State {
  readonly first: HistorySample;
  next?: HistorySample;
}

/** So many for each part are few enough to be kept as they are. */
const FEW = 4;
/** Texts of one part: more than any enumeration of OCPP 1.6 has. */
const MOST_STATES = 24;

/**
 * Takes samples in the order of time and keeps of each of `buckets` parts of the range at most seven that are numbers, and of up to 24 states
 * (texts, Booleans, nothing at all) how the first time began and ended; all while they are few.
 */
export class Thinning {
  readonly #from: EpochMs;
  readonly #width: number;
  readonly #most: number;
  /** All of them, while they are few. */
  #whole: HistorySample[] | undefined = [];
  readonly #buckets = new Map<number, Bucket>();
  #last: HistorySample | undefined;
  #lacksStates = false;

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

  /** Some part has had more states than are kept of one. */
  get lacksStates(): boolean {
    return this.#whole === undefined && this.#lacksStates;
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
    this.#endState(bucket, sample);
    this.#last = sample;
    note(bucket, sample);
    if (typeof sample.value !== "number" && sample.quality !== "Lost" && !noteState(bucket, sample))
      this.#lacksStates = true;
  }

  /** Only of a state that began in the same part: what ends one of the part before is the first sample here, which stays in any case. */
  #endState({ states }: Bucket, sample: HistorySample): void {
    if (this.#last === undefined || this.#last.value === sample.value) return;
    const ended = states?.get(this.#last.value);
    if (ended !== undefined) ended.next ??= sample;
  }
}

function samplesOf({ states, ...bucket }: Bucket): HistorySample[] {
  const ofStates = [...(states?.values() ?? [])].flatMap((state) => Object.values(state) as HistorySample[]);
  const all = [...Object.values(bucket), ...ofStates];
  return [...new Set(all)].toSorted((a, b) => a.at - b.at);
}

function note(bucket: Bucket, sample: HistorySample): void {
  if (sample.quality === "Lost") {
    bucket.firstLost ??= sample;
    bucket.lastLost = sample;
    return;
  }
  if (sample.quality !== "Good") bucket.doubtful ??= sample;
  if (typeof sample.value !== "number") return;
  if (bucket.least === undefined || sample.value < Number(bucket.least.value)) bucket.least = sample;
  if (bucket.greatest === undefined || sample.value > Number(bucket.greatest.value)) bucket.greatest = sample;
}

/** False where there are too many already. */
function noteState(bucket: Bucket, sample: HistorySample): boolean {
  const states = (bucket.states ??= new Map<HistorySample["value"], State>());
  if (states.has(sample.value)) return true;
  if (states.size >= MOST_STATES) return false;
  states.set(sample.value, { first: sample });
  return true;
}
