import { beforeEach, expect, it } from "vitest";
import {
  allRows,
  awaitTable,
  forgetTable,
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

it("are forgotten once nobody is logged in", () => {
  takeTable({ number: 1, rows: [row("A")] });
  forgetTable();
  expect([ids(), isTableRead.value]).toEqual([[], false]);
});
