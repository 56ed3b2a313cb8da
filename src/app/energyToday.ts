// How much energy the transactions of today have taken: those that have ended as the ledger has them, asked for once in a while on its own
// thread; those that run and have begun today, and those that have ended since, as the twins have them. What has begun before counts, whole,
// once it has ended: what of it was taken today nobody knows. Where two end on a connector within a minute the first counts from the next asking on.
import type { Clock, EpochMs } from "../std/clock.ts";
import { localTime, utcOf } from "../std/timeZones.ts";
import type { Readings } from "../store/readings.ts";
import type { EndedEnergy } from "../twin/keptPages.ts";
import type { Transaction, Twin } from "../twin/twin.ts";

const DAY_MS = 86_400_000;
const ASK_EVERY_MS = 60_000;
const COUNT_EVERY_MS = 5000;
/** What was received so long ago is in the ledger, or will never be. */
const SURELY_KEPT_MS = 5000;

export interface EnergySources {
  readonly clock: Clock;
  /** Of the site. */
  readonly timeZone: string;
  readonly ledger: Pick<Readings["state"], "energyEnded">;
  readonly twins: () => Iterable<Twin>;
}

/** What has ended since `since` as far as it was received before `receivedBefore`; undefined where the ledger cannot be read. */
interface Ended {
  readonly since: EpochMs;
  readonly receivedBefore: EpochMs;
  readonly kept: EndedEnergy | undefined;
}

export class EnergyToday {
  readonly #sources: EnergySources;
  #ended: Ended | undefined;
  #askAt = 0;
  #countAt = 0;
  #energy: number | undefined;

  constructor(sources: EnergySources) {
    this.#sources = sources;
  }

  /** Wh; undefined while it is not known. It asks nothing while nobody wants to know. */
  current(): number | undefined {
    const { clock, timeZone } = this.#sources;
    const since = midnightBefore(clock.now(), timeZone);
    if (clock.monotonic() >= this.#askAt || (this.#ended !== undefined && this.#ended.since !== since))
      this.#ask(since);
    if (clock.monotonic() >= this.#countAt) this.#count(since);
    return this.#energy;
  }

  #ask(since: EpochMs): void {
    const { clock, ledger } = this.#sources;
    this.#askAt = clock.monotonic() + ASK_EVERY_MS;
    const receivedBefore = clock.now() - SURELY_KEPT_MS;
    // Until it has answered for the new day, what ended on the day before does not count.
    if (this.#ended?.since !== since) this.#ended = { since, receivedBefore, kept: undefined };
    void ledger.energyEnded({ since, receivedBefore }).then((read) => {
      // What was read last stays until it can be read again.
      if ("fault" in read) return;
      this.#ended = { since, receivedBefore, kept: read.answer };
      this.#countAt = 0;
    });
  }

  #count(since: EpochMs): void {
    const { clock, twins } = this.#sources;
    this.#countAt = clock.monotonic() + COUNT_EVERY_MS;
    const { kept, receivedBefore = 0 } = this.#ended ?? {};
    if (kept === undefined) {
      this.#energy = undefined;
      return;
    }
    let sum = kept.energy;
    for (const { connectors } of twins())
      for (const { transaction } of connectors.values()) {
        if (transaction === undefined) continue;
        if (isOutsideLedger(transaction, since, receivedBefore)) sum += transaction.energy ?? 0;
        sum -= takenBack(transaction, kept);
      }
    this.#energy = sum;
  }
}

function isOutsideLedger({ active, start, stop }: Transaction, since: EpochMs, receivedBefore: EpochMs): boolean {
  return (active && start.at >= since) || (stop !== undefined && stop.received >= receivedBefore && stop.at >= since);
}

/** What the ledger had counted of an end that was only presumed, and that has given way to what the charge point says. */
function takenBack({ transactionId, stop }: Transaction, { presumed }: EndedEnergy): number {
  return stop === undefined || stop.presumed === true ? 0 : (presumed.get(transactionId) ?? 0);
}

function midnightBefore(now: EpochMs, timeZone: string): EpochMs {
  const midnight = localTime(new Date(now), timeZone);
  midnight.setUTCHours(0, 0, 0, 0);
  // Where clocks are set back at midnight it comes twice: the first one counts.
  return utcOf(midnight.getTime(), timeZone, midnight.getTime() - DAY_MS);
}
