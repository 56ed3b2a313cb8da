// Durations counted in classes: their quantiles are those of the values, to two per cent.
import { describe, expect, test } from "vitest";
import { Durations } from "./durations.ts";

function counted(values: Iterable<number>): Durations {
  const durations = new Durations();
  for (const value of values) durations.add(value);
  return durations;
}

const upTo = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);

describe("durations", () => {
  test.each([
    [0.5, 500],
    [0.99, 990],
    [1, 1000],
  ])("have the quantile %f of what was counted", (q, expected) => {
    const found = counted(upTo(1000)).quantile(q);
    expect(found).toBeGreaterThanOrEqual(expected);
    expect(found).toBeLessThanOrEqual(expected * 1.02);
  });

  test("of several processes are added", () => {
    const [some, others] = [counted(upTo(10)), counted([1000, 1000, 1000])];
    const sum = Durations.sum([some.counts, others.counts]);
    expect(sum.quantile(0.5)).toBe(counted([...upTo(10), 1000, 1000, 1000]).quantile(0.5));
    expect(sum.quantile(0.99)).toBeCloseTo(1000, -2);
  });

  test("below and beyond all classes count in the outermost", () => {
    const outermost = counted([0, -1, 1e12]);
    expect(outermost.quantile(0.5)).toBe(0.01);
    expect(outermost.quantile(1)).toBeGreaterThan(500_000);
  });

  test("that were never counted have no quantile", () => {
    expect(new Durations().quantile(0.5)).toBeNaN();
  });
});
