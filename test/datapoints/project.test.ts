import { describe, expect, it } from "vitest";
import { membersOf, ordinalOf, usedEnumerations } from "../../src/datapoints/enumerations.ts";
import { project, type Sample } from "../../src/datapoints/project.ts";
import { qualityOf } from "../../src/datapoints/quality.ts";
import { chargePointTable, connectorTable, tableFor } from "../../src/datapoints/table.ts";
import { meterPointOf } from "../../src/twin/measurands.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";

const T0 = Date.UTC(2026, 10, 25, 12);
const later = { at: T0 + 1000, received: T0 + 2000 };
const fresh = createTwin("CP001", { status: "Pending", heartbeatIntervalSeconds: 60 }, T0);

function changes(before: Twin | undefined, after: Twin): Map<string, Sample> {
  const samples = new Map<string, Sample>();
  project(before, after, {
    sample: (connector, column, sample) => {
      const path = tableFor(connector).datapoints[column]?.path ?? "?";
      samples.set(connector === 0 ? path : `Connector${connector}/${path}`, sample);
    },
  });
  return samples;
}

describe("project", () => {
  it("shows of a charge point that never connected only what the bridge knows itself", () => {
    expect([...changes(undefined, fresh).keys()].toSorted()).toEqual([
      "ClientId",
      "Command/Action",
      "Command/Payload",
      "Command/Response",
      "Command/Result",
      "Command/Sequence",
      "Command/Trigger",
      "Common/ConnState",
      "Config/HeartbeatInterval",
      "Config/RegistrationStatus",
      "State/Connected",
    ]);
  });

  it("hands over only what has changed", () => {
    const after = reduce(fresh, {
      type: "StatusReported",
      connector: 2,
      status: "Charging",
      errorCode: "NoError",
      ...later,
    });
    const samples = changes(fresh, after);
    expect([...samples.keys()].toSorted()).toEqual(["Connector2/Status/ErrorCode", "Connector2/Status/Status"]);
    expect(samples.get("Connector2/Status/Status")).toEqual({
      value: "Charging",
      ...later,
      stale: false,
    });
    expect(changes(after, after).size).toBe(0);
  });

  it("takes a value back when a newer report no longer has it", () => {
    const first = reduce(fresh, {
      type: "StatusReported",
      connector: 1,
      status: "Faulted",
      errorCode: "OtherError",
      info: "smoke",
      ...later,
    });
    const second = reduce(first, {
      type: "StatusReported",
      connector: 1,
      status: "Available",
      errorCode: "NoError",
      ...later,
    });
    expect(changes(first, second).get("Connector1/Status/Info")?.value).toBeUndefined();
    expect(changes(first, second).has("Connector1/Status/Info")).toBe(true);
  });

  it("shows readings with their own time, and Limit from Current.Offered", () => {
    const offered = {
      point: meterPointOf("Current.Offered", "", "Outlet") ?? -1,
      value: 16,
      ...later,
    };
    const after = reduce(fresh, {
      type: "MeterSampled",
      connector: 1,
      readings: [offered],
      telegram: "{}",
      at: T0,
      received: T0,
    });
    const samples = changes(fresh, after);
    expect(samples.get("Connector1/MeterValues/Current.Offered")).toEqual({
      value: 16,
      ...later,
      stale: false,
    });
    expect(samples.get("Connector1/Limit")?.value).toBe(16);
    expect(samples.get("Connector1/MeterValues/Last")?.value).toBe("{}");
    const linked = reduce(after, { type: "Linked", ...later });
    expect(changes(after, linked).get("Connector1/Limit")).toEqual({ value: 16, ...later, stale: true });
  });
});

describe("the table", () => {
  it.each([
    ["charge point", chargePointTable],
    ["connector", connectorTable],
  ])("of a %s has each path once, numbered by column, every row with a description", (_, table) => {
    expect(table.byPath.size).toBe(table.datapoints.length);
    table.datapoints.forEach((datapoint, index) => {
      expect(datapoint.column).toBe(index);
      expect(datapoint.row.description).not.toBe("");
      expect(datapoint.path).toMatch(/^[A-Z][\w.-]*(\/[A-Z][\w.-]*)*$/u);
    });
  });

  it("puts the rows that need history where they belong", () => {
    const kept = (table: typeof chargePointTable): string[] =>
      table.datapoints.filter((d) => d.row.history && d.meterPoint === undefined).map((d) => d.path);
    expect(kept(chargePointTable)).toEqual([
      "State/Connected",
      "State/DiagnosticsStatusNotification",
      "State/FirmwareStatusNotification",
      "State/SignedFirmwareStatusNotification",
      "State/LogStatusNotification",
      "State/Status",
      "State/ErrorCode",
    ]);
    expect(kept(connectorTable)).toEqual([
      "Status/Status",
      "Status/ErrorCode",
      "Transaction/TransactionId",
      "Transaction/Energy",
    ]);
    expect(connectorTable.datapoints.filter((d) => d.meterPoint !== undefined).every((d) => d.row.history)).toBe(true);
  });
});

describe("enumerations", () => {
  it("have Unknown at 0 and then OCPP's members in document order", () => {
    expect(membersOf("ChargePointStatus").slice(0, 3)).toEqual(["Unknown", "Available", "Preparing"]);
    expect(membersOf("ConnState")).toEqual(["Unknown", "NeverConnected", "Connected", "Disconnected"]);
    expect(ordinalOf("ChargePointStatus", "Available")).toBe(1);
    expect(ordinalOf("ChargePointStatus", "Dancing")).toBe(0);
  });

  it("all exist", () => {
    for (const name of usedEnumerations) expect(membersOf(name).length, name).toBeGreaterThan(2);
  });
});

describe("quality", () => {
  it.each([
    [true, "NeverConnected", true, undefined, "Good"],
    [false, "NeverConnected", false, undefined, "BadNoCommunication"],
    [false, "Connected", false, undefined, "BadWaitingForInitialData"],
    [false, "Connected", true, undefined, "Good"],
    [false, "Connected", true, "stale", "UncertainLastUsableValue"],
    [false, "Connected", true, "incomplete", "Uncertain"],
    [false, "Disconnected", true, undefined, "UncertainLastUsableValue"],
    [false, "Disconnected", true, "incomplete", "UncertainLastUsableValue"],
    [false, "Disconnected", false, undefined, "BadWaitingForInitialData"],
    [true, "Disconnected", true, undefined, "Good"],
    [true, "Disconnected", true, "incomplete", "Uncertain"],
  ] as const)("own %s, %s, received %s, flaw %s is %s", (own, state, received, flaw, quality) => {
    expect(qualityOf(own, state, received, flaw)).toBe(quality);
  });
});
