// SetLimit and ClearLimit: one current limit of a connector as the charging profile that OCPP 1.6 has for it, with what the charge
// point's configuration and its vendor profile allow. Pure; it sends nothing.
import type { ChargingProfile, ChargingRateUnitType, Requests } from "../../schema/ocpp16.generated.ts";
import type { EpochMs } from "../../std/clock.ts";
import type { Payload } from "../../twin/commands.ts";
import type { Connector, Twin } from "../../twin/twin.ts";
import { formatTime } from "./values.ts";

/** A request that is ready to be sent, or why there is none: the argument and its rule. */
export type LimitRequest<A extends "SetChargingProfile" | "ClearChargingProfile"> =
  | { readonly action: A; readonly payload: Payload & Requests[A] }
  | { readonly problem: string };

/** V between a phase and neutral; a limit in W is computed with it. */
export const NOMINAL_VOLTS = 230;
const MOST_AMPERES = 1000;
/** An absolute profile that begins in the future, by the clock of the charge point, would hold only later. */
const HEAD_START_MS = 60_000;
/** Far above every real connector, and the ids of the profiles stay within 32 bits. */
const LAST_CONNECTOR = 65_535;
/** OCPP 1.6 §7.14: what a charge point assumes when no number is given. */
const ASSUMED_PHASES = 3;
/** Far from the small numbers that people and other programs give. One id for each connector, so that each limit replaces the last. */
const FIRST_PROFILE_ID = 1_000_016_000;

/**
 * Limits each phase of a connector.
 *
 * A TxDefaultProfile (OCPP 1.6 §3.13.1): it can be set without a transaction, holds for the one that runs, because the charge point
 * evaluates its profiles anew (§5.16.3, §5.16.4), and for all that follow, until it is taken back. Only a TxProfile overrules it; where
 * the twin knows of one that is not ours, the limit is a TxProfile of the running transaction instead, and ends with it. Either way the
 * profile bears the same id, so that there is never more than one of ours (§5.16: the same id replaces), and ClearLimit finds it.
 *
 * Relative, with one period and neither start nor duration: the limit holds whenever charging began. Where the vendor profile says that
 * it follows Absolute profiles only, it is one that began a minute ago, also by its own clock where that is known to be behind. The stack level is the highest that
 * ChargeProfileMaxStackLevel allows, and 0 while that is not known or where the vendor profile says so; a profile of others with the same
 * purpose and level is replaced (§3.13.2). The unit is A unless ChargingScheduleAllowedChargingRateUnit names power alone, or the vendor
 * profile forces power: then W, as amperes × 230 V × phases, the phases being those of ConnectorPhaseRotation (NotApplicable is one), else 3.
 * @param limit its amperes are from 0 to 1000; rounded to steps of 0.1
 */
export function setLimitRequest(
  twin: Twin,
  { connectorId, amperes }: { readonly connectorId: number; readonly amperes: number },
  now: EpochMs,
): LimitRequest<"SetChargingProfile"> {
  const problem = connectorProblem(connectorId);
  if (problem !== undefined) return { problem };
  if (!(amperes >= 0 && amperes <= MOST_AMPERES))
    return { problem: `amperes: must be a number from 0 to ${MOST_AMPERES}, and is ${amperes}` };
  const { phases, isSure } = phasesOf(twin, connectorId);
  const chargingRateUnit = rateUnitOf(twin);
  const limit = chargingRateUnit === "A" ? tenths(amperes) : tenths(tenths(amperes) * NOMINAL_VOLTS * phases);
  const transactionId = overruledIn(twin.connectors.get(connectorId));
  const kind = twin.vendorProfile.flags.profileKind ?? "Relative";
  const profile: ChargingProfile = {
    chargingProfileId: limitProfileId(connectorId),
    stackLevel: stackLevelOf(twin),
    chargingProfilePurpose: transactionId === undefined ? "TxDefaultProfile" : "TxProfile",
    chargingProfileKind: kind,
    chargingSchedule: {
      // OCPP 1.6 §7.13: where it is absolute it has a start.
      ...(kind === "Absolute" && { startSchedule: formatTime(beginningOf(twin, now)) }),
      chargingRateUnit,
      chargingSchedulePeriod: [{ startPeriod: 0, limit, ...(isSure && { numberPhases: phases }) }],
    },
    ...(transactionId !== undefined && { transactionId }),
  };
  return { action: "SetChargingProfile", payload: { connectorId, csChargingProfiles: profile } };
}

/** A time that has been by our clock and by that of the charge point. */
function beginningOf({ clockOffset }: Twin, now: EpochMs): EpochMs {
  return now + Math.min(0, (clockOffset?.value ?? 0) * 1000) - HEAD_START_MS;
}

/** Takes back what `setLimitRequest` has set. Errata 3.25: an id alone says which profile. */
export function clearLimitRequest(_twin: Twin, connectorId: number): LimitRequest<"ClearChargingProfile"> {
  const problem = connectorProblem(connectorId);
  if (problem !== undefined) return { problem };
  return { action: "ClearChargingProfile", payload: { id: limitProfileId(connectorId) } };
}

/** A per phase of a profile that `setLimitRequest` has made; undefined for any other. */
export function amperesOf(twin: Twin, connectorId: number, profile: ChargingProfile): number | undefined {
  const { chargingProfileId, chargingSchedule } = profile;
  const [period] = chargingSchedule.chargingSchedulePeriod;
  if (chargingProfileId !== limitProfileId(connectorId) || period === undefined) return undefined;
  if (chargingSchedule.chargingRateUnit === "A") return period.limit;
  return tenths(period.limit / (NOMINAL_VOLTS * phasesOf(twin, connectorId).phases));
}

function limitProfileId(connectorId: number): number {
  return FIRST_PROFILE_ID + connectorId;
}

/** Connector 0 is no connector: its limit would be shared or that of each, depending on the purpose (errata 3.53). */
function connectorProblem(connectorId: number): string | undefined {
  if (Number.isInteger(connectorId) && connectorId >= 1 && connectorId <= LAST_CONNECTOR) return undefined;
  return `connectorId: must be a whole number from 1 to ${LAST_CONNECTOR}, and is ${connectorId}`;
}

/** The running transaction of a connector when a TxProfile of others rules it. */
function overruledIn(connector: Connector | undefined): number | undefined {
  const { transaction, profiles = [] } = connector ?? {};
  if (connector === undefined || transaction?.active !== true) return undefined;
  const { transactionId } = transaction;
  const isOverruled = profiles.some(
    (profile) =>
      profile.purpose === "TxProfile" &&
      profile.id !== limitProfileId(connector.id) &&
      (profile.transactionId ?? transactionId) === transactionId,
  );
  return isOverruled ? transactionId : undefined;
}

/** OCPP 1.6 §9.4.1 */
function stackLevelOf(twin: Twin): number {
  if (twin.vendorProfile.flags.stackLevelZero === true) return 0;
  const level = Number(configured(twin, "ChargeProfileMaxStackLevel") ?? 0);
  return Number.isInteger(level) && level >= 0 && level <= 0x7fff_ffff ? level : 0;
}

/** OCPP 1.6 §9.4.2: a list of `Current` and `Power`; some charge points write the units instead. */
function rateUnitOf(twin: Twin): ChargingRateUnitType {
  if (twin.vendorProfile.flags.forcedPowerControl === true) return "W";
  const allowed = (configured(twin, "ChargingScheduleAllowedChargingRateUnit") ?? "").toLowerCase().split(/[^a-z]+/u);
  const has = (...names: readonly string[]): boolean => names.some((name) => allowed.includes(name));
  return has("power", "w") && !has("current", "a") ? "W" : "A";
}

/** OCPP 1.6 §9.1.7: `0.RST, 1.RTS, 2.NotApplicable`; NotApplicable is a connector of one phase, or of direct current. */
function phasesOf(twin: Twin, connectorId: number): { readonly phases: number; readonly isSure: boolean } {
  const rotations = (configured(twin, "ConnectorPhaseRotation") ?? "").split(/[\s,;]+/u);
  const own = rotations.find((rotation) => rotation.startsWith(`${connectorId}.`))?.split(".")[1] ?? "";
  if (/^(?:RST|RTS|SRT|STR|TRS|TSR)$/iu.test(own)) return { phases: 3, isSure: true };
  // One phase, but it could be direct current: that is not sure enough to tell the charge point.
  return { phases: own.toLowerCase() === "notapplicable" ? 1 : ASSUMED_PHASES, isSure: false };
}

function configured({ configuration }: Twin, key: string): string | undefined {
  return configuration?.get(key.toLowerCase())?.value;
}

/** OCPP 1.6 §7.14: at most one digit after the point; adding 0 makes 0 of -0. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10 + 0;
}
