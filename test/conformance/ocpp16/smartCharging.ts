// The published cases of the profile SmartCharging.
import { played, type Case } from "./case.ts";
import { VALID, authorizes, charging, isCommanded, reports, shows, starts, type Step } from "./steps.ts";

const accepted = { status: "Accepted" };
const from = "2026-01-01T00:00:00Z";
const to = "2036-01-01T00:00:00Z";

const schedule = (limit: number): object => ({
  duration: 86_400,
  startSchedule: from,
  chargingRateUnit: "A",
  chargingSchedulePeriod: [{ startPeriod: 0, limit, numberPhases: 3 }],
});

/** Absolute, with the times that the cases demand. */
const absolute = (chargingProfileId: number, chargingProfilePurpose: string, limit: number) => ({
  chargingProfileId,
  stackLevel: 0,
  chargingProfilePurpose,
  chargingProfileKind: "Absolute",
  validFrom: from,
  validTo: to,
  chargingSchedule: schedule(limit),
});

const idsOf = (value: unknown): number[] =>
  (JSON.parse(String(value)) as { chargingProfileId: number }[]).map(({ chargingProfileId }) => chargingProfileId);

/** Judges the datapoint that lists the profiles of a connector. */
const holds =
  (...ids: readonly number[]) =>
  (value: unknown): boolean =>
    JSON.stringify(idsOf(value)) === JSON.stringify(ids);

const [LARGEST, DEFAULT, RUNNING] = [1, 2, 3] as const;

const setsDefault = isCommanded(
  "SetChargingProfile",
  { connectorId: 1, csChargingProfiles: absolute(DEFAULT, "TxDefaultProfile", 10) },
  accepted,
  { "Connector1/ChargingProfiles": holds(DEFAULT) },
);

const setsRunning = (...shown: readonly number[]): Step =>
  isCommanded(
    "SetChargingProfile",
    ({ transactionId }) => ({
      connectorId: 1,
      csChargingProfiles: { ...absolute(RUNNING, "TxProfile", 6), transactionId },
    }),
    accepted,
    { "Connector1/ChargingProfiles": holds(...shown) },
  );

const clears = (criteria: Readonly<Record<string, unknown>>, shown: Readonly<Record<string, unknown>>): Step =>
  isCommanded("ClearChargingProfile", criteria, accepted, shown);

const { validFrom: _, validTo: __, ...relative } = absolute(RUNNING, "TxProfile", 6);
const startProfile = {
  ...relative,
  chargingProfileKind: "Relative",
  chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] },
};

export const smartCharging: readonly Case[] = [
  played("056", "Central Smart Charging - TxDefaultProfile", setsDefault),
  played("057", "Central Smart Charging - TxProfile", charging, setsRunning(RUNNING)),
  played(
    "059",
    "Remote Start Transaction with Charging Profile",
    isCommanded("RemoteStartTransaction", { connectorId: 1, idTag: VALID, chargingProfile: startProfile }, accepted),
    authorizes(VALID),
    reports("Preparing"),
    starts(),
    shows({ "Connector1/Transaction/Active": true }),
    reports("Charging"),
  ),
  played(
    "066",
    "Get Composite Schedule",
    isCommanded(
      "GetCompositeSchedule",
      { connectorId: 1, duration: 300, chargingRateUnit: "A" },
      { status: "Accepted", connectorId: 1, scheduleStart: from, chargingSchedule: schedule(10) },
      { "Connector1/CompositeSchedule/Limit": 10, "Connector1/CompositeSchedule/ChargingRateUnit": "A" },
    ),
  ),
  played(
    "067",
    "Clear Charging Profile",
    charging,
    isCommanded(
      "SetChargingProfile",
      { connectorId: 0, csChargingProfiles: absolute(LARGEST, "ChargePointMaxProfile", 32) },
      accepted,
      { ChargingProfiles: holds(LARGEST) },
    ),
    setsDefault,
    setsRunning(DEFAULT, RUNNING),
    clears({ id: LARGEST }, { ChargingProfiles: holds() }),
    clears(
      { connectorId: 1, chargingProfilePurpose: "TxDefaultProfile", stackLevel: 0 },
      { "Connector1/ChargingProfiles": holds(RUNNING) },
    ),
    clears({}, { "Connector1/ChargingProfiles": holds() }),
  ),
];
