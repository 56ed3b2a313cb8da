// Behaviour 25: times are sent without fractions, and in UTC (OCPP 1.6 §3.14).
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withoutFractions } from "../../../src/ocpp/v16/withoutFractions.ts";
import { isDateTime } from "../../../src/schema/dateTime.ts";
import { actionsFromCentralSystem } from "../../../src/schema/ocpp16.generated.ts";
import { exchanges } from "./exchanges.ts";

const update = (retrieveDate: unknown) => ({ location: "ftp://host/firmware", retrieveDate });

describe("a date-time", () => {
  test.each([
    ["2026-03-01T12:00:00.123Z", "2026-03-01T12:00:00Z"],
    ["2026-03-01T12:00:00.999999999Z", "2026-03-01T12:00:00Z"],
    ["2026-03-01T14:30:00.5+02:30", "2026-03-01T12:00:00Z"],
    ["2026-03-01t12:00:00z", "2026-03-01T12:00:00Z"],
    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"],
    ["0999-03-01T12:00:00.5Z", "0999-03-01T12:00:00Z"],
    ["9999-12-31T23:59:59.5-01:00", "9999-12-31T23:59:59-01:00"],
  ])("is sent in UTC and whole seconds: %s", (sent, expected) => {
    expect(withoutFractions("UpdateFirmware", update(sent))).toEqual(update(expected));
  });

  test.each(["2026-03-01T12:00:00Z", "tomorrow", "", "2026-03-01", 17, null, ["2026-03-01T12:00:00.5Z"], {}])(
    "that is right already, or none at all, stays what it is: %j",
    (value) => {
      const payload = update(value);
      expect(withoutFractions("UpdateFirmware", payload)).toBe(payload);
    },
  );

  test("is found in objects and lists, and only where a field is a time", () => {
    const time = "2026-03-01T12:00:00.5Z";
    const list = [{ idTag: time, idTagInfo: { status: "Accepted", expiryDate: time } }, { idTag: "x" }, null];
    expect(withoutFractions("SendLocalList", { listVersion: 1, localAuthorizationList: list })).toEqual({
      listVersion: 1,
      localAuthorizationList: [
        { idTag: time, idTagInfo: { status: "Accepted", expiryDate: "2026-03-01T12:00:00Z" } },
        { idTag: "x" },
        null,
      ],
    });
    expect(list[0]).toHaveProperty("idTagInfo.expiryDate", time);
    expect(withoutFractions("DataTransfer", { data: time })).toEqual({ data: time });
    expect(withoutFractions("VendorAction", { at: time })).toEqual({ at: time });
  });
});

test.each(actionsFromCentralSystem)("a request that is right stays the same object: %s", (action) => {
  const [request] = exchanges[action];
  expect(withoutFractions(action, request)).toBe(request);
});

test("any payload stays what it is but for its times, which stay times", () => {
  const times = fc.date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31T23:59:59Z") });
  fc.assert(
    fc.property(times, (date) => {
      const { retrieveDate } = withoutFractions("UpdateFirmware", update(date.toISOString()));
      expect(isDateTime(String(retrieveDate)) && !String(retrieveDate).includes(".")).toBe(true);
      expect(Math.floor(date.getTime() / 1000) * 1000).toBe(Date.parse(String(retrieveDate)));
    }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...actionsFromCentralSystem),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (action, payload) => {
        expect(withoutFractions(action, payload)).toEqual(payload);
      },
    ),
  );
});
