// One page of the history of a datapoint: what stands in chunks and what does not yet, as one row in the order of time. Pure.
import type { EpochMs } from "../../std/clock.ts";
import type { HistoryPage, HistoryQuery, HistorySample } from "../../twin/ports.ts";

/** Everything that is kept of one datapoint. */
export interface KeptSeries {
  /** From `from` to `to`, both inclusive, in that direction. */
  readonly chunks: (from: EpochMs, to: EpochMs) => Iterable<HistorySample>;
  /** What stands in no chunk yet, the same way, one for each time. It has come later than what stands in chunks. */
  readonly open: (from: EpochMs, to: EpochMs) => readonly HistorySample[];
}

const EVER: EpochMs = 2 ** 52;

export function pageOf(series: KeptSeries, query: HistoryQuery): HistoryPage {
  const { from, to, after, bounds } = query;
  const limit = Math.max(1, Math.trunc(query.limit));
  const isBackward = from > to;
  const begin = after === undefined ? from : isBackward ? Math.min(from, after - 1) : Math.max(from, after + 1);
  const isOver = isBackward ? begin < to : begin > to;
  const samples = isOver ? [] : take(series, begin, to, limit + 1);
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
  const begin = isBeginWanted ? take(series, from - step, isBackward ? EVER : -EVER, 1) : [];
  const end = isEndWanted ? take(series, to + step, isBackward ? -EVER : EVER, 1) : [];
  return [...begin, ...samples, ...end];
}

function take(series: KeptSeries, from: EpochMs, to: EpochMs, most: number): HistorySample[] {
  const taken: HistorySample[] = [];
  for (const sample of merged(series.chunks(from, to), series.open(from, to), from > to)) {
    taken.push(sample);
    if (taken.length >= most) break;
  }
  return taken;
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
      yield rival.received >= kept.received ? rival : kept;
    }
  }
  yield* open.slice(next);
}
