// Commands about charging profiles (OCPP 1.6 §5.16, §5.5, §5.7). What profiles amount to is chargingProfiles.ts.
import type { ChargingProfile } from "../../schema/ocpp16.generated.ts";
import { compositeSchedule, isReplacedBy } from "../chargingProfiles.ts";
import type { InstalledProfile, LimitQuestion } from "../chargingProfiles.ts";
import { connectorOf, ownTime } from "../core.ts";
import type { ChargePointCore } from "../core.ts";
import { limitQuestion, refreshPower } from "../power.ts";
import type { Handler } from "./answer.ts";

/** §5.16: checks what the schema cannot, replaces what it takes the place of, and lets the limit act. */
export const setChargingProfile: Handler<"SetChargingProfile"> = (
  core,
  { connectorId, csChargingProfiles: profile },
) => {
  const installed: InstalledProfile = { connectorId, profile };
  const others = core.profiles.filter((each) => !isReplacedBy(each, installed));
  const isPossible =
    isScheduleValid(core, profile) &&
    isPurposeValid(core, installed) &&
    others.length < core.keys.number("MaxChargingProfilesInstalled");
  if (!isPossible) return { conf: { status: "Rejected" } };
  core.profiles = [...others, installed];
  return { conf: { status: "Accepted" }, effect: () => refreshPower(core) };
};

/** §5.5: the id alone decides if it is given, otherwise all criteria together (errata 3.25, 3.26). */
export const clearChargingProfile: Handler<"ClearChargingProfile"> = (
  core,
  { id, connectorId, chargingProfilePurpose, stackLevel },
) => {
  const remaining = core.profiles.filter(({ connectorId: at, profile }) => {
    if (id !== undefined) return profile.chargingProfileId !== id;
    const fits =
      (connectorId === undefined || connectorId === at) &&
      (chargingProfilePurpose === undefined || chargingProfilePurpose === profile.chargingProfilePurpose) &&
      (stackLevel === undefined || stackLevel === profile.stackLevel);
    return !fits;
  });
  const status = remaining.length < core.profiles.length ? "Accepted" : "Unknown";
  core.profiles = remaining;
  return { conf: { status }, effect: () => refreshPower(core) };
};

/** §5.7: what the connector expects to offer; connector 0 is the grid connection. */
export const getCompositeSchedule: Handler<"GetCompositeSchedule"> = (
  core,
  { connectorId, duration, chargingRateUnit },
) => {
  const connector = connectorOf(core, connectorId);
  if ((connector === undefined && connectorId !== 0) || duration <= 0) return { conf: { status: "Rejected" } };
  const from = ownTime(core);
  const question = connector === undefined ? wholeQuestion(core) : limitQuestion(core, connector);
  const profiles =
    connector === undefined
      ? core.profiles.filter((each) => each.profile.chargingProfilePurpose === "ChargePointMaxProfile")
      : core.profiles;
  const chargingSchedule = compositeSchedule(profiles, question, {
    from,
    durationSeconds: duration,
    unit: chargingRateUnit ?? "A",
    mostPeriods: core.keys.number("ChargingScheduleMaxPeriods"),
  });
  return {
    conf: {
      status: "Accepted",
      connectorId,
      scheduleStart: new Date(from).toISOString(),
      chargingSchedule,
    },
  };
};

/** §5.11: a profile that comes with a RemoteStart is a TxProfile and names no transaction (errata 3.41). */
export function isRemoteProfileValid(core: ChargePointCore, profile: ChargingProfile): boolean {
  return (
    profile.chargingProfilePurpose === "TxProfile" &&
    profile.transactionId === undefined &&
    isScheduleValid(core, profile)
  );
}

function wholeQuestion(core: ChargePointCore): LimitQuestion {
  const maxPowerW = core.connectors.reduce((sum, each) => sum + each.supply.maxPowerW, 0);
  const maxCurrentA = core.connectors.reduce((sum, each) => sum + each.supply.maxCurrentA, 0);
  return {
    connectorId: 0,
    supply: { kind: "DC", phases: 3, maxCurrentA, maxPowerW },
    startedAt: undefined,
    sharers: 1,
  };
}

function isScheduleValid(core: ChargePointCore, profile: ChargingProfile): boolean {
  const { chargingSchedulePeriod: periods, duration } = profile.chargingSchedule;
  return (
    profile.stackLevel >= 0 &&
    profile.stackLevel <= core.keys.number("ChargeProfileMaxStackLevel") &&
    (profile.chargingProfileKind === "Recurring") === (profile.recurrencyKind !== undefined) && // errata 3.56
    (profile.chargingProfileKind !== "Relative" || profile.chargingSchedule.startSchedule === undefined) &&
    (duration === undefined || duration > 0) &&
    periods.length <= core.keys.number("ChargingScheduleMaxPeriods") &&
    periods.every(
      ({ startPeriod, limit }, index) => limit >= 0 && startPeriod > (periods[index - 1]?.startPeriod ?? -1),
    ) &&
    periods[0]?.startPeriod === 0 // errata 3.45
  );
}

function isPurposeValid(core: ChargePointCore, { connectorId, profile }: InstalledProfile): boolean {
  const connector = connectorOf(core, connectorId);
  switch (profile.chargingProfilePurpose) {
    case "ChargePointMaxProfile":
      return connectorId === 0;
    case "TxDefaultProfile":
      return connectorId === 0 || connector !== undefined;
    case "TxProfile":
      // §5.16.2: only for a transaction that runs, and for the one that is named.
      return (
        connector?.transaction !== undefined &&
        (profile.transactionId === undefined || profile.transactionId === connector.transaction.id)
      );
  }
}
