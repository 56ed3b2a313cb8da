// Long work in slices: all of it, in its order, and others between.
import { setImmediate as othersTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { inSlices } from "../../src/std/inSlices.ts";

it.each([
  [0, []],
  [1, [1]],
  [3, [3]],
  [7, [3, 3, 1]],
])("makes slices of %i items, none of them empty", async (count, expected) => {
  const items = Array.from({ length: count }, (_, index) => index);
  const slices: (readonly number[])[] = [];
  await inSlices(items, 3, (slice) => slices.push(slice));
  expect(slices.map(({ length }) => length)).toEqual(expected);
  expect(slices.flat()).toEqual(items);
});

it("lets others have a turn between two slices", async () => {
  const told: string[] = [];
  const others = othersTurn().then(() => told.push("others"));
  await inSlices([1, 2], 1, ([item]) => told.push(`slice ${item}`));
  await others;
  expect(told).toEqual(["slice 1", "others", "slice 2"]);
});

it("ends where the work throws", async () => {
  const done: number[] = [];
  const work = inSlices([1, 2, 3], 1, ([item = 0]) => {
    if (item === 2) throw new Error("no further");
    done.push(item);
  });
  await expect(work).rejects.toThrow("no further");
  expect(done).toEqual([1]);
});
