// The end of charging, as a meter sees it.
import { meterPoints } from "../measurands.ts";
import type { Meter, Reading, Stamp } from "../twin.ts";

/** Power and current fall to zero: the transaction has ended or the connector is free. */
export function silence(meter: Meter, { at, received }: Stamp): Meter {
  let readings: Map<number, Reading> | undefined;
  for (const [point, reading] of meter.readings) {
    if (meterPoints[point]?.measurand.zeroAtEnd !== true || reading.at > at) continue;
    if (reading.value === 0 && reading.stale !== true) continue;
    readings ??= new Map(meter.readings);
    const { stale: _, ...kept } = reading;
    readings.set(point, { ...kept, value: 0, at, received });
  }
  return readings === undefined ? meter : { ...meter, readings };
}
