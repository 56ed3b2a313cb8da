import { beforeEach, expect, it } from "vitest";
import {
  allIds,
  allRows,
  awaitTable,
  forgetTable,
  isTableAt,
  isTableRead,
  rowOf,
  takeRows,
  takeTable,
} from "../../../src/hmi/browser/rows.ts";
import type { ChargePointRow } from "../../../src/hmi/shapes.ts";

const row = (id: string, since = 0): ChargePointRow => ({
  id,
  connection: "Connected",
  since,
  registration: "Accepted",
  connectors: [],
});
const ids = () => allRows.value.map(({ id }) => id);

beforeEach(forgetTable);

it("come in the order of their identities, numbers in them as numbers", () => {
  takeTable({ number: 1, rows: [row("P10"), row("P9"), row("A")] });
  expect(ids()).toEqual(["A", "P9", "P10"]);
});

it("change, come and go with what is told after the table", () => {
  takeTable({ number: 1, rows: [row("A"), row("B")] });
  takeRows({ number: 2, rows: [row("C"), row("A", 7)], gone: ["B"] });
  expect(ids()).toEqual(["A", "C"]);
  expect(rowOf("A")?.since).toBe(7);
});

it("keep what was told while the table was on its way, unless the table has it already", () => {
  awaitTable();
  takeRows({ number: 4, rows: [row("A", 4)], gone: [] });
  takeRows({ number: 5, rows: [row("B", 5)], gone: [] });
  expect(isTableRead.value).toBe(false);
  takeTable({ number: 4, rows: [row("A", 44), row("B", 44)] });
  expect([rowOf("A")?.since, rowOf("B")?.since]).toEqual([44, 5]);
});

it("are not touched by what is older than the table", () => {
  takeTable({ number: 9, rows: [row("A", 9)] });
  takeRows({ number: 9, rows: [row("A", 1)], gone: ["A"] });
  expect(rowOf("A")?.since).toBe(9);
});

it("have the same list of identities as long as none comes or goes", () => {
  takeTable({ number: 1, rows: [row("B"), row("A")] });
  const before = allIds.value;
  takeRows({ number: 2, rows: [row("A", 2)], gone: [] });
  expect(allIds.value).toBe(before);
  takeRows({ number: 3, rows: [row("C")], gone: ["A"] });
  expect(allIds.value).toEqual(["B", "C"]);
});

it("follow on where a new stream begins at the same number, and nowhere else", () => {
  expect(isTableAt(0)).toBe(false);
  takeTable({ number: 7, rows: [row("A")] });
  expect([6, 7, 8].map(isTableAt)).toEqual([false, true, false]);
});

it("tell of a gap before a change, and do not take it", () => {
  takeTable({ number: 1, rows: [row("A")] });
  expect(takeRows({ number: 2, rows: [row("A", 2)], gone: [] })).toBe(true);
  expect(takeRows({ number: 4, rows: [row("A", 4)], gone: [] })).toBe(false);
  expect(rowOf("A")?.since).toBe(2);
});

it("keep so much at most while the table is on its way, and tell of the gap that this leaves", () => {
  awaitTable();
  for (let number = 2; number <= 500; number++) takeRows({ number, rows: [row("A", number)], gone: [] });
  expect(takeTable({ number: 1, rows: [] })).toBe(false);
  expect(rowOf("A")).toBeUndefined();
});

it("are forgotten once nobody is logged in", () => {
  takeTable({ number: 1, rows: [row("A")] });
  forgetTable();
  expect([ids(), isTableRead.value]).toEqual([[], false]);
});
