// One good call of every command with every field, and what a willing and an unwilling charge point answer to it.
import type { OutgoingAction } from "../../src/ocpp/v16/message.ts";

export interface CommandRow {
  /** The request, as OCPP spells it; dates in whole seconds. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly willing: Readonly<Record<string, unknown>>;
  /** Undefined where the response has no way of saying no. */
  readonly unwilling?: Readonly<Record<string, unknown>>;
}

const accepted = { status: "Accepted" };
const rejected = { status: "Rejected" };
const at = "2030-01-02T03:04:05Z";
const location = "https://files.example/firmware.bin";
const hash = { hashAlgorithm: "SHA256", issuerNameHash: "a1", issuerKeyHash: "b2", serialNumber: "c3" };
const schedule = { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.1, numberPhases: 3 }] };
const profile = (purpose: string): object => ({
  chargingProfileId: 7,
  stackLevel: 0,
  chargingProfilePurpose: purpose,
  chargingProfileKind: "Relative",
  chargingSchedule: schedule,
});

export const commandTable: Readonly<Record<OutgoingAction, CommandRow>> = {
  CancelReservation: { request: { reservationId: 5 }, willing: accepted, unwilling: rejected },
  CertificateSigned: { request: { certificateChain: "-----BEGIN" }, willing: accepted, unwilling: rejected },
  ChangeAvailability: {
    request: { connectorId: 0, type: "Inoperative" },
    willing: { status: "Scheduled" },
    unwilling: rejected,
  },
  ChangeConfiguration: {
    request: { key: "MeterValueSampleInterval", value: "30" },
    willing: { status: "RebootRequired" },
    unwilling: { status: "NotSupported" },
  },
  ClearCache: { request: {}, willing: accepted, unwilling: rejected },
  ClearChargingProfile: {
    request: { id: 7, connectorId: 1, chargingProfilePurpose: "TxDefaultProfile", stackLevel: 0 },
    willing: accepted,
    unwilling: { status: "Unknown" },
  },
  DataTransfer: {
    request: { vendorId: "com.example", messageId: "hello", data: "text" },
    willing: { status: "Accepted", data: "answer" },
    unwilling: { status: "UnknownVendorId" },
  },
  DeleteCertificate: {
    request: { certificateHashData: hash },
    willing: accepted,
    unwilling: { status: "NotFound" },
  },
  ExtendedTriggerMessage: {
    request: { requestedMessage: "LogStatusNotification", connectorId: 1 },
    willing: accepted,
    unwilling: { status: "NotImplemented" },
  },
  GetCompositeSchedule: {
    request: { connectorId: 1, duration: 600, chargingRateUnit: "A" },
    willing: { status: "Accepted", connectorId: 1, scheduleStart: at, chargingSchedule: schedule },
    unwilling: rejected,
  },
  GetConfiguration: {
    request: { key: ["HeartbeatInterval", "Nonsense"] },
    willing: {
      configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "300" }],
      unknownKey: ["Nonsense"],
    },
  },
  GetDiagnostics: {
    request: { location, retries: 1, retryInterval: 60, startTime: at, stopTime: at },
    willing: { fileName: "diagnostics.zip" },
    unwilling: {},
  },
  GetInstalledCertificateIds: {
    request: { certificateType: "CentralSystemRootCertificate" },
    willing: { status: "Accepted", certificateHashData: [hash] },
    unwilling: { status: "NotFound" },
  },
  GetLocalListVersion: { request: {}, willing: { listVersion: 4 }, unwilling: { listVersion: -1 } },
  GetLog: {
    request: {
      logType: "SecurityLog",
      requestId: 3,
      log: { remoteLocation: location, oldestTimestamp: at, latestTimestamp: at },
      retries: 1,
      retryInterval: 60,
    },
    willing: { status: "Accepted", filename: "security.log" },
    unwilling: rejected,
  },
  InstallCertificate: {
    request: { certificateType: "ManufacturerRootCertificate", certificate: "-----BEGIN" },
    willing: accepted,
    unwilling: { status: "Failed" },
  },
  RemoteStartTransaction: {
    request: { idTag: "04A1B2C3", connectorId: 1, chargingProfile: profile("TxProfile") },
    willing: accepted,
    unwilling: rejected,
  },
  RemoteStopTransaction: { request: { transactionId: 77 }, willing: accepted, unwilling: rejected },
  ReserveNow: {
    request: { connectorId: 1, expiryDate: at, idTag: "04A1B2C3", reservationId: 5, parentIdTag: "STAFF" },
    willing: accepted,
    unwilling: { status: "Occupied" },
  },
  Reset: { request: { type: "Soft" }, willing: accepted, unwilling: rejected },
  SendLocalList: {
    request: {
      listVersion: 4,
      updateType: "Full",
      localAuthorizationList: [{ idTag: "04A1B2C3", idTagInfo: { status: "Accepted", expiryDate: at } }],
    },
    willing: accepted,
    unwilling: { status: "VersionMismatch" },
  },
  SetChargingProfile: {
    request: { connectorId: 1, csChargingProfiles: profile("TxDefaultProfile") },
    willing: accepted,
    unwilling: { status: "NotSupported" },
  },
  SignedUpdateFirmware: {
    request: {
      requestId: 9,
      firmware: { location, retrieveDateTime: at, signingCertificate: "-----BEGIN", signature: "c2ln" },
      retries: 1,
      retryInterval: 60,
    },
    willing: accepted,
    unwilling: { status: "InvalidCertificate" },
  },
  TriggerMessage: {
    request: { requestedMessage: "MeterValues", connectorId: 1 },
    willing: accepted,
    unwilling: { status: "NotImplemented" },
  },
  UnlockConnector: {
    request: { connectorId: 1 },
    willing: { status: "Unlocked" },
    unwilling: { status: "UnlockFailed" },
  },
  UpdateFirmware: { request: { location, retrieveDate: at, retries: 1, retryInterval: 60 }, willing: {} },
};
