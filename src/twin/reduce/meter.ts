// MeterValues: the newest reading of each meter point, totals from phases, staleness, and silence at the end of charging.
import type { MeterSampled, ReadingsStale } from "../events.ts";
import { meterPoints, totalPointOf } from "../measurands.ts";
import { isOlder } from "../timestamps.ts";
import type { Meter, Reading, Twin } from "../twin.ts";
import { changeConnector } from "./connector.ts";
import { isSilenced } from "./silence.ts";
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
    if (meter === connector.meter) return connector;
    return meterTransaction({ ...connector, meter }, event, twin.vendorProfile.flags.sessionRegister === true);
  });
}

export function markStale(twin: Twin, { connector, points }: ReadingsStale): Twin {
  return changeConnector(twin, connector, (known) => ({ ...known, meter: withStale(known.meter, points) }));
}

/** The meter with these points, or all, marked as not renewed in time. */
export function withStale(meter: Meter, points?: readonly number[]): Meter {
  if (meter.readings.length === 0) return meter;
  const readings = meter.readings.map((reading) =>
    points === undefined || points.includes(reading.point) ? { ...reading, stale: true as const } : reading,
  );
  return { ...meter, readings };
}

function sampleMeter(meter: Meter, event: MeterSampled): Meter {
  const readings = [...meter.readings];
  let newest = meter.sampledAt ?? 0;
  let lastTotal = -1;
  let place = -1;
  const totals: number[] = [];
  for (const reading of event.readings) {
    place = placeOf(readings, reading.point, place + 1);
    // An older sample never overwrites a newer value; the history takes it from the event.
    if (isOlder(reading, readings[place]) || isSilenced(reading, meter.silentSince)) continue;
    readings[place] = reading;
    if (reading.at > newest) newest = reading.at;
    const total = totalPointOf(reading.point);
    // Phases of one measurand mostly come one after the other.
    if (total !== reading.point && total !== lastTotal) totals.push((lastTotal = total));
  }
  for (const total of totals) addTotal(readings, total);
  return { ...meter, readings, ...timing(meter, newest), ...telegramOf(meter, event) };
}

/** The place of a point, looked for first at `guess`: telegrams mostly name the same points in the same order. New points go to the end. */
function placeOf(readings: readonly Reading[], point: number, guess: number): number {
  if (readings[guess]?.point === point) return guess;
  for (let place = 0; place < readings.length; place++) if (readings[place]?.point === point) return place;
  return readings.length;
}

function telegramOf(meter: Meter, event: MeterSampled): Pick<Meter, "telegram"> {
  const { telegram, at, received, assumed } = event;
  if (telegram === undefined || isOlder(event, meter.telegram)) return {};
  return { telegram: { text: telegram, at, received, ...(assumed && { assumed }) } };
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

/** The measurand's own node carries the total of its phases unless the charge point sends one that is as new as they are. */
function addTotal(readings: Reading[], total: number): void {
  const place = placeOf(readings, total, 0);
  const known = readings[place];
  // L1, L2, L3; for a meter that measures between lines L1-L2, L2-L3, L3-L1.
  const parts = sumOf(readings, total + 1) ?? sumOf(readings, total + 5);
  if (parts === undefined) return;
  const { sum, count, newest, stale } = parts;
  const isSent = known !== undefined && known.derived === undefined;
  if (isSent && (stale || known.received >= newest.received || known.at >= newest.at)) return;
  const value = meterPoints[total]?.measurand.total === "mean" ? sum / count : sum;
  if (!Number.isFinite(value)) return;
  const { at, received, assumed } = newest;
  readings[place] = {
    point: total,
    value,
    at,
    received,
    derived: true,
    ...(assumed && { assumed }),
    ...(stale && { stale }),
  };
}

interface Sum {
  readonly sum: number;
  readonly count: number;
  readonly newest: Reading;
  /** One of the parts was not renewed in time, so the sum is not fresh either. */
  readonly stale: boolean;
}

/** The readings of the three points from `first` on; undefined when there are none. */
function sumOf(readings: readonly Reading[], first: number): Sum | undefined {
  let sum = 0;
  let count = 0;
  let stale = false;
  let newest: Reading | undefined;
  for (const reading of readings) {
    if (reading.point < first || reading.point >= first + THREE_PHASES) continue;
    sum += reading.value;
    count++;
    stale ||= reading.stale === true;
    if (newest === undefined || reading.at > newest.at) newest = reading;
  }
  return newest === undefined ? undefined : { sum, count, newest, stale };
}
