import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { isOlder, parseTimestamp, stampFrom } from "../../src/twin/timestamps.ts";

describe("parseTimestamp", () => {
  it.each([
    ["2026-11-25T10:00:00Z", "2026-11-25T10:00:00.000Z", "the form of OCPP 1.6 §3.14"],
    ["2026-11-25T10:00:00.1234567Z", "2026-11-25T10:00:00.123Z", "any fraction"],
    ["2026-11-25T10:00:00", "2026-11-25T10:00:00.000Z", "no zone: UTC"],
    ["2026-11-25T10:00:00+02", "2026-11-25T08:00:00.000Z", "hours only in the offset"],
    ["2026-11-25T10:00:00+0230", "2026-11-25T07:30:00.000Z", "no colon in the offset"],
    ["2026-11-25T10:00:00-05:00", "2026-11-25T15:00:00.000Z", "west of Greenwich"],
    ["2026-11-25 10:00:00", "2026-11-25T10:00:00.000Z", "a blank for the T"],
    ["2026-11-25t10:00:00,5z", "2026-11-25T10:00:00.500Z", "small letters and a comma"],
    ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", "a clock that was never set"],
    [" 2026-11-25T10:00Z ", "2026-11-25T10:00:00.000Z", "blanks around, no seconds"],
  ])("behaviour 5: takes %s as %s (%s)", (text, iso) => {
    expect(new Date(parseTimestamp(text) ?? Number.NaN).toISOString()).toBe(iso);
  });

  it.each([
    "",
    "now",
    "2026-13-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-11-25T25:00:00Z",
    "9".repeat(100),
    "0001-01-01T00:00:00Z",
    "0100-01-01T00:00:00Z",
    "0000-01-01T00:00:00+14:00",
    12,
    null,
    {},
    undefined,
  ])("does not read %j", (text) => expect(parseTimestamp(text)).toBeUndefined());

  it("reads every RFC 3339 instant as Date does", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
        expect(parseTimestamp(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});

const now = Date.UTC(2026, 10, 25, 12);
const minutes = 60_000;

describe("stampFrom", () => {
  it.each([
    ["within five minutes of now", now - 4 * minutes],
    ["slightly ahead", now + 4 * minutes],
    ["a replay of hours ago", now - 600 * minutes],
  ])("keeps a time that is %s", (_, sent) => expect(stampFrom(sent, now)).toEqual({ at: sent, received: now }));

  it.each([
    ["before 2010", Date.UTC(1970, 0, 1)],
    ["in the future", now + 6 * minutes],
    ["the year 9999", Date.UTC(9999, 0, 1)],
    ["absent", undefined],
  ])("takes the time of receipt for one that is %s, and says so", (_, sent) =>
    expect(stampFrom(sent, now)).toEqual({ at: now, received: now, assumed: true }),
  );
});

describe("isOlder", () => {
  const own = (at: number, received: number): { at: number; received: number } => ({ at, received });
  it("compares two times by the charge point's own clock, however wrong it is", () => {
    expect(isOlder(own(now - 61 * minutes, now + minutes), own(now - 60 * minutes, now))).toBe(true);
    expect(isOlder(own(now - 59 * minutes, now + minutes), own(now - 60 * minutes, now))).toBe(false);
  });

  it("goes by arrival where one of the two has no time of its own", () => {
    const assumed = stampFrom(undefined, now);
    expect(isOlder(own(now - 10 * minutes, now + 1), assumed)).toBe(false);
    expect(isOlder(stampFrom(undefined, now + 1), own(now + 4 * minutes, now))).toBe(false);
  });

  it("does not let a clock that ran ahead hide what comes after it was set", () => {
    expect(isOlder(own(now + 1000, now + 1000), own(now + 4 * minutes, now))).toBe(false);
  });

  it("does not let our clock that was set back hide what is later by the charge point's clock", () => {
    expect(isOlder(own(now + 1000, now - 3 * minutes), own(now, now))).toBe(false);
    expect(isOlder(own(now - 1000, now - 3 * minutes), own(now, now))).toBe(true);
  });
});
