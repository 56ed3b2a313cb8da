// What a vendor profile puts right before a call is checked: local times (behaviour 5) and the names of phases, and nothing else.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { checkCall } from "../../src/ocpp/validate.ts";
import { repairCall } from "../../src/ocpp/vendorRepair.ts";
import type { VendorRepairs } from "../../src/twin/vendorProfile.ts";
import { callOf } from "./calls.ts";

const berlin = (labelledUtc = false): VendorRepairs => ({ localTime: { zone: "Europe/Berlin", labelledUtc } });

const later = Date.UTC(2026, 11, 1);

function timeOf(timestamp: string, repairs: VendorRepairs, received = later): unknown {
  const payload = { connectorId: 1, errorCode: "NoError", status: "Available", timestamp };
  return (repairCall(callOf("StatusNotification", payload), repairs, received).payload as typeof payload).timestamp;
}

describe("a time", () => {
  it.each([
    ["2026-07-01T12:00:00", "2026-07-01T10:00:00.000Z"],
    ["2026-01-01T12:00:00.5", "2026-01-01T11:00:00.500Z"],
    ["2026-07-01 12:00:00", "2026-07-01T10:00:00.000Z"],
    ["2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"],
    ["2026-07-01T12:00:00+01:00", "2026-07-01T12:00:00+01:00"],
    ["2026-07-01T12:00:00+0100", "2026-07-01T12:00:00+0100"],
    ["2026-07-01T12:00:00+01", "2026-07-01T12:00:00+01"],
    ["2026-07-01", "2026-06-30T22:00:00.000Z"],
    ["yesterday", "yesterday"],
    ["2026-07-01T12:00:00" + " ".repeat(40), "2026-07-01T12:00:00" + " ".repeat(40)],
  ])("%s of the zone of the site is %s", (sent, meant) => {
    expect(timeOf(sent, berlin())).toBe(meant);
  });

  it.each([
    ["2026-07-01T12:00:00Z", "2026-07-01T10:00:00.000Z"],
    ["2026-07-01T12:00:00.000z", "2026-07-01T10:00:00.000Z"],
    ["2026-07-01T12:00:00", "2026-07-01T10:00:00.000Z"],
    ["2026-07-01T12:00:00+01:00", "2026-07-01T12:00:00+01:00"],
  ])("%s, where Z is no promise, is %s", (sent, meant) => {
    expect(timeOf(sent, berlin(true))).toBe(meant);
  });

  it("that clocks of the zone show twice is the one at which it comes", () => {
    const early = timeOf("2026-10-25T02:10:00", berlin(), Date.parse("2026-10-25T00:10:01Z"));
    const late = timeOf("2026-10-25T02:10:00", berlin(), Date.parse("2026-10-25T01:10:01Z"));
    expect([early, late]).toEqual(["2026-10-25T00:10:00.000Z", "2026-10-25T01:10:00.000Z"]);
  });

  it("is repaired wherever the schema has one, and a strict check takes it then", () => {
    const meterValue = [{ timestamp: "2026-07-01T12:00:00", sampledValue: [{ value: "1" }] }];
    const call = callOf("MeterValues", { connectorId: 1, meterValue });
    expect(checkCall(call, "strict")).toMatchObject({ kind: "error" });
    expect(checkCall(repairCall(call, berlin(), later), "strict")).toMatchObject({
      request: { meterValue: [{ timestamp: "2026-07-01T10:00:00.000Z" }] },
      violations: [],
    });
  });

  it("is not looked for in a text that is longer than any time, however long", () => {
    const hostile = "00:00".repeat(200_000);
    expect(timeOf(hostile, berlin()) === hostile).toBe(true);
  });

  it("is left alone in a field that is no time", () => {
    const payload = { vendorId: "2026-07-01T12:00:00", data: "2026-07-01T12:00:00" };
    expect(repairCall(callOf("DataTransfer", payload), berlin(), later).payload).toEqual(payload);
  });
});

describe("a phase", () => {
  it.each([
    ["STR", ["L1", "L2", "L3", "N"], ["L2", "L3", "L1", "N"]],
    ["TRS", ["L1", "L2-N", "L3-N"], ["L3", "L1-N", "L2-N"]],
    ["STR", ["L1-L2", "L2-L3", "L3-L1"], ["L2-L3", "L3-L1", "L1-L2"]],
    ["RTS", ["L1", "L2", "L3", "L1-L2", "L2-L3", "L3-L1"], ["L1", "L3", "L2", "L3-L1", "L2-L3", "L1-L2"]],
    ["TSR", ["L1", "L2-L3", "nonsense"], ["L3", "L1-L2", "nonsense"]],
    ["STR", ["l1", " L2", "l1-n ", "L2-l1", "all"], ["L2", "L3", "L2-N", "L2-L3", "all"]],
  ] as const)("of the rotation %s is named as the grid names it", (phaseRotation, sent, meant) => {
    const sampledValue = sent.map((phase) => ({ value: "1", phase }));
    const call = callOf("MeterValues", { connectorId: 1, meterValue: [{ sampledValue }] });
    const { payload } = repairCall(call, { phaseRotation }, later);
    const [first] = (payload as { meterValue: { sampledValue: { phase: string }[] }[] }).meterValue;
    expect(first?.sampledValue.map(({ phase }) => phase)).toEqual(meant);
  });

  it("is named also in the data of a StopTransaction, and in a sample that is no list", () => {
    const transactionData = { timestamp: "t", sampledValue: { value: "1", phase: "L1" } };
    const call = callOf("StopTransaction", { transactionData });
    expect(repairCall(call, { phaseRotation: "STR" }, later).payload).toEqual({
      transactionData: { timestamp: "t", sampledValue: { value: "1", phase: "L2" } },
    });
  });
});

test("whatever is sent, nothing is thrown, and without repairs the call is the same", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("MeterValues", "StopTransaction", "Nonsense", "__proto__"),
      fc.jsonValue(),
      (action, payload) => {
        const call = callOf(action, payload);
        repairCall(call, { ...berlin(true), phaseRotation: "TSR" }, later);
        expect(repairCall(call, {}, later)).toBe(call);
      },
    ),
  );
});
