// A command that becomes several calls, some of which go out and some do not: what was sent is never told as not sent.
import { describe, expect, it } from "vitest";
import { sendCommand } from "../../src/app/sendCommand.ts";
import type { CallOutcome } from "../../src/ocpp/outgoingCalls.ts";
import type { Command, CommandOutcome } from "../../src/twin/commands.ts";
import { openRoadOut, type RoadOutInTest } from "./roadOutInTest.ts";

const stamp = { at: 1000, received: 1000 };
const accepted: CallOutcome = { kind: "answered", payload: { status: "Accepted" } };
const refused: CallOutcome = { kind: "refused", code: "InternalError", description: "", details: {} };
const malformed: CallOutcome = { kind: "answered", payload: [] };

interface Ended {
  readonly outcome: CommandOutcome;
  readonly sent: number;
  /** Whether its event tells when something was sent, and when it was answered. */
  readonly times: readonly boolean[];
}

/** Sends `command` to a charge point to whose calls these things happen, one after the other. */
async function send(inTest: RoadOutInTest, command: Command, calls: readonly CallOutcome[]): Promise<Ended> {
  const waiting = [...calls];
  let sent = 0;
  const link = {
    call: async (_action: string, _payload: object, goesOut: () => void): Promise<CallOutcome> => {
      const outcome = waiting.shift() ?? { kind: "offline" };
      if (!["offline", "queueFull", "expired"].includes(outcome.kind)) {
        sent++;
        goesOut();
      }
      return outcome;
    },
  };
  const requester = { via: "method", role: "administrator", user: "ANNA", isPrivate: true } as const;
  const outcome = await sendCommand({ ...inTest.road, linkOf: () => link }, command, requester);
  const { SentAt, AnsweredAt } = inTest.occurrences().at(-1)?.fields ?? {};
  return { outcome, sent, times: [SentAt !== undefined, AnsweredAt !== undefined] };
}

describe("ApplyConfiguration", () => {
  function wanting(): RoadOutInTest {
    const inTest = openRoadOut();
    const keys = ["A", "B", "C", "D"];
    const entries = keys.map((key) => ({ key, value: "1", readonly: key === "B" }));
    inTest.happen({ type: "ConfigurationDesired", desired: keys.map((key) => ({ key, value: "2" })), ...stamp });
    inTest.happen({ type: "ConfigurationReported", entries, ...stamp });
    return inTest;
  }
  const command: Command = { kind: "applyConfiguration", chargePointId: "CP001" };

  it.each<[string, readonly CallOutcome[], readonly string[], number]>([
    ["ends in between", [accepted, { kind: "offline" }], ["Accepted", "ReadOnly", "Offline", "NotSent"], 1],
    [
      "has no room for a later one",
      [accepted, { kind: "queueFull" }],
      ["Accepted", "ReadOnly", "NotSent", "NotSent"],
      1,
    ],
    [
      "keeps a later one waiting",
      [refused, { kind: "expired" }],
      ["InternalError", "ReadOnly", "NotSent", "NotSent"],
      1,
    ],
    [
      "does not answer a later one",
      [accepted, { kind: "timedOut" }],
      ["Accepted", "ReadOnly", "TimedOut", "NotSent"],
      2,
    ],
    [
      "answers one not as OCPP says",
      [malformed, accepted, accepted],
      ["Malformed", "ReadOnly", "Accepted", "Accepted"],
      3,
    ],
  ])("over a link that %s tells of each key what became of it", async (_, calls, statuses, sent) => {
    expect(await send(wanting(), command, calls)).toEqual({
      outcome: {
        kind: "answered",
        response: { results: ["A", "B", "C", "D"].map((key, place) => ({ key, status: statuses[place] })) },
      },
      sent,
      times: [true, true],
    });
  });

  it.each(["offline", "queueFull", "expired"] as const)("of which nothing was sent is %s", async (kind) => {
    expect(await send(wanting(), command, [{ kind }])).toEqual({ outcome: { kind }, sent: 0, times: [false, false] });
  });

  it("whose first key is not answered is known to have been sent", async () => {
    const ended = await send(wanting(), command, [{ kind: "timedOut" }]);
    expect(ended).toEqual({ outcome: { kind: "timedOut" }, sent: 1, times: [true, false] });
  });
});

describe("SendIdTags", () => {
  async function filled(): Promise<RoadOutInTest> {
    const inTest = openRoadOut();
    await inTest.road.idTags.set(["A", "B"].map((idTag) => ({ idTag, status: "Accepted" })));
    inTest.happen({
      type: "ConfigurationReported",
      entries: [{ key: "SendLocalListMaxLength", value: "1", readonly: true }],
      ...stamp,
    });
    return inTest;
  }
  const command: Command = { kind: "sendIdTags", chargePointId: "CP001" };
  const version: CallOutcome = { kind: "answered", payload: { listVersion: 0 } };

  it.each(["offline", "queueFull", "expired"] as const)(
    "is not %s once a piece of the list was sent: what the charge point has now is unknown",
    async (kind) => {
      expect(await send(await filled(), command, [version, accepted, { kind }])).toEqual({
        outcome: { kind: "timedOut" },
        sent: 2,
        times: [true, true],
      });
    },
  );

  it.each(["full", "", 1, null, ["Full"]])(
    "of the unknown update type %j is refused with what there is",
    async (type) => {
      const unknown = { ...command, updateType: type } as unknown as Command;
      expect(await send(await filled(), unknown, [version, accepted])).toEqual({
        outcome: {
          kind: "invalid",
          path: "updateType",
          text: expect.stringMatching(/^must be Full or Differential, or be left empty: then only what has changed/u),
        },
        sent: 0,
        times: [false, false],
      });
    },
  );

  it.each(["offline", "queueFull", "expired"] as const)("is %s as long as no piece was sent", async (kind) => {
    expect(await send(await filled(), command, [version, { kind }])).toEqual({
      outcome: { kind },
      sent: 1,
      times: [false, false],
    });
  });
});
