// The published cases of the profile RemoteTrigger.
import { expect } from "vitest";
import { played, type Case } from "./case.ts";
import { isCommanded, reports, sends, type Step } from "./steps.ts";

const accepted = { status: "Accepted" };
const wanted = (requestedMessage: string, more: object = {}): Step =>
  isCommanded("TriggerMessage", { requestedMessage, ...more }, accepted);

const meterValue = () => [
  {
    timestamp: new Date().toISOString(),
    sampledValue: [{ value: "1.5", unit: "kWh", measurand: "Energy.Active.Import.Register", context: "Trigger" }],
  },
];

export const remoteTrigger: readonly Case[] = [
  played(
    "054",
    "Trigger Message",
    wanted("MeterValues", { connectorId: 1 }),
    sends(
      "MeterValues",
      () => ({ connectorId: 1, meterValue: meterValue() }),
      {},
      { "Connector1/MeterValues/Energy.Active.Import.Register": 1500 },
    ),
    wanted("Heartbeat"),
    sends("Heartbeat", {}, { currentTime: expect.any(String) }),
    wanted("StatusNotification", { connectorId: 1 }),
    reports("Available"),
    wanted("DiagnosticsStatusNotification"),
    sends("DiagnosticsStatusNotification", { status: "Idle" }, {}, { "State/DiagnosticsStatusNotification": "Idle" }),
    wanted("FirmwareStatusNotification"),
    sends("FirmwareStatusNotification", { status: "Idle" }, {}, { "State/FirmwareStatusNotification": "Idle" }),
  ),
  played(
    "055",
    "Trigger Message - Rejected",
    isCommanded("TriggerMessage", { requestedMessage: "MeterValues", connectorId: 1 }, { status: "Rejected" }),
  ),
];
