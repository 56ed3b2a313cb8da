import { describe, expect, it } from "vitest";
import type { CallOutcome } from "../../src/ocpp/outgoingCalls.ts";
import { sendCommand } from "../../src/app/sendCommand.ts";
import type { Row } from "../../src/datapoints/row.ts";
import { chargePointTable } from "../../src/datapoints/table.ts";
import type { Command, CommandOutcome, Role } from "../../src/twin/commands.ts";
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
    ["that has waited too long", { kind: "expired" }, ["ClearCache", ""], "BadResourceUnavailable"],
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

  it.each<[string, Command, Command]>([
    ["Payload", prepare(undefined, '{"key":"AuthorizationKey","value":"0"}'), prepare(undefined, '{"type":"Hard"}')],
    ["Action", prepare("x".repeat(101)), prepare("Reset")],
  ])("send nothing old when the last write of %s was refused, until it is written well", async (_, refused, good) => {
    const road = openRoadOut();
    await road.send(prepare("Reset", '{"type":"Soft"}'));
    expect((await road.send(refused)).kind).not.toBe("answered");
    // Another part that is written well makes it no better.
    await road.send("payload" in refused ? prepare("Reset") : prepare(undefined, '{"type":"Soft"}'));
    expect(await road.send(trigger(), "operator", "write")).toMatchObject({ kind: "conflict" });
    expect(road.twin().command).toMatchObject({ triggered: false, sequence: 1, result: "BadInvalidState" });
    expect(road.sent).toEqual([]);
    await road.send(good);
    expect(await road.send(trigger(), "operator", "write")).toEqual(done);
    await finished(road, 2);
    expect(road.sent).toEqual([`Reset {"type":"${"payload" in refused ? "Hard" : "Soft"}"}`]);
  });

  it("are not blocked by whoever may not write them", async () => {
    const road = openRoadOut();
    await road.send(prepare("ClearCache"));
    expect(await road.send(prepare("x".repeat(101)), "observer")).toMatchObject({ kind: "denied" });
    expect(await road.send(trigger(), "operator", "write")).toEqual(done);
    expect(road.sent).toEqual(["ClearCache {}"]);
  });

  describe("written by one user and triggered by another", () => {
    const by = (road: RoadOutInTest, user: string, role: Role, command: Command): Promise<CommandOutcome> =>
      sendCommand(road.road, command, { via: "write", role, user, isPrivate: true });

    it.each<[string, readonly (readonly [user: string, command: Command])[], string]>([
      ["all of it", [["BEN", prepare("Reset", '{"type":"Hard"}')]], "action was last written by BEN"],
      [
        "the payload",
        [
          ["ANNA", prepare("Reset", '{"type":"Soft"}')],
          ["BEN", prepare(undefined, '{"type":"Hard"}')],
        ],
        "payload was last written by BEN",
      ],
      [
        "an empty payload, which may mean everything",
        [
          ["ANNA", prepare("ClearChargingProfile", '{"id":7}')],
          ["BEN", prepare(undefined, "")],
        ],
        "payload was last written by BEN",
      ],
      [
        "the action",
        [
          ["ANNA", prepare("Reset", '{"type":"Soft"}')],
          ["BEN", prepare("ClearCache")],
        ],
        "action was last written by BEN",
      ],
    ])("send nothing: %s", async (_, writes, text) => {
      const road = openRoadOut();
      for (const [user, command] of writes) expect(await by(road, user, "operator", command)).toEqual(done);
      const refusal = { kind: "conflict", text: expect.stringContaining(text) };
      expect(await by(road, "ANNA", "administrator", trigger())).toMatchObject(refusal);
      expect(road.sent).toEqual([]);
      expect(road.twin().command).toMatchObject({ triggered: false, sequence: 1, result: "BadInvalidState" });
      expect(road.occurrences()).toMatchObject([{ fields: { Action: "Command/Trigger", RequestedBy: "ANNA" } }]);
    });

    it("send what an operator may not only for who may, and who has written it himself", async () => {
      const road = openRoadOut();
      const change = prepare("ChangeConfiguration", '{"key":"HeartbeatInterval","value":"1"}');
      await by(road, "BEN", "operator", change);
      expect(await by(road, "EVA", "engineer", trigger())).toMatchObject({ kind: "conflict" });
      await by(road, "EVA", "engineer", change);
      expect(await by(road, "BEN", "operator", trigger())).toMatchObject({ kind: "conflict" });
      expect(road.sent).toEqual([]);
      expect(await by(road, "EVA", "engineer", trigger())).toEqual(done);
      await finished(road, 3);
      expect(road.sent).toEqual(['ChangeConfiguration {"key":"HeartbeatInterval","value":"1"}']);
      expect(road.occurrences().at(-1)).toMatchObject({ fields: { RequestedBy: "EVA", Result: "Good" } });
    });

    it("send nothing that was kept without its writer", async () => {
      const road = openRoadOut();
      await road.send(prepare("ClearCache"));
      const { writtenBy: _, ...command } = road.twin().command;
      road.road.house.twins.set({ ...road.twin(), command });
      expect(await road.send(trigger())).toMatchObject({ text: expect.stringContaining("by nobody who is known") });
      expect(road.sent).toEqual([]);
    });
  });

  it.each([
    ["a signature", '{"location":"https://h/?se=1&sig=S3CRET"}', '{"location":"https://h/?se=1&sig=***"}'],
    ["a password", '{ "location": "ftp://ann:S3CRET@h/" }', '{"location":"ftp://ann:***@h/"}'],
    [
      "a signature in disguise",
      String.raw`{"location":"https://h/?s\u0069g=S3CRET"}`,
      '{"location":"https://h/?sig=***"}',
    ],
    [
      "a signature of which JSON keeps another",
      '{"location":"https://h/?sig=S3CRET","location":"https://h/"}',
      '{"location":"https://h/?sig=***","location":"https://h/"}',
    ],
  ])("send %s that they do not show", async (_, payload, shown) => {
    const road = openRoadOut({ kind: "answered", payload: { fileName: "x" } });
    expect(await road.send(prepare("GetDiagnostics", payload))).toEqual(done);
    const { command } = road.twin();
    const row = chargePointTable.byPath.get("Command/Payload")?.row as Row<typeof command>;
    expect(row.read(command)).toBe(shown);
    await road.send(trigger());
    await finished(road, 1);
    expect(road.sent).toEqual([`GetDiagnostics ${JSON.stringify(JSON.parse(payload))}`]);
    road.clock.move(86_400_000);
    expect(road.occurrences()).toHaveLength(1);
    expect(JSON.stringify([road.occurrences(), road.lines, road.twin().transfers])).not.toContain("S3CRET");
  });

  it.each(['{ "type" : "Soft" }', '{"location":"https://h/x?design=1"}', "{", "no JSON", ""])(
    "show %j to the letter, as it was written",
    async (payload) => {
      const road = openRoadOut();
      await road.send(prepare("Reset", payload));
      expect(road.twin().command).toMatchObject({ payload });
      expect(road.twin().command).not.toHaveProperty("shownPayload");
    },
  );

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

  it("let nothing of what was prepared before be sent once a part has been refused", async () => {
    const road = openRoadOut();
    await road.send(prepare("Reset", '{"type":"Hard"}'));
    expect(await road.send(prepare("ClearCache", "x".repeat(20_000)))).toMatchObject({ kind: "invalid" });
    await road.send(trigger());
    await finished(road, 1);
    expect(road.twin().command).toMatchObject({ result: "BadInvalidState" });
    expect(road.sent).toEqual([]);
  });

  it("quote a CALLERROR (OCPP-J 1.6 §4.2.3)", async () => {
    const road = openRoadOut({
      kind: "refused",
      code: "NotSupported",
      description: "not in this firmware",
      details: {},
    });
    await road.send(prepare("ClearCache"));
    await road.send(trigger());
    await finished(road, 1);
    expect(road.twin().command.result).toBe("BadUnexpectedError: NotSupported: not in this firmware");
  });

  it("quote of a CALLERROR no secret", async () => {
    const road = openRoadOut({ kind: "refused", code: "InternalError", description: "ftp://a:s3cret@h/", details: {} });
    await road.send(prepare("ClearCache"));
    await road.send(trigger());
    await finished(road, 1);
    expect(road.twin().command.result).toBe("BadUnexpectedError: InternalError: ftp://a:***@h/");
  });

  it.each(["AuthorizationKey", "Authorization\\u004bey", "WifiPassword", "Acme.P\\u0053K"])(
    "take no secret, for every observer can read them: %s",
    async (key) => {
      const road = openRoadOut();
      const outcome = await road.send(prepare(undefined, `{"key":"${key}","value":"0123"}`));
      expect(outcome).toMatchObject({ kind: "denied" });
      expect(road.twin().command.payload).toBe("");
      expect(JSON.stringify([road.occurrences(), road.lines])).not.toContain("0123");
    },
  );

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
