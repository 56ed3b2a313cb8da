// Whether a series of figures grows: the slope that half of all pairs of points exceed, and whether it is more than chance and more than noise.
// It only calculates.

export interface Point {
  /** Since the start, ms. */
  readonly atMs: number;
  readonly value: number;
}

/** What a series may rise by within the measured time before it is said to grow. */
export interface Allowance {
  readonly absolute: number;
  /** Of its median. */
  readonly share: number;
}

/** `levelling`: it has risen, and rises far more slowly towards the end, as what fills up to a bound does. */
export type Verdict = "flat" | "levelling" | "growing" | "too few points";

export interface Judged {
  readonly verdict: Verdict;
  readonly slopePerHour: number;
  /** By the slope, over the measured time. */
  readonly rise: number;
  readonly allowed: number;
  readonly median: number;
}

const HOUR_MS = 3_600_000;
/** Neighbouring points resemble each other, so that chance is judged by the medians of so many spans. */
const SPANS = 12;
const FEWEST_POINTS = 8;
/** One series in some hundred without a trend has one by chance (one-sided). */
const SIGNIFICANT = 2.33;
/** A leak goes on: what rises by less than this part of its mean slope in its second half fills up to a bound. */
const GOING_ON = 0.4;

/** Judges a series in the order of its times; the warm-up has been left out. */
export function judge(points: readonly Point[], { absolute, share }: Allowance): Judged {
  const middle = median(points.map(({ value }) => value));
  const allowed = Math.max(absolute, share * middle);
  const slope = slopeOf(points);
  const rise = slope * spanOf(points);
  const found = { slopePerHour: slope * HOUR_MS, rise, allowed, median: middle };
  if (points.length < FEWEST_POINTS) return { ...found, verdict: "too few points" };
  if (rise <= allowed || chanceOf(spans(points)) < SIGNIFICANT) return { ...found, verdict: "flat" };
  const goesOn = slopeOf(points.slice(Math.floor(points.length / 2))) > GOING_ON * slope;
  return { ...found, verdict: goesOn ? "growing" : "levelling" };
}

/** Theil and Sen: the median of the slopes of all pairs, which single outliers do not move; per ms. */
function slopeOf(points: readonly Point[]): number {
  const slopes: number[] = [];
  points.forEach((later, index) => {
    for (const earlier of points.slice(0, index))
      if (later.atMs > earlier.atMs) slopes.push((later.value - earlier.value) / (later.atMs - earlier.atMs));
  });
  return median(slopes);
}

const spanOf = (points: readonly Point[]): number => (points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0);

/** Mann and Kendall: how many standard deviations the rises outnumber the falls by. */
function chanceOf(values: readonly number[]): number {
  const count = values.length;
  let sum = 0;
  values.forEach((later, index) => {
    for (const earlier of values.slice(0, index)) sum += Math.sign(later - earlier);
  });
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  return deviation === 0 ? 0 : (sum - Math.sign(sum)) / deviation;
}

function spans(points: readonly Point[]): number[] {
  const count = Math.min(SPANS, points.length);
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index, index + 1].map((end) => Math.floor((end * points.length) / count));
    return median(points.slice(from, to).map(({ value }) => value));
  });
}

/** 0 of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? 0;
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
