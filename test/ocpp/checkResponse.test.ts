// What is made of a response of a charge point: strict refuses the first violation, tolerant keeps what is usable (behaviour 12).
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkResponse } from "../../src/ocpp/validate.ts";
import { validatorOf } from "../../src/schema/ajv.ts";
import { actionsFromCentralSystem } from "../../src/schema/ocpp16.generated.ts";
import { exchanges } from "./v16/exchanges.ts";

const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`);

describe("a response that fits", () => {
  test.each(actionsFromCentralSystem)("is handed on without a copy: %s", (action) => {
    const [, response] = exchanges[action];
    for (const validation of ["strict", "tolerant"] as const) {
      const checked = checkResponse(action, response, validation);
      expect(checked).toEqual({ response, violations: [] });
      expect((checked as { response: unknown }).response).toBe(response);
    }
  });

  test.each(["strict", "tolerant"] as const)("may be null where nothing is required (%s)", (validation) => {
    expect(checkResponse("UpdateFirmware", null, validation)).toEqual({ response: {}, violations: [] });
    expect(checkResponse("GetConfiguration", undefined, validation)).toEqual({ response: {}, violations: [] });
  });

  test("is any object when OCPP does not know the action", () => {
    expect(checkResponse("VendorAction", { a: [1] }, "strict")).toEqual({ response: { a: [1] }, violations: [] });
    for (const payload of [[], "text", 17, true])
      expect(checkResponse("x".repeat(100), payload, "tolerant")).toEqual({
        malformed: `${"x".repeat(50)}.conf: must be a JSON object`,
      });
  });
});

test.each([
  ["Reset", {}, "Reset.conf status: is missing"],
  ["Reset", { status: "Maybe" }, "Reset.conf status: must be one of Accepted, Rejected"],
  ["Reset", [], "Reset.conf: must be a JSON object"],
  ["Reset", { status: "Accepted", since: 1 }, 'Reset.conf: "since" is no field of it'],
  ["GetLocalListVersion", { listVersion: "3" }, "GetLocalListVersion.conf listVersion: must be a whole number"],
  [
    "GetConfiguration",
    {
      configurationKey: [
        { key: "a", readonly: true },
        { key: "b", readonly: true, value: "x".repeat(501) },
      ],
    },
    "GetConfiguration.conf configurationKey[1].value: must have at most 500 characters",
  ],
])("strict: %s %j is malformed, with field and rule", (action, payload, malformed) => {
  expect(checkResponse(action, payload, "strict")).toEqual({ malformed });
});

describe("tolerant", () => {
  const long = "x".repeat(600);
  const keyValue = { key: "HeartbeatInterval", readonly: false, value: "300" };
  const entries = (...configurationKey: readonly unknown[]) => ({ configurationKey });
  test.each([
    [
      "an extra property",
      "Reset",
      { status: "Accepted", since: 1 },
      { status: "Accepted" },
      ['"since" is no field of it, dropped'],
    ],
    ["an unknown code", "Reset", { status: "Maybe" }, { status: "Maybe" }, ['status: "Maybe" is no ResetStatus']],
    [
      "a code in another case",
      "Reset",
      { status: "accepted" },
      { status: "Accepted" },
      ['status: written as "accepted"'],
    ],
    [
      "a number as text",
      "GetLocalListVersion",
      { listVersion: "3" },
      { listVersion: 3 },
      ["listVersion: a text taken for a number"],
    ],
    [
      "a number for a text",
      "GetConfiguration",
      entries({ ...keyValue, value: 300 }),
      entries(keyValue),
      ["configurationKey[0].value: a number taken for a text"],
    ],
    [
      "behaviour 11: a value over 500 characters",
      "GetConfiguration",
      entries({ ...keyValue, value: long }),
      entries({ ...keyValue, value: long }),
      ["configurationKey[0].value: longer than 500 characters"],
    ],
    [
      "behaviour 11: a value far over 500 characters",
      "GetConfiguration",
      entries({ ...keyValue, value: "x".repeat(100_000) }),
      entries({ ...keyValue, value: "x".repeat(100_000) }),
      ["configurationKey[0].value: longer than 500 characters"],
    ],
    [
      "behaviour 11: null as value",
      "GetConfiguration",
      entries({ ...keyValue, value: null }),
      entries({ key: "HeartbeatInterval", readonly: false }),
      ["configurationKey[0].value: is missing, taken as absent"],
    ],
    [
      "readonly that is missing",
      "GetConfiguration",
      entries({ key: "a", value: "1" }, { key: "b", readonly: "true" }),
      entries({ key: "a", value: "1", readonly: false }, { key: "b", readonly: true }),
      ["configurationKey[0].readonly: is missing, taken as false", "configurationKey[1].readonly: taken for true"],
    ],
    [
      "entries without key",
      "GetConfiguration",
      entries({ readonly: true, value: "1" }, null, "x", keyValue),
      entries(keyValue),
      [
        "configurationKey[0].key: is missing, dropped",
        "configurationKey[1]: must be object, dropped",
        "configurationKey[2]: must be object, dropped",
      ],
    ],
    [
      "an object for a list",
      "GetConfiguration",
      { configurationKey: keyValue },
      entries(keyValue),
      ["configurationKey: an object taken for a list of one"],
    ],
    ["null for a list", "GetConfiguration", { unknownKey: null }, {}, ["unknownKey: is missing, taken as absent"]],
    ["[] for {}", "UpdateFirmware", [], {}, ["[] taken for {}"]],
    [
      "a schedule that cannot be used",
      "GetCompositeSchedule",
      { status: "Accepted", chargingSchedule: { chargingSchedulePeriod: [] } },
      { status: "Accepted" },
      ["chargingSchedule.chargingRateUnit: is missing, taken as absent"],
    ],
    [
      "a schedule without periods",
      "GetCompositeSchedule",
      { status: "Accepted", chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [] } },
      { status: "Accepted", chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [] } },
      ["chargingSchedule.chargingSchedulePeriod: must have at least 1 element"],
    ],
    [
      "properties of JavaScript's own",
      "Reset",
      JSON.parse('{"status":"Accepted","__proto__":{"status":"Rejected"},"constructor":1}'),
      { status: "Accepted" },
      ['"__proto__" is no field of it, dropped', '"constructor" is no field of it, dropped'],
    ],
    [
      "what is nested without end",
      "GetDiagnostics",
      { fileName: deep, extra: deep },
      {},
      ['"extra" is no field of it, dropped', "fileName: must be string, taken as absent"],
    ],
  ])("keeps what is usable: %s", (_, action, payload, response, violations) => {
    expect(checkResponse(action, payload, "tolerant")).toEqual({ response, violations });
  });

  test.each([
    ["Reset", {}, "Reset.conf status: is missing"],
    ["Reset", null, "Reset.conf status: is missing"],
    ["Reset", [], "Reset.conf status: is missing"],
    ["Reset", { status: null }, "Reset.conf status: is missing"],
    ["Reset", { status: "" }, "Reset.conf status: is empty"],
    ["Reset", { status: ["Accepted"] }, "Reset.conf status: must be string"],
    ["Reset", JSON.parse('{"__proto__":{"status":"Accepted"}}'), "Reset.conf status: is missing"],
    ["Reset", ["Accepted"], "Reset.conf: must be object"],
    ["Reset", "Accepted", "Reset.conf: must be object"],
    ["Reset", deep, "Reset.conf status: is missing"],
    ["GetLocalListVersion", { listVersion: "new" }, "GetLocalListVersion.conf listVersion: must be integer"],
    [
      "GetLocalListVersion",
      JSON.parse('{"listVersion":1e999}'),
      "GetLocalListVersion.conf listVersion: must be integer",
    ],
  ])("calls malformed what lacks a required field: %s", (action, payload, malformed) => {
    expect(checkResponse(action, payload, "tolerant")).toEqual({ malformed });
  });

  test("writes down at most 20 violations", () => {
    const response = entries(...Array.from({ length: 1000 }, () => ({})));
    expect(checkResponse("GetConfiguration", response, "tolerant")).toMatchObject({
      response: entries(),
      violations: { length: 20 },
    });
  });
});

test("any response is judged without an exception, and what is kept needs no further repair", () => {
  const responses = fc.constantFrom(...Object.entries(exchanges)).chain(([action, [, response]]) =>
    fc
      .oneof(
        fc.jsonValue({ maxDepth: 4 }),
        fc.anything({ withBigInt: true, withNullPrototype: true }),
        fc
          .tuple(fc.constantFrom(...Object.keys(response), "__proto__", "extra"), fc.jsonValue())
          .map(([name, value]) => JSON.parse(JSON.stringify({ ...response, [name]: value }))),
      )
      .map((payload): [string, unknown] => [action, payload]),
  );
  fc.assert(
    fc.property(responses, ([action, payload]) => {
      const strict = checkResponse(action, payload, "strict");
      const once = checkResponse(action, payload, "tolerant");
      if ("malformed" in once) {
        expect(strict).toHaveProperty("malformed");
        return;
      }
      expect(checkResponse(action, once.response, "tolerant")).toHaveProperty("response", once.response);
      if (once.violations.length === 0)
        expect(validatorOf(action as "Reset", "response")(once.response)).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});
