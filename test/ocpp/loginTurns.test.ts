// Whose password is compared next, with work that ends when the test says so.
import { expect, test } from "vitest";
import { LoginTurns, type Attempt } from "../../src/ocpp/loginTurns.ts";

interface Opened {
  readonly turns: LoginTurns;
  /** Names of the attempts, in the order in which they have begun. */
  readonly begun: string[];
  /** Ends what has begun first and not ended yet, and lets the next one begin. */
  readonly end: () => Promise<void>;
  readonly come: (name: string, attempt?: Partial<Attempt>) => Promise<string | undefined>;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function open(): Opened {
  const turns = new LoginTurns();
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    turns,
    begun,
    end: async () => {
      ends.shift()?.();
      await settled();
    },
    come: (name, { address = "here", identity = name, isSuspect = false, gone } = {}) =>
      turns.run({ address, identity, isSuspect, gone }, async () => {
        begun.push(name);
        await new Promise<void>((resolve) => ends.push(resolve));
        return name;
      }),
  };
}

test("two are at work, and the addresses that wait come in turns", async () => {
  const { begun, come, end } = open();
  const all = ["a1", "a2", "a3", "a4", "a5"].map((name) => come(name, { address: "a" }));
  all.push(come("b1", { address: "b" }), come("c1", { address: "c" }), come("c2", { address: "c" }));
  await settled();
  expect(begun).toEqual(["a1", "a2"]);
  for (let count = 0; count < 8; count++) await end();
  expect(begun.slice(2)).toEqual(["a3", "b1", "c1", "a4", "c2", "a5"]);
  expect(await Promise.all(all)).toEqual(["a1", "a2", "a3", "a4", "a5", "b1", "c1", "c2"]);
});

test("who has failed too often comes when nobody else waits, one at a time", async () => {
  const { begun, come, end } = open();
  const suspect = { isSuspect: true };
  const all = [come("s1", suspect), come("s2", suspect), come("r1"), come("r2")];
  await settled();
  expect(begun).toEqual(["s1", "r1"]);
  await end();
  expect(begun).toEqual(["s1", "r1", "r2"]);
  await end();
  expect(begun).toEqual(["s1", "r1", "r2", "s2"]);
  for (let count = 0; count < 2; count++) await end();
  expect(await Promise.all(all)).toEqual(["s1", "s2", "r1", "r2"]);
});

test("who is gone is looked at no more, and its place is free at once", async () => {
  const { turns, begun, come, end } = open();
  const closing = new AbortController();
  const identity = "CP";
  const busy = [come("x"), come("y")];
  const left = [1, 2].map((number) => come(`left${number}`, { identity, gone: closing.signal }));
  expect(turns.hasRoom({ address: "here", identity, isSuspect: false })).toBe(false);
  closing.abort();
  expect(await Promise.all(left)).toEqual([undefined, undefined]);
  expect(turns.hasRoom({ address: "here", identity, isSuspect: false })).toBe(true);
  expect(await come("late", { identity, gone: closing.signal })).toBeUndefined();
  for (let count = 0; count < 2; count++) await end();
  await Promise.all(busy);
  expect(begun).toEqual(["x", "y"]);
});

test.each([
  [false, 2],
  [true, 1],
])("of one identity from one address so many may be in hand, suspect: %s, %i", async (isSuspect, most) => {
  const { turns, come, end } = open();
  const attempt = { address: "here", identity: "CP", isSuspect };
  const all: Promise<unknown>[] = [];
  for (let count = 0; count < most; count++) {
    expect(turns.hasRoom(attempt)).toBe(true);
    all.push(come("CP", attempt));
  }
  await settled();
  expect(turns.hasRoom(attempt)).toBe(false);
  expect(turns.hasRoom({ ...attempt, address: "there" })).toBe(true);
  for (let count = 0; count < most; count++) await end();
  await Promise.all(all);
  expect(turns.hasRoom(attempt)).toBe(true);
});

test("one address fills its own room and nobody else's", async () => {
  const { turns, come, end } = open();
  const all = Array.from({ length: 502 }, (_, index) => come(`CP${index}`));
  await settled();
  expect(turns.hasRoom({ address: "here", identity: "NEW", isSuspect: false })).toBe(false);
  expect(turns.hasRoom({ address: "there", identity: "NEW", isSuspect: false })).toBe(true);
  for (let count = 0; count < 502; count++) await end();
  await Promise.all(all);
});
