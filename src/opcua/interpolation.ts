// The value of a series between its samples (OPC 10000-13 §3.1.8, §3.1.9). Pure: knows no store and no OPC UA library.
import type { EpochMs } from "../std/clock.ts";
import type { HistorySample } from "../twin/ports.ts";
import { noOutages, type Outages } from "./outages.ts";

/** How a series is calculated with (OPC 10000-13 §4.2.1.2). */
export interface AggregateRules {
  /** The last value holds until the next one; otherwise a straight line leads from one to the other. */
  readonly stepped: boolean;
  readonly treatUncertainAsBad: boolean;
  /** 0 to 100. */
  readonly percentDataBad: number;
  /** 0 to 100; at least 100 - percentDataBad. */
  readonly percentDataGood: number;
  readonly useSlopedExtrapolation: boolean;
}

/** A value at a time that need not be that of a sample. */
export interface Calculated {
  readonly at: EpochMs;
  /** Undefined where there is none. */
  readonly value: HistorySample["value"] | undefined;
  readonly quality: HistorySample["quality"] | "NoData";
  /** The sample that it is; undefined when it has been calculated. */
  readonly raw?: HistorySample;
}

/** The samples around a time. */
export interface Surroundings {
  /** The last usable sample at or before the time. */
  readonly before: HistorySample | undefined;
  /** The usable one before that. */
  readonly earlier: HistorySample | undefined;
  /** The first sample after `before` that is not usable; undefined when there is none before `after`. */
  readonly skippedAt: EpochMs | undefined;
  /** The first usable sample after the time. */
  readonly after: HistorySample | undefined;
}

/** The samples next to a time, whatever their quality. */
export type Neighbours = Pick<Surroundings, "before" | "after">;

/** Whether a sample counts: calculating needs numbers, repeating needs none. */
export function isUsable({ quality, value }: HistorySample, rules: AggregateRules): boolean {
  if (quality === "Bad" || quality === "Lost" || (quality === "Uncertain" && rules.treatUncertainAsBad)) return false;
  return rules.stepped || typeof value === "number";
}

export function noData(at: EpochMs): Calculated {
  return { at, value: undefined, quality: "NoData" };
}

/** The Interpolated Bounding Value at a time (OPC 10000-13 §3.1.8). */
export function interpolatedBound(
  at: EpochMs,
  around: Surroundings,
  rules: AggregateRules,
  outages: Outages = noOutages,
): Calculated {
  const { before, after, skippedAt } = around;
  if (before === undefined) return noData(at);
  if (before.at === at) return rawAt(before);
  // A step does not depend on what comes later, as long as something does.
  const holds = rules.stepped && (after !== undefined || (skippedAt !== undefined && skippedAt > at));
  if (!holds && after === undefined) return extrapolated(at, around, rules);
  const hasSkipped = skippedAt !== undefined && (!rules.stepped || skippedAt <= at);
  const isHidden = holds || after === undefined ? outages.hides(at, before, after) : outages.breaks(before, after);
  const isUnsure = isHidden || hasSkipped || before.quality !== "Good" || (!holds && after?.quality !== "Good");
  const value = holds || after === undefined ? before.value : onLine(before, after, at);
  return { at, value, quality: isUnsure ? "Uncertain" : "Good" };
}

/** The Simple Bounding Value at a time, from the samples next to it whatever their quality (OPC 10000-13 §3.1.9). */
export function simpleBound(
  at: EpochMs,
  { before, after }: Neighbours,
  rules: AggregateRules,
  outages: Outages = noOutages,
): Calculated {
  if (before?.at === at) return rawAt(before);
  if (before === undefined || after === undefined || !isUsable(before, rules)) return noData(at);
  const hasLine = !rules.stepped && isUsable(after, rules);
  const isHidden = rules.stepped ? outages.hides(at, before, after) : outages.breaks(before, after);
  const isGood = !isHidden && before.quality === "Good" && (rules.stepped || (hasLine && after.quality === "Good"));
  const value = hasLine ? onLine(before, after, at) : before.value;
  return { at, value, quality: isGood ? "Good" : "Uncertain" };
}

function rawAt(sample: HistorySample): Calculated {
  return { at: sample.at, value: sample.value, quality: sample.quality, raw: sample };
}

/** Behind the last sample nothing is certain. */
function extrapolated(at: EpochMs, { before, earlier }: Surroundings, rules: AggregateRules): Calculated {
  const isSloped = rules.useSlopedExtrapolation && !rules.stepped && earlier !== undefined && before !== undefined;
  const value = isSloped ? onLine(earlier, before, at) : before?.value;
  return { at, value, quality: "Uncertain" };
}

/** The value at a time of the straight line through two samples. */
export function onLine(first: HistorySample, second: HistorySample, at: EpochMs): number {
  const from = Number(first.value);
  return from + ((at - first.at) / (second.at - first.at)) * (Number(second.value) - from);
}
