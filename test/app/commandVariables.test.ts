import { describe, expect, it } from "vitest";
import type { CallOutcome } from "../../src/ocpp/outgoingCalls.ts";
import type { Command, CommandOutcome } from "../../src/twin/commands.ts";
import { ACCEPTED, openRoadOut, type RoadOutInTest } from "./roadOutInTest.ts";

const prepare = (action?: string, payload?: string): Command => ({
  kind: "prepare",
  chargePointId: "CP001",
  ...(action === undefined ? {} : { action }),
  ...(payload === undefined ? {} : { payload }),
});
const trigger = (on = true): Command => ({ kind: "trigger", chargePointId: "CP001", on });
const done: CommandOutcome = { kind: "answered", response: {} };

/** Waits until `count` commands have finished: all of it is promises that are settled already. */
async function finished({ twin }: RoadOutInTest, count: number): Promise<void> {
  for (let turn = 0; turn < 100 && twin().command.sequence < count; turn++) await Promise.resolve();
  expect(twin().command.sequence).toBe(count);
}

describe("the command variables", () => {
  it("send what is prepared, and tell what came of it when it has finished", async () => {
    let settle: (outcome: CallOutcome) => void = () => {};
    const answer = new Promise<CallOutcome>((resolve) => (settle = resolve));
    const road = openRoadOut(() => answer);
    const { send, twin, sent, occurrences } = road;
    expect(await send(prepare("Reset"), "operator")).toEqual(done);
    expect(await send(prepare(undefined, '{"type":"Soft"}'), "operator")).toEqual(done);
    expect(twin().command).toMatchObject({ action: "Reset", payload: '{"type":"Soft"}', triggered: false });
    expect(await send(trigger(), "operator", "write")).toEqual(done);
    expect(sent).toEqual(['Reset {"type":"Soft"}']);
    expect(twin().command).toMatchObject({ triggered: true, sequence: 0 });
    settle({ kind: "answered", payload: { status: "Rejected" } });
    await finished(road, 1);
    expect(twin().command).toMatchObject({ triggered: false, result: "Good", response: '{"status":"Rejected"}' });
    expect(occurrences()).toMatchObject([
      { fields: { Action: "Reset", RequestedVia: "commandVariables", RequestedBy: "ANNA" } },
    ]);
  });

  it.each<[string, CallOutcome | "absent", readonly [string, string], string]>([
    ["without an action", ACCEPTED, ["", "{}"], "BadInvalidArgument"],
    ["with broken JSON", ACCEPTED, ["Reset", "{"], "BadInvalidArgument"],
    ["with a list", ACCEPTED, ["Reset", "[]"], "BadInvalidArgument"],
    ["with a number", ACCEPTED, ["Reset", "5"], "BadInvalidArgument"],
    ["with a wrong field", ACCEPTED, ["Reset", '{"type":"x"}'], "BadInvalidArgument"],
    ["that only charge points send", ACCEPTED, ["Heartbeat", ""], "BadNotSupported"],
    ["without the role for it", ACCEPTED, ["UpdateFirmware", ""], "BadUserAccessDenied"],
    ["that is not answered", { kind: "timedOut" }, ["ClearCache", ""], "BadTimeout"],
    ["to one that is not connected", "absent", ["ClearCache", ""], "BadNoCommunication"],
    ["too many", { kind: "queueFull" }, ["ClearCache", ""], "BadResourceUnavailable"],
    ["that is answered", ACCEPTED, [" ClearCache ", " "], "Good"],
  ])("say how a command %s has ended", async (_, answer, [action, payload], result) => {
    const road = openRoadOut(answer);
    await road.send(prepare(action, payload), "operator");
    expect(await road.send(trigger(), "operator", "write")).toEqual(done);
    await finished(road, 1);
    expect(road.twin().command).toMatchObject({
      triggered: false,
      result,
      response: result === "Good" ? '{"status":"Accepted"}' : "",
    });
    expect(road.occurrences().map(({ fields }) => [fields["Result"], fields["RequestedVia"]])).toEqual([
      [result, "commandVariables"],
    ]);
  });

  it("refuse a trigger while a command is under way, and count it", async () => {
    let settle: (outcome: CallOutcome) => void = () => {};
    const road = openRoadOut(() => new Promise<CallOutcome>((resolve) => (settle = resolve)));
    await road.send(prepare("ClearCache"));
    await road.send(trigger());
    expect(await road.send(trigger())).toMatchObject({ kind: "conflict" });
    expect(road.twin().command).toMatchObject({ triggered: true, sequence: 1, result: "BadInvalidState" });
    expect(road.sent).toHaveLength(1);
    settle(ACCEPTED);
    await finished(road, 2);
    expect(road.twin().command).toMatchObject({ triggered: false, result: "Good" });
  });

  it("do nothing when the trigger falls", async () => {
    const road = openRoadOut();
    await road.send(prepare("ClearCache"));
    expect(await road.send(trigger(false))).toEqual(done);
    expect(road.twin().command.sequence).toBe(0);
    expect(road.sent).toEqual([]);
  });

  it.each([
    ["an endless action", prepare("x".repeat(101)), "action"],
    ["an endless payload", prepare(undefined, "x".repeat(20_000)), "payload"],
  ])("take no %s", async (_, command, path) => {
    const road = openRoadOut();
    expect(await road.send(command)).toMatchObject({ kind: "invalid", path });
    expect(road.twin().command).toMatchObject({ action: "", payload: "" });
  });

  it("take no secret, for every observer can read them", async () => {
    const road = openRoadOut();
    const outcome = await road.send(prepare(undefined, '{"key":"AuthorizationKey","value":"0123"}'));
    expect(outcome).toMatchObject({ kind: "denied" });
    expect(road.twin().command.payload).toBe("");
  });

  it("show no secret that a charge point answers", async () => {
    const configurationKey = [{ key: "AuthorizationKey", readonly: false, value: "0123" }];
    const road = openRoadOut({ kind: "answered", payload: { configurationKey } });
    await road.send(prepare("GetConfiguration"));
    await road.send(trigger());
    await finished(road, 1);
    expect(road.twin().command.response).toContain("AuthorizationKey");
    expect(road.twin().command.response).not.toContain("0123");
  });
});
