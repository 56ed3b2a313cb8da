// Calls of the central system and their answers made by hand, for tests without sockets; every request is shown to ocpp-rpc as well.
import { createValidator } from "ocpp-rpc";
import theirSchemas from "ocpp-rpc/lib/schemas/ocpp1_6.json" with { type: "json" };
import { checkRequest } from "../../../src/ocpp/checkRequest.ts";
import { checkResponse } from "../../../src/ocpp/validate.ts";
import { outgoingMessages } from "../../../src/ocpp/v16/messages/table.ts";
import type { OutgoingAction, OutgoingMessage } from "../../../src/ocpp/v16/message.ts";
import type { Effect } from "../../../src/twin/commands.ts";
import type { TwinEvent } from "../../../src/twin/events.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../../src/twin/twin.ts";

/** When a command is sent in these tests, and when it is answered. */
export const SENT = Date.UTC(2026, 2, 1, 12);
export const ANSWERED = SENT + 200;
export const LATER = SENT + 5000;

const accepted = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 300 }, SENT - 3_600_000);

/** A twin to which these things have happened. */
export function twinAfter(...events: readonly TwinEvent[]): Twin {
  return happened(accepted, ...events);
}

export function happened(twin: Twin, ...events: readonly TwinEvent[]): Twin {
  return events.reduce(reduce, twin);
}

export const stamp = (received: number): { at: number; received: number } => ({ at: received, received });

export const status = (connector: number, text: string, received: number): TwinEvent => ({
  type: "StatusReported",
  connector,
  status: text,
  errorCode: "NoError",
  ...stamp(received),
});

export const started = (connector: number, transactionId: number, received: number, idTag = "TAG"): TwinEvent => ({
  type: "TransactionStarted",
  connector,
  transactionId,
  idTag,
  meterStart: 0,
  idTagStatus: "Accepted",
  timestamp: new Date(received).toISOString(),
  ...stamp(received),
});

export const stopped = (connector: number, transactionId: number, received: number): TwinEvent => ({
  type: "TransactionStopped",
  connector,
  transactionId,
  reason: "Remote",
  ...stamp(received),
});

export const configured = (values: Readonly<Record<string, string>>): TwinEvent => ({
  type: "ConfigurationReported",
  entries: Object.entries(values).map(([key, value]) => ({ key, value, readonly: true })),
  ...stamp(SENT - 1000),
});

const theirValidator = createValidator("ocpp1.6", theirSchemas);

/** What ocpp-rpc says against a request; undefined when it has nothing against it. */
export function theirObjection(action: string, payload: unknown): string | undefined {
  try {
    void theirValidator.validate(`urn:${action}.req`, payload);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export interface Exchanged {
  readonly events: readonly TwinEvent[];
  readonly twin: Twin;
  readonly effect: Effect | undefined;
}

/** What becomes of a twin by a call of ours and its answer, as the road out does it. */
export function exchange(action: OutgoingAction, request: object, response: unknown, twin = accepted): Exchanged {
  const fault = checkRequest(action, request);
  if (fault !== undefined) throw new Error(`${action} ${fault.path}: ${fault.text}`);
  const objection = theirObjection(action, request);
  if (objection !== undefined) throw new Error(`ocpp-rpc: ${action}: ${objection}`);
  const checked = checkResponse(action, response, "tolerant");
  if ("malformed" in checked) throw new Error(checked.malformed);
  const message = outgoingMessages[action] as unknown as OutgoingMessage<OutgoingAction>;
  const answered = {
    request: request as never,
    response: checked.response as never,
    twin,
    sent: SENT,
    received: ANSWERED,
    maxKeptCharacters: 16_384,
    maxConfigurationKeys: 500,
  };
  const events = message.answered?.(answered) ?? [];
  return { events, twin: happened(twin, ...events), effect: message.effect?.(answered) };
}

const certificateHashData = {
  hashAlgorithm: "SHA256",
  issuerNameHash: "a1",
  issuerKeyHash: "b2",
  serialNumber: "03",
} as const;
const time = "2026-03-01T13:00:00Z";

/** A profile of one period; `changes` replace its fields. */
export function profileOf(changes: object = {}, limit = 16, unit: "A" | "W" = "A"): object {
  return {
    chargingProfileId: 7,
    stackLevel: 0,
    chargingProfilePurpose: "TxDefaultProfile",
    chargingProfileKind: "Relative",
    chargingSchedule: { chargingRateUnit: unit, chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    ...changes,
  };
}

/** A request of each action of the central system, with the answer that agrees to it. */
export const exchanges = {
  CancelReservation: [{ reservationId: 4 }, { status: "Accepted" }],
  CertificateSigned: [{ certificateChain: "-----BEGIN CERTIFICATE-----" }, { status: "Accepted" }],
  ChangeAvailability: [{ connectorId: 1, type: "Inoperative" }, { status: "Accepted" }],
  ChangeConfiguration: [{ key: "HeartbeatInterval", value: "60" }, { status: "Accepted" }],
  ClearCache: [{}, { status: "Accepted" }],
  ClearChargingProfile: [{ id: 7 }, { status: "Accepted" }],
  DataTransfer: [
    { vendorId: "com.vendor", data: "x" },
    { status: "Accepted", data: "y" },
  ],
  DeleteCertificate: [{ certificateHashData }, { status: "Accepted" }],
  ExtendedTriggerMessage: [{ requestedMessage: "Heartbeat" }, { status: "Accepted" }],
  GetCompositeSchedule: [{ connectorId: 1, duration: 3600 }, { status: "Rejected" }],
  GetConfiguration: [{ key: ["HeartbeatInterval"] }, { configurationKey: [], unknownKey: ["HeartbeatInterval"] }],
  GetDiagnostics: [{ location: "ftp://host/directory" }, { fileName: "diagnostics.zip" }],
  GetInstalledCertificateIds: [{ certificateType: "CentralSystemRootCertificate" }, { status: "NotFound" }],
  GetLocalListVersion: [{}, { listVersion: 3 }],
  GetLog: [
    { logType: "SecurityLog", requestId: 5, log: { remoteLocation: "ftp://host/logs" } },
    { status: "Accepted", filename: "log.txt" },
  ],
  InstallCertificate: [
    { certificateType: "CentralSystemRootCertificate", certificate: "-----BEGIN CERTIFICATE-----" },
    { status: "Accepted" },
  ],
  RemoteStartTransaction: [{ connectorId: 1, idTag: "TAG" }, { status: "Accepted" }],
  RemoteStopTransaction: [{ transactionId: 11 }, { status: "Accepted" }],
  ReserveNow: [{ connectorId: 1, expiryDate: time, idTag: "TAG", reservationId: 4 }, { status: "Accepted" }],
  Reset: [{ type: "Soft" }, { status: "Accepted" }],
  SendLocalList: [{ listVersion: 3, updateType: "Full" }, { status: "Accepted" }],
  SetChargingProfile: [{ connectorId: 1, csChargingProfiles: profileOf() }, { status: "Accepted" }],
  SignedUpdateFirmware: [
    {
      requestId: 6,
      firmware: {
        location: "https://host/firmware",
        retrieveDateTime: time,
        signingCertificate: "-----BEGIN CERTIFICATE-----",
        signature: "c2ln",
      },
    },
    { status: "Accepted" },
  ],
  TriggerMessage: [{ requestedMessage: "StatusNotification", connectorId: 1 }, { status: "Accepted" }],
  UnlockConnector: [{ connectorId: 1 }, { status: "Unlocked" }],
  UpdateFirmware: [{ location: "ftp://host/firmware", retrieveDate: time }, {}],
} as const satisfies { readonly [A in OutgoingAction]: readonly [object, object] };
