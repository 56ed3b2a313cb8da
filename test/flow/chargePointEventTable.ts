// What a charge point sends, step by step, and which events it becomes; a step without any is a message that only repeats what is known.
import type { chargePointOccurrenceTypes } from "../../src/datapoints/chargePointOccurrences.ts";

const MINUTE_MS = 60_000;
const now = Date.now();
/** Whole seconds, as charge points send them. */
const ago = (minutes: number): number => Math.floor((now - minutes * MINUTE_MS) / 1000) * 1000;
const iso = (time: number): string => new Date(time).toISOString();

const boot = { chargePointVendor: "ACME", chargePointModel: "One", firmwareVersion: "1.2.3" };
const available = { connectorId: 1, status: "Available", errorCode: "NoError" };
const faulted = {
  connectorId: 2,
  status: "Faulted",
  errorCode: "GroundFailure",
  info: "relay",
  vendorId: "com.acme",
  vendorErrorCode: "E42",
  timestamp: iso(ago(1)),
};
const begun = { connectorId: 1, idTag: "GOOD", meterStart: 1000, timestamp: iso(ago(3)) };
const offline = { connectorId: 2, idTag: "GOOD", meterStart: 500, timestamp: iso(ago(180)) };
const lost = { connectorId: 2, idTag: "GOOD", meterStart: 5000, timestamp: iso(ago(3)) };
const security = { type: "TamperDetectionActivated", timestamp: iso(ago(2)), techInfo: "lid" };

export type Ids = Readonly<Record<string, number>>;
export interface Expected {
  readonly type: keyof typeof chargePointOccurrenceTypes;
  readonly place: "CP1" | "CP1/Connector1" | "CP1/Connector2";
  readonly severity: number;
  readonly message: string;
  /** When it was, where the charge point says so; else the time of its receipt. */
  readonly at?: number;
  readonly fields: Readonly<Record<string, unknown>>;
}
export interface Step {
  readonly action: string;
  readonly request: (ids: Ids) => object;
  /** The transaction id of the answer gets this name. */
  readonly id?: string;
  readonly expected?: (ids: Ids) => readonly Expected[];
}

const accepted = (start: typeof begun, id: number, isOffline: boolean): Expected => ({
  type: "TransactionStartedEventType",
  place: start.connectorId === 1 ? "CP1/Connector1" : "CP1/Connector2",
  severity: 100,
  message: `Transaction ${id} of GOOD has begun`,
  at: Date.parse(start.timestamp),
  fields: {
    TransactionId: id,
    IdTag: "GOOD",
    MeterStart: start.meterStart,
    Timestamp: new Date(start.timestamp),
    IdTagStatus: "Accepted",
    Offline: isOffline,
  },
});
const send = (action: string, request: object, expected?: Expected): Step => ({
  action,
  request: () => request,
  ...(expected !== undefined && { expected: () => [expected] }),
});
const progress = (action: string, status: string, severity: number, more: object = {}): Step =>
  send(
    action,
    { status, ...more },
    {
      type: `${action}EventType` as Expected["type"],
      place: "CP1",
      severity,
      message: `${action} ${status}`,
      fields: { Status: status },
    },
  );
const boots = (): Step =>
  send("BootNotification", boot, {
    type: "BootNotificationEventType",
    place: "CP1",
    severity: 100,
    message: "BootNotification of ACME One: Accepted",
    fields: { Vendor: "ACME", Model: "One", FirmwareVersion: "1.2.3", RegistrationStatus: "Accepted" },
  });
const becomes = (place: Expected["place"], request: object, severity = 100, message = "Status Available"): Step => {
  const { status, errorCode } = request as typeof available;
  return send("StatusNotification", request, {
    type: "StatusNotificationEventType",
    place,
    severity,
    message,
    fields: { Status: status, ErrorCode: errorCode },
  });
};

/** In order; those without `expected` become no event. */
export const steps: readonly Step[] = [
  boots(),
  becomes("CP1/Connector1", available),
  send("StatusNotification", available),
  send("StatusNotification", { ...available, timestamp: iso(ago(0)) }),
  becomes("CP1", { ...available, connectorId: 0 }),
  becomes("CP1", { ...available, connectorId: 0, status: "Unavailable" }, 300, "Status Unavailable"),
  send("StatusNotification", faulted, {
    type: "StatusNotificationEventType",
    place: "CP1/Connector2",
    severity: 700,
    message: "Status Faulted, error GroundFailure: relay",
    at: ago(1),
    fields: {
      Status: "Faulted",
      ErrorCode: "GroundFailure",
      Info: "relay",
      VendorId: "com.acme",
      VendorErrorCode: "E42",
      Timestamp: new Date(faulted.timestamp),
    },
  }),
  send("StatusNotification", faulted),
  {
    action: "StartTransaction",
    request: () => begun,
    id: "begun",
    expected: ({ begun: id = 0 }) => [accepted(begun, id, false)],
  },
  { action: "StartTransaction", request: () => begun, id: "begun" },
  send("MeterValues", {
    connectorId: 1,
    meterValue: [{ timestamp: iso(ago(2)), sampledValue: [{ value: "2500" }] }],
  }),
  ...[0, 1].map((time): Step => ({
    action: "StopTransaction",
    request: ({ begun: transactionId }) => ({
      transactionId,
      meterStop: 3000,
      timestamp: iso(ago(1)),
      reason: "EmergencyStop",
      idTag: "GOOD",
    }),
    ...(time === 0 && {
      expected: ({ begun: id }) => [
        {
          type: "TransactionEndedEventType",
          place: "CP1/Connector1",
          severity: 900,
          message: `Transaction ${id} has ended: EmergencyStop, 2000 Wh`,
          at: ago(1),
          fields: {
            TransactionId: id,
            IdTag: "GOOD",
            StopIdTag: "GOOD",
            StartTimestamp: new Date(ago(3)),
            Timestamp: new Date(ago(1)),
            MeterStart: 1000,
            MeterStop: 3000,
            Energy: 2000,
            Duration: 120,
            Reason: "EmergencyStop",
            Presumed: false,
            Offline: false,
            Flags: "",
          },
        },
      ],
    }),
  })),
  {
    action: "StartTransaction",
    request: () => ({ ...begun, idTag: "BAD", timestamp: iso(ago(0.5)) }),
    id: "refused",
    expected: ({ refused: id }) => [
      {
        type: "TransactionRejectedEventType",
        place: "CP1/Connector1",
        severity: 300,
        message: `Transaction ${id} of BAD was answered Blocked`,
        at: ago(0.5),
        fields: {
          TransactionId: id,
          IdTag: "BAD",
          MeterStart: 1000,
          Timestamp: new Date(ago(0.5)),
          IdTagStatus: "Blocked",
          Offline: false,
        },
      },
    ],
  },
  {
    action: "StartTransaction",
    request: () => offline,
    id: "offline",
    expected: ({ offline: id = 0 }) => [accepted(offline, id, true)],
  },
  {
    action: "StopTransaction",
    request: ({ offline: transactionId }) => ({ transactionId, meterStop: 400, timestamp: iso(ago(120)) }),
    expected: ({ offline: id }) => [
      {
        type: "TransactionEndedEventType",
        place: "CP1/Connector2",
        severity: 100,
        message: `Transaction ${id} has ended: Local`,
        at: ago(120),
        fields: {
          TransactionId: id,
          IdTag: "GOOD",
          StartTimestamp: new Date(ago(180)),
          Timestamp: new Date(ago(120)),
          MeterStart: 500,
          MeterStop: 400,
          Duration: 3600,
          Reason: "Local",
          Presumed: false,
          Offline: true,
          Flags: "offline offlineStop negativeEnergy",
        },
      },
    ],
  },
  ...[0, 1].map((time): Step => ({
    action: "StopTransaction",
    request: () => ({ transactionId: 4711, meterStop: 1, timestamp: iso(ago(1)) }),
    ...(time === 0 && {
      expected: () => [
        {
          type: "TransactionEndedEventType",
          place: "CP1",
          severity: 100,
          message: "Transaction 4711 has ended: Local",
          at: ago(1),
          fields: {
            TransactionId: 4711,
            Timestamp: new Date(ago(1)),
            MeterStop: 1,
            Reason: "Local",
            Presumed: false,
            Offline: false,
            Flags: "withoutStart",
          },
        },
      ],
    }),
  })),
  {
    action: "StartTransaction",
    request: () => lost,
    id: "lost",
    expected: ({ lost: id = 0 }) => [accepted(lost, id, false)],
  },
  boots(),
  // After a boot Available says that the transaction is lost: two events of one message.
  {
    action: "StatusNotification",
    request: () => ({ ...available, connectorId: 2, timestamp: iso(ago(0)) }),
    expected: ({ lost: id }) => [
      {
        type: "TransactionEndedEventType",
        place: "CP1/Connector2",
        severity: 300,
        message: `Transaction ${id} has been lost by the charge point`,
        at: ago(0),
        fields: {
          TransactionId: id,
          IdTag: "GOOD",
          StartTimestamp: new Date(lost.timestamp),
          Timestamp: new Date(ago(0)),
          MeterStart: 5000,
          Duration: 180,
          Reason: "Other",
          Presumed: true,
          Offline: false,
          Flags: "presumed",
        },
      },
      {
        type: "StatusNotificationEventType",
        place: "CP1/Connector2",
        severity: 100,
        message: "Status Available",
        at: ago(0),
        fields: { Status: "Available", ErrorCode: "NoError", Timestamp: new Date(ago(0)) },
      },
    ],
  },
  {
    action: "StopTransaction",
    request: ({ lost: transactionId }) => ({
      transactionId,
      meterStop: 5100,
      timestamp: iso(ago(2)),
      reason: "PowerLoss",
    }),
    expected: ({ lost: id }) => [
      {
        type: "TransactionEndedEventType",
        place: "CP1/Connector2",
        severity: 500,
        message: `Transaction ${id} has ended: PowerLoss, 100 Wh`,
        at: ago(2),
        fields: {
          TransactionId: id,
          IdTag: "GOOD",
          StartTimestamp: new Date(lost.timestamp),
          Timestamp: new Date(ago(2)),
          MeterStart: 5000,
          MeterStop: 5100,
          Energy: 100,
          Duration: 60,
          Reason: "PowerLoss",
          Presumed: false,
          Offline: false,
          Flags: "late",
        },
      },
    ],
  },
  send("SecurityEventNotification", security, {
    type: "SecurityEventNotificationEventType",
    place: "CP1",
    severity: 700,
    message: "Security event TamperDetectionActivated: lid",
    at: ago(2),
    fields: { Type: "TamperDetectionActivated", Timestamp: new Date(security.timestamp), TechInfo: "lid" },
  }),
  send("SecurityEventNotification", security),
  ...[0, 1].map(() =>
    send(
      "DataTransfer",
      { vendorId: "com.acme", messageId: "hello", data: "see https://anna:s3cret@acme.example/x" },
      {
        type: "DataTransferEventType",
        place: "CP1",
        severity: 100,
        message: "DataTransfer hello of com.acme",
        fields: { VendorId: "com.acme", MessageId: "hello", Data: "see https://anna:***@acme.example/x" },
      },
    ),
  ),
  ...["AuthorizationKey", "wifiPassword"].map((messageId) =>
    send(
      "DataTransfer",
      { vendorId: "com.acme", messageId, data: "s3cret" },
      {
        type: "DataTransferEventType",
        place: "CP1",
        severity: 100,
        message: messageId === "AuthorizationKey" ? "***" : "DataTransfer wifiPassword of com.acme",
        fields: { VendorId: "com.acme", MessageId: messageId, Data: "***" },
      },
    ),
  ),
  send(
    "DataTransfer",
    { vendorId: "com.acme" },
    {
      type: "DataTransferEventType",
      place: "CP1",
      severity: 100,
      message: "DataTransfer of com.acme",
      fields: { VendorId: "com.acme" },
    },
  ),
  progress("FirmwareStatusNotification", "Downloading", 100),
  send("FirmwareStatusNotification", { status: "Downloading" }),
  progress("FirmwareStatusNotification", "DownloadFailed", 500),
  progress("DiagnosticsStatusNotification", "Uploading", 100),
  progress("DiagnosticsStatusNotification", "UploadFailed", 500),
  progress("LogStatusNotification", "PermissionDenied", 500, { requestId: 1 }),
  progress("SignedFirmwareStatusNotification", "InvalidSignature", 500, { requestId: 1 }),
  progress("SignedFirmwareStatusNotification", "Installed", 100, { requestId: 1 }),
];
