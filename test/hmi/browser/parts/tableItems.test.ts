import { describe, expect, it } from "vitest";
import {
  asTheyCome,
  compareNumbers,
  compareTexts,
  itemsOf,
  sortRows,
} from "../../../../src/hmi/browser/parts/tableItems.ts";

interface Row {
  readonly id: string;
  readonly power?: number;
  readonly tag?: string;
}
const rows: readonly Row[] = [{ id: "a", power: 2, tag: "Z" }, { id: "b" }, { id: "c", power: -1, tag: "A" }];
const columns = [
  { key: "id", compare: asTheyCome },
  { key: "power", compare: (a: Row, b: Row) => compareNumbers(a.power, b.power) },
  { key: "tag", compare: (a: Row, b: Row) => compareTexts(a.tag, b.tag) },
];

describe("rows", () => {
  it.each([
    { sort: "id", order: "abc" },
    { sort: "-id", order: "cba" },
    { sort: "power", order: "bca" },
    { sort: "-power", order: "acb" },
    { sort: "tag", order: "cab" },
    { sort: "nothing", order: "abc" },
  ])("sorted by $sort come as $order", ({ sort, order }) =>
    expect(
      sortRows(rows, columns, sort)
        .map(({ id }) => id)
        .join(""),
    ).toBe(order),
  );

  it("that are equal stay in the order in which they come, either way", () => {
    const equal = [{ id: "x" }, { id: "y" }];
    expect(sortRows(equal, columns, "power")).toEqual(equal);
    expect(sortRows(equal, columns, "-power")).toEqual(equal);
  });

  it("are grouped in the order of their groups, each with its number", () => {
    const groupOf = ({ power = 0 }: Row) => (power > 0 ? { order: 0, label: "on" } : { order: 1, label: "off" });
    expect(itemsOf(rows.toReversed(), groupOf)).toEqual([
      { kind: "group", label: "on", count: 1 },
      { kind: "row", row: rows[0] },
      { kind: "group", label: "off", count: 2 },
      { kind: "row", row: rows[2] },
      { kind: "row", row: rows[1] },
    ]);
  });
});
