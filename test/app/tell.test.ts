import { describe, expect, it } from "vitest";
import { sendCommand } from "../../src/app/sendCommand.ts";
import { occurrenceTypes } from "../../src/datapoints/occurrences.ts";
import type { Command, Role } from "../../src/twin/commands.ts";
import type { Occurrence } from "../../src/twin/occurrences.ts";
import { ACCEPTED, call, openRoadOut } from "./roadOutInTest.ts";

const start = call("RemoteStartTransaction", { idTag: "T", connectorId: 1 }, 1);
const started = {
  type: "TransactionStarted",
  connector: 1,
  transactionId: 7,
  idTag: "T",
  meterStart: 0,
  idTagStatus: "Accepted",
  timestamp: "2026-01-01T00:00:00Z",
  at: 2000,
  received: 2000,
} as const;

describe("the end of a command", () => {
  it("is announced when its effect is seen, after the change that has shown it", async () => {
    const { send, occurrences, told, happen, clock, road } = openRoadOut();
    happen({ type: "ConnectorKnown", connector: 1 });
    expect(await send(start)).toEqual({ kind: "answered", response: { status: "Accepted" } });
    expect(occurrences()).toEqual([]);
    clock.move(1000);
    happen(started);
    expect(occurrences()).toEqual([
      expect.objectContaining({
        type: "CommandFinishedEventType",
        chargePointId: "CP001",
        connectorId: 1,
        severity: 100,
        at: 2000,
        fields: {
          Action: "RemoteStartTransaction",
          Payload: '{"idTag":"T","connectorId":1}',
          Response: '{"status":"Accepted"}',
          Result: "Good",
          ResultText: "",
          Effect: "Observed",
          EffectText: expect.stringMatching(/transaction 7|connector 1/u),
          SentAt: 1000,
          AnsweredAt: 1000,
          EffectAt: 2000,
          RequestedBy: "ANNA",
          RequestedVia: "method",
        },
      }),
    ]);
    const change = told.findIndex((each) => "connectors" in each && each.connectors.get(1)?.transaction !== undefined);
    expect(change).toBeLessThan(told.findIndex((each) => "severity" in each));
    expect(road.counts.entries().get("effectsObserved")).toBe(1);
  });

  it("is not taken for seen by what has happened while others waited before it", async () => {
    const { road, occurrences, happen, clock } = openRoadOut();
    const callLate = async (_action: string, _payload: object, sent: () => void): Promise<typeof ACCEPTED> => {
      clock.move(1000);
      happen(started);
      clock.move(1000);
      sent();
      return ACCEPTED;
    };
    await sendCommand({ ...road, linkOf: () => ({ call: callLate }) }, start, {
      via: "method",
      role: "operator",
      user: "ANNA",
      isPrivate: true,
    });
    expect(occurrences()).toEqual([]);
    clock.move(86_400_000);
    expect(occurrences()).toMatchObject([{ fields: { Effect: "NotObserved", SentAt: 3000, AnsweredAt: 3000 } }]);
  });

  it("is announced with severity 500 when its effect is not seen in time", async () => {
    const { send, occurrences, clock, road, alarms } = openRoadOut();
    await send(start);
    clock.move(86_400_000);
    expect(alarms).toEqual([
      expect.stringMatching(/^CP001 [01] missed: RemoteStartTransaction was accepted, but .* not seen in time$/u),
    ]);
    expect(occurrences()).toMatchObject([
      { severity: 500, fields: { Result: "Good", Effect: "NotObserved", EffectAt: undefined } },
    ]);
    expect(road.counts.entries().get("effectsMissed")).toBe(1);
  });

  it.each<[string, Parameters<typeof openRoadOut>[0], Command, object]>([
    ["without an answer", { kind: "timedOut" }, start, { Result: "BadTimeout", Response: "", AnsweredAt: undefined }],
    [
      "that was answered by more than is read",
      { kind: "tooLarge", maxFrameBytes: 1024 },
      start,
      { Result: "BadResponseTooLarge", ResultText: expect.stringContaining("limits.maxFrameBytes"), SentAt: 1000 },
    ],
    ["that was not sent", "absent", start, { Result: "BadNoCommunication", SentAt: undefined }],
    ["that is refused here", ACCEPTED, call("Reset", { type: "x" }), { Result: "BadInvalidArgument" }],
    [
      "answered with CALLERROR",
      { kind: "refused", code: "InternalError", description: "no luck", details: {} },
      start,
      { Result: "BadUnexpectedError", ResultText: "InternalError: no luck", AnsweredAt: 1000 },
    ],
    [
      "that the charge point rejects",
      { kind: "answered", payload: { status: "Rejected" } },
      start,
      { Result: "Good", ResultText: "", Response: '{"status":"Rejected"}' },
    ],
    [
      "to the bridge itself",
      ACCEPTED,
      { kind: "setRegistration", chargePointId: "CP001", status: "Rejected" },
      { Action: "Reject", Payload: '{"status":"Rejected"}', Response: "", Result: "Good" },
    ],
  ])("is announced at once for one %s", async (_, answer, command, fields) => {
    const { send, occurrences } = openRoadOut(answer);
    await send(command);
    expect(occurrences()).toMatchObject([{ severity: 100, fields: { Effect: "None", EffectText: "", ...fields } }]);
  });

  it("tells a write that the charge point has rejected by the code that the writer got", async () => {
    const { send, occurrences } = openRoadOut({ kind: "answered", payload: { status: "Rejected" } });
    await send(call("ChangeConfiguration", { key: "HeartbeatInterval", value: "1" }), "engineer", "write");
    expect(occurrences()).toMatchObject([
      { fields: { Result: "BadInvalidState", ResultText: "the charge point has answered Rejected" } },
    ]);
  });

  it("has every field of the table and no other", async () => {
    const { send, occurrences } = openRoadOut();
    await send(call("ClearCache"));
    const [occurrence] = occurrences() as [Occurrence];
    expect(Object.keys(occurrence.fields)).toEqual(Object.keys(occurrenceTypes.CommandFinishedEventType.fields));
  });

  it("stands at the charge point when the connector is none that there is", async () => {
    const { send, occurrences } = openRoadOut();
    await send(call("UnlockConnector", { connectorId: 999 }));
    expect(occurrences()).toHaveLength(1);
    expect(occurrences()[0]).not.toHaveProperty("connectorId");
  });

  it.each<[string, Command, Role, object]>([
    [
      "Remove that was done",
      { kind: "remove", chargePointId: "CP002" },
      "engineer",
      { Action: "Remove", Result: "Good" },
    ],
    [
      "an Add that is refused",
      { kind: "add", chargePointId: "NEW" },
      "observer",
      { Action: "Add", Result: "BadUserAccessDenied" },
    ],
  ])("is announced for %s, though there is no such charge point", async (_, command, role, fields) => {
    const { send, occurrences } = openRoadOut(ACCEPTED);
    if (command.kind === "remove") await send({ kind: "add", chargePointId: "CP002" });
    await send(command, role);
    expect(occurrences().at(-1)).toMatchObject({ chargePointId: command.chargePointId, fields });
  });

  it("of nobody's charge point is announced under the name that was meant", async () => {
    const { send, occurrences, lines } = openRoadOut();
    await send({ ...call("ClearCache"), chargePointId: "NOBODY" });
    expect(occurrences()).toMatchObject([{ chargePointId: "NOBODY", fields: { Result: "BadNotFound" } }]);
    expect(lines.at(-1)?.fields).toMatchObject({ chargePoint: "NOBODY", outcome: "BadNotFound" });
  });

  it("leaves out what is too long to be kept", async () => {
    const { send, occurrences } = openRoadOut({ kind: "answered", payload: { text: "x".repeat(50_000) } });
    await send(call("AcmeSelfTest", { text: "x".repeat(50_000) }));
    const { Payload, Response } = occurrences()[0]?.fields ?? {};
    expect([Payload, Response]).toEqual([
      expect.stringContaining("limits.maxKeptCharacters"),
      expect.stringContaining("limits.maxKeptCharacters"),
    ]);
  });
});
