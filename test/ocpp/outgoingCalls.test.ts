// When our own calls go out and which timers they need, on a clock that the test moves (behaviours 8 and 9).
import { expect, test } from "vitest";
import { OutgoingCalls } from "../../src/ocpp/outgoingCalls.ts";
import { HandClock } from "./handClock.ts";

function callsOf() {
  const clock = new HandClock();
  const sent: string[] = [];
  const calls = new OutgoingCalls({
    clock,
    timeoutMs: 30_000,
    maxQueued: 10,
    ended: () => {},
    send: (text) => sent.push(JSON.parse(text)[2]),
  });
  return { clock, sent, calls };
}

test("a link that is never called has no timer", () => {
  const { clock, calls } = callsOf();
  calls.opened();
  expect(clock.running).toBe(0);
  calls.firstCallReceived();
  calls.firstCallAnswered();
  expect(clock.running).toBe(0);
  calls.end();
  expect(clock.running).toBe(0);
});

test("a silent charge point is called a second after it connected, whenever the call was made", () => {
  const { clock, sent, calls } = callsOf();
  calls.opened();
  clock.move(700);
  void calls.call("A", {});
  void calls.call("B", {});
  expect(clock.running).toBe(3);
  clock.move(299);
  expect(sent).toEqual([]);
  clock.move(1);
  expect(sent).toEqual(["A"]);
  const later = callsOf();
  later.calls.opened();
  later.clock.move(5000);
  void later.calls.call("C", {});
  expect(later.sent).toEqual(["C"]);
});

test("nothing is sent before the link is open, nor while the first call of the charge point is in work", () => {
  const { clock, sent, calls } = callsOf();
  void calls.call("A", {});
  clock.move(7_000);
  calls.opened();
  clock.move(500);
  calls.firstCallReceived();
  clock.move(7_000);
  expect(sent).toEqual([]);
  calls.firstCallAnswered();
  clock.move(99);
  expect(sent).toEqual([]);
  clock.move(1);
  expect(sent).toEqual(["A"]);
});

test("each call says when it goes out, and one that never does says nothing", async () => {
  const { clock, calls } = callsOf();
  const wentOut: string[] = [];
  for (const name of ["A", "B"]) void calls.call(name, {}, () => wentOut.push(`${name} ${clock.monotonic()}`));
  calls.opened();
  const opened = clock.monotonic();
  clock.move(1000);
  calls.end();
  expect(wentOut).toEqual([`A ${opened + 1000}`]);
});

test("the end settles every call and leaves no timer behind", async () => {
  const { clock, sent, calls } = callsOf();
  calls.opened();
  const settling = calls.call("A", {});
  calls.end();
  expect(await settling).toEqual({ kind: "offline" });
  expect(clock.running).toBe(0);
  const other = callsOf();
  other.calls.opened();
  other.clock.move(1000);
  const outcomes = [other.calls.call("A", {}), other.calls.call("B", {})];
  other.calls.end();
  expect(await Promise.all(outcomes)).toEqual([{ kind: "timedOut" }, { kind: "offline" }]);
  expect([sent, other.sent, other.clock.running]).toEqual([[], ["A"], 0]);
});

test("what has waited for half of what an answer may take is not sent any more: whoever wanted it may have given up", async () => {
  const { clock, sent, calls } = callsOf();
  calls.opened();
  clock.move(1000);
  const silent = calls.call("A", {});
  const given = [calls.call("B", {}), calls.call("C", {})];
  clock.move(14_999);
  const late = calls.call("D", {});
  clock.move(1);
  expect(await Promise.all(given)).toEqual([{ kind: "expired" }, { kind: "expired" }]);
  clock.move(14_999);
  expect(await late).toEqual({ kind: "expired" });
  const next = calls.call("E", {});
  clock.move(1);
  expect(await silent).toEqual({ kind: "timedOut" });
  expect(sent).toEqual(["A", "E"]);
  calls.end();
  expect(await next).toEqual({ kind: "timedOut" });
  expect(clock.running).toBe(0);
});
