// What a client is told of what came of a call: status, outputs and diagnostics, and that nobody waits for anybody else (INTERFACES §3, OPC 11030 §5).
import { AttributeIds, DataType, VariableIds, Variant, VariantArrayType, type ClientSession } from "node-opcua";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { nameOfOutcome, nameOfWrite } from "../../src/opcua/statusCodes.ts";
import { statusOfOutcome, statusOfWrite } from "../../src/opcua/outcomeStatus.ts";
import type { Command, CommandOutcome } from "../../src/twin/commands.ts";
import {
  ADDITIONAL_INFO,
  call,
  callAll,
  int,
  Kept,
  LOCALIZED_TEXT,
  on,
  text,
  serve,
  type Served,
} from "./callsInTest.ts";
import { eventually, twinOf, withState } from "./fixture.ts";
import { textOfOutcome } from "../../src/twin/outcomes.ts";

const kept = new Kept();
let served: Served;
let session: ClientSession;

const LIMITS = { maxNodesPerMethodCall: 6, maxCallsInFlight: 6 };

beforeAll(async () => {
  served = await serve(kept.command, { limits: LIMITS });
  session = served.session;
  for (const id of ["O1", "O2", "O3"]) served.fed.publish(undefined, withState(twinOf(id), "Connected"));
}, 60_000);

afterAll(() => served.stop());

beforeEach(() => {
  kept.commands.length = 0;
  kept.answer = undefined;
});

interface Told {
  readonly outcome: CommandOutcome;
  readonly status: string;
  /** Of a write. */
  readonly ofWrite?: string;
  readonly text: string;
}

const UNKNOWN = "no charge point is known";

const table: readonly Told[] = [
  { outcome: { kind: "answered", response: { status: "Accepted" } }, status: "Good", text: "" },
  { outcome: { kind: "answered", response: { status: "RebootRequired" } }, status: "Good", text: "" },
  { outcome: { kind: "answered", response: {} }, status: "Good", text: "" },
  {
    outcome: { kind: "answered", response: { status: "Rejected" } },
    status: "Good",
    ofWrite: "BadInvalidState",
    text: "the charge point has answered Rejected",
  },
  {
    outcome: { kind: "callError", code: "InternalError", description: "out of order" },
    status: "BadUnexpectedError",
    text: "InternalError: out of order",
  },
  {
    outcome: { kind: "malformed", text: "status: is missing" },
    status: "BadUnknownResponse",
    text: "status: is missing",
  },
  {
    outcome: { kind: "timedOut" },
    status: "BadTimeout",
    text: "it has been sent, but no answer came in time: what came of it is unknown",
  },
  {
    outcome: { kind: "tooLarge", maxFrameBytes: 65_536 },
    status: "BadResponseTooLarge",
    text: "it has been sent, but what came then was longer than limits.maxFrameBytes, 65536, and not read: what came of it is unknown",
  },
  {
    outcome: { kind: "offline" },
    status: "BadNoCommunication",
    text: "the charge point is not connected; nothing has been sent",
  },
  {
    outcome: { kind: "queueFull" },
    status: "BadResourceUnavailable",
    text: "too many commands wait for this charge point already; nothing has been sent",
  },
  {
    outcome: { kind: "invalid", path: "type", text: "must be so" },
    status: "BadInvalidArgument",
    ofWrite: "BadOutOfRange",
    text: "type: must be so",
  },
  { outcome: { kind: "unsupported", text: "not this" }, status: "BadNotSupported", text: "not this" },
  { outcome: { kind: "denied", text: "not you" }, status: "BadUserAccessDenied", text: "not you" },
  { outcome: { kind: "unknown", text: UNKNOWN }, status: "BadNotFound", text: UNKNOWN },
  { outcome: { kind: "conflict", text: "not now" }, status: "BadInvalidState", text: "not now" },
  { outcome: { kind: "exists", text: "there already" }, status: "BadEntryExists", text: "there already" },
];

const cases = table.map((told) => [JSON.stringify(told.outcome), told] as const);

describe("the outcome", () => {
  test.each(cases)("%s has its name, status and text", (_, { outcome, status, ofWrite, text: said }) => {
    expect(nameOfOutcome(outcome)).toBe(status);
    expect(statusOfOutcome(outcome).name).toBe(status);
    expect(nameOfWrite(outcome)).toBe(ofWrite ?? status);
    expect(statusOfWrite(outcome).name).toBe(ofWrite ?? status);
    expect(textOfOutcome(outcome)).toBe(said);
  });

  test.each(cases)("%s is told as it is asked for, and no more", async (_, { outcome, status, text: said }) => {
    kept.outcome = outcome;
    const ask = (diagnostics: number): ReturnType<typeof call> =>
      call(session, on("O1", "Reset", [int(1)]), diagnostics);
    const isTold = status !== "Good";
    const told = isTold ? said : undefined;
    expect(await ask(0)).toMatchObject({ status, additionalInfo: undefined, localizedText: undefined });
    expect(await ask(ADDITIONAL_INFO)).toMatchObject({ status, additionalInfo: told, localizedText: undefined });
    expect(await ask(LOCALIZED_TEXT)).toMatchObject({ status, additionalInfo: undefined, localizedText: told });
    const both = await ask(ADDITIONAL_INFO | LOCALIZED_TEXT);
    expect(both).toMatchObject({ status, additionalInfo: told, localizedText: told });
    expect(both.outputs.length).toBe(isTold ? 0 : 1);
  });
});

describe("the outputs", () => {
  const outputs = async (method: string, inputs: readonly Variant[], response: object): Promise<unknown> => {
    kept.outcome = { kind: "answered", response: response as Record<string, unknown> };
    const answer = await call(session, on("O1", method, inputs));
    expect(answer).toMatchObject({ status: "Good", results: [] });
    return answer.outputs.map(({ dataType, arrayType, value }) => [
      DataType[dataType],
      VariantArrayType[arrayType],
      value,
    ]);
  };
  const none = ["Null", "Scalar", null];

  test("are Int32 for enumerations, 0 for a member that OCPP does not know, null for what is missing", async () => {
    expect(await outputs("Reset", [int(1)], { status: "Accepted" })).toEqual([["Int32", "Scalar", 1]]);
    expect(await outputs("Reset", [int(1)], { status: "Rejected" })).toEqual([["Int32", "Scalar", 2]]);
    expect(await outputs("Reset", [int(1)], { status: "Maybe" })).toEqual([["Int32", "Scalar", 0]]);
    expect(await outputs("Reset", [int(1)], {})).toEqual([none]);
    expect(await outputs("Reset", [int(1)], { status: null })).toEqual([none]);
  });

  test("are lists of texts and JSON for what is nested", async () => {
    const configurationKey = [{ key: "A", readonly: true, value: "1" }];
    expect(await outputs("GetConfiguration", [], { configurationKey, unknownKey: ["B", "C"] })).toEqual([
      ["String", "Scalar", JSON.stringify(configurationKey)],
      ["String", "Array", ["B", "C"]],
    ]);
    expect(await outputs("GetConfiguration", [], { unknownKey: [] })).toEqual([none, ["String", "Array", []]]);
    expect(await outputs("GetConfiguration", [], { unknownKey: "B" })).toEqual([none, none]);
  });

  test("are DateTime for times, null for one that is none", async () => {
    const response = { status: "Accepted", connectorId: 1, scheduleStart: "2026-05-01T12:00:00Z" };
    const inputs = [int(1), int(3600)];
    expect(await outputs("GetCompositeSchedule", inputs, response)).toEqual([
      ["Int32", "Scalar", 1],
      ["Int32", "Scalar", 1],
      ["DateTime", "Scalar", new Date("2026-05-01T12:00:00Z")],
      none,
    ]);
    const odd = { ...response, scheduleStart: "soon", connectorId: 2 ** 40 };
    expect(await outputs("GetCompositeSchedule", inputs, odd)).toEqual([["Int32", "Scalar", 1], none, none, none]);
  });

  test("of Call are the response as JSON", async () => {
    const response = { a: [1, { b: null }], status: "Odd" };
    const json = (value: object): unknown => [["String", "Scalar", JSON.stringify(value)]];
    expect(await outputs("Call", [text("Own"), text("{}")], response)).toEqual(json(response));
    expect(await outputs("Call", [text("Own")], {})).toEqual(json({}));
  });
});

/** A commander's answers that come when the test says so, by charge point. */
function later(): { answer(command: Command): Promise<CommandOutcome>; release(id: string): void } {
  const waiting = new Map<string, ((outcome: CommandOutcome) => void)[]>();
  return {
    answer: ({ chargePointId }) =>
      new Promise((resolve) => waiting.set(chargePointId, [...(waiting.get(chargePointId) ?? []), resolve])),
    release: (id) => {
      for (const resolve of waiting.get(id) ?? []) resolve({ kind: "answered", response: { status: "Accepted" } });
      waiting.delete(id);
    },
  };
}

describe("calls", () => {
  test("of one request start at once, and delay no other request (OPC 10000-4 §5.12.2)", async () => {
    const slow = later();
    kept.answer = (command) =>
      command.chargePointId === "O1" ? slow.answer(command) : Promise.resolve({ kind: "offline" });
    let isAnswered = false;
    const together = callAll(session, [
      on("O1", "Reset", [int(1)]),
      { objectId: "i=2253", methodId: "i=11492", inputs: [new Variant({ dataType: DataType.UInt32, value: 4711 })] },
      on("O2", "Reset", [int(1)]),
      on("O3", "Nonsense"),
    ]).finally(() => (isAnswered = true));
    await eventually(() => kept.commands.length === 2);
    expect(kept.commands.map(({ chargePointId }) => chargePointId)).toEqual(["O1", "O2"]);
    expect((await call(session, on("O3", "Reset", [int(1)]))).status).toBe("BadNoCommunication");
    expect(
      (await session.read({ nodeId: "ns=4;s=O1/ClientId", attributeId: AttributeIds.Value })).statusCode.name,
    ).toBe("Good");
    expect(isAnswered).toBe(false);
    slow.release("O1");
    expect((await together).map(({ status }) => status)).toEqual([
      "Good",
      "BadSubscriptionIdInvalid",
      "BadNoCommunication",
      "BadMethodInvalid",
    ]);
  });

  test("are bounded for each session, and for all of them; places are free again once they are answered", async () => {
    const slow = later();
    kept.answer = (command) => slow.answer(command);
    const calls = (count: number): ReturnType<typeof on>[] =>
      Array.from({ length: count }, () => on("O1", "Reset", [int(1)]));
    const first = callAll(session, calls(3));
    await eventually(() => kept.commands.length === 3);
    expect((await call(session, on("O1", "Reset", [int(1)]))).status).toBe("BadTooManyOperations");
    const other = await served.connect();
    const second = callAll(other.session, calls(3));
    await eventually(() => kept.commands.length === 6);
    const third = await served.connect();
    const refused = await call(third.session, on("O1", "Reset", [int(1)]), ADDITIONAL_INFO);
    expect(refused).toMatchObject({ status: "BadResourceUnavailable", outputs: [] });
    expect(refused.additionalInfo).toContain("too many calls");
    expect(kept.commands.length).toBe(6);
    // What is no call of ours is not counted.
    expect((await call(third.session, on("O1", "Nonsense"))).status).toBe("BadMethodInvalid");
    slow.release("O1");
    expect([...(await first), ...(await second)].map(({ status }) => status)).toEqual(Array(6).fill("Good"));
    kept.answer = undefined;
    kept.outcome = { kind: "answered", response: {} };
    expect((await callAll(third.session, calls(3))).map(({ status }) => status)).toEqual(Array(3).fill("Good"));
    await other.close();
    await third.close();
  });

  test("whose session is closed in between are forgotten without harm", async () => {
    const slow = later();
    kept.answer = (command) => slow.answer(command);
    const guest = await served.connect();
    const lost = call(guest.session, on("O2", "Reset", [int(1)])).then(
      ({ status }) => status,
      () => "lost",
    );
    await eventually(() => kept.commands.length === 1);
    await guest.close();
    slow.release("O2");
    expect(await lost).not.toBe("Good");
    kept.answer = undefined;
    kept.outcome = { kind: "offline" };
    expect((await call(session, on("O2", "Reset", [int(1)]))).status).toBe("BadNoCommunication");
  });

  test("of one request are no more than is announced (OPC 10000-5 §6.3.11)", async () => {
    const announced = await session.read({
      nodeId: `i=${VariableIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerMethodCall}`,
      attributeId: AttributeIds.Value,
    });
    expect(announced.value.value).toBe(LIMITS.maxNodesPerMethodCall);
    const calls = Array.from({ length: LIMITS.maxNodesPerMethodCall + 1 }, () => on("O1", "ClearCache"));
    await expect(callAll(session, calls)).rejects.toThrow("BadTooManyOperations");
    await expect(callAll(session, [])).rejects.toThrow("BadNothingToDo");
    expect(kept.commands).toEqual([]);
  });

  test("that the commander fails at are told so, and take nobody else down", async () => {
    kept.answer = () => Promise.reject(new Error("broken"));
    await expect(call(session, on("O1", "ClearCache"))).rejects.toThrow("BadInternalError");
    kept.answer = undefined;
    kept.outcome = { kind: "offline" };
    expect((await call(session, on("O1", "ClearCache"))).status).toBe("BadNoCommunication");
  });
});
