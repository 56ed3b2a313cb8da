// The end of charging, as a meter sees it.
import { meterPoints } from "../measurands.ts";
import type { Meter, Reading, Stamp } from "../twin.ts";

/**
 * Power and current fall to zero: the transaction has ended or the connector is free. The last sample may bear a time a little
 * later than the end, for many charge points send ends in whole seconds; the zero is then as late as that sample.
 */
export function silence(meter: Meter, { at, received, assumed }: Stamp): Meter {
  const silentSince: Stamp = { at, received, ...(assumed && { assumed }) };
  if (!meter.readings.some(isHeard)) return { ...meter, silentSince };
  const readings = meter.readings.map((reading): Reading => {
    if (!isHeard(reading)) return reading;
    const { point, derived } = reading;
    const silent = { point, value: 0, at: Math.max(at, reading.at), received };
    return { ...silent, ...(derived && { derived }), ...(assumed && { assumed }) };
  });
  return { ...meter, readings, silentSince };
}

/** The meter of a connector that charges again. */
export function unsilence({ silentSince: _, ...meter }: Meter): Meter {
  return meter;
}

/** Seconds and their fractions: an end in whole seconds may be earlier than the sample taken with it. */
const TOLERANCE_MS = 1000;

/** A sample of power or current from before the end that arrives after it: nothing flows any more. */
export function isSilenced(reading: Reading, silentSince: Stamp | undefined): boolean {
  if (silentSince === undefined || silentSince.assumed === true || reading.assumed === true) return false;
  return meterPoints[reading.point]?.measurand.zeroAtEnd === true && reading.at <= silentSince.at + TOLERANCE_MS;
}

/** A reading that falls to zero at the end and is not zero already. */
function isHeard({ point, value, stale }: Reading): boolean {
  return meterPoints[point]?.measurand.zeroAtEnd === true && (value !== 0 || stale === true);
}
