// Gaps of a series: those that are near become one, in whatever order they come, and a range finds its own without looking at the others.
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, it } from "vitest";
import { GapTable } from "../../../src/store/history/gapTable.ts";
import type { Span } from "../../../src/store/history/lostSpans.ts";
import { historyMigrations } from "../../../src/store/history/migrations.ts";

const HOUR_MS = 3_600_000;

function opened(): { readonly gaps: GapTable; readonly rows: (series?: number) => Span[] } {
  const database = new Database(":memory:");
  for (const step of historyMigrations) database.exec(step);
  const all = database.prepare<[number], Span>(
    'SELECT first_at AS "from", last_at AS "to" FROM gaps WHERE series_id = ? ORDER BY first_at',
  );
  return { gaps: new GapTable(database), rows: (series = 1) => all.all(series) };
}

it("one that grows bit by bit is one row, of its series alone", () => {
  const { gaps, rows } = opened();
  for (let second = 0; second < 20_000; second += 10)
    for (const series of [1, 2]) gaps.put(series, { from: second * 1000, to: second * 1000 });
  gaps.put(1, { from: 100 * HOUR_MS, to: 101 * HOUR_MS });
  expect(rows()).toEqual([
    { from: 0, to: 19_990_000 },
    { from: 100 * HOUR_MS, to: 101 * HOUR_MS },
  ]);
  expect(rows(2)).toEqual([{ from: 0, to: 19_990_000 }]);
});

it("one that comes later and lies between two joins them", () => {
  const { gaps, rows } = opened();
  for (const hour of [0, 3, 10, 1.5]) gaps.put(1, { from: hour * HOUR_MS, to: (hour + 1) * HOUR_MS });
  expect(rows()).toEqual([
    { from: 0, to: 4 * HOUR_MS },
    { from: 10 * HOUR_MS, to: 11 * HOUR_MS },
  ]);
});

const span = fc
  .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 5 }))
  .map(([from, hours]): Span => ({ from: from * HOUR_MS, to: (from + hours) * HOUR_MS }));

it("whatever comes lies in a row, rows are far from each other, and each range has the first of its own", () => {
  const range = fc.record({ from: fc.integer({ min: -5, max: 210 }), to: fc.integer({ min: -5, max: 210 }) });
  fc.assert(
    fc.property(fc.array(span, { maxLength: 30 }), range, fc.integer({ min: 1, max: 5 }), (spans, hours, most) => {
      const { gaps, rows } = opened();
      for (const each of spans) gaps.put(1, each);
      const all = rows();
      for (const { from, to } of spans) expect(all.some((row) => row.from <= from && row.to >= to)).toBe(true);
      for (const [place, { from }] of all.slice(1).entries()) expect(from - all[place]!.to).toBeGreaterThan(HOUR_MS);
      const [from, to] = [hours.from * HOUR_MS, hours.to * HOUR_MS];
      const within = all.filter((row) => row.from <= Math.max(from, to) && row.to >= Math.min(from, to));
      const expected = (from > to ? within.toReversed() : within).slice(0, most);
      expect(gaps.touching(1, { from, to }, most)).toEqual(expected);
    }),
  );
});
