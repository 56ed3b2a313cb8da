// Whether a peer lives, on a clock that the test moves: what is asked, and that no timer outlives its question.
import { expect, test } from "vitest";
import { Liveness } from "../../src/ocpp/liveness.ts";
import { HandClock } from "./handClock.ts";

function livenessOf(isPaused = false) {
  const clock = new HandClock();
  const pings: number[] = [];
  const liveness = new Liveness({
    clock,
    intervalMs: 60_000,
    timeoutMs: 20_000,
    ping: () => pings.push(clock.monotonic()),
    isPaused: () => isPaused,
    dead: () => {},
  });
  return { clock, pings, liveness };
}

test.each([
  ["anything that comes in", (liveness: Liveness) => liveness.heard(), true],
  ["the end of the link", (liveness: Liveness) => liveness.end(), false],
])("a question that %s settles leaves no timer behind", async (_, settle, isAlive) => {
  const { clock, pings, liveness } = livenessOf();
  const answers = [liveness.probe(5000), liveness.probe(3000)];
  expect(pings).toHaveLength(2);
  expect(clock.running).toBe(2);
  settle(liveness);
  expect(await Promise.all(answers)).toEqual([isAlive, isAlive]);
  expect(clock.running).toBe(0);
});

test.each([
  ["is dead", false],
  ["is alive when it is us who do not read it", true],
])("a peer that leaves the question open %s", async (_, isPaused) => {
  const { clock, liveness } = livenessOf(isPaused);
  const answer = liveness.probe(5000);
  clock.move(5000);
  expect(await answer).toBe(isPaused);
  expect(clock.running).toBe(0);
});

test("a link that has ended is dead without a question", async () => {
  const { clock, pings, liveness } = livenessOf();
  liveness.end();
  expect(await liveness.probe(5000)).toBe(false);
  expect([pings.length, clock.running]).toEqual([0, 0]);
});

test("a peer that answers one question and then falls silent is asked again after one interval", () => {
  const { clock, pings, liveness } = livenessOf();
  liveness.watch();
  clock.move(60_100);
  liveness.heard();
  clock.move(79_900);
  expect(pings.length).toBe(2);
  liveness.end();
});

test("what a peer said before it was watched, while it was found out which of two sockets stays, puts off no question", () => {
  const { clock, pings, liveness } = livenessOf();
  liveness.heard();
  clock.move(20_000);
  const watchedFrom = clock.monotonic();
  liveness.watch();
  clock.move(60_000);
  expect(pings).toEqual([watchedFrom + 60_000]);
});
