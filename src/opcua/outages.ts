// When a charge point was not connected, or the bridge was down: what lies between two samples there was not seen by anybody, so that nothing
// that is calculated from it is Good (OPC 10000-13 §5.3.3). Judges nothing but times.
import type { EpochMs } from "../std/clock.ts";
import type { HistorySample } from "../twin/ports.ts";
import type { Series } from "./series.ts";

export interface Outage {
  readonly from: EpochMs;
  /** Infinity while it lasts. */
  readonly to: EpochMs;
}

type Times = Pick<HistorySample, "at">;

export class Outages {
  readonly #outages: readonly Outage[];
  readonly #knownUntil: EpochMs;

  /** @param outages in the order of time; behind `knownUntil` there may be more of them */
  constructor(outages: readonly Outage[], knownUntil: EpochMs = Infinity) {
    this.#outages = outages;
    this.#knownUntil = knownUntil;
  }

  /** Whether any of the time was one of an outage. */
  touches(from: EpochMs, to: EpochMs): boolean {
    return to > this.#knownUntil || (this.#after(from)?.from ?? Infinity) < to;
  }

  /**
   * Whether what lies between two samples that follow each other was not seen. Where the charge point itself has sampled both
   * during the same outage and sent them later, they are as close to each other as any others.
   */
  breaks(before: Times, after: Times): boolean {
    if (after.at > this.#knownUntil) return true;
    const outage = this.#after(before.at);
    if (outage === undefined || outage.from >= after.at) return false;
    return outage.from > before.at || outage.to < after.at;
  }

  /**
   * Whether a state is not known to have lasted until a time. When it is connected again the charge point tells what has changed
   * (OCPP 1.6 §4.9), so that a state which was not told anew holds from then on.
   */
  hides(at: EpochMs, before: Times, after: Times | undefined): boolean {
    if (at > this.#knownUntil) return true;
    const outage = this.#after(at);
    if (outage === undefined || outage.from > at) return false;
    return after === undefined || outage.from > before.at || outage.to < after.at;
  }

  /** The first that ends behind a time. */
  #after(at: EpochMs): Outage | undefined {
    let low = 0;
    let high = this.#outages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#outages[middle]?.to ?? Infinity) > at) high = middle;
      else low = middle + 1;
    }
    return this.#outages[low];
  }
}

export const noOutages = new Outages([]);

/** Outages of one answer; behind them everything is taken for one. */
const MAX_OUTAGES = 5000;

/** Those of a range, both ends included, by what has been kept of `State/Connected`; while nothing was kept of it there were none. */
export async function readOutages(connected: Series, from: EpochMs, to: EpochMs): Promise<Outages> {
  const outages: Outage[] = [];
  const first = await connected.next(from, true);
  let since = first !== undefined && isOutage(first) ? first.at : undefined;
  const { samples, more } = await connected.page({
    from: from + 1,
    to: Math.max(to, from + 1),
    limit: 2 * MAX_OUTAGES,
  });
  for (const sample of samples)
    if (isOutage(sample)) since ??= sample.at;
    else if (since !== undefined) {
      outages.push({ from: since, to: sample.at });
      since = undefined;
    }
  if (since !== undefined) outages.push({ from: since, to: Infinity });
  return new Outages(outages, more ? samples.at(-1)?.at : Infinity);
}

/** Where it is not known whether it was connected, nothing was seen either. */
function isOutage({ value, quality }: HistorySample): boolean {
  return value === false || quality === "Lost";
}
