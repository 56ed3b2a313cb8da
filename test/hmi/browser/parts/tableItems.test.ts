import { describe, expect, it } from "vitest";
import {
  asTheyCome,
  compareNumbers,
  compareTexts,
  comparingBy,
  itemsOf,
  keepSorted,
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
    const items = itemsOf(rows.toReversed(), groupOf);
    expect(Array.from({ length: items.length }, (_, index) => items.at(index))).toEqual([
      { kind: "group", label: "on", count: 1 },
      { kind: "row", row: rows[0] },
      { kind: "group", label: "off", count: 2 },
      { kind: "row", row: rows[2] },
      { kind: "row", row: rows[1] },
    ]);
    expect(items.find(({ id }) => id === "b")).toBe(4);
    expect(items.find(({ id }) => id === "z")).toBe(-1);
    expect([items.findGroup("off"), items.findGroup("none")]).toEqual([2, -1]);
  });

  it("that stand in no groups are lines in the same order", () => {
    const items = itemsOf(rows, undefined);
    expect([items.length, items.at(1), items.at(3)]).toEqual([3, { kind: "row", row: rows[1] }, undefined]);
    expect(items.find(({ id }) => id === "c")).toBe(2);
  });
});

describe("ten thousand rows", () => {
  const MANY = 10_000;
  const rowOf = (index: number, power: number): Row => ({ id: String(index), power });
  const first = Array.from({ length: MANY }, (_, index) => rowOf(index, (index * 7919) % 1009));

  it.each(["power", "-power"])("have each their key for %s made once, and only new ones anew", (sort) => {
    let [keys, comparisons] = [0, 0];
    const compare = comparingBy(
      ({ power }: Row) => {
        keys += 1;
        return power;
      },
      (a, b) => {
        comparisons += 1;
        return compareNumbers(a, b);
      },
    );
    const counted = [{ key: "power", compare }];
    const sorted = keepSorted<Row>();
    expect(sorted(first, counted, sort)).toEqual(sortRows(first, columns, sort));
    expect(keys).toBe(MANY);
    comparisons = 0;
    const next = first.map((row, index) => (index % 100 === 0 ? rowOf(index, index % 500) : row));
    expect(sorted(next, counted, sort)).toEqual(sortRows(next, columns, sort));
    expect(keys).toBe(MANY + MANY / 100);
    // Each once against its neighbour to merge and once to make sure: a sort anew takes some 130,000.
    expect(comparisons).toBeLessThan(3 * MANY);
  });

  it("come, go and change places as if they were sorted anew", () => {
    const sorted = keepSorted<Row>();
    for (const next of [first, first.slice(500), [rowOf(-1, 3), ...first], first.toReversed(), []])
      expect(sorted(next, columns, "power")).toEqual(sortRows(next, columns, "power"));
    expect(sorted(first, columns, "tag")).toEqual(sortRows(first, columns, "tag"));
  });
});
