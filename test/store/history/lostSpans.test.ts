import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LostSpans, type Span } from "../../../src/store/history/lostSpans.ts";

const HOUR_MS = 3_600_000;
const MOST = 8;

function spansOf(times: readonly number[]): readonly Span[] {
  const lost = new LostSpans();
  for (const at of times) lost.add(1, { from: at, to: at });
  return lost.of(1);
}

describe("samples that are missing", () => {
  it.each<[string, number[], [number, number][]]>([
    ["one", [5], [[5, 5]]],
    ["one after the other are one span", [5, 6, 9], [[5, 9]]],
    ["that came late as well", [5, 9, 1], [[1, 9]]],
    [
      "of another day are another span",
      [0, 25 * HOUR_MS, 1],
      [
        [0, 1],
        [25 * HOUR_MS, 25 * HOUR_MS],
      ],
    ],
    ["twice are there once", [5, 5], [[5, 5]]],
  ])("%s", (_, times, expected) => {
    expect(spansOf(times).map(({ from, to }) => [from, to])).toEqual(expected);
  });

  it("stay apart by series, until they are cleared", () => {
    const lost = new LostSpans();
    lost.add(1, { from: 1, to: 2 });
    lost.add(2, { from: 3, to: 4 });
    expect([...lost.entries()]).toEqual([
      [1, { from: 1, to: 2 }],
      [2, { from: 3, to: 4 }],
    ]);
    lost.clear();
    expect([lost.size, lost.of(1)]).toEqual([0, []]);
  });

  it("lie in spans that do not overlap and are few, whatever comes in whatever order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 * HOUR_MS }), { minLength: 1, maxLength: 60 }), (times) => {
        const spans = spansOf(times);
        expect(spans.length).toBeLessThanOrEqual(MOST);
        for (const at of times) expect(spans.filter(({ from, to }) => from <= at && at <= to)).toHaveLength(1);
        // Each begins and ends with one that is missing.
        for (const { from, to } of spans) expect([times.includes(from), times.includes(to)]).toEqual([true, true]);
      }),
    );
  });
});
