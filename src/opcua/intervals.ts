// The intervals of a processed read (OPC 10000-13 §5.4.2.2, Table 12). Pure.
import type { EpochMs } from "../std/clock.ts";

/** One interval; when time flows backward it begins at `hi` and holds (lo, hi], else [lo, hi). */
export interface Interval {
  readonly lo: EpochMs;
  readonly hi: EpochMs;
  readonly isBackward: boolean;
  /** Shorter than the others, because the range ends. */
  readonly isCut: boolean;
}

export interface Range {
  readonly start: EpochMs;
  /** Before `start` when time flows backward; never the same. */
  readonly end: EpochMs;
  /** Length of an interval in ms, above 0. */
  readonly length: number;
}

/** How many intervals the range has. */
export function countOf({ start, end, length }: Range): number {
  return Math.ceil(Math.abs(end - start) / length);
}

/** The interval at a place, counted from the start in the direction of time. */
export function intervalAt(range: Range, place: number): Interval {
  const { start, end, length } = range;
  const isBackward = end < start;
  const sign = isBackward ? -1 : 1;
  const first = start + sign * place * length;
  const isCut = (place + 1) * length > Math.abs(end - start);
  // Reckoned as the next one's first: a length need not be a whole number, and a rounding between them would be a gap.
  const last = place + 1 >= countOf(range) ? end : start + sign * (place + 1) * length;
  return { lo: Math.min(first, last), hi: Math.max(first, last), isBackward, isCut };
}

/** The time that an interval bears and at which it begins. */
export function beginOf({ lo, hi, isBackward }: Interval): EpochMs {
  return isBackward ? hi : lo;
}

export function isBefore({ lo, isBackward }: Interval, at: EpochMs): boolean {
  return isBackward ? at <= lo : at < lo;
}

export function isBehind({ hi, isBackward }: Interval, at: EpochMs): boolean {
  return isBackward ? at > hi : at >= hi;
}
