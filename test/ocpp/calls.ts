// Calls of a charge point made by hand, for tests without sockets.
import type { Call } from "../../src/ocpp/door.ts";
import { encodeCall, parseFrame } from "../../src/ocpp/frame.ts";

/** The call that a frame with this action and payload is. */
export function callOf(action: string, payload: unknown): Call {
  return callFrom(encodeCall("1", action, payload));
}

export function callFrom(text: string): Call {
  const frame = parseFrame(text);
  if (frame.kind !== "call") throw new Error(`${frame.kind} instead of a call`);
  return frame;
}

/** A smallest request of each action that a charge point sends. */
export const requests = {
  Authorize: { idTag: "04A1B2C3" },
  BootNotification: { chargePointVendor: "Vendor", chargePointModel: "Model" },
  DataTransfer: { vendorId: "com.vendor" },
  DiagnosticsStatusNotification: { status: "Uploading" },
  FirmwareStatusNotification: { status: "Installed" },
  Heartbeat: {},
  LogStatusNotification: { status: "Uploaded" },
  MeterValues: {
    connectorId: 1,
    meterValue: [{ timestamp: "2026-03-01T12:00:00Z", sampledValue: [{ value: "1000" }] }],
  },
  SecurityEventNotification: { type: "FirmwareUpdated", timestamp: "2026-03-01T12:00:00Z" },
  SignCertificate: { csr: "-----BEGIN CERTIFICATE REQUEST-----" },
  SignedFirmwareStatusNotification: { status: "Installed" },
  StartTransaction: { connectorId: 1, idTag: "04A1B2C3", meterStart: 1000, timestamp: "2026-03-01T12:00:00Z" },
  StatusNotification: { connectorId: 1, status: "Available", errorCode: "NoError" },
  StopTransaction: { transactionId: 1, meterStop: 2000, timestamp: "2026-03-01T13:00:00Z" },
} as const;
