// Fields of a time in a zone, also when the clocks change and whatever zone the machine is in.
import { describe, expect, it } from "vitest";
import { timeFields } from "../../src/decisions/rules/timeFields.ts";
import { isZone, localTime, utcOf } from "../../src/std/timeZones.ts";

describe("a time in a zone", () => {
  it.each([
    ["2026-03-29T00:59:59Z", "Europe/Berlin", "2026-03-29T01:59:59"],
    ["2026-03-29T01:00:00Z", "Europe/Berlin", "2026-03-29T03:00:00"],
    ["2026-10-25T00:59:59Z", "Europe/Berlin", "2026-10-25T02:59:59"],
    ["2026-10-25T01:00:00Z", "Europe/Berlin", "2026-10-25T02:00:00"],
    ["2026-12-31T23:30:00Z", "Europe/Berlin", "2027-01-01T00:30:00"],
    ["2026-01-01T00:00:00Z", "America/New_York", "2025-12-31T19:00:00"],
    ["2026-01-01T00:00:00Z", "Asia/Kathmandu", "2026-01-01T05:45:00"],
    ["2026-04-04T14:59:00Z", "Australia/Lord_Howe", "2026-04-05T01:59:00"],
    ["2026-04-04T15:00:00Z", "Australia/Lord_Howe", "2026-04-05T01:30:00"],
    ["2026-07-01T12:00:00Z", "UTC", "2026-07-01T12:00:00"],
    ["2026-07-01T12:00:00Z", "+02:00", "2026-07-01T14:00:00"],
  ])("%s in %s is %s", (time, zone, local) => {
    expect(localTime(new Date(time), zone).toISOString().slice(0, 19)).toBe(local);
  });

  it("agrees with the engine for every hour of two years", () => {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", hour: "2-digit", hourCycle: "h23" });
    for (let hour = 0; hour < 2 * 8766; hour += 5) {
      const time = new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000);
      expect([time, timeFields.getHours(localTime(time, "Europe/Berlin"))]).toEqual([
        time,
        Number(format.format(time)),
      ]);
    }
  });

  it("counts as CEL does: months, days of month, week and year from 0", () => {
    const read = Object.entries(timeFields).map(([name, field]) => [name, field(new Date("2026-12-31T22:23:24.025Z"))]);
    expect(Object.fromEntries(read)).toEqual({
      getFullYear: 2026,
      getMonth: 11,
      getDate: 31,
      getDayOfMonth: 30,
      getDayOfWeek: 4,
      getDayOfYear: 364,
      getHours: 22,
      getMinutes: 23,
      getSeconds: 24,
      getMilliseconds: 25,
    });
  });

  it.each([
    ["Europe/Berlin", true],
    ["UTC", true],
    ["+02:00", true],
    ["Europe/Berln", false],
    ["", false],
    ["constructor", false],
    ["__proto__", false],
  ])("there is %j: %s", (name, exists) => {
    expect(isZone(name)).toBe(exists);
  });
});

describe("a local time of a zone", () => {
  it.each([
    ["2026-07-01T14:00:00", "Europe/Berlin", "2026-07-01T12:00:00"],
    ["2026-01-01T14:00:00", "Europe/Berlin", "2026-01-01T13:00:00"],
    ["2026-03-29T01:59:59", "Europe/Berlin", "2026-03-29T00:59:59"],
    ["2026-03-29T03:00:00", "Europe/Berlin", "2026-03-29T01:00:00"],
    // Two times are called so; long afterwards the earlier one is taken.
    ["2026-10-25T02:30:00", "Europe/Berlin", "2026-10-25T00:30:00"],
    ["2026-10-25T03:00:00", "Europe/Berlin", "2026-10-25T02:00:00"],
    ["2026-01-01T00:00:00", "America/New_York", "2026-01-01T05:00:00"],
    ["2026-07-01T12:00:00", "UTC", "2026-07-01T12:00:00"],
  ])("%s in %s is %s UTC", (local, zone, utc) => {
    expect(new Date(utcOf(Date.parse(`${local}Z`), zone, Date.UTC(2026, 11, 1))).toISOString().slice(0, 19)).toBe(utc);
  });

  it.each([
    ["2026-10-25T02:30:00", "2026-10-25T00:30:10", "2026-10-25T00:30:00"],
    ["2026-10-25T02:30:00", "2026-10-25T00:45:00", "2026-10-25T00:30:00"],
    ["2026-10-25T02:30:00", "2026-10-25T01:15:00", "2026-10-25T01:30:00"],
    ["2026-10-25T02:30:00", "2026-10-25T01:30:10", "2026-10-25T01:30:00"],
    ["2026-10-25T02:30:00", "2026-10-25T01:55:00", "2026-10-25T01:30:00"],
    // It was queued: nobody knows which of the two hours it was.
    ["2026-10-25T02:30:00", "2026-10-25T04:00:00", "2026-10-25T00:30:00"],
  ])("%s, of which there are two, is at %s UTC %s UTC", (local, now, utc) => {
    const time = utcOf(Date.parse(`${local}Z`), "Europe/Berlin", Date.parse(`${now}Z`));
    expect(new Date(time).toISOString().slice(0, 19)).toBe(utc);
  });

  it.each(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])(
    "of %s is found again from every quarter of an hour of a year, when it is now",
    (zone) => {
      for (let quarter = 0; quarter < 4 * 8766; quarter++) {
        const time = Date.UTC(2026, 0, 1) + quarter * 900_000;
        expect(utcOf(localTime(new Date(time), zone).getTime(), zone, time + 5000)).toBe(time);
      }
    },
  );
});
