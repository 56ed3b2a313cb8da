// Work that waits for its turn: never too much at once, what is urgent first, and nothing for ever.
import { expect, it } from "vitest";
import { Lane } from "../../src/std/lane.ts";

/** A lane of one whose work is done step by step, and the order in which it began. */
function opened(): {
  readonly lane: Lane;
  readonly add: (name: string, isUrgent?: boolean) => Promise<void>;
  readonly begun: string[];
  readonly done: () => void;
} {
  const lane = new Lane(1);
  const begun: string[] = [];
  let finish: () => void = () => {};
  const add = (name: string, isUrgent?: boolean): Promise<void> =>
    lane.run(() => {
      begun.push(name);
      return new Promise((resolve) => (finish = resolve));
    }, isUrgent);
  return { lane, add, begun, done: () => finish() };
}

it("does what is urgent first, each in the order in which it came", async () => {
  const { lane, add, begun, done } = opened();
  const all = [add("a"), add("b"), add("c"), add("U", true), add("V", true)];
  expect(lane.waiting).toBe(4);
  for (const each of [0, 3, 4, 1, 2]) {
    done();
    await all[each];
    await Promise.resolve();
  }
  expect(begun).toEqual(["a", "U", "V", "b", "c"]);
  expect(lane.waiting).toBe(0);
});

it("lets other work have its turn however much is urgent", async () => {
  const lane = new Lane(1);
  const begun: string[] = [];
  const add = (name: string, isUrgent: boolean): Promise<unknown> => lane.run(async () => begun.push(name), isUrgent);
  await Promise.all([...Array.from({ length: 100 }, () => add("urgent", true)), add("other", false)]);
  expect(begun.indexOf("other")).toBe(21);
});
