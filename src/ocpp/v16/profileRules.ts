// What OCPP 1.6 and its errata demand of charging profiles beyond the schema, for SetChargingProfile and RemoteStartTransaction.
import type { ChargingProfile, ChargingSchedulePeriod } from "../../schema/ocpp16.generated.ts";
import type { Fault } from "../sentences.ts";

/** The first rule that a profile in RemoteStartTransaction.req breaks. */
export function breachInRemoteStart(profile: ChargingProfile): Fault | undefined {
  const path = "chargingProfile";
  if (profile.transactionId !== undefined)
    return {
      path: `${path}.transactionId`,
      text: "must be left out: the transaction has no id before it starts (OCPP 1.6 errata 3.41)",
    };
  if (profile.chargingProfilePurpose !== "TxProfile")
    return { path: `${path}.chargingProfilePurpose`, text: "must be TxProfile (OCPP 1.6 §5.16.2)" };
  return breachInProfile(path, profile);
}

/** The first rule that a profile in SetChargingProfile.req breaks. */
export function breachInSetProfile(connectorId: number, profile: ChargingProfile): Fault | undefined {
  const { chargingProfilePurpose: purpose, transactionId } = profile;
  if (purpose === "ChargePointMaxProfile" && connectorId !== 0)
    return { path: "connectorId", text: "must be 0 for a ChargePointMaxProfile (OCPP 1.6 §3.13.1)" };
  if (purpose === "TxProfile" && connectorId === 0)
    return { path: "connectorId", text: "must be above 0 for a TxProfile (OCPP 1.6 §3.13.1)" };
  if (purpose !== "TxProfile" && transactionId !== undefined)
    return {
      path: "csChargingProfiles.transactionId",
      text: `must be left out of a ${purpose}: only a TxProfile belongs to a transaction (OCPP 1.6 §7.8)`,
    };
  return breachInProfile("csChargingProfiles", profile);
}

function breachInProfile(path: string, profile: ChargingProfile): Fault | undefined {
  const { stackLevel, recurrencyKind, chargingProfileKind: kind, chargingSchedule } = profile;
  if (stackLevel < 0) return { path: `${path}.stackLevel`, text: "must be 0 or more (OCPP 1.6 §7.8)" };
  if (recurrencyKind !== undefined && kind !== "Recurring")
    return {
      path: `${path}.recurrencyKind`,
      text: `must be left out when chargingProfileKind is ${kind} (OCPP 1.6 errata 3.56)`,
    };
  return breachInPeriods(`${path}.chargingSchedule.chargingSchedulePeriod`, chargingSchedule.chargingSchedulePeriod);
}

function breachInPeriods(path: string, periods: readonly ChargingSchedulePeriod[]): Fault | undefined {
  for (const [index, { startPeriod }] of periods.entries()) {
    const before = periods[index - 1]?.startPeriod;
    const at = `${path}[${index}].startPeriod`;
    if (before === undefined && startPeriod !== 0)
      return { path: at, text: "must be 0 in the first period (OCPP 1.6 errata 3.45, 3.69)" };
    if (before !== undefined && startPeriod <= before)
      return { path: at, text: `must be later than that of the period before, ${before} s (OCPP 1.6 §7.14)` };
  }
  return undefined;
}
