// Behaviours 1, 5 and 12: a tolerant bridge keeps what is usable of a message that breaks its schema.
import { describe, expect, test } from "vitest";
import { checkCall } from "../../src/ocpp/validate.ts";
import { callFrom, callOf, requests } from "./calls.ts";

const { MeterValues, StartTransaction, StatusNotification, StopTransaction } = requests;

function tolerate(action: string, payload: unknown) {
  const checked = checkCall(callOf(action, payload), "tolerant");
  if (checked.kind === "error") throw new Error(`${checked.code}: ${checked.description}`);
  return { request: checked.request as Record<string, any>, violations: checked.violations };
}

describe("behaviour 12: tolerant keeps what is usable and reports the rest:", () => {
  test.each([
    [
      "an extra property is dropped",
      "StatusNotification",
      { ...StatusNotification, colour: "red" },
      StatusNotification,
      ['"colour" is no field of it, dropped'],
    ],
    ["a number for a text", "Authorize", { idTag: 17 }, { idTag: "17" }, ["idTag: a number taken for a text"]],
    [
      "a text for a number",
      "StatusNotification",
      { ...StatusNotification, connectorId: " 1 " },
      StatusNotification,
      ["connectorId: a text taken for a number"],
    ],
    [
      "a fraction for an integer",
      "StopTransaction",
      { ...StopTransaction, meterStop: 1999.6 },
      StopTransaction,
      ["meterStop: a fraction rounded to an integer"],
    ],
    [
      "a fraction for an id stays what it is: it was no other connector",
      "StartTransaction",
      { ...StartTransaction, connectorId: 1.5 },
      { ...StartTransaction, connectorId: 1.5 },
      ["connectorId: a fraction is no id"],
    ],
    [
      "an unknown code is kept as it is",
      "StatusNotification",
      { ...StatusNotification, status: "Occupied" },
      { ...StatusNotification, status: "Occupied" },
      ['status: "Occupied" is no ChargePointStatus'],
    ],
    [
      "a code in another case",
      "StatusNotification",
      { ...StatusNotification, status: "available " },
      StatusNotification,
      ['status: written as "available "'],
    ],
    [
      "an empty required code",
      "StatusNotification",
      { ...StatusNotification, errorCode: "" },
      { ...StatusNotification, errorCode: "" },
      ["errorCode: is empty, taken as absent"],
    ],
    [
      "null for an optional field",
      "StatusNotification",
      { ...StatusNotification, info: null },
      StatusNotification,
      ["info: is missing, taken as absent"],
    ],
    [
      "an empty optional code",
      "StopTransaction",
      { ...StopTransaction, reason: "" },
      StopTransaction,
      ["reason: is empty, taken as absent"],
    ],
    [
      "an empty optional time",
      "StatusNotification",
      { ...StatusNotification, timestamp: "" },
      StatusNotification,
      ["timestamp: is empty, taken as absent"],
    ],
    [
      "an object for an optional text",
      "StatusNotification",
      { ...StatusNotification, info: {} },
      StatusNotification,
      ["info: must be string, taken as absent"],
    ],
    [
      "a text too long is kept whole",
      "Authorize",
      { idTag: "x".repeat(36) },
      { idTag: "x".repeat(36) },
      ["idTag: longer than 20 characters"],
    ],
    [
      "a text far too long is cut, and says so",
      "Authorize",
      { idTag: "x".repeat(60_000) },
      { idTag: `${"x".repeat(512)}… (cut from 60000 characters)` },
      ["idTag: longer than 20 characters"],
    ],
    [
      "an object for a list",
      "MeterValues",
      { ...MeterValues, meterValue: MeterValues.meterValue[0] },
      MeterValues,
      ["meterValue: an object taken for a list of one"],
    ],
    [
      "an empty list",
      "MeterValues",
      { ...MeterValues, meterValue: [] },
      { ...MeterValues, meterValue: [] },
      ["meterValue: must have at least 1 element"],
    ],
    [
      "a list that is missing",
      "MeterValues",
      { connectorId: 1 },
      { ...MeterValues, meterValue: [] },
      ["meterValue: is missing, taken as absent"],
    ],
    [
      "a list that is a text",
      "MeterValues",
      { connectorId: 1, meterValue: "" },
      { ...MeterValues, meterValue: [] },
      ["meterValue: must be array, taken as absent"],
    ],
    ["[] for {}", "Heartbeat", [], {}, ["[] taken for {}"]],
    [
      "a time that is missing",
      "StartTransaction",
      { ...StartTransaction, timestamp: undefined },
      { ...StartTransaction, timestamp: "" },
      ["timestamp: is missing, taken as absent"],
    ],
    [
      "a property of JavaScript's own",
      "Heartbeat",
      JSON.parse('{"__proto__":{"idTag":"x"}}'),
      {},
      ['"__proto__" is no field of it, dropped'],
    ],
  ])("%s", (_, action, payload, request, violations) => {
    expect(tolerate(action, payload)).toEqual({ request, violations });
  });

  test("behaviour 5: a time that is no date-time of RFC 3339 is kept as it is", () => {
    for (const timestamp of [
      "2026-03-01T12:00:00",
      "2026-03-01T12:00:00+02",
      "2026-03-01T12:00:00.123+0200",
      "yesterday",
    ])
      expect(tolerate("StatusNotification", { ...StatusNotification, timestamp })).toEqual({
        request: { ...StatusNotification, timestamp },
        violations: ["timestamp: no date-time of RFC 3339"],
      });
    for (const timestamp of ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-03-01T12:00:00.123456789Z"])
      expect(tolerate("StatusNotification", { ...StatusNotification, timestamp }).violations).toEqual([]);
  });

  test("unusable samples are dropped, the others stay", () => {
    const sampledValue = [
      { value: "1" },
      {},
      null,
      "2",
      { value: null },
      { value: 3, unit: "kwh" },
      { value: "4", phase: "" },
    ];
    const { request, violations } = tolerate("MeterValues", {
      connectorId: 1,
      meterValue: [null, { timestamp: null, sampledValue }, 17],
    });
    expect(request["meterValue"]).toEqual([
      { timestamp: "", sampledValue: [{ value: "1" }, { value: "3", unit: "kWh" }, { value: "4" }] },
    ]);
    expect(violations).toEqual([
      "meterValue[0]: must be object, dropped",
      "meterValue[1].timestamp: is missing, taken as absent",
      "meterValue[1].sampledValue[1].value: is missing, dropped",
      "meterValue[1].sampledValue[2]: must be object, dropped",
      "meterValue[1].sampledValue[3]: must be object, dropped",
      "meterValue[1].sampledValue[4].value: is missing, dropped",
      "meterValue[1].sampledValue[5].value: a number taken for a text",
      'meterValue[1].sampledValue[5].unit: written as "kwh"',
      "meterValue[1].sampledValue[6].phase: is empty, taken as absent",
      "meterValue[2]: must be object, dropped",
    ]);
  });

  test("at most 20 violations are written down", () => {
    const sampledValue = Array.from({ length: 1000 }, () => ({}));
    const { violations } = tolerate("MeterValues", { connectorId: 1, meterValue: [{ timestamp: "", sampledValue }] });
    expect(violations).toHaveLength(20);
  });

  test("a deviation of the frame is a violation", () => {
    expect(checkCall(callFrom('[2,17,"Heartbeat",{}]'), "tolerant")).toMatchObject({
      kind: "request",
      violations: ["the message id is a number, not a text"],
    });
  });

  test.each([
    ["an Authorize without idTag", "Authorize", {}, "OccurenceConstraintViolation", "Authorize.req idTag: is missing"],
    ["null as idTag", "Authorize", { idTag: null }, "OccurenceConstraintViolation", "Authorize.req idTag: is missing"],
    ["an empty idTag", "Authorize", { idTag: "" }, "OccurenceConstraintViolation", "Authorize.req idTag: is empty"],
    [
      "blanks as idTag",
      "StartTransaction",
      { ...StartTransaction, idTag: " \t" },
      "OccurenceConstraintViolation",
      "StartTransaction.req idTag: is empty",
    ],
    [
      "an empty idTag beside what can be repaired",
      "StartTransaction",
      { ...StartTransaction, idTag: "", meterStart: "7" },
      "OccurenceConstraintViolation",
      "StartTransaction.req idTag: is empty",
    ],
    [
      "an object as idTag",
      "Authorize",
      { idTag: {} },
      "TypeConstraintViolation",
      "Authorize.req idTag: must be string",
    ],
    [
      "no number as connector",
      "StatusNotification",
      { ...StatusNotification, connectorId: "one" },
      "TypeConstraintViolation",
      "StatusNotification.req connectorId: must be integer",
    ],
    [
      "an infinite connector",
      "StatusNotification",
      '{"connectorId":1e999,"status":"Available","errorCode":"NoError"}',
      "TypeConstraintViolation",
      "StatusNotification.req connectorId: must be integer",
    ],
    ["a text as payload", "Heartbeat", '"hello"', "FormationViolation", "Heartbeat.req: must be object"],
    ["a list as payload", "Heartbeat", "[1]", "FormationViolation", "Heartbeat.req: must be object"],
  ])("but what is required and unusable is a CALLERROR: %s", (_, action, payload, code, description) => {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    expect(checkCall(callFrom(`[2,"1","${action}",${text}]`), "tolerant")).toMatchObject({
      kind: "error",
      code,
      description,
    });
  });
});

describe("behaviour 1: whatever the transactionId is, it is no reason for a CALLERROR:", () => {
  const ids = [
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "1e999",
    '"17"',
    '"abc"',
    "null",
    "{}",
    "[]",
    "1.5",
    "true",
  ];
  test.each(ids)("%s", (id) => {
    for (const [action, payload] of [
      ["MeterValues", MeterValues],
      ["StopTransaction", StopTransaction],
    ] as const) {
      const text = JSON.stringify({ ...payload, transactionId: "ID" }).replace('"ID"', id);
      expect(checkCall(callFrom(`[2,"1","${action}",${text}]`), "tolerant").kind).toBe("request");
    }
  });

  test("nor is a StopTransaction without id, register or time", () => {
    expect(tolerate("StopTransaction", {})).toEqual({
      request: { timestamp: "" },
      violations: [
        "meterStop: is missing, taken as absent",
        "timestamp: is missing, taken as absent",
        "transactionId: is missing, taken as absent",
      ],
    });
  });
});
