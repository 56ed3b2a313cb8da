// Smart charging (OCPP 1.6 §3.13): which limit the installed profiles amount to at a moment, and until when. Pure.
import type { ChargingProfile, ChargingRateUnitType, ChargingSchedule } from "../schema/ocpp16.generated.ts";
import type { EpochMs } from "../std/clock.ts";
import { PHASE_VOLTAGE_V } from "./supply.ts";
import type { Supply } from "./supply.ts";

export interface InstalledProfile {
  /** 0 = the charge point, for a TxDefaultProfile every connector (errata 3.53). */
  connectorId: number;
  profile: ChargingProfile;
}

/** For whom a limit is wanted. */
export interface LimitQuestion {
  connectorId: number;
  supply: Supply;
  /** Start of the transaction, if one is running: relative schedules count from it. */
  startedAt: EpochMs | undefined;
  /** Connectors that share a ChargePointMaxProfile at present, at least 1. */
  sharers: number;
}

export interface Limit {
  limitW: number;
  /** The moment at which the answer may become another one; Infinity = never. */
  until: EpochMs;
}

const DAY_MS = 86_400_000;

/** The least of the charge point's limit and of the transaction's; a TxProfile overrules the TxDefaultProfile (§3.13.1). */
export function limitAt(profiles: readonly InstalledProfile[], question: LimitQuestion, at: EpochMs): Limit {
  const whole = strongest(profiles, question, "ChargePointMaxProfile", at);
  let own = strongest(profiles, question, "TxProfile", at);
  let { until } = own;
  if (own.limitW === undefined) {
    own = strongest(profiles, question, "TxDefaultProfile", at);
    until = Math.min(until, own.until);
  }
  return {
    limitW: Math.min(own.limitW ?? Infinity, (whole.limitW ?? Infinity) / question.sharers),
    until: Math.min(until, whole.until),
  };
}

/** The limits from `from` on as one schedule, in the unit wanted; at most `mostPeriods` periods. */
export function compositeSchedule(
  profiles: readonly InstalledProfile[],
  question: LimitQuestion,
  wanted: {
    from: EpochMs;
    durationSeconds: number;
    unit: ChargingRateUnitType;
    mostPeriods: number;
  },
): ChargingSchedule {
  const periods: { startPeriod: number; limit: number }[] = [];
  const end = wanted.from + wanted.durationSeconds * 1000;
  for (let at = wanted.from; at < end && periods.length < wanted.mostPeriods;) {
    const { limitW, until } = limitAt(profiles, question, at);
    const limit = toUnit(Math.min(limitW, question.supply.maxPowerW), question.supply, wanted.unit);
    if (periods.at(-1)?.limit !== limit) periods.push({ startPeriod: Math.round((at - wanted.from) / 1000), limit });
    at = until;
  }
  return {
    duration: wanted.durationSeconds,
    chargingRateUnit: wanted.unit,
    chargingSchedulePeriod: periods,
  };
}

/** Whether a profile takes the place of another one (§5.16.1: same id, or same purpose and stack level on the same connector). */
export function isReplacedBy(old: InstalledProfile, next: InstalledProfile): boolean {
  if (old.profile.chargingProfileId === next.profile.chargingProfileId) return true;
  return (
    old.connectorId === next.connectorId &&
    old.profile.stackLevel === next.profile.stackLevel &&
    old.profile.chargingProfilePurpose === next.profile.chargingProfilePurpose
  );
}

interface Candidate {
  limitW: number | undefined;
  until: EpochMs;
}

function strongest(
  profiles: readonly InstalledProfile[],
  question: LimitQuestion,
  purpose: ChargingProfile["chargingProfilePurpose"],
  at: EpochMs,
): Candidate {
  let until = Infinity;
  let best: { limitW: number; rank: number } | undefined;
  for (const { connectorId, profile } of profiles) {
    if (profile.chargingProfilePurpose !== purpose || (connectorId !== 0 && connectorId !== question.connectorId))
      continue;
    const found = momentOf(profile, question, at);
    until = Math.min(until, found.until);
    // The higher stack level wins; between equals the connector's own profile.
    const rank = profile.stackLevel * 2 + (connectorId === 0 ? 0 : 1);
    if (found.limitW !== undefined && (best === undefined || rank > best.rank)) best = { limitW: found.limitW, rank };
  }
  return { limitW: best?.limitW, until };
}

/** What one profile says at a moment; no limit when it is not in force then. */
function momentOf(profile: ChargingProfile, question: LimitQuestion, at: EpochMs): Candidate {
  const validFrom = profile.validFrom === undefined ? -Infinity : Date.parse(profile.validFrom);
  const validTo = profile.validTo === undefined ? Infinity : Date.parse(profile.validTo);
  if (at >= validTo) return { limitW: undefined, until: Infinity };
  if (at < validFrom) return { limitW: undefined, until: validFrom };
  const { chargingSchedule: schedule } = profile;
  const start = scheduleStart(profile, question.startedAt, at);
  if (start === undefined) return { limitW: undefined, until: validTo };
  if (at < start.at) return { limitW: undefined, until: Math.min(start.at, validTo) };
  const end = Math.min(start.at + (schedule.duration ?? Infinity) * 1000, start.next);
  if (at >= end) return { limitW: undefined, until: Math.min(start.next, validTo) };
  const elapsedSeconds = (at - start.at) / 1000;
  const index = schedule.chargingSchedulePeriod.findLastIndex((each) => each.startPeriod <= elapsedSeconds);
  const period = schedule.chargingSchedulePeriod[index];
  const next = schedule.chargingSchedulePeriod[index + 1];
  const until = Math.min(next === undefined ? Infinity : start.at + next.startPeriod * 1000, end, validTo);
  if (period === undefined) return { limitW: undefined, until };
  return {
    limitW: toPower(period.limit, schedule.chargingRateUnit, question.supply, period.numberPhases),
    until,
  };
}

/** When the schedule began that is running at `at`, and when it begins again (Recurring only). */
function scheduleStart(
  profile: ChargingProfile,
  startedAt: EpochMs | undefined,
  at: EpochMs,
): { at: EpochMs; next: EpochMs } | undefined {
  const { startSchedule } = profile.chargingSchedule;
  const isRelative = profile.chargingProfileKind === "Relative" || startSchedule === undefined;
  // Relative to the start of charging; outside a transaction, as for a composite schedule, to now.
  if (isRelative) return { at: startedAt ?? at, next: Infinity };
  const first = Date.parse(startSchedule);
  if (Number.isNaN(first)) return undefined;
  if (profile.chargingProfileKind !== "Recurring") return { at: first, next: Infinity };
  const everyMs = profile.recurrencyKind === "Weekly" ? 7 * DAY_MS : DAY_MS;
  const current = first + Math.floor((at - first) / everyMs) * everyMs;
  return { at: current, next: current + everyMs };
}

/** W is the total over all phases, A is per phase (errata 3.68). */
function toPower(limit: number, unit: ChargingRateUnitType, supply: Supply, numberPhases = 3): number {
  return unit === "W" ? limit : limit * PHASE_VOLTAGE_V * Math.min(numberPhases, supply.phases);
}

function toUnit(limitW: number, supply: Supply, unit: ChargingRateUnitType): number {
  const limit = unit === "W" ? limitW : limitW / (PHASE_VOLTAGE_V * supply.phases);
  return Math.round(limit * 10) / 10;
}
