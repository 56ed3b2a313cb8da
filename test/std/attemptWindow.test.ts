// How often one key may try, on a clock that the test moves.
import { expect, test } from "vitest";
import { AttemptWindow } from "../../src/std/attemptWindow.ts";
import { HandClock } from "../ocpp/handClock.ts";

test("a key is exhausted after its attempts, others are not, and the next window begins anew", () => {
  const clock = new HandClock();
  const window = new AttemptWindow({ clock, windowMs: 60_000, most: 2, mostKeys: 100 });
  window.add("a");
  expect(window.isExhausted("a")).toBe(false);
  window.add("a");
  expect(window.isExhausted("a")).toBe(true);
  expect(window.isExhausted("b")).toBe(false);
  clock.move(59_000);
  expect(window.isExhausted("a")).toBe(true);
  expect(window.secondsLeft()).toBe(1);
  clock.move(1_000);
  expect(window.isExhausted("a")).toBe(false);
});

test("only so many keys are remembered, the oldest is forgotten", () => {
  const window = new AttemptWindow({ clock: new HandClock(), windowMs: 60_000, most: 1, mostKeys: 3 });
  for (const key of ["a", "b", "c", "d"]) window.add(key);
  expect(["a", "b", "c", "d"].filter((key) => window.isExhausted(key))).toEqual(["b", "c", "d"]);
});

test("an attempt that is taken back does not count, and one of a window before takes nothing from the next", () => {
  const clock = new HandClock();
  const window = new AttemptWindow({ clock, windowMs: 60_000, most: 2, mostKeys: 100 });
  window.add("a");
  window.add("a");
  window.takeBack("a");
  expect(window.isExhausted("a")).toBe(false);
  window.add("a");
  expect(window.isExhausted("a")).toBe(true);
  clock.move(60_000);
  window.takeBack("a");
  window.add("a");
  expect(window.isExhausted("a")).toBe(false);
});
