// G6: what many want at once must not keep charge points waiting.
import { expect, test } from "vitest";
import { inTurns } from "../../src/app/inTurns.ts";
import type { Command, Commander, Requester } from "../../src/twin/commands.ts";
import { HandClock } from "../ocpp/handClock.ts";

const anna: Requester = { via: "method", role: "operator", user: "ANNA" };
const remove = (chargePointId: string): Command => ({ kind: "remove", chargePointId });

/** Commands that take so long each. */
function open(eachMs: number) {
  const clock = new HandClock();
  const begun: string[] = [];
  let spentMs = 0;
  const command: Commander = async ({ chargePointId }) => {
    begun.push(chargePointId);
    spentMs += eachMs;
    return { kind: "unknown", text: chargePointId };
  };
  const own = { monotonic: () => clock.monotonic() + spentMs, after: clock.after.bind(clock) };
  return { clock, begun, command: inTurns(command, own) };
}

test("a command begins at once", async () => {
  const { begun, command } = open(1);
  const outcome = command(remove("A"), anna);
  expect(begun).toEqual(["A"]);
  expect(await outcome).toEqual({ kind: "unknown", text: "A" });
});

test("commands that take long leave a turn to others, and keep their order", async () => {
  const { clock, begun, command } = open(3);
  const outcomes = ["A", "B", "C", "D", "E"].map((id) => command(remove(id), anna));
  expect(begun.join("")).toBe("AB");
  clock.after(0, () => {
    begun.push("-");
    void command(remove("F"), anna);
  });
  clock.move(1);
  expect(begun.join("")).toBe("ABCD-EF");
  expect(await Promise.all(outcomes)).toHaveLength(5);
  expect(clock.running).toBe(0);
});
