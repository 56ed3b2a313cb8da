// SetChargingProfile: what flows while a transaction runs is at or below the limit. Pure. Where no meter tells what flows, nothing is
// awaited: that nothing was measured is no failure of the charge point.
import type { ChargingProfile, ChargingSchedulePeriod } from "../../schema/ocpp16.generated.ts";
import type { EpochMs } from "../../std/clock.ts";
import type { Effect } from "../../twin/commands.ts";
import { meterPointOf, type PhasePath } from "../../twin/measurands.ts";
import { readingAt, type Connector, type Meter, type Twin } from "../../twin/twin.ts";
import { isSince, nameOf } from "./effects.ts";
import type { Answered } from "./message.ts";
import { NOMINAL_VOLTS } from "./limits.ts";
import { periodAt } from "./schedules.ts";

/** Meters of charge points are within a few per cent, and vehicles regulate in steps. */
const TOLERANCE = 1.05;
const TOLERANCE_AMPERES = 0.5;

/** Where a meter shows what the limit is about. */
interface Gauge {
  /** The largest of them counts. */
  readonly points: readonly number[];
  /** What a reading is divided by to be in the unit of the limit. */
  readonly divisor: number;
}

/** Something that the limit holds for: one connector, or the charge point. */
interface Place {
  readonly id: number;
  readonly gauge: Gauge;
  readonly limit: number;
}

export function limitEffect(answered: Answered<"SetChargingProfile">): Effect | undefined {
  const { request, twin, received } = answered;
  const profile = request.csChargingProfiles;
  const unit = profile.chargingSchedule.chargingRateUnit;
  const places = placesOf(request.connectorId, profile, twin, received);
  if (places.length === 0) return undefined;
  const wanted = places.map(({ id, limit }) => `${nameOf(id)} at or below ${limit} ${unit}`);
  return {
    awaited: wanted.join(", "),
    seen: (after, since) => {
      const seen = places.map((place) => look(place, meterOf(after, place.id), unit, since));
      return seen.includes(undefined) ? undefined : seen.join(", ");
    },
  };
}

function placesOf(connectorId: number, profile: ChargingProfile, twin: Twin, received: EpochMs): readonly Place[] {
  const charging = [...twin.connectors.values()].filter(({ transaction }) => transaction?.active === true);
  const [first] = charging;
  // OCPP 1.6 §3.13.1: this one is shared by all connectors, so only the main meter can show it.
  if (profile.chargingProfilePurpose === "ChargePointMaxProfile")
    return first === undefined ? [] : placeOf(0, twin.meter, profile, periodAt(profile, received, startOf(first)));
  return charging
    .filter(({ id }) => connectorId === 0 || id === connectorId)
    .filter(({ transaction }) => (profile.transactionId ?? transaction?.transactionId) === transaction?.transactionId)
    .flatMap((connector) =>
      placeOf(connector.id, connector.meter, profile, periodAt(profile, received, startOf(connector))),
    );
}

function startOf({ transaction }: Connector): EpochMs {
  return transaction?.start.received ?? 0;
}

function placeOf(
  id: number,
  meter: Meter,
  profile: ChargingProfile,
  period: ChargingSchedulePeriod | undefined,
): readonly Place[] {
  if (period === undefined) return [];
  const gauge =
    profile.chargingSchedule.chargingRateUnit === "W" ? powerGauge(meter) : currentGauge(meter, period.numberPhases);
  return gauge === undefined ? [] : [{ id, gauge, limit: period.limit }];
}

/** Errata 3.68: a limit in W is that of all phases together. */
function powerGauge(meter: Meter): Gauge | undefined {
  return gaugeOf(meter, "Power.Active.Import", [""], 1);
}

/**
 * Errata 3.68: a limit in A is that of each phase. A total that we have added up from phases says nothing of them; one that is sent
 * alone is taken for the current of the one phase there is. Power tells only where the number of phases is known.
 */
function currentGauge(meter: Meter, numberPhases: number | undefined): Gauge | undefined {
  return (
    gaugeOf(meter, "Current.Import", ["L1", "L2", "L3"], 1) ??
    gaugeOf(meter, "Current.Import", [""], 1) ??
    gaugeOf(meter, "Power.Active.Import", ["L1", "L2", "L3"], NOMINAL_VOLTS) ??
    (numberPhases === undefined || numberPhases < 1
      ? undefined
      : gaugeOf(meter, "Power.Active.Import", [""], NOMINAL_VOLTS * numberPhases))
  );
}

/** The gauge of those points that the meter has; undefined when it has none. */
function gaugeOf(meter: Meter, measurand: string, phases: readonly PhasePath[], divisor: number): Gauge | undefined {
  const points = phases
    .map((phase) => meterPointOf(measurand, phase, "Outlet"))
    .filter((point) => point !== undefined)
    .filter((point) => readingAt(meter, point) !== undefined);
  return points.length === 0 ? undefined : { points, divisor };
}

function look({ id, gauge, limit }: Place, meter: Meter | undefined, unit: "A" | "W", since: EpochMs) {
  if (meter === undefined) return undefined;
  const fresh = gauge.points.map((point) => readingAt(meter, point)).filter((reading) => isSince(reading, since));
  if (fresh.length === 0) return undefined;
  const drawn = Math.max(...fresh.map(({ value }) => value)) / gauge.divisor;
  const slack = unit === "A" ? TOLERANCE_AMPERES : TOLERANCE_AMPERES * NOMINAL_VOLTS;
  if (drawn > limit * TOLERANCE + slack) return undefined;
  return `${nameOf(id)} draws ${Math.round(drawn * 10) / 10} ${unit}, the limit is ${limit} ${unit}`;
}

function meterOf(twin: Twin, connectorId: number): Meter | undefined {
  return connectorId === 0 ? twin.meter : twin.connectors.get(connectorId)?.meter;
}
