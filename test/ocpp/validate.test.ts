// Strict and tolerant checking of calls. OCPP-J 1.6 §4.2.3 and its errata for the codes and their spelling.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCall } from "../../src/ocpp/validate.ts";
import { callErrors } from "../../src/ocpp/errors.ts";
import { actionsFromCentralSystem, actionsFromChargePoint } from "../../src/schema/ocpp16.generated.ts";
import { validatorOf } from "../../src/schema/ajv.ts";
import { callFrom, callOf, requests } from "./calls.ts";

const { MeterValues, StartTransaction, StatusNotification } = requests;

describe("a call that fits its schema", () => {
  test.each(Object.entries(requests))("is a request without violations: %s", (action, payload) => {
    for (const validation of ["strict", "tolerant"] as const)
      expect(checkCall(callOf(action, payload), validation)).toEqual({
        kind: "request",
        action,
        request: payload,
        violations: [],
      });
  });

  test("is one of every action that a charge point sends", () => {
    expect(Object.keys(requests)).toEqual([...actionsFromChargePoint]);
  });

  test("is handed on as it was parsed, without a copy", () => {
    const call = callOf("MeterValues", MeterValues);
    expect(checkCall(call, "tolerant")).toHaveProperty("request", call.payload);
  });
});

describe("behaviour 24: an action", () => {
  test.each(["Foo", "heartbeat", "", "__proto__", "constructor", "x".repeat(10_000)])(
    "that OCPP does not know is NotImplemented: %s",
    (action) => {
      const checked = checkCall(callOf(action, {}), "tolerant");
      expect(checked).toMatchObject({ kind: "error", code: "NotImplemented", details: {} });
      expect(JSON.stringify(checked).length).toBeLessThan(300);
    },
  );

  test.each(actionsFromCentralSystem.filter((action) => action !== "DataTransfer"))(
    "that only a central system sends is NotSupported: %s",
    (action) => {
      expect(checkCall(callOf(action, {}), "tolerant")).toMatchObject({ kind: "error", code: "NotSupported" });
    },
  );
});

describe("strict", () => {
  test.each([
    ["an empty idTag", "Authorize", { idTag: "" }, "OccurenceConstraintViolation", "Authorize.req idTag: is empty"],
    [
      "a missing field",
      "Authorize",
      {},
      "OccurenceConstraintViolation",
      "Authorize.req: must have required property 'idTag'",
    ],
    [
      "an empty list",
      "MeterValues",
      { connectorId: 1, meterValue: [] },
      "OccurenceConstraintViolation",
      "MeterValues.req meterValue: ",
    ],
    [
      "a number for a text",
      "Authorize",
      { idTag: 17 },
      "TypeConstraintViolation",
      "Authorize.req idTag: must be string",
    ],
    [
      "a text for a number",
      "StatusNotification",
      { ...StatusNotification, connectorId: "1" },
      "TypeConstraintViolation",
      "StatusNotification.req connectorId: must be integer",
    ],
    [
      "a field too many",
      "Authorize",
      { idTag: "x", colour: "red" },
      "FormationViolation",
      'Authorize.req: "colour" is no field of it',
    ],
    [
      "an unknown code",
      "StatusNotification",
      { ...StatusNotification, status: "Occupied" },
      "PropertyConstraintViolation",
      "StatusNotification.req status: must be one of Available, Preparing, ",
    ],
    ["a text too long", "Authorize", { idTag: "x".repeat(21) }, "PropertyConstraintViolation", "Authorize.req idTag: "],
    [
      "no date-time",
      "StartTransaction",
      { ...StartTransaction, timestamp: "today" },
      "PropertyConstraintViolation",
      "StartTransaction.req timestamp: ",
    ],
    [
      "a wrong place deep inside",
      "MeterValues",
      {
        connectorId: 1,
        meterValue: [...MeterValues.meterValue, { timestamp: "2026-03-01T12:00:00Z", sampledValue: [{ value: 1 }] }],
      },
      "TypeConstraintViolation",
      "MeterValues.req meterValue[1].sampledValue[0].value: must be string",
    ],
    ["a list as payload", "Heartbeat", [], "FormationViolation", "Heartbeat.req: must be object"],
    ["a text as payload", "Heartbeat", "{}", "FormationViolation", "Heartbeat.req: must be object"],
  ])("%s is a CALLERROR that names code and place", (_, action, payload, code, description) => {
    const checked = checkCall(callOf(action, payload), "strict");
    expect(checked).toMatchObject({ kind: "error", code, description: expect.stringContaining(description) });
    expect(checked).toHaveProperty("details.action", action);
    expect(Object.keys(callErrors)).toContain(code);
  });

  test("a deviation of the frame is a FormationViolation", () => {
    const checked = checkCall(callFrom('[2,17,"Heartbeat",{}]'), "strict");
    expect(checked).toMatchObject({ kind: "error", code: "FormationViolation" });
  });
});

test("any payload is answered, and what is kept needs no further repair", () => {
  const payloads = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc
      .constantFrom(...Object.values(requests))
      .chain((request) =>
        fc
          .tuple(fc.constantFrom(...Object.keys(request), "extra"), fc.jsonValue())
          .map(([name, value]) => ({ ...request, [name]: value })),
      ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...actionsFromChargePoint), payloads, (action, payload) => {
      const call = callOf(action, payload);
      expect(["request", "error"]).toContain(checkCall(call, "strict").kind);
      const once = checkCall(call, "tolerant");
      if (once.kind === "error") {
        expect(Object.keys(callErrors)).toContain(once.code);
        return;
      }
      const twice = checkCall(callOf(action, once.request), "tolerant");
      expect(twice).toHaveProperty("request", once.request);
      if (once.violations.length === 0) expect(validatorOf(action, "request")(once.request)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});
