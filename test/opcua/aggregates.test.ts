// The aggregates against the worked examples of OPC 10000-13 Annex A, and against what must hold of all intervals.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AggregateName, Aggregated } from "../../src/opcua/aggregates.ts";
import { Aggregation } from "../../src/opcua/aggregation.ts";
import type { AggregateRules } from "../../src/opcua/interpolation.ts";
import { countOf, intervalAt, type Range } from "../../src/opcua/intervals.ts";
import type { HistorySample } from "../../src/twin/ports.ts";
import { NOON, at, historian1, historian2, historian3, samplesOf } from "./historians.ts";

interface Historian {
  readonly samples: readonly HistorySample[];
  readonly rules: AggregateRules;
}

function aggregate(name: AggregateName, { samples, rules }: Historian, range: Range): Aggregated[] {
  const intervals = Array.from({ length: countOf(range) }, (_, place) => intervalAt(range, place));
  const isBackward = range.end < range.start;
  const aggregation = new Aggregation(name, isBackward ? intervals.toReversed() : intervals, rules);
  for (const sample of samples) aggregation.add(sample);
  const results = aggregation.results();
  return isBackward ? results.toReversed() : results;
}

/** As the tables of the standard say it. */
function told({ at: time, value, quality, raw, bits }: Aggregated): string {
  const clock = new Date(time).toISOString().slice(14, 19);
  const shown = typeof value === "number" ? String(Number(value.toFixed(3))) : undefined;
  const status = {
    Good: "Good",
    Uncertain: raw === undefined ? "SubNormal" : "Uncertain",
    Bad: "Bad",
    Lost: "DataLost",
    NoData: "NoData",
  };
  return [clock, shown, [status[quality], ...bits].join(",")].filter((part) => part !== undefined).join(" ");
}

const FIVE: Range = { start: NOON, end: at("01:40"), length: 5000 };
const SIXTEEN: Range = { start: NOON, end: at("01:40"), length: 16_000 };

const good = (time: string, value: number): string => `${time} ${value} Good`;
const line = (time: string, value: number): string => `${time} ${value} Good,Interpolated`;
const unsure = (time: string, value: number): string => `${time} ${value} SubNormal,Interpolated`;
const none = (time: string): string => `${time} NoData`;

describe("Interpolative (OPC 10000-13 A.2.2)", () => {
  test("of historian 1", () => {
    expect(aggregate("Interpolative", historian1, FIVE).map(told)).toEqual([
      none("00:00"),
      none("00:05"),
      good("00:10", 10),
      line("00:15", 15),
      good("00:20", 20),
      line("00:25", 25),
      good("00:30", 30),
      unsure("00:35", 35),
      unsure("00:40", 40),
      unsure("00:45", 45),
      good("00:50", 50),
      line("00:55", 55),
      good("01:00", 60),
      unsure("01:05", 65),
      "01:10 70 Uncertain",
      unsure("01:15", 75),
      good("01:20", 80),
      line("01:25", 85),
      good("01:30", 90),
      unsure("01:35", 90),
    ]);
  });

  test("of historian 2, whose Uncertain values count as Bad", () => {
    expect(aggregate("Interpolative", historian2, FIVE).map(told)).toEqual([
      none("00:00"),
      line("00:05", 11.304),
      line("00:10", 13.478),
      line("00:15", 15.652),
      line("00:20", 17.826),
      good("00:25", 20),
      line("00:30", 25.909),
      line("00:35", 28.182),
      unsure("00:40", 31.111),
      unsure("00:45", 36.667),
      line("00:50", 45),
      line("00:55", 51.5),
      line("01:00", 54),
      line("01:05", 56.5),
      line("01:10", 59),
      unsure("01:15", 62.727),
      unsure("01:20", 67.273),
      line("01:25", 76.667),
      good("01:30", 90),
      unsure("01:35", 90),
    ]);
  });

  test("of historian 3, whose values change in steps", () => {
    expect(aggregate("Interpolative", historian3, FIVE).map(told)).toEqual([
      none("00:00"),
      line("00:05", 10),
      line("00:10", 10),
      line("00:15", 10),
      line("00:20", 10),
      good("00:25", 20),
      line("00:30", 25),
      line("00:35", 25),
      line("00:40", 30),
      unsure("00:45", 30),
      line("00:50", 40),
      line("00:55", 50),
      line("01:00", 50),
      line("01:05", 50),
      line("01:10", 50),
      line("01:15", 60),
      unsure("01:20", 60),
      line("01:25", 70),
      good("01:30", 90),
      unsure("01:35", 90),
    ]);
  });

  test("along the line behind the last value where the client wants that (§4.2.1.2)", () => {
    const sloped = { ...historian1, rules: { ...historian1.rules, useSlopedExtrapolation: true } };
    expect(told(aggregate("Interpolative", sloped, FIVE)[19]!)).toBe(unsure("01:35", 95));
  });
});

describe("Average (A.3.2) counts Good values only", () => {
  test.each([
    ["historian 1", historian1, [10, 20, 30, 50, 60, 80, 90], [2, 4, 6, 10, 12, 16, 18]],
    ["historian 2", historian2, [10, 22.5, 30, 40, 50, 60, 70, 80, 90], [0, 5, 7, 9, 10, 14, 16, 17, 18]],
  ] as const)("of %s", (_, historian, values, places) => {
    const expected = Array.from({ length: 20 }, (__, place) => {
      const clock = new Date(NOON + place * 5000).toISOString().slice(14, 19);
      const found = places.findIndex((each) => each === place);
      return found < 0 ? none(clock) : `${clock} ${values[found]} Good,Calculated`;
    });
    expect(aggregate("Average", historian, FIVE).map(told)).toEqual(expected);
  });
});

describe("Minimum and Maximum (A.8.2, A.9.2)", () => {
  test.each([
    [
      "Minimum",
      "historian 1",
      historian1,
      [
        "00:00 10 Good,Calculated,Partial",
        "00:16 20 Good,Calculated",
        "00:32 NoData",
        "00:48 50 Good,Calculated",
        "01:04 NoData",
        "01:20 80 Good,Partial",
        "01:36 NoData",
      ],
    ],
    [
      "Maximum",
      "historian 1",
      historian1,
      [
        "00:00 10 Good,Calculated,Partial",
        "00:16 30 Good,Calculated",
        "00:32 NoData",
        "00:48 60 Good,Calculated",
        "01:04 NoData",
        "01:20 90 Good,Calculated,Partial",
        "01:36 NoData",
      ],
    ],
    [
      "Minimum",
      "historian 2",
      historian2,
      [
        "00:00 10 Good,Calculated,Partial",
        "00:16 20 Good,Calculated",
        "00:32 30 SubNormal,Calculated",
        "00:48 40 Good",
        "01:04 60 SubNormal,Calculated",
        "01:20 70 Good,Calculated,Partial",
        "01:36 NoData",
      ],
    ],
    [
      "Maximum",
      "historian 2",
      historian2,
      [
        "00:00 10 Good,Calculated,Partial",
        "00:16 25 Good,Calculated",
        "00:32 30 SubNormal,Calculated",
        "00:48 50 Good,Calculated",
        "01:04 60 SubNormal,Calculated",
        "01:20 90 Good,Calculated,Partial",
        "01:36 NoData",
      ],
    ],
  ] as const)("%s of %s", (name, _, historian, expected) => {
    expect(aggregate(name, historian, SIXTEEN).map(told)).toEqual(expected);
  });

  test("say when a value was there more than once (§5.3.3.1)", () => {
    const samples = samplesOf([
      ["00:00", 3],
      ["00:02", 7],
      ["00:04", 7],
      ["00:10", 1],
    ]);
    const [result] = aggregate(
      "Maximum",
      { ...historian1, samples },
      { start: NOON, end: at("00:10"), length: 10_000 },
    );
    expect(told(result!)).toBe("00:00 7 Good,Calculated,MultiValue");
  });
});

describe("Count (A.19)", () => {
  test("of historian 1", () => {
    expect(aggregate("Count", historian1, SIXTEEN).map(told)).toEqual([
      "00:00 1 Good,Calculated,Partial",
      "00:16 2 Good,Calculated",
      "00:32 Bad,Calculated",
      "00:48 2 Good,Calculated",
      "01:04 0 SubNormal,Calculated",
      "01:20 2 Good,Calculated,Partial",
      "01:36 NoData",
    ]);
  });

  test("of historian 2", () => {
    expect(aggregate("Count", historian2, SIXTEEN).map(told)).toEqual([
      "00:00 1 Good,Calculated,Partial",
      "00:16 2 Good,Calculated",
      "00:32 1 SubNormal,Calculated",
      "00:48 2 Good,Calculated",
      "01:04 1 SubNormal,Calculated",
      "01:20 3 Good,Calculated,Partial",
      "01:36 NoData",
    ]);
  });

  test("is zero where there are data before and behind, but none within (§5.4.3.21)", () => {
    const range = { start: at("00:12"), end: at("00:18"), length: 6000 };
    expect(aggregate("Count", historian1, range).map(told)).toEqual(["00:12 0 Good,Calculated"]);
  });
});

describe("TimeAverage and Total (§5.4.3.6, §5.4.3.8) draw lines from value to value", () => {
  test("the average of a line is its middle, and what lies at a skipped value is uncertain", () => {
    const told1 = aggregate("TimeAverage", historian1, FIVE).map(told);
    expect(told1.slice(0, 4)).toEqual([
      none("00:00"),
      none("00:05"),
      "00:10 12.5 Good,Calculated",
      "00:15 17.5 Good,Calculated",
    ]);
    // Bad at 00:40 is passed over; Uncertain at 01:10 is used.
    expect(told1[7]).toBe("00:35 37.5 SubNormal,Calculated");
    expect(told1[13]).toBe("01:05 67.5 SubNormal,Calculated");
    expect(told1[16]).toBe("01:20 82.5 Good,Calculated");
    // Behind the last value it goes on as it was.
    expect(told1.slice(18)).toEqual(["01:30 90 SubNormal,Calculated", "01:35 90 SubNormal,Calculated"]);
  });

  test("of historian 2 from 12:00:45, as the standard gives it (A.4.2)", () => {
    expect(told(aggregate("TimeAverage", historian2, FIVE)[9]!)).toBe("00:45 40 SubNormal,Calculated");
  });

  test("an interval in which data begin is partial, and averages what is there", () => {
    expect(told(aggregate("TimeAverage", historian2, FIVE)[0]!)).toBe("00:00 10.652 Good,Calculated,Partial");
  });

  test("Total is the average times the seconds", () => {
    expect(told(aggregate("Total", historian1, FIVE)[2]!)).toBe("00:10 62.5 Good,Calculated");
    expect(told(aggregate("Total", historian2, FIVE)[9]!)).toBe("00:45 200 SubNormal,Calculated");
  });
});

describe("Start, End and Delta (§5.4.3.25 to §5.4.3.27)", () => {
  test("Start and End are the first and the last raw value with their own time and status", () => {
    expect(aggregate("Start", historian1, SIXTEEN).map(told)).toEqual([
      "00:10 10 Good,Partial",
      "00:20 20 Good",
      "00:40 40 Bad",
      "00:50 50 Good",
      "01:10 70 Uncertain",
      "01:20 80 Good,Partial",
      none("01:36"),
    ]);
    expect(aggregate("End", historian1, SIXTEEN).map(told)).toEqual([
      "00:10 10 Good,Partial",
      "00:30 30 Good",
      "00:40 40 Bad",
      "01:00 60 Good",
      "01:10 70 Uncertain",
      "01:30 90 Good,Partial",
      none("01:36"),
    ]);
  });

  test("Delta is their difference, uncertain where one at an edge does not count", () => {
    expect(aggregate("Delta", historian2, SIXTEEN).map(told)).toEqual([
      "00:00 0 Good,Calculated,Partial",
      "00:16 5 Good,Calculated",
      "00:32 0 SubNormal,Calculated",
      "00:48 10 Good,Calculated",
      "01:04 0 SubNormal,Calculated",
      "01:20 20 Good,Calculated,Partial",
      none("01:36"),
    ]);
  });
});

describe("when time flows backward (§5.4.2.2)", () => {
  const range = { start: at("01:30"), end: at("00:50"), length: 20_000 };

  test("an interval begins at its later end, which belongs to it, and ends before its earlier one", () => {
    expect(aggregate("Count", historian2, range).map(told)).toEqual([
      "01:30 4 SubNormal,Calculated",
      "01:10 1 Good,Calculated",
    ]);
    expect(aggregate("End", historian1, range).map(told)).toEqual(["01:20 80 Good", "01:00 60 Good"]);
    expect(aggregate("Start", historian1, range).map(told)).toEqual(["01:30 90 Good", "01:10 70 Uncertain"]);
    expect(aggregate("Delta", historian1, range).map(told)).toEqual([
      "01:30 -10 Good,Calculated",
      "01:10 -10 Good,Calculated",
    ]);
  });
});

describe("intervals (Table 12)", () => {
  test("the last one holds the rest", () => {
    expect([0, 6].map((place) => intervalAt(SIXTEEN, place))).toEqual([
      { lo: NOON, hi: at("00:16"), isBackward: false, isCut: false },
      { lo: at("01:36"), hi: at("01:40"), isBackward: false, isCut: true },
    ]);
    expect(countOf(SIXTEEN)).toBe(7);
  });

  test("follow each other without a gap, and every sample belongs to exactly one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 0, max: 5000 }),
        fc.double({ min: 1, max: 700, noNaN: true }),
        fc.uniqueArray(fc.integer({ min: -100, max: 5100 }), { maxLength: 60 }),
        (start, end, length, times) => {
          fc.pre(start !== end);
          const samples = times
            .toSorted((a, b) => a - b)
            .map((time): HistorySample => ({ at: time, received: time, value: 1, quality: "Good" }));
          const results = aggregate("Count", { ...historian1, samples }, { start, end, length });
          const counted = results.reduce((sum, { value }) => sum + Number(value ?? 0), 0);
          const isBackward = end < start;
          const inside = times.filter((time) =>
            isBackward ? time > end && time <= start : time >= start && time < end,
          );
          expect(counted).toBe(inside.length);
        },
      ),
      { examples: [[8, 0, 1.0000000000000002, [5]]] },
    );
  });
});
