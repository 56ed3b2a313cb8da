import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDateTime } from "../../src/schema/dateTime.ts";

const accepted = [
  "2024-02-29T12:00:00Z",
  "2000-02-29T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999999Z",
  "1985-04-12T23:20:50.52Z", // RFC 3339 §5.8
  "1996-12-19T16:39:57-08:00",
  "1990-12-31T23:59:60Z",
  "1990-12-31T15:59:60-08:00",
  "1991-01-01T05:29:60+05:30",
  "1937-01-01T12:00:27.87+00:20",
  "1985-04-12t23:20:50z",
];

const refused = [
  "",
  "Z",
  "2024-02-29",
  "2024-02-29T12:00:00",
  "2024-02-29 12:00:00Z",
  "2024-02-29T12:00:00+02",
  "2024-02-29T12:00:00+0200",
  "2024-02-29T12:00:00.Z",
  "2024-02-29T12:00:00,5Z",
  "2024-02-29T12:00Z",
  "24-02-29T12:00:00Z",
  "+02024-02-29T12:00:00Z",
  "1900-02-29T12:00:00Z",
  "2023-02-29T12:00:00Z",
  "2024-04-31T12:00:00Z",
  "2024-00-10T12:00:00Z",
  "2024-13-10T12:00:00Z",
  "2024-01-00T12:00:00Z",
  "2024-01-01T24:00:00Z",
  "2024-01-01T12:60:00Z",
  "2024-01-01T12:00:61Z",
  "2024-01-01T12:00:60Z",
  "1990-12-31T23:59:60-08:00",
  "2024-01-01T12:00:00+24:00",
  "2024-01-01T12:00:00+02:60",
  "2024-01-01T12:00:00Z\n",
  " 2024-01-01T12:00:00Z",
  "٢٠٢٤-01-01T12:00:00Z",
];

describe("isDateTime (RFC 3339 §5.6)", () => {
  it.each(accepted)("accepts %j", (text) => expect(isDateTime(text)).toBe(true));

  it.each(refused)("refuses %j", (text) => expect(isDateTime(text)).toBe(false));

  it("accepts every time that a Date can write, and only real dates", () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(13), fc.nat(32), (year, month, day) => {
        const two = (value: number): string => String(value).padStart(2, "0");
        const text = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T00:00:00.000Z`;
        const date = new Date(text);
        const real = !Number.isNaN(date.getTime()) && date.toISOString() === text;
        expect(isDateTime(text)).toBe(real);
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws and takes nothing that is no time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        if (isDateTime(text)) expect(text).toMatch(/^\d{4}-\d\d-\d\d[Tt]/);
      }),
    );
  });
});
