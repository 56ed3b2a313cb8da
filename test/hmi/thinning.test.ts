// However many samples there are, a trend of them keeps what an operator looks for.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Thinning } from "../../src/hmi/thinning.ts";
import type { HistorySample } from "../../src/twin/ports.ts";

const sample = (
  at: number,
  value: HistorySample["value"],
  quality: HistorySample["quality"] = "Good",
): HistorySample => ({
  at,
  received: at,
  value,
  quality,
});

function thinned(samples: readonly HistorySample[], buckets = 1): unknown[] {
  const thinning = new Thinning({ from: 0, to: 999 }, buckets);
  for (const each of samples) thinning.take(each);
  return [...thinning.kept()];
}

describe("a thinned trend", () => {
  it("keeps the first, the least, the greatest and the last sample of each part, in the order of time", () => {
    const values = [5, 6, 9, 7, 1, 3, 4];
    expect(thinned(values.map((value, at) => sample(at, value)))).toEqual([
      [0, 5, "Good"],
      [2, 9, "Good"],
      [4, 1, "Good"],
      [6, 4, "Good"],
    ]);
  });

  it("keeps a doubtful sample and both marks of a gap", () => {
    const kept = thinned([
      sample(0, 5),
      sample(1, 5),
      sample(2, 5, "Uncertain"),
      sample(3, null, "Lost"),
      sample(5, null, "Lost"),
      sample(6, 5),
      sample(7, 5),
    ]);
    expect(kept).toEqual([
      [0, 5, "Good"],
      [2, 5, "Uncertain"],
      [3, null, "Lost"],
      [5, null, "Lost"],
      [7, 5, "Good"],
    ]);
  });

  it("keeps a short loss of the connection, which is a Boolean, with its end", () => {
    const kept = thinned([true, true, false, true, true].map((value, at) => sample(at, value)));
    expect(kept).toEqual([
      [0, true, "Good"],
      [2, false, "Good"],
      [3, true, "Good"],
      [4, true, "Good"],
    ]);
  });

  it("keeps every status that there was, however short, and when it ended", () => {
    const values = [
      "Available",
      "Preparing",
      "Available",
      "Faulted",
      "Preparing",
      "Charging",
      "Available",
      "Available",
    ];
    expect(thinned(values.map((value, at) => sample(at, value)))).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((at) => [at, values[at], "Good"]),
    );
    const often = Array.from({ length: 900 }, (_, at) =>
      sample(at, at === 777 ? "Faulted" : (["A", "B"][at % 2] ?? "")),
    );
    const kept = thinned(often);
    expect(kept).toContainEqual([777, "Faulted", "Good"]);
    expect(kept).toContainEqual([778, "A", "Good"]);
    expect(kept.length).toBeLessThan(10);
  });

  it("keeps that there was nothing for a while, among texts as among numbers", () => {
    for (const value of ["Charging", 5]) {
      const kept = thinned(Array.from({ length: 9 }, (_, at) => sample(at, at === 3 || at === 4 ? null : value)));
      expect(kept).toContainEqual([3, null, "Good"]);
      expect(kept).toContainEqual([5, value, "Good"]);
    }
  });

  it("ends at so many different texts of one part, and says so", () => {
    const thinning = new Thinning({ from: 0, to: 999 }, 1);
    for (let at = 0; at < 24; at++) thinning.take(sample(at, `text ${at}`));
    expect(thinning.lacksStates).toBe(false);
    thinning.take(sample(24, "text 24"));
    thinning.take(sample(25, "text 25"));
    expect(thinning.lacksStates).toBe(true);
    expect(thinning.kept().length).toBeLessThanOrEqual(26);
  });

  it("has at most seven numbers of each part, ascending, and each of them is one of those that it was given", () => {
    const samples = fc
      .uniqueArray(fc.integer({ min: 0, max: 999 }), { maxLength: 300 })
      .chain((times) =>
        fc.tuple(
          ...times
            .toSorted((a, b) => a - b)
            .map((at) =>
              fc
                .record({ value: fc.integer(), quality: fc.constantFrom("Good", "Uncertain", "Bad", "Lost") })
                .map(({ value, quality }) => sample(at, quality === "Lost" ? null : value, quality)),
            ),
        ),
      );
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 50 }), (given, buckets) => {
        const kept = thinned(given, buckets) as [number, unknown, string][];
        expect(kept.length).toBeLessThanOrEqual(7 * buckets);
        expect(kept.map(([at]) => at)).toEqual(kept.map(([at]) => at).toSorted((a, b) => a - b));
        const all = given.map(({ at, value, quality }) => JSON.stringify([at, value, quality]));
        for (const each of kept) expect(all).toContain(JSON.stringify(each));
        const peak = Math.max(...given.map(({ value }) => (value === null ? -Infinity : Number(value))));
        expect(Math.max(...kept.map(([, value]) => (value === null ? -Infinity : Number(value))))).toBe(peak);
      }),
    );
  });
});
