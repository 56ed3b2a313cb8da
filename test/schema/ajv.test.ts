import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validatorOf } from "../../src/schema/ajv.ts";
import { actions } from "../../src/schema/ocpp16.ts";

const validators = actions.flatMap((action) => [validatorOf(action, "request"), validatorOf(action, "response")]);

const meterValues = validatorOf("MeterValues", "request");
const timestamp = "2024-05-01T10:00:00Z";

function schedule(limit: unknown): unknown {
  return {
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: "TxProfile",
      chargingProfileKind: "Absolute",
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      },
    },
  };
}

const violations = [
  {
    payload: {},
    violation: {
      keyword: "required",
      instancePath: "",
      params: { missingProperty: "connectorId" },
    },
  },
  {
    payload: { connectorId: 1, meterValue: [] },
    violation: { keyword: "minItems", instancePath: "/meterValue", params: { limit: 1 } },
  },
  {
    payload: { connectorId: 1, meterValue: [{ timestamp, sampledValue: [{ value: 1 }] }] },
    violation: {
      keyword: "type",
      instancePath: "/meterValue/0/sampledValue/0/value",
      params: { type: "string" },
    },
  },
  {
    payload: { connectorId: 1, meterValue: [{ timestamp: "now", sampledValue: [{ value: "1" }] }] },
    violation: {
      keyword: "format",
      instancePath: "/meterValue/0/timestamp",
      params: { format: "date-time" },
    },
  },
  {
    payload: { connectorId: 1, meterValue: [], vendorSpecific: 1 },
    violation: {
      keyword: "additionalProperties",
      instancePath: "",
      params: { additionalProperty: "vendorSpecific" },
    },
  },
  {
    payload: null,
    violation: { keyword: "type", instancePath: "", params: { type: "object" } },
  },
];

describe("validatorOf", () => {
  it("is made once for each message", () => {
    expect(validatorOf("MeterValues", "request")).toBe(meterValues);
    expect(validatorOf("MeterValues", "response")).not.toBe(meterValues);
  });

  it.each(violations)("names the first violation of $payload", ({ payload, violation }) => {
    expect(meterValues(payload)).toEqual({ ...violation, message: expect.any(String) as string });
  });

  it("names the values that an enumeration allows", () => {
    const violation = validatorOf("Reset", "request")({ type: "Warm" });
    expect(violation).toMatchObject({
      keyword: "enum",
      instancePath: "/type",
      params: { allowedValues: ["Hard", "Soft"] },
    });
  });

  it("gives each caller its own violation", () => {
    const first = meterValues(null);
    meterValues({});
    expect(first?.keyword).toBe("type");
  });

  it("takes every limit in steps of 0.1 and none between (OCPP 1.6 §7.14)", () => {
    const validate = validatorOf("SetChargingProfile", "request");
    for (let tenths = 0; tenths <= 10_000; tenths += 1)
      expect(validate(schedule(tenths / 10)), `${tenths / 10}`).toBeUndefined();
    for (const limit of [0.05, 16.25, 31.99, 8.101])
      expect(validate(schedule(limit))).toMatchObject({
        keyword: "multipleOf",
        instancePath: "/csChargingProfiles/chargingSchedule/chargingSchedulePeriod/0/limit",
      });
  });

  it.each([NaN, Infinity, -Infinity])("refuses %s, which JSON cannot carry, as limit", (limit) => {
    expect(validatorOf("SetChargingProfile", "request")(schedule(limit))).toMatchObject({
      keyword: "type",
    });
  });
});

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const million = "x".repeat(1_000_000);
const hostile: { what: string; value: unknown }[] = [
  { what: "null", value: null },
  { what: "undefined", value: undefined },
  { what: "a number", value: 1e308 },
  { what: "a number beyond doubles", value: JSON.parse("1e999") as unknown },
  { what: "a text that says NaN", value: "NaN" },
  { what: "a list", value: [] },
  { what: "10,000 levels of nesting", value: nested(10_000) },
  { what: "a million letters", value: million },
  { what: "a million signs of an address", value: `http://${"a.".repeat(500_000)}` },
  { what: "a million blanks in an address", value: `http://h/${" ".repeat(1_000_000)}` },
  { what: "a million percents", value: `http://h/${"%".repeat(1_000_000)}` },
  { what: "a million digits of fraction", value: `2024-05-01T10:00:00.${"1".repeat(1_000_000)}` },
  { what: "lone surrogates", value: "\uD800".repeat(1000) },
  { what: "a list of 100,000 nulls", value: Array.from({ length: 100_000 }, () => null) },
  { what: "a member __proto__", value: JSON.parse('{"__proto__":{"idTag":"x"}}') as unknown },
  { what: "members of Object", value: { constructor: 1, toString: 2, hasOwnProperty: 3 } },
  { what: "an object without prototype", value: Object.create(null) as unknown },
  { what: "a name of a million letters", value: { [million]: 1 } },
];

describe("a validator never throws", () => {
  it.each(hostile)("whether $what is the payload, a field or inside a list", ({ value }) => {
    for (const validate of validators) validate(value);
    for (const [action, name] of fieldPlaces) {
      validatorOf(action, "request")({ [name]: value });
      validatorOf(action, "request")({ [name]: [value] });
    }
    const sampled = { connectorId: 1, meterValue: [{ timestamp, sampledValue: [{ value }] }] };
    expect(meterValues(sampled) === undefined).toBe(typeof value === "string");
    expect(meterValues({ connectorId: 1, meterValue: [value] })).toBeDefined();
  });

  it("whatever JSON comes, and takes it only when all required fields are there", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const validate of validators) validate(value);
        expect(meterValues(value)).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });

  it("and does not take members from the prototype for members of __proto__", () => {
    const payload = JSON.parse('{"__proto__":{"idTag":"x"}}') as unknown;
    expect(validatorOf("Authorize", "request")(payload)).toMatchObject({
      keyword: expect.stringMatching(/required|additionalProperties/) as string,
    });
  });
});

const fieldPlaces = [
  ["Authorize", "idTag"],
  ["BootNotification", "chargePointModel"],
  ["GetDiagnostics", "location"],
  ["StopTransaction", "timestamp"],
  ["StopTransaction", "transactionId"],
  ["StatusNotification", "status"],
  ["SendLocalList", "localAuthorizationList"],
  ["SetChargingProfile", "csChargingProfiles"],
] as const;
