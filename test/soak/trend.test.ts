// The judgement of a soak: a leak is caught, however slow against the noise, and nothing else is taken for one.
import { describe, expect, it } from "vitest";
import { judge, type Point } from "./trend.ts";

/** The same chance in each run. */
function noise(): () => number {
  let seed = 20_261_128;
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 1_073_741_824 - 1;
  };
}

const MINUTE_MS = 60_000;
const COUNT = 120;

/** Twenty minutes, a look each ten seconds; `valueAt` is given the minute and a chance from -1 to 1. */
function series(valueAt: (minute: number, chance: number) => number): Point[] {
  const chance = noise();
  return Array.from({ length: COUNT }, (_, index) => {
    const atMs = (index * 20 * MINUTE_MS) / COUNT;
    return { atMs, value: valueAt(atMs / MINUTE_MS, chance()) };
  });
}

const heap = { absolute: 3, share: 0.03 };

describe("a series", () => {
  it.each<[string, (minute: number, chance: number) => number]>([
    ["a leak of 1 MB a minute", (minute) => 200 + minute],
    ["the same in noise of 10 MB", (minute, chance) => 200 + minute + 10 * chance],
    ["a leak by steps", (minute) => 200 + 5 * Math.floor(minute / 4)],
    ["a leak that goes ever faster", (minute) => 200 + minute ** 2 / 10],
    ["a leak beside outliers", (minute, chance) => 200 + minute + (chance > 0.9 ? 100 : 0)],
  ])("grows: %s", (_, valueAt) => {
    const { verdict, slopePerHour } = judge(series(valueAt), heap);
    expect(verdict).toBe("growing");
    expect(slopePerHour).toBeGreaterThan(30);
  });

  it.each<[string, (minute: number, chance: number) => number]>([
    ["always the same", () => 200],
    ["noise", (_, chance) => 200 + 10 * chance],
    ["that falls", (minute) => 200 - minute],
    ["a day that goes up and down", (minute, chance) => 200 + 10 * Math.sin(minute) + chance],
    ["a single outlier at the end", (minute) => (minute > 19.8 ? 1000 : 200)],
    ["that rises by less than is allowed", (minute) => 200 + minute / 20],
    ["nothing at all", () => 0],
  ])("is flat: %s", (_, valueAt) => {
    expect(judge(series(valueAt), heap).verdict).toBe("flat");
  });

  it("that fills up to a bound is levelling", () => {
    expect(
      judge(
        series((minute, chance) => 200 + 50 * (1 - Math.exp(-minute / 3)) + chance),
        heap,
      ).verdict,
    ).toBe("levelling");
  });

  it("of a few points is not judged", () => {
    expect(judge(series((minute) => 200 + minute).slice(0, 7), heap).verdict).toBe("too few points");
    expect(judge([], heap)).toMatchObject({ verdict: "too few points", slopePerHour: 0, median: 0 });
  });

  it.each([2, 3])("of descriptors that leak %i a minute grows", (perMinute) => {
    const points = series((minute, chance) => Math.round(80 + perMinute * minute + 3 * chance));
    expect(judge(points, { absolute: 4, share: 0.1 })).toMatchObject({ verdict: "growing" });
  });
});
