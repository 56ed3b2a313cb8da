// Which readings have not been renewed for three sample intervals while a transaction runs. Pure; the caller brings the time.
import type { EpochMs } from "../std/clock.ts";
import type { Connector, Meter } from "./twin.ts";
import type { VendorFlags } from "./vendorProfile.ts";

const INTERVALS = 3;
/** Taken for the sample interval until two samples have shown it, where the vendor profile says nothing. */
const ASSUMED_INTERVAL_SECONDS = 300;

/** The sample interval of a meter in ms: the median distance of its last samples. */
function sampleIntervalMs(meter: Meter, { meterIntervalSeconds = ASSUMED_INTERVAL_SECONDS }: VendorFlags): number {
  const sorted = [...meter.distancesMs].toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? meterIntervalSeconds * 1000;
}

/** Meter points of `connector` that became stale by `now`: older than three sample intervals during a transaction. */
export function stalePoints(connector: Connector, now: EpochMs, flags: VendorFlags = {}): number[] {
  const { transaction } = connector;
  if (transaction?.active !== true) return [];
  const oldest = now - INTERVALS * sampleIntervalMs(connector.meter, flags);
  // A transaction that has just begun has had no time to send samples.
  if (transaction.start.received > oldest) return [];
  return connector.meter.readings
    .filter(({ received, stale }) => received < oldest && stale !== true)
    .map(({ point }) => point);
}
