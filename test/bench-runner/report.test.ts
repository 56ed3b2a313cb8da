// BENCHMARKS.md says of each bench what was measured, against what, and whether its targets are met; and figures are what their rounds say.
import { describe, expect, test } from "vitest";
import { figure, inTurns, partOf, ratio } from "../bench/bench.ts";
import { measuredOf, parseRecord, textOf } from "../bench/record.ts";
import { reportOf } from "../bench/report.ts";
import { bench, conditions } from "./benchesInTest.ts";

const run = { at: "2026-11-28T00:00:00.000Z", seconds: 12, isQuick: false, conditions };

async function measured(name: string, own: number): Promise<ReturnType<typeof measuredOf>> {
  const one = bench(name, own);
  return measuredOf(one, await one.run({ rounds: 3, part: 1 }), run);
}

test("a section says what was measured, how, against what, when, and each figure with its rounds", async () => {
  expect(reportOf({ one: await measured("one", 12) }, ["one"])).toContain(`## Title of one

\`npm run bench -- one\`: A sentence.

Yardstick: something else.

Measured on 2026-11-28 in 12 s; tree: 0123456789ab.

| figure      | value | rounds    | ratio to | target       |
| ----------- | ----- | --------- | -------- | ------------ |
| own         | 13 ms | 12 – 14   |          |              |
| plain       | 10 ms | 10 – 10   |          |              |
| own / plain | 1.3 × | 1.2 – 1.4 | plain    | ≤ 1.5 ×: met |
`);
});

test("the machine and the versions stand once, and again only where a section was measured elsewhere", async () => {
  const here = await measured("one", 12);
  const elsewhere = { ...here, at: "2026-11-01T00:00:00.000Z", conditions: { ...conditions, processor: "Another" } };
  const text = reportOf({ one: here, two: elsewhere, three: here }, ["one", "two", "three"]);
  expect(text.match(/Processor, 2 cores/gu)).toHaveLength(1);
  expect(text).toMatch(/Title of one[^]*another machine or with other versions[^]*Another, 2 cores/u);
});

test.each([
  [14, "met"],
  [15, "missed"],
])("targets are judged in words: own %d is %s", async (own, word) => {
  const [row] = reportOf({ one: await measured("one", own) }, ["one"]).match(/^\| one +\| own \/ plain .*$/mu) ?? [];
  expect(row).toContain(`| ${word} `);
});

test("a target whose figure is missing is neither met nor missed", async () => {
  expect(reportOf({ one: await measured("one", 1) }, ["one"])).toMatch(/what nobody measures .*\| not measured \|/u);
});

test("a bar in a text does not end its cell", async () => {
  const one = await measured("one", 1);
  const [first] = one.figures;
  const text = reportOf({ one: { ...one, figures: [{ ...first!, name: "a | b" }] } }, ["one"]);
  expect(text).toContain("| a \\| b |");
});

test("what is written is read again", async () => {
  const record = { one: await measured("one", 12) };
  expect(parseRecord(textOf(record))).toEqual(record);
});

test("a figure that could not be measured is left out, and its target is neither met nor missed", async () => {
  const one = bench("one", 12);
  const figures = [figure("own", "ms", []), figure("own / plain", "×", [Number.NaN, Number.NaN])];
  const kept = measuredOf(one, figures, run);
  expect(kept.figures).toEqual([]);
  expect(reportOf({ one: kept }, ["one"])).toMatch(/own \/ plain .*\| not measured \|/u);
});

describe("figures", () => {
  test("are the median of their rounds, with the lowest and the highest", () => {
    expect(figure("time", "ms", [3, 1, 2])).toEqual({ name: "time", unit: "ms", value: 2, lowest: 1, highest: 3 });
  });

  test("have no spread when there was one round", () => {
    expect(figure("time", "ms", [3])).toEqual({ name: "time", unit: "ms", value: 3 });
  });

  test("as ratios compare the two measurements of each round", () => {
    expect(ratio("a / b", "b", [2, 30, 4], [1, 10, 4])).toMatchObject({ value: 2, lowest: 1, highest: 3, unit: "×" });
  });

  test("come from sides that have their turns: A, B, A, B", async () => {
    const turns: string[] = [];
    const sides = await inTurns(["A", "B"], 2, async (side, round) => {
      turns.push(side);
      return `${side}${round}`;
    });
    expect(turns).toEqual(["A", "B", "A", "B"]);
    expect(sides).toEqual([
      ["A0", "A1"],
      ["B0", "B1"],
    ]);
  });

  test("of a short run come from a part of the load, at least one of it", () => {
    expect([partOf(100, { rounds: 1, part: 0.05 }), partOf(3, { rounds: 1, part: 0.05 })]).toEqual([5, 1]);
  });
});
