// The end of charging, as a meter sees it.
import { meterPoints } from "../measurands.ts";
import type { Meter, Reading, Stamp } from "../twin.ts";

/** Power and current fall to zero: the transaction has ended or the connector is free. */
export function silence(meter: Meter, { at, received }: Stamp): Meter {
  if (!meter.readings.some((reading) => isHeard(reading, at))) return meter;
  const readings = meter.readings.map((reading) => {
    if (!isHeard(reading, at)) return reading;
    const { stale: _, ...kept } = reading;
    return { ...kept, value: 0, at, received };
  });
  return { ...meter, readings };
}

/** A reading that falls to zero at the end, was taken before `at` and is not zero already. */
function isHeard({ point, value, stale, at: sampledAt }: Reading, at: number): boolean {
  return meterPoints[point]?.measurand.zeroAtEnd === true && sampledAt <= at && (value !== 0 || stale === true);
}
