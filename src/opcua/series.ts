// The kept samples of one datapoint, asked for page by page: what is next to a time, and what is around it. Judges nothing of OPC UA.
import type { EpochMs } from "../std/clock.ts";
import type { History, HistoryPage, HistoryQuery, HistorySample } from "../twin/ports.ts";
import { isUsable, type AggregateRules, type Neighbours, type Surroundings } from "./interpolation.ts";

/** Whatever is kept lies between these. */
export const EARLIEST: EpochMs = 0;
export const LATEST: EpochMs = Date.UTC(9999, 0, 1);

/** Samples of one question when many are gone through. */
const PAGE = 10_000;
/** A usable sample further away than so many unusable ones is not looked for (OPC 10000-11 §4.4 leaves it to the server). */
const MAX_SEARCHED = 10_000;
const SEARCH_PAGES = [2, 100, MAX_SEARCHED - 102] as const;

export type Datapoint = Pick<HistoryQuery, "chargePointId" | "connector" | "path">;
type Range = Pick<HistoryQuery, "from" | "to" | "limit" | "after">;

export class Series {
  readonly #history: History;
  readonly #datapoint: Datapoint;

  constructor(history: History, datapoint: Datapoint) {
    this.#history = history;
    this.#datapoint = datapoint;
  }

  page(range: Range): Promise<HistoryPage> {
    return this.#history.read({ ...this.#datapoint, ...range });
  }

  /** The sample at a time, or the next one in a direction; undefined when there is none. */
  async next(from: EpochMs, isBackward: boolean): Promise<HistorySample | undefined> {
    const { samples } = await this.page({ from, to: isBackward ? EARLIEST : LATEST, limit: 1 });
    return samples[0];
  }

  /** Samples from a time in a direction, up to and with as many usable ones as wanted. */
  async search(from: EpochMs, isBackward: boolean, rules: AggregateRules, wanted = 1): Promise<HistorySample[]> {
    const found: HistorySample[] = [];
    const range = { from, to: isBackward ? EARLIEST : LATEST };
    let missing = wanted;
    for (const limit of SEARCH_PAGES) {
      const { samples, more } = await this.page({ ...range, limit, ...afterOf(found) });
      for (const sample of samples) {
        found.push(sample);
        if (isUsable(sample, rules)) missing--;
        if (missing === 0) return found;
      }
      if (!more) break;
    }
    return found;
  }

  /** Hands every sample of a range, both ends included, to `take`, in the order of time. */
  async forEach(from: EpochMs, to: EpochMs, take: (sample: HistorySample) => void): Promise<void> {
    if (from > to) return;
    let last: readonly HistorySample[] = [];
    for (;;) {
      const { samples, more } = await this.page({ from, to, limit: PAGE, ...afterOf(last) });
      for (const sample of samples) take(sample);
      if (!more || samples.length === 0) return;
      last = samples;
    }
  }

  /** What is next to a time, whatever its quality. */
  async neighbours(at: EpochMs): Promise<Neighbours> {
    const [before, after] = await Promise.all([this.next(at, true), this.next(at + 1, false)]);
    return { before, after };
  }

  /** What an interpolation at a time needs. */
  async around(at: EpochMs, rules: AggregateRules): Promise<Surroundings> {
    const earlierSamples = await this.search(at, true, rules, rules.useSlopedExtrapolation ? 2 : 1);
    const [before, earlier] = earlierSamples.filter((sample) => isUsable(sample, rules));
    const isHere = before?.at === at;
    const laterSamples = isHere ? [] : await this.search(at + 1, false, rules);
    const after = laterSamples.find((sample) => isUsable(sample, rules));
    const skipped = before === undefined ? [] : earlierSamples.slice(0, earlierSamples.indexOf(before));
    const firstSkipped = skipped.at(-1) ?? laterSamples.find((sample) => !isUsable(sample, rules));
    return { before, earlier, skippedAt: firstSkipped?.at, after };
  }
}

function afterOf(samples: readonly HistorySample[]): Pick<Range, "after"> {
  const last = samples.at(-1);
  return last === undefined ? {} : { after: last.at };
}
