// Runs through the samples of a series once, in the order of time, and makes of them the values of adjacent intervals. Pure.
import type { EpochMs } from "../std/clock.ts";
import type { HistorySample } from "../twin/ports.ts";
import { aggregateOf, type Aggregated, type AggregateName } from "./aggregates.ts";
import { interpolatedBound, isUsable, type AggregateRules } from "./interpolation.ts";
import { noOutages, type Outages } from "./outages.ts";
import { isBefore, isBehind, type Interval } from "./intervals.ts";
import { Tally } from "./tally.ts";

export class Aggregation {
  readonly #name: AggregateName;
  readonly #rules: AggregateRules;
  readonly #outages: Outages;
  readonly #tallies: readonly Tally[];
  /** The first interval to which a sample may still belong, the first that a line may still touch, the first with no known value at its beginning. */
  #current = 0;
  #open = 0;
  #begun = 0;
  #before: HistorySample | undefined;
  #earlier: HistorySample | undefined;
  #skippedAt: EpochMs | undefined;
  #firstAt: EpochMs | undefined;
  #lastAt: EpochMs | undefined;

  /**
   * @param intervals in the order of time, each beginning where the one before ends
   * @param outages from the first sample to the last
   */
  constructor(
    name: AggregateName,
    intervals: readonly Interval[],
    rules: AggregateRules,
    outages: Outages = noOutages,
  ) {
    this.#name = name;
    this.#rules = rules;
    this.#outages = outages;
    this.#tallies = intervals.map((interval) => new Tally(interval, rules));
  }

  /** The next sample: also those before the first interval and behind the last, from one usable one to the other. */
  add(sample: HistorySample): void {
    this.#firstAt ??= sample.at;
    this.#lastAt = sample.at;
    while (this.#current < this.#tallies.length && this.#isBehindCurrent(sample.at)) this.#current++;
    const tally = this.#tallies[this.#current];
    if (tally !== undefined && !isBefore(tally.interval, sample.at)) tally.add(sample);
    if (isUsable(sample, this.#rules)) this.#connect(sample);
    else this.#skippedAt ??= sample.at;
  }

  /** The values of the intervals, in the order of time. */
  results(): Aggregated[] {
    const around = { before: this.#before, earlier: this.#earlier, skippedAt: this.#skippedAt, after: undefined };
    for (const tally of this.#tallies) {
      const { interval } = tally;
      tally.atBegin ??= interpolatedBound(tally.begin, around, this.#rules, this.#outages);
      if (!this.#rules.stepped) tally.extrapolate(around);
      // Nothing is there that could have been missed where nothing was ever seen.
      if (this.#before !== undefined) this.#breakUnlessSeen(tally, this.#before.at, Infinity);
      tally.hasDataBefore = this.#firstAt !== undefined && this.#firstAt <= interval.lo;
      tally.hasDataBehind = this.#lastAt !== undefined && this.#lastAt >= interval.hi;
    }
    const { of } = aggregateOf(this.#name);
    return this.#tallies.map(of);
  }

  #isBehindCurrent(at: EpochMs): boolean {
    const tally = this.#tallies[this.#current];
    return tally !== undefined && isBehind(tally.interval, at);
  }

  /** A line from the usable sample before to this one. */
  #connect(sample: HistorySample): void {
    const before = this.#before;
    this.#begin(sample);
    if (before === undefined) for (const tally of this.#tallies) this.#breakUnlessSeen(tally, -Infinity, sample.at);
    else if (!this.#rules.stepped) this.#draw(before, sample);
    this.#earlier = before;
    this.#before = sample;
    this.#skippedAt = undefined;
  }

  /** Intervals that begin at or before this sample, and behind the one before. */
  #begin(after: HistorySample): void {
    for (; ; this.#begun++) {
      const tally = this.#tallies[this.#begun];
      if (tally === undefined || tally.begin > after.at) return;
      const isHere = tally.begin === after.at;
      const around = {
        before: isHere ? after : this.#before,
        earlier: this.#earlier,
        skippedAt: this.#skippedAt,
        after,
      };
      tally.atBegin = interpolatedBound(tally.begin, around, this.#rules, this.#outages);
    }
  }

  #draw(before: HistorySample, after: HistorySample): void {
    const isBroken = this.#outages.breaks(before, after);
    const isUnsure = isBroken || this.#skippedAt !== undefined || before.quality !== "Good" || after.quality !== "Good";
    for (let place = this.#open; place < this.#tallies.length; place++) {
      const tally = this.#tallies[place];
      if (tally === undefined || tally.interval.lo >= after.at) return;
      tally.addLine(before, after, isUnsure);
      if (isBroken) tally.break(before.at, after.at);
      if (tally.interval.hi <= after.at) this.#open = place + 1;
    }
  }

  /** Before the first usable sample and behind the last one there is no line that could be broken. */
  #breakUnlessSeen(tally: Tally, from: EpochMs, to: EpochMs): void {
    const { lo, hi } = tally.interval;
    if (this.#outages.touches(Math.max(from, lo), Math.min(to, hi))) tally.break(from, to);
  }
}
