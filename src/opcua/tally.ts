// What has been seen in one interval, sample by sample in the order of time, so that an interval may hold any number of samples. Pure.
import type { EpochMs } from "../std/clock.ts";
import type { HistorySample } from "../twin/ports.ts";
import { isUsable, onLine, type AggregateRules, type Calculated, type Surroundings } from "./interpolation.ts";
import { beginOf, isBefore, isBehind, type Interval } from "./intervals.ts";

/** An extreme of the Good values. */
export interface Extreme {
  readonly value: number;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly isRepeated: boolean;
}

export class Tally {
  readonly interval: Interval;
  readonly rules: AggregateRules;
  good = 0;
  uncertain = 0;
  bad = 0;
  /** Of the Good values. */
  sum = 0;
  lowest: Extreme | undefined;
  highest: Extreme | undefined;
  /** Extremes of the Uncertain values. */
  lowestUncertain = Infinity;
  highestUncertain = -Infinity;
  first: HistorySample | undefined;
  last: HistorySample | undefined;
  firstUsable: HistorySample | undefined;
  lastUsable: HistorySample | undefined;
  /** Unusable samples before the first or behind the last usable one. */
  hasSkippedEdge = false;
  /** The value at the beginning; undefined until it is known. */
  atBegin: Calculated | undefined;
  /** Under the lines between usable values, in units times ms, and how much of the interval they cover, ms. */
  area = 0;
  covered = 0;
  isAreaUnsure = false;
  /** In the interval there was a time between samples that nobody has seen. */
  isBroken = false;
  /** It reaches beyond the interval, so that no sample of the interval is on the one side of it. */
  isBrokenAtEdge = false;
  /** Whether any sample is known before the end of the interval's first moment, and behind the interval. */
  hasDataBefore = false;
  hasDataBehind = false;

  constructor(interval: Interval, rules: AggregateRules) {
    this.interval = interval;
    this.rules = rules;
  }

  get count(): number {
    return this.good + this.uncertain + this.bad;
  }

  /** A sample within the interval. */
  add(sample: HistorySample): void {
    this.first ??= sample;
    this.last = sample;
    if (isUsable(sample, this.rules)) {
      this.firstUsable ??= sample;
      this.lastUsable = sample;
      if (this.firstUsable !== this.first) this.hasSkippedEdge = true;
    }
    const { quality, value } = sample;
    if (quality === "Bad" || quality === "Lost") this.bad++;
    else if (quality === "Uncertain") this.#addUncertain(value);
    else this.#addGood(sample);
  }

  #addGood({ value, at }: HistorySample): void {
    this.good++;
    if (typeof value !== "number") return;
    this.sum += value;
    this.lowest = extremeOf(this.lowest, value, at, value < (this.lowest?.value ?? Infinity));
    this.highest = extremeOf(this.highest, value, at, value > (this.highest?.value ?? -Infinity));
  }

  #addUncertain(value: HistorySample["value"]): void {
    this.uncertain++;
    if (typeof value !== "number") return;
    this.lowestUncertain = Math.min(this.lowestUncertain, value);
    this.highestUncertain = Math.max(this.highestUncertain, value);
  }

  /** The line between two usable samples that follow each other, as far as it lies in the interval. */
  addLine(before: HistorySample, after: HistorySample, isUnsure: boolean): void {
    const from = Math.max(before.at, this.interval.lo);
    const to = Math.min(after.at, this.interval.hi);
    if (to <= from) return;
    this.area += ((onLine(before, after, from) + onLine(before, after, to)) / 2) * (to - from);
    this.covered += to - from;
    if (isUnsure) this.isAreaUnsure = true;
  }

  /** Between two usable samples that follow each other there was an outage. */
  break(from: EpochMs, to: EpochMs): void {
    const { interval } = this;
    if (to <= interval.lo || from >= interval.hi) return;
    this.isBroken = true;
    if (isBefore(interval, from) || isBehind(interval, to)) this.isBrokenAtEdge = true;
  }

  /** The rest of the interval behind the last usable sample of all. */
  extrapolate({ before, earlier }: Surroundings): void {
    const { lo, hi } = this.interval;
    if (before === undefined || typeof before.value !== "number") return;
    const from = Math.max(before.at, lo);
    if (hi <= from) return;
    const isSloped = this.rules.useSlopedExtrapolation && earlier !== undefined;
    const valueAt = (at: EpochMs): number => (isSloped ? onLine(earlier, before, at) : Number(before.value));
    this.area += ((valueAt(from) + valueAt(hi)) / 2) * (hi - from);
    this.covered += hi - from;
    this.isAreaUnsure = true;
  }

  /** Where time flows backward the later sample is the first. */
  get flow(): readonly [first: HistorySample | undefined, last: HistorySample | undefined] {
    return this.interval.isBackward ? [this.last, this.first] : [this.first, this.last];
  }

  get begin(): EpochMs {
    return beginOf(this.interval);
  }
}

function extremeOf(known: Extreme | undefined, value: number, at: EpochMs, isBeyond: boolean): Extreme | undefined {
  if (known === undefined || isBeyond) return { value, firstAt: at, lastAt: at, isRepeated: false };
  return value === known.value ? { ...known, lastAt: at, isRepeated: true } : known;
}
