// Which values of a configuration are others than they are to be (OCPP 1.6 §9).
import { describe, expect, it } from "vitest";
import { differencesOf } from "../../src/twin/configurationDifferences.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin } from "../../src/twin/twin.ts";

const stamp = { at: 1000, received: 1000 };
const entry = (value: string | undefined, readonly = false) =>
  new Map([["key", { key: "Key", readonly, ...(value !== undefined && { value }), ...stamp }]]);

describe("a configuration key", () => {
  it.each([
    ["60", "60"],
    ["TRUE", "true"],
    ["Voltage, SoC", "Voltage,SoC"],
    [" 5 ", "5"],
    ["", ""],
  ])("with the value %j is as it is to be when that is %j", (found, desired) => {
    expect(differencesOf(entry(found), [{ key: "KEY", value: desired }])).toEqual([]);
  });

  it.each([
    ["60", "61"],
    ["voltage", "Voltage"],
    ["SoC,Voltage", "Voltage,SoC"],
    ["", "0"],
  ])("with the value %j differs from %j", (found, desired) => {
    expect(differencesOf(entry(found), [{ key: "Key", value: desired }])).toEqual([{ key: "Key", desired, found }]);
  });

  it("without a value, or not there at all, differs from any", () => {
    expect(differencesOf(entry(undefined, true), [{ key: "Key", value: "" }])).toEqual([
      { key: "Key", desired: "", found: null, readonly: true },
    ]);
    expect(differencesOf(entry("1"), [{ key: "Other", value: "1" }])).toEqual([
      { key: "Other", desired: "1", found: null },
    ]);
  });
});

describe("the twin", () => {
  const known = createTwin("CP1", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 1);

  // With an expression that begins anew at each of them it would take minutes.
  it("is compared in one pass also with a million blanks in its value", () => {
    const found = `a${" ".repeat(1_000_000)}b`;
    expect(differencesOf(entry(found), [{ key: "Key", value: "a b" }])).toHaveLength(1);
  });

  it("tells no differences while the configuration is not known, and keeps the time while they stay the same", () => {
    const wanting = reduce(known, { type: "ConfigurationDesired", desired: [{ key: "Key", value: "2" }], ...stamp });
    expect(wanting.configurationDifferences).toBeUndefined();
    const entries = [{ key: "Key", value: "1", readonly: false }];
    const told = reduce(wanting, { type: "ConfigurationReported", entries, ...stamp });
    const again = reduce(told, { type: "ConfigurationReported", entries, at: 2000, received: 2000 });
    expect(again.configurationDifferences).toBe(told.configurationDifferences);
    expect(JSON.parse(told.configurationDifferences?.text ?? "")).toEqual([{ key: "Key", desired: "2", found: "1" }]);
    const changed = reduce(told, {
      type: "ConfigurationChanged",
      key: "key",
      value: "2",
      rebootRequired: false,
      at: 3000,
      received: 3000,
    });
    expect(changed.configurationDifferences).toEqual({ text: "[]", at: 3000, received: 3000 });
  });
});
