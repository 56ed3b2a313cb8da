// MeterValues: the newest reading of each meter point, totals from phases, staleness, and silence at the end of charging.
import type { MeterSampled, ReadingsStale } from "../events.ts";
import { meterPoints, totalPointOf } from "../measurands.ts";
import type { Meter, Reading, Twin } from "../twin.ts";
import { changeConnector } from "./connector.ts";
import { meterTransaction } from "./transaction.ts";

const DISTANCES_KEPT = 5;
const THREE_PHASES = 3;

export function sample(twin: Twin, event: MeterSampled): Twin {
  if (event.connector === 0) {
    const meter = sampleMeter(twin.meter, event);
    return meter === twin.meter ? twin : { ...twin, meter };
  }
  return changeConnector(twin, event.connector, (connector) => {
    const meter = sampleMeter(connector.meter, event);
    return meter === connector.meter ? connector : meterTransaction({ ...connector, meter }, event);
  });
}

export function markStale(twin: Twin, { connector, points }: ReadingsStale): Twin {
  return changeConnector(twin, connector, (known) => {
    const readings = new Map(known.meter.readings);
    for (const point of points) {
      const reading = readings.get(point);
      if (reading !== undefined) readings.set(point, { ...reading, stale: true });
    }
    return { ...known, meter: { ...known.meter, readings } };
  });
}

function sampleMeter(meter: Meter, event: MeterSampled): Meter {
  const readings = new Map(meter.readings);
  let newest = meter.sampledAt ?? 0;
  const totals = new Set<number>();
  for (const reading of event.readings) {
    // An older sample never overwrites a newer value; the history takes it from the event.
    if (reading.at < (readings.get(reading.point)?.at ?? 0)) continue;
    readings.set(reading.point, reading);
    newest = Math.max(newest, reading.at);
    const total = totalPointOf(reading.point);
    if (total !== reading.point) totals.add(total);
  }
  for (const total of totals) addTotal(readings, total);
  return { ...meter, readings, ...timing(meter, newest), ...telegramOf(meter, event) };
}

function telegramOf(meter: Meter, { telegram, at, received }: MeterSampled): Pick<Meter, "telegram"> {
  if (telegram === undefined || at < (meter.telegram?.at ?? 0)) return {};
  return { telegram: { text: telegram, at, received } };
}

/** Remembers the last distances between samples: their median is the sample interval when the charge point's is not known. */
function timing(meter: Meter, newest: number): Pick<Meter, "sampledAt" | "distancesMs"> {
  if (newest === 0) return { distancesMs: meter.distancesMs };
  const distance = newest - (meter.sampledAt ?? newest);
  if (distance <= 0) return { sampledAt: newest, distancesMs: meter.distancesMs };
  return {
    sampledAt: newest,
    distancesMs: [...meter.distancesMs, distance].slice(-DISTANCES_KEPT),
  };
}

/** The measurand's own node carries the total of its phases unless the charge point sends one. */
function addTotal(readings: Map<number, Reading>, total: number): void {
  const known = readings.get(total);
  if (known !== undefined && known.derived === undefined) return;
  // L1, L2, L3; for a meter that measures between lines L1-L2, L2-L3, L3-L1.
  const lines = phaseReadings(readings, total + 1);
  const parts = lines.length > 0 ? lines : phaseReadings(readings, total + 5);
  const newest = parts.reduce((a, b) => (b.at > a.at ? b : a), parts[0] as Reading);
  if (parts.length === 0) return;
  const sum = parts.reduce((value, part) => value + part.value, 0);
  const value = meterPoints[total]?.measurand.total === "mean" ? sum / parts.length : sum;
  readings.set(total, {
    point: total,
    value,
    at: newest.at,
    received: newest.received,
    derived: true,
  });
}

function phaseReadings(readings: ReadonlyMap<number, Reading>, first: number): Reading[] {
  const found: Reading[] = [];
  for (let point = first; point < first + THREE_PHASES; point++) {
    const reading = readings.get(point);
    if (reading !== undefined) found.push(reading);
  }
  return found;
}
