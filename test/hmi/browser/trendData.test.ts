// A line of a trend is broken exactly where nobody knows what was: each case is one row.
import { describe, expect, it } from "vitest";
import { offlineSpans, trendOf, untilNextMs } from "../../../src/hmi/browser/faceplates/trendData.ts";
import type { TrendSample } from "../../../src/hmi/shapes.ts";

const range = { from: 0, to: 100 };
const good = (...times: readonly number[]): TrendSample[] => times.map((at) => [at, at, "Good"]);
const lost = (at: number): TrendSample => [at, null, "Lost"];

describe("times without connection", () => {
  it.each<[string, [number, boolean][], boolean, [number, number][]]>([
    ["none, where it is connected and nothing has changed", [], true, []],
    ["all of it, where it is not and nothing has changed", [], false, [[0, 100]]],
    ["up to the first connection", [[30, true]], true, [[0, 30]]],
    [
      "between a loss and the next connection",
      [
        [10, true],
        [40, false],
        [60, true],
      ],
      true,
      [
        [0, 10],
        [40, 60],
      ],
    ],
    ["from a loss that lasts", [[70, false]], false, [[70, 100]]],
    [
      "one, where the loss was told twice",
      [
        [20, false],
        [30, false],
        [50, true],
      ],
      true,
      [[20, 50]],
    ],
  ])("are %s", (_, changes, isConnected, expected) => {
    const samples = changes.map(([at, value]): TrendSample => [at, value, "Good"]);
    expect(offlineSpans(samples, range, isConnected).map(({ from, to }) => [from, to])).toEqual(expected);
  });
});

describe("the line of a trend", () => {
  it.each<[string, TrendSample[], [number, number][], [number, number][]]>([
    ["is whole while the charge point is connected", good(10, 20, 30), [], []],
    ["has a gap where it was away", good(10, 50), [[20, 40]], [[10, 50]]],
    ["has none where what was measured meanwhile came later", good(10, 30, 50), [[20, 40]], []],
    ["has a gap at the end while it is away", good(10), [[20, 100]], [[10, 100]]],
    ["has a gap where samples were lost", [...good(10), lost(12), lost(18), ...good(20)], [], [[10, 20]]],
    ["has a gap at the end where the last ones were lost", [...good(10), lost(12)], [], [[10, 100]]],
    ["has none before it begins", good(50), [[0, 40]], []],
    ["is empty where there is nothing", [], [[0, 100]], []],
  ])("%s", (_, samples, offline, gaps) => {
    const spans = offline.map(([from, to]) => ({ from, to }));
    const trend = trendOf(samples, spans, range);
    expect(trend.gaps.map(({ from, to }) => [from, to])).toEqual(gaps);
    expect(trend.values.filter((value) => value === null)).toHaveLength(gaps.length);
    expect(trend.times).toEqual([...trend.times].toSorted((a, b) => a - b));
    expect(trend.values.filter((value) => value !== null)).toEqual(
      samples.flatMap(([, value]) => (value === null ? [] : [value])),
    );
  });

  it("marks what is not good at its own place", () => {
    const { doubtful } = trendOf(
      [
        [1, 5, "Good"],
        [2, 6, "Uncertain"],
        [3, 7, "Bad"],
      ],
      [],
      range,
    );
    expect(doubtful).toEqual([null, 6, 7]);
  });
});

describe("a trend is looked at again", () => {
  const hour = 3_600_000;
  it.each([
    ["as seldom as it changes visibly", { shownMs: 168 * hour, isRead: true, connectedForMs: hour }, 42 * 60_000],
    [
      "so seldom as well of what is not connected",
      { shownMs: 24 * hour, isRead: true, connectedForMs: undefined },
      360_000,
    ],
    ["never more often than each 5 s", { shownMs: 60_000, isRead: true, connectedForMs: hour }, 5000],
    ["soon after a refusal, however much it shows", { shownMs: 168 * hour, isRead: false, connectedForMs: hour }, 5000],
    [
      "soon while a charge point may send what it measured offline",
      { shownMs: 24 * hour, isRead: true, connectedForMs: 299_999 },
      5000,
    ],
    [
      "soon where it has connected a moment ahead of the clock",
      { shownMs: 24 * hour, isRead: true, connectedForMs: -900 },
      5000,
    ],
    [
      "seldom where the clock was set back since",
      { shownMs: 24 * hour, isRead: true, connectedForMs: -24 * hour },
      360_000,
    ],
  ])("%s", (_, last, expected) => expect(untilNextMs(last)).toBe(expected));
});
