// Texts that the twin keeps as they came are bounded: a charge point must not fill the memory.
import { describe, expect, test } from "vitest";
import { keptText } from "../../../src/ocpp/v16/values.ts";
import type { Moment } from "../../../src/ocpp/v16/message.ts";
import { IncomingDataTransfer as DataTransfer } from "../../../src/ocpp/v16/messages/DataTransfer.ts";
import { MeterValues } from "../../../src/ocpp/v16/messages/MeterValues.ts";
import { StopTransaction } from "../../../src/ocpp/v16/messages/StopTransaction.ts";
import { createTwin } from "../../../src/twin/twin.ts";

const NOW = Date.UTC(2026, 2, 1, 12);
const long = "x".repeat(5000);
const timestamp = new Date(NOW).toISOString();
const meterValue = [{ timestamp, sampledValue: [{ value: long, format: "SignedData" as const }] }];
const moment: Moment = {
  twin: createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, NOW),
  received: NOW,
  verdict: undefined,
  pendingRetrySeconds: 30,
  maxConnectors: 8,
  maxKeptCharacters: 1000,
  payload: JSON.stringify({ meterValue }),
};

describe("a text that is longer than may be kept", () => {
  test("is left out, and JSON in its place says why", () => {
    expect(keptText("[1]", moment)).toBe("[1]");
    expect(JSON.parse(keptText(long, moment))).toEqual({
      leftOut: "5000 characters, more than limits.maxKeptCharacters",
    });
  });

  test.each([
    ["MeterValues", MeterValues.happen({ connectorId: 1, meterValue }, moment)],
    ["DataTransfer", DataTransfer.happen({ vendorId: "v", data: long }, moment)],
    [
      "StopTransaction",
      StopTransaction.happen({ transactionId: 1, meterStop: 0, timestamp, transactionData: meterValue }, moment),
    ],
  ])("in %s is in no event", (_, events) => {
    const text = JSON.stringify(events);
    expect(text).toContain("limits.maxKeptCharacters");
    expect(text).not.toContain(long);
  });
});
