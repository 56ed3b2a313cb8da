// Frames as they are seen in the field or are meant to hurt, with the verdict that the document gives.

export interface HandMadeFrame {
  readonly what: string;
  /** `Action.req` or `Action.conf`. */
  readonly name: string;
  readonly payload: unknown;
  readonly fits: boolean;
}

const profile = {
  chargingProfileId: 100,
  stackLevel: 0,
  chargingProfilePurpose: "TxDefaultProfile",
  chargingProfileKind: "Recurring",
  recurrencyKind: "Daily",
  chargingSchedule: {
    duration: 86_400,
    startSchedule: "2013-01-01T00:00:00Z",
    chargingRateUnit: "W",
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 11_000 },
      { startPeriod: 28_800, limit: 6000.5, numberPhases: 1 },
    ],
    minChargingRate: 8.1,
  },
};

const stop = { meterStop: 1, timestamp: "2024-05-01T10:00:00Z" };

export const handMadeFrames: readonly HandMadeFrame[] = [
  {
    what: "a boot with vendor and model only",
    name: "BootNotification.req",
    payload: { chargePointVendor: "VendorX", chargePointModel: "SingleSocketCharger" },
    fits: true,
  },
  {
    what: "a boot without vendor",
    name: "BootNotification.req",
    payload: { chargePointModel: "SingleSocketCharger" },
    fits: false,
  },
  {
    what: "a boot whose serial number is empty, as many firmwares send it",
    name: "BootNotification.req",
    payload: { chargePointVendor: "V", chargePointModel: "M", chargeBoxSerialNumber: "" },
    fits: true,
  },
  {
    what: "a boot whose ICCID is null, as many firmwares send it",
    name: "BootNotification.req",
    payload: { chargePointVendor: "V", chargePointModel: "M", iccid: null },
    fits: false,
  },
  {
    what: "a temperature in Celsius",
    name: "MeterValues.req",
    payload: sample({ value: "21.5", measurand: "Temperature", unit: "Celsius", location: "Body" }),
    fits: true,
  },
  {
    what: "a temperature in Celcius (OCPP-J errata 2.1)",
    name: "MeterValues.req",
    payload: sample({ value: "21.5", measurand: "Temperature", unit: "Celcius" }),
    fits: true,
  },
  {
    what: "a frequency in Hertz, a unit that OCPP 1.6 does not have",
    name: "MeterValues.req",
    payload: sample({ value: "50", measurand: "Frequency", unit: "Hertz" }),
    fits: false,
  },
  {
    what: "a sample whose value is a number",
    name: "MeterValues.req",
    payload: sample({ value: 21.5 }),
    fits: false,
  },
  {
    what: "samples without transaction for the main meter",
    name: "MeterValues.req",
    payload: {
      connectorId: 0,
      meterValue: [{ timestamp: "2024-05-01T10:00:00Z", sampledValue: [{ value: "17" }] }],
    },
    fits: true,
  },
  {
    what: "samples as an object instead of a list",
    name: "MeterValues.req",
    payload: {
      connectorId: 1,
      meterValue: { timestamp: "2024-05-01T10:00:00Z", sampledValue: [{ value: "17" }] },
    },
    fits: false,
  },
  ...[-1, 0, 2 ** 31, 2 ** 63].map((transactionId) => ({
    what: `a stop of transaction ${transactionId}`,
    name: "StopTransaction.req",
    payload: { ...stop, transactionId },
    fits: true,
  })),
  {
    what: "a stop with the reason of another OCPP version",
    name: "StopTransaction.req",
    payload: { ...stop, transactionId: 1, reason: "StoppedByEV" },
    fits: false,
  },
  {
    what: "a profile of the document's example kind",
    name: "SetChargingProfile.req",
    payload: { connectorId: 0, csChargingProfiles: profile },
    fits: true,
  },
  {
    what: "a profile under the name that RemoteStartTransaction uses",
    name: "SetChargingProfile.req",
    payload: { connectorId: 0, chargingProfile: profile },
    fits: false,
  },
  {
    what: "a remote start with a profile",
    name: "RemoteStartTransaction.req",
    payload: { idTag: "04A1B2C3", connectorId: 1, chargingProfile: profile },
    fits: true,
  },
  {
    what: "a differential list update that removes an entry",
    name: "SendLocalList.req",
    payload: {
      listVersion: 12,
      updateType: "Differential",
      localAuthorizationList: [{ idTag: "04A1B2C3" }],
    },
    fits: true,
  },
  {
    what: "configuration with a key without value",
    name: "GetConfiguration.conf",
    payload: { configurationKey: [{ key: "AuthorizationKey", readonly: false }], unknownKey: [] },
    fits: true,
  },
  {
    what: "configuration with a value of 501 characters",
    name: "GetConfiguration.conf",
    payload: { configurationKey: [{ key: "K", readonly: true, value: "x".repeat(501) }] },
    fits: false,
  },
  {
    what: "a log upload as the security document describes it",
    name: "GetLog.req",
    payload: {
      logType: "SecurityLog",
      requestId: 7,
      log: { remoteLocation: "sftp://logs", oldestTimestamp: "2024-05-01T10:00:00+02:00" },
    },
    fits: true,
  },
  {
    what: "a start answered without transaction id",
    name: "StartTransaction.conf",
    payload: { idTagInfo: { status: "Blocked" } },
    fits: false,
  },
  { what: "a heartbeat with null as payload", name: "Heartbeat.req", payload: null, fits: false },
  { what: "a heartbeat with a list as payload", name: "Heartbeat.req", payload: [], fits: false },
  { what: "a heartbeat with a text as payload", name: "Heartbeat.req", payload: "{}", fits: false },
];

function sample(sampledValue: object): unknown {
  return {
    connectorId: 1,
    transactionId: 5,
    meterValue: [{ timestamp: "2024-05-01T10:00:00.5+02:00", sampledValue: [sampledValue] }],
  };
}
