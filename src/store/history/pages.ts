// One page of the history of a datapoint: what stands in chunks, what does not yet, and what is missing, as one row in the order of time. Pure.
import type { EpochMs } from "../../std/clock.ts";
import type { HistoryPage, HistoryQuery, HistorySample } from "../../twin/ports.ts";
import type { Span } from "./lostSpans.ts";

/** Everything that is kept of one datapoint. */
export interface KeptSeries {
  /** From `from` to `to`, both inclusive, in that direction. */
  readonly chunks: (from: EpochMs, to: EpochMs) => Iterable<HistorySample>;
  /** What stands in no chunk yet, the same way, one for each time. It has come later than what stands in chunks. */
  readonly open: (from: EpochMs, to: EpochMs) => readonly HistorySample[];
  /** When samples are known to be missing, the same way: at least the first `most` gaps, in any order. */
  readonly lost: (from: EpochMs, to: EpochMs, most: number) => readonly Span[];
}

interface Range {
  readonly from: EpochMs;
  /** Inclusive; before `from` it is backwards. */
  readonly to: EpochMs;
}

const EVER: EpochMs = 2 ** 52;

export function pageOf(series: KeptSeries, query: HistoryQuery): HistoryPage {
  const { from, to, after, bounds } = query;
  const limit = Math.max(1, Math.trunc(query.limit));
  const isBackward = from > to;
  const begin = after === undefined ? from : isBackward ? Math.min(from, after - 1) : Math.max(from, after + 1);
  const isOver = isBackward ? begin < to : begin > to;
  const samples = isOver ? [] : take(series, { from, to }, limit + 1, begin);
  const more = samples.length > limit;
  const page = more ? samples.slice(0, limit) : samples;
  return { samples: bounds === true ? withBounds(series, query, { samples: page, more }) : page, more };
}

/** The sample before the range stands on its first page, the one behind it on its last. */
function withBounds(
  series: KeptSeries,
  { from, to, after }: HistoryQuery,
  { samples, more }: HistoryPage,
): readonly HistorySample[] {
  const isBackward = from > to;
  const step = isBackward ? -1 : 1;
  const [first, last] = [samples[0], samples.at(-1)];
  const isBeginWanted = after === undefined && first?.at !== from;
  const isEndWanted = !more && last?.at !== to && after !== to;
  const begin = isBeginWanted ? take(series, { from: from - step, to: isBackward ? EVER : -EVER }, 1) : [];
  const end = isEndWanted ? take(series, { from: to + step, to: isBackward ? -EVER : EVER }, 1) : [];
  return [...begin, ...samples, ...end];
}

/** @param begin where in the range */
function take(series: KeptSeries, range: Range, most: number, begin = range.from): HistorySample[] {
  const taken: HistorySample[] = [];
  const { from, to } = range;
  const isBackward = from > to;
  const kept = merged(series.chunks(begin, to), series.open(begin, to), isBackward);
  const marks = marksOf(series, range, most, begin);
  for (const sample of marks.length === 0 ? kept : merged(kept, marks, isBackward)) {
    taken.push(sample);
    if (taken.length >= most) break;
  }
  return taken;
}

/**
 * What stands for the gaps of a range (OPC 10000-11 §4.3): one where a gap begins, or the range where it has begun before, and one where
 * it ends.
 */
function marksOf(series: KeptSeries, { from, to }: Range, most: number, begin: EpochMs): HistorySample[] {
  const isBackward = from > to;
  const [low, high] = isBackward ? [to, begin] : [from, to];
  // Each has a mark from `begin` on, except perhaps the first, which began before it and ends behind the range.
  const gaps = series.lost(begin, to, most + 1);
  const times = gaps
    .flatMap((gap) => [Math.max(gap.from, low), gap.to])
    .filter((at) => at <= high && (isBackward || at >= begin));
  const inOrder = [...new Set(times)].toSorted((a, b) => (isBackward ? b - a : a - b));
  return inOrder.map((at) => ({ at, received: at, value: null, quality: "Lost" }));
}

function* merged(
  chunks: Iterable<HistorySample>,
  open: readonly HistorySample[],
  isBackward: boolean,
): Generator<HistorySample> {
  let next = 0;
  for (const kept of chunks) {
    for (; next < open.length; next++) {
      const waiting = open[next] as HistorySample;
      if (isBackward ? waiting.at <= kept.at : waiting.at >= kept.at) break;
      yield waiting;
    }
    const rival = open[next];
    if (rival?.at !== kept.at) yield kept;
    else {
      next++;
      yield rival.quality !== "Lost" && rival.received >= kept.received ? rival : kept;
    }
  }
  yield* open.slice(next);
}
