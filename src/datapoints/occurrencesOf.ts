// What a change of a twin is to those who listen: the one place where messages of charge points become occurrences. Pure; called for every
// message, so it must be cheap where there is nothing to tell. A message that only repeats what is known is none.
import type { Booted, Noted, StatusReported, TwinEvent } from "../twin/events.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { Identification, Status, Twin } from "../twin/twin.ts";
import { occurrence, severities } from "./occurrence.ts";
import { transactionEnded, transactionStarted } from "./transactionOccurrences.ts";

const none: readonly Occurrence[] = [];

/** In the order in which they have happened; `events` have made `after` of `before`. Texts of the charge point are as it has sent them. */
export function occurrencesOf(before: Twin, after: Twin, events: readonly TwinEvent[]): readonly Occurrence[] {
  let found: Occurrence[] | undefined;
  for (const event of events) {
    const tell = tellers[event.type as keyof typeof tellers] as Teller<TwinEvent> | undefined;
    const told = tell?.(event, { before, after });
    if (told !== undefined) (found ??= []).push(told);
  }
  return found ?? none;
}

export interface Change {
  readonly before: Twin;
  readonly after: Twin;
}

type Teller<Event> = (event: Event, change: Change) => Occurrence | undefined;

const tellers = {
  TransactionStarted: transactionStarted,
  TransactionStopped: transactionEnded,
  StatusReported: statusChanged,
  Booted: booted,
  Noted: noted,
} satisfies { readonly [Type in TwinEvent["type"]]?: Teller<Extract<TwinEvent, { type: Type }>> };

// ---------------------------------------------------------------------------------------- BootNotification

const identifications = [
  "vendor",
  "model",
  "serialNumber",
  "chargeBoxSerialNumber",
  "firmwareVersion",
  "iccid",
  "imsi",
  "meterType",
  "meterSerialNumber",
] as const satisfies readonly (keyof Identification)[];

function booted(event: Booted, { before, after }: Change): Occurrence | undefined {
  const answer = after.registration.answered;
  const { identification: known, registration } = before;
  // OCPP 1.6 §4.2: one that waits to be accepted sends it again and again.
  const isWaiting = answer !== "Accepted" && answer === registration.answered;
  if (isWaiting && known !== undefined && identifications.every((name) => known[name] === event[name]))
    return undefined;
  const { vendor, model, serialNumber, chargeBoxSerialNumber, firmwareVersion, iccid, imsi } = event;
  return occurrence("BootNotificationEventType", event, {
    chargePointId: after.id,
    severity: answer === "Accepted" ? severities.information : severities.notice,
    message: `BootNotification of ${vendor} ${model}: ${answer}`,
    fields: {
      Vendor: vendor,
      Model: model,
      SerialNumber: serialNumber,
      ChargeBoxSerialNumber: chargeBoxSerialNumber,
      FirmwareVersion: firmwareVersion,
      Iccid: iccid,
      Imsi: imsi,
      MeterType: event.meterType,
      MeterSerialNumber: event.meterSerialNumber,
      RegistrationStatus: answer,
    },
  });
}

// ---------------------------------------------------------------------------------------- StatusNotification

const statuses = ["status", "errorCode", "info", "vendorId", "vendorErrorCode"] as const satisfies (keyof Status)[];

/** Only what has changed: many charge points send the status of all connectors with every boot, or every few minutes. */
function statusChanged(event: StatusReported, { before, after }: Change): Occurrence | undefined {
  const { connector, status, errorCode, info, vendorId, vendorErrorCode, timestamp } = event;
  const known = connector === 0 ? before.status : before.connectors.get(connector)?.status;
  if (known !== undefined && statuses.every((name) => known[name] === event[name])) return undefined;
  const isFine = errorCode === "NoError";
  return occurrence("StatusNotificationEventType", event, {
    chargePointId: after.id,
    connector,
    severity: severityOf(event),
    message: `Status ${status}${isFine ? "" : `, error ${errorCode}${info === undefined ? "" : `: ${info}`}`}`,
    fields: {
      Status: status,
      ErrorCode: errorCode,
      Info: info,
      VendorId: vendorId,
      VendorErrorCode: vendorErrorCode,
      Timestamp: timestamp,
    },
  });
}

function severityOf({ status, errorCode }: Status): number {
  if (status === "Faulted") return severities.fault;
  if (errorCode !== "NoError") return severities.warning;
  return status === "Unavailable" ? severities.notice : severities.information;
}

// ---------------------------------------------------------------------------------------- texts

function noted(event: Noted, change: Change): Occurrence | undefined {
  switch (event.topic) {
    case "dataTransfer":
      return dataTransferred(event, change);
    case "securityEvent":
      return securityEvent(event, change);
    case "firmware":
    case "signedFirmware":
    case "diagnostics":
    case "log":
      return progressed(event, event.topic, change);
    // What is done with certificates is a command, which is told of when it is finished.
    case "signingRequest":
    case "signedCertificate":
    case "certificateInstallation":
    case "certificateDeletion":
    case "installedCertificates":
      return undefined;
  }
}

/** Every one: the same may be meant twice. */
function dataTransferred(event: Noted, { after }: Change): Occurrence {
  const { vendorId, messageId, data, leftOut } = partsOf(event.text);
  return occurrence("DataTransferEventType", event, {
    chargePointId: after.id,
    severity: severities.information,
    message: `DataTransfer ${messageId ?? ""} of ${vendorId ?? "a vendor"}`.replace("  ", " "),
    fields: { VendorId: vendorId, MessageId: messageId, Data: leftOut === undefined ? data : event.text },
  });
}

/** "Improved security for OCPP 1.6-J", security events that tell of nothing but what is done every day. */
const everyday: ReadonlySet<string> = new Set([
  "FirmwareUpdated",
  "SettingSystemTime",
  "StartupOfTheDevice",
  "ResetOrReboot",
]);

/** One with the same time and words was sent again, because its answer was lost. */
function securityEvent(event: Noted, { before, after }: Change): Occurrence | undefined {
  if (event.assumed !== true && before.securityEvent?.text === event.text) return undefined;
  const { type = "", techInfo, leftOut } = partsOf(event.text);
  return occurrence("SecurityEventNotificationEventType", event, {
    chargePointId: after.id,
    severity: everyday.has(type) ? severities.notice : severities.fault,
    message: `Security event ${type}${techInfo === undefined ? "" : `: ${techInfo}`}`,
    fields: { Type: type, Timestamp: event.at, TechInfo: leftOut === undefined ? techInfo : event.text },
  });
}

const progressTypes = {
  firmware: "FirmwareStatusNotificationEventType",
  signedFirmware: "SignedFirmwareStatusNotificationEventType",
  diagnostics: "DiagnosticsStatusNotificationEventType",
  log: "LogStatusNotificationEventType",
} as const;

/** How files that could not be sent, fetched or used are told of in all of the four enumerations. */
const FAILURE = /fail|invalid|badmessage|notsupported|permissiondenied|revoked/iu;

/** Another status than before, or the first since a file was commanded: that one may have failed like the one before. */
function progressed(
  event: Noted,
  topic: keyof typeof progressTypes,
  { before, after }: Change,
): Occurrence | undefined {
  const known = before[topic];
  const commanded = before.transfers?.[topic];
  const isFirst = commanded !== undefined && known !== undefined && commanded.received >= known.received;
  if (known?.text === event.text && !isFirst) return undefined;
  const type = progressTypes[topic];
  return occurrence(type, event, {
    chargePointId: after.id,
    severity: FAILURE.test(event.text) ? severities.warning : severities.information,
    message: `${type.replace("EventType", "")} ${event.text}`,
    fields: { Status: event.text },
  });
}

/** The texts of a payload that has been kept as JSON. */
function partsOf(json: string): Readonly<Record<string, string | undefined>> {
  const payload = JSON.parse(json) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(payload).map(([name, part]) => [name, typeof part === "string" ? part : JSON.stringify(part)]),
  );
}
