// Configuration keys: what GetConfiguration tells and ChangeConfiguration changes (OCPP 1.6 §5.3, §5.8).
import { describe, expect, it } from "vitest";
import type { TwinEvent } from "../../../src/twin/events.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import type { ConfigurationKey, Twin } from "../../../src/twin/twin.ts";
import { after, stamp } from "./eventsInTest.ts";

type Entry = Pick<ConfigurationKey, "key" | "readonly"> & { readonly value?: string };

const reported = (seconds: number, ...entries: Entry[]): TwinEvent => ({
  type: "ConfigurationReported",
  entries,
  ...stamp(seconds),
});
const changed = (seconds: number, key: string, value: string, rebootRequired = false): TwinEvent => ({
  type: "ConfigurationChanged",
  key,
  value,
  rebootRequired,
  ...stamp(seconds),
});
const booted = (seconds: number): TwinEvent => ({ type: "Booted", vendor: "V", ...stamp(seconds) });
const keyOf = (twin: Twin, name: string): ConfigurationKey | undefined => twin.configuration?.get(name);

describe("configuration keys", () => {
  it("are unknown until they are told", () => {
    expect(after().configuration).toBeUndefined();
  });

  it("are merged from page to page: the first spelling and the first place of a key stay (behaviour 11)", () => {
    const twin = after(
      reported(1, { key: "HeartbeatInterval", value: "300", readonly: false }, { key: "Vendor", readonly: true }),
      reported(2, { key: "MeterValueSampleInterval", value: "60", readonly: false }),
      reported(3, { key: "HEARTBEATINTERVAL", value: "60", readonly: true }),
    );
    expect([...(twin.configuration ?? [])]).toEqual([
      ["heartbeatinterval", { key: "HeartbeatInterval", value: "60", readonly: true, ...stamp(3) }],
      ["vendor", { key: "Vendor", readonly: true, ...stamp(1) }],
      ["metervaluesampleinterval", { key: "MeterValueSampleInterval", value: "60", readonly: false, ...stamp(2) }],
    ]);
  });

  it("lose their value when they are told without one: they are not set", () => {
    const twin = after(
      reported(1, { key: "A", value: "1", readonly: false }),
      reported(2, { key: "a", readonly: false }),
    );
    expect(keyOf(twin, "a")).toEqual({ key: "A", readonly: false, ...stamp(2) });
  });

  it("are what was told last, also when our clock was set back meanwhile", () => {
    const twin = after(
      reported(10, { key: "A", value: "new", readonly: true }),
      reported(5, { key: "A", value: "old", readonly: false }, { key: "B", value: "b", readonly: false }),
      changed(4, "a", "older"),
    );
    expect(keyOf(twin, "a")).toMatchObject({ value: "older", readonly: false, ...stamp(4) });
    expect(keyOf(twin, "b")?.value).toBe("b");
  });

  it.each(["__proto__", "constructor", "", " "])("may be spelt %j", (key) => {
    const twin = after(reported(1, { key, value: "v", readonly: false }));
    expect(keyOf(twin, key.toLowerCase())).toEqual({ key, value: "v", readonly: false, ...stamp(1) });
  });
});

describe("secrets", () => {
  it.each(["AuthorizationKey", "authorizationkey", " AUTHORIZATIONKEY ", "WifiPassword", "SimPin"])(
    "of %j no value is ever kept (OCPP-J 1.6 §6.2, errata 3.10)",
    (key) => {
      const twin = after(
        reported(1, { key, value: "0123456789", readonly: false }),
        changed(2, key, "9876543210", true),
        reported(3, { key, value: "9876543210", readonly: false }),
      );
      expect(JSON.stringify([...(twin.configuration ?? [])])).not.toMatch(/0123456789|9876543210/u);
      expect(keyOf(twin, key.toLowerCase())).toMatchObject({ readonly: false, rebootRequired: true });
    },
  );
});

describe("RebootRequired", () => {
  it("stays through what is told meanwhile, until the charge point boots", () => {
    const waiting = after(
      reported(1, { key: "A", value: "1", readonly: false }, { key: "B", value: "1", readonly: false }),
      changed(2, "a", "2", true),
      reported(3, { key: "A", value: "1", readonly: false }),
    );
    expect(keyOf(waiting, "a")).toEqual({ key: "A", value: "1", readonly: false, rebootRequired: true, ...stamp(3) });
    const twin = reduce(waiting, booted(4));
    expect(keyOf(twin, "a")).toEqual({ key: "A", value: "1", readonly: false, ...stamp(3) });
    expect([...(twin.configuration?.keys() ?? [])]).toEqual(["a", "b"]);
  });

  it("is over for a key whose next value counts at once", () => {
    expect(keyOf(after(changed(1, "A", "1", true), changed(2, "A", "2")), "a")?.rebootRequired).toBeUndefined();
  });

  it("leaves the keys alone at a boot that nothing waited for", () => {
    const twin = after(reported(1, { key: "A", readonly: false }));
    expect(reduce(twin, booted(2)).configuration).toBe(twin.configuration);
    expect(reduce(after(), booted(2)).configuration).toBeUndefined();
  });
});
