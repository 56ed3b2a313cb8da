// The part of the table of occurrences that charge points bring about by their messages; occurrencesOf.ts tells when. Fields are spelt like the
// datapoints that show the same.
import type { OccurrenceType } from "./occurrences.ts";

type Fields = OccurrenceType["fields"];

const start = {
  TransactionId: { type: "Int32", description: "Id given in StartTransaction.conf" },
  IdTag: { type: "String", description: "Id tag that started the transaction" },
  MeterStart: { type: "Double", description: "Meter register at the start, Wh" },
  Timestamp: { type: "DateTime", description: "Start of the transaction" },
  ReservationId: { type: "Int32", description: "Reservation that the transaction uses; null without one" },
  IdTagStatus: { type: "AuthorizationStatus", description: "Answer to StartTransaction" },
  Offline: { type: "Boolean", description: "It was told late: queued while the charge point was offline" },
} satisfies Fields;

export const chargePointOccurrenceTypes = {
  TransactionStartedEventType: {
    description: "A transaction has begun, and the id tag was accepted",
    fields: start,
  },
  TransactionRejectedEventType: {
    description:
      "A transaction has begun, and its id tag was not accepted: the charge point ends it, unless it has begun offline or is set to go on",
    fields: start,
  },
  TransactionEndedEventType: {
    description: "A transaction has ended",
    fields: {
      TransactionId: { type: "Int32", description: "Id of the transaction; as sent when nobody knows its start" },
      IdTag: { type: "String", description: "Id tag that started the transaction; null when its start is not known" },
      StopIdTag: { type: "String", description: "Id tag that stopped the transaction; null without one" },
      StartTimestamp: { type: "DateTime", description: "Start of the transaction; null when it is not known" },
      Timestamp: { type: "DateTime", description: "End of the transaction" },
      MeterStart: { type: "Double", description: "Meter register at the start, Wh; null when the start is not known" },
      MeterStop: { type: "Double", description: "Meter register at the end, Wh; null when it was not told" },
      Energy: { type: "Double", description: "Energy of the transaction, Wh; null when nothing says how much it was" },
      Duration: { type: "Double", description: "Duration of the transaction, s; null when its start is not known" },
      Reason: { type: "Reason", description: "Why the transaction ended" },
      Presumed: {
        type: "Boolean",
        description:
          "The charge point has not said so: it has lost the transaction, as the bridge concludes. Its own stop, should it still come, is an event again",
      },
      Offline: { type: "Boolean", description: "It was told late: queued while the charge point was offline" },
      Flags: {
        type: "String",
        description:
          "What is remarkable, as in the charge detail record, with blanks between: offline, assumedStart, offlineStop, assumedStop, missingMeterStop, negativeEnergy, sampledEnergy, matched, late, withoutStart, presumed",
      },
    },
  },
  BootNotificationEventType: {
    description: "A charge point has sent BootNotification; not every repetition while it waits to be accepted",
    isOfChargePoint: true,
    fields: {
      Vendor: { type: "String", description: "chargePointVendor" },
      Model: { type: "String", description: "chargePointModel" },
      SerialNumber: { type: "String", description: "chargePointSerialNumber" },
      ChargeBoxSerialNumber: { type: "String", description: "chargeBoxSerialNumber" },
      FirmwareVersion: { type: "String", description: "firmwareVersion" },
      Iccid: { type: "String", description: "ICCID of the SIM card" },
      Imsi: { type: "String", description: "IMSI of the SIM card" },
      MeterType: { type: "String", description: "Type of the main meter" },
      MeterSerialNumber: { type: "String", description: "Serial number of the main meter" },
      RegistrationStatus: { type: "RegistrationStatus", description: "Answer to BootNotification" },
    },
  },
  StatusNotificationEventType: {
    description: "Status or error of a connector, or of the charge point itself, is another than before",
    fields: {
      Status: { type: "ChargePointStatus", description: "Status" },
      ErrorCode: { type: "ChargePointErrorCode", description: "Error" },
      Info: { type: "String", description: "Free text of the charge point" },
      VendorId: { type: "String", description: "Who defined the vendor's error code" },
      VendorErrorCode: { type: "String", description: "The vendor's own error code" },
      Timestamp: { type: "DateTime", description: "Time in the StatusNotification; null without one" },
    },
  },
  SecurityEventNotificationEventType: {
    description: "A charge point has told of something that matters for security",
    isOfChargePoint: true,
    fields: {
      Type: { type: "String", description: "Type of the security event, as the charge point names it" },
      Timestamp: { type: "DateTime", description: "When it was" },
      TechInfo: { type: "String", description: "Further information; null without any" },
    },
  },
  DataTransferEventType: {
    description: "A charge point has sent a message of its vendor's own; secrets are left out",
    isOfChargePoint: true,
    fields: {
      VendorId: { type: "String", description: "vendorId" },
      MessageId: { type: "String", description: "messageId; null without one" },
      Data: { type: "String", description: "data; null without any" },
    },
  },
  FirmwareStatusNotificationEventType: progress("an update of its firmware", "FirmwareStatus"),
  SignedFirmwareStatusNotificationEventType: progress("an update of signed firmware", "FirmwareStatusEnumType"),
  DiagnosticsStatusNotificationEventType: progress("an upload of diagnostics", "DiagnosticsStatus"),
  LogStatusNotificationEventType: progress("an upload of a log", "UploadLogStatusEnumType"),
} satisfies Readonly<Record<string, OccurrenceType>>;

function progress(what: string, type: string) {
  return {
    description: `A charge point has told how far ${what} is`,
    isOfChargePoint: true,
    fields: { Status: { type, description: `How far ${what} is` } },
  } as const satisfies OccurrenceType;
}
