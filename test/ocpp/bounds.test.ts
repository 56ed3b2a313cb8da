// How often something may happen, on a clock that the test moves.
import { expect, test } from "vitest";
import { Appointments, Rate, TokenBuckets } from "../../src/ocpp/bounds.ts";
import { HandClock } from "./handClock.ts";

test("an emptied bucket gains one token at a time, evenly, and never more than it holds", () => {
  const clock = new HandClock();
  const buckets = new TokenBuckets({ clock, capacity: 60, refillMs: 3_600_000, mostKeys: 100 });
  const takeAll = (): number => {
    let taken = 0;
    for (; buckets.secondsToNext("a") === 0 && taken < 1000; taken++) buckets.take("a");
    return taken;
  };
  expect(takeAll()).toBe(60);
  expect(buckets.secondsToNext("a")).toBe(60);
  expect(buckets.secondsToNext("b")).toBe(0);
  clock.move(59_001);
  expect(buckets.secondsToNext("a")).toBe(1);
  clock.move(999);
  expect(takeAll()).toBe(1);
  clock.move(1_800_000);
  expect(takeAll()).toBe(30);
  clock.move(36_000_000);
  expect(takeAll()).toBe(60);
});

test("taking from an empty bucket makes nobody wait longer than for one token", () => {
  const buckets = new TokenBuckets({ clock: new HandClock(), capacity: 2, refillMs: 10_000, mostKeys: 100 });
  for (let index = 0; index < 5; index++) buckets.take("a");
  expect(buckets.secondsToNext("a")).toBe(5);
});

test("only so many buckets are remembered, the one unused for longest is forgotten", () => {
  const buckets = new TokenBuckets({ clock: new HandClock(), capacity: 1, refillMs: 10_000, mostKeys: 2 });
  for (const key of ["a", "b", "a", "c"]) buckets.take(key);
  expect(["a", "b", "c"].filter((key) => buckets.secondsToNext(key) > 0)).toEqual(["a", "c"]);
});

test("a rate lets a second's worth through at once, then as much as time passes", () => {
  const clock = new HandClock();
  const rate = new Rate(clock, 10);
  const taken = (): number => Array.from({ length: 100 }, () => rate.take()).filter(Boolean).length;
  expect(taken()).toBe(10);
  clock.move(500);
  expect(taken()).toBe(5);
  clock.move(60_000);
  expect(taken()).toBe(10);
});

test("those who come too many at once are told to come one after the other, and never later than the latest", () => {
  const clock = new HandClock();
  const appointments = new Appointments({ clock, perSecond: 2, soonestSeconds: 5, latestSeconds: 8 });
  const next = (count: number): number[] => Array.from({ length: count }, () => appointments.nextSeconds());
  expect(next(10)).toEqual([5, 5, 6, 6, 7, 7, 8, 8, 8, 8]);
  clock.move(2000);
  expect(next(2)).toEqual([6, 7]);
  clock.move(60_000);
  expect(next(1)).toEqual([5]);
});
