// The texts that cross to SCADA's method and back (INTERFACES §4 (b)).
import { describe, expect, it } from "vitest";
import { answerOf, payloadOf } from "../../../src/opcua/client/question.ts";

const AT = Date.UTC(2026, 10, 28, 12);

describe("a question", () => {
  it("tells of itself by the names of the event that asks SCADA otherwise", () => {
    const payload = { connectorId: 2, idTag: "A", meterStart: 5 };
    const text = payloadOf(
      { action: "StartTransaction", chargePointId: "CP1", connectorId: 2, idTag: "A", payload },
      AT,
    );
    expect(JSON.parse(text)).toEqual({
      ChargePointId: "CP1",
      ConnectorId: 2,
      IdTag: "A",
      Payload: payload,
      Deadline: "2026-11-28T12:00:00.000Z",
    });
  });

  it("leaves out what it has not", () => {
    const text = payloadOf({ action: "BootNotification", chargePointId: "CP1", payload: {} }, AT);
    expect(Object.keys(JSON.parse(text) as object)).toEqual(["ChargePointId", "Payload", "Deadline"]);
  });
});

describe("an answer", () => {
  it.each(["", " ", "\r\n"])("that is empty (%j) says that SCADA does not know", (text) => {
    expect(answerOf(text)).toBeUndefined();
  });

  it("is the object of its text, whatever else is in it", () => {
    expect(answerOf('{"status":"Accepted","comment":"day shift"}')).toEqual({
      status: "Accepted",
      comment: "day shift",
    });
  });

  it.each(["Accepted", "{", "{'status':'Accepted'}", "[".repeat(100_000), "\u0000"])(
    "that is no JSON is refused (%#)",
    (text) => {
      expect(() => answerOf(text)).toThrow("its Answer is no JSON");
    },
  );

  it("changes no prototype", () => {
    answerOf('{"__proto__":{"status":"Accepted"},"constructor":{"prototype":{"status":"Accepted"}}}');
    expect(({} as { status?: string }).status).toBeUndefined();
  });
});
