// What is read of long lists: where the reader stays, and how much is followed at once.
import { expect, it } from "vitest";
import { catchUp } from "../../../src/hmi/browser/messages/catchUp.ts";
import { keptList } from "../../../src/hmi/browser/parts/keptPages.ts";
import { shiftOf } from "../../../src/hmi/browser/parts/shiftOf.ts";

const keyOf = (row: string) => row;

it.each([
  ["stays where nothing has changed", "abc", "abc", 1, 0],
  ["goes down with what came above", "abc", "xyabc", 1, 2],
  ["goes up with what went above", "abcd", "cd", 2, -2],
  ["holds on to the next row where its own has gone", "abcd", "xacd", 1, 0],
  ["stays where all is new", "abc", "xyz", 1, 0],
])("a reader %s", (_, before, after, from, moved) => {
  expect(shiftOf([...before], [...after], { from, keyOf })).toBe(moved);
});

it.each([
  [0, true, 1],
  [3, true, 4],
  [5, false, 5],
  [99, false, 5],
])("of %s full pages in a row it says %s after %s of them", async (full, isUpToDate, most) => {
  let read = 0;
  expect(await catchUp(async () => ++read <= full)).toBe(isUpToDate);
  expect(read).toBe(most);
});

it("a list is read anew as far down as it is shown, and goes on from there", async () => {
  let newest = 6;
  const list = keptList<number>(async (before) => {
    const first = before === undefined ? newest : Number(before);
    const rows = [first, first - 1].filter((row) => row > 0);
    return { kind: "answer", value: { rows, next: first > 2 ? String(first - 2) : undefined } };
  });
  await list.restart();
  await list.more();
  expect(list.rows.value).toEqual([6, 5, 4, 3]);
  newest = 7;
  expect(await list.refresh()).toBe(true);
  expect(list.rows.value).toEqual([7, 6, 5, 4]);
  await list.more();
  expect(list.rows.value).toEqual([7, 6, 5, 4, 3, 2]);
});

it("what is looked for anew meanwhile is not overwritten", async () => {
  const answers: ((rows: readonly string[]) => void)[] = [];
  const list = keptList<string>(
    () =>
      new Promise((resolve) => {
        answers.push((rows) => resolve({ kind: "answer", value: { rows, next: undefined } }));
      }),
  );
  const refreshed = list.refresh();
  const restarted = list.restart();
  answers[1]?.(["new"]);
  await restarted;
  answers[0]?.(["old"]);
  expect(await refreshed).toBe(false);
  expect(list.rows.value).toEqual(["new"]);
});
