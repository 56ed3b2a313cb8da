import { describe, expect, it } from "vitest";
import { MOST_EVENTS, MOST_LINES } from "../../src/app/denials.ts";
import { sendCommand } from "../../src/app/sendCommand.ts";
import type { Requester } from "../../src/twin/commands.ts";
import { call, openRoadOut, type RoadOutInTest } from "./roadOutInTest.ts";

const observer: Requester = { via: "method", role: "observer", user: "ANNA", isPrivate: true };
const MINUTE_MS = 60_000;

const warningsOf = ({ lines }: RoadOutInTest): RoadOutInTest["lines"] => lines.filter(({ level }) => level === "warn");

describe("a command that is denied", () => {
  it("is a warning that says who, by which role and way, wanted what and where", async () => {
    const road = openRoadOut();
    await road.send(call("UnlockConnector", { connectorId: 1 }, 1), "observer");
    expect(road.lines).toEqual([
      {
        level: "warn",
        message: "command denied",
        fields: {
          chargePoint: "CP001",
          connector: 1,
          action: "UnlockConnector",
          outcome: "BadUserAccessDenied",
          reason: "UnlockConnector needs the role operator; ANNA has the role observer",
          status: undefined,
          user: "ANNA",
          role: "observer",
          via: "method",
        },
      },
    ]);
    expect(road.road.counts.entries().get("commandsRefused")).toBe(1);
  });

  it("is said once a minute when it is the same again, and told each time", async () => {
    const road = openRoadOut();
    for (let round = 0; round < 5; round++) await road.send(call("ClearCache"), "observer");
    expect(warningsOf(road)).toHaveLength(1);
    expect(road.occurrences()).toHaveLength(5);
    road.clock.move(MINUTE_MS);
    expect(warningsOf(road).at(-1)?.fields).toEqual({ omitted: 4 });
    await road.send(call("ClearCache"), "observer");
    expect(warningsOf(road)).toHaveLength(3);
  });
});

describe("whoever wants without a right", () => {
  it("fills neither the log nor the events with it, but is counted; others are told as before", async () => {
    const road = openRoadOut();
    const tries = MOST_EVENTS + 400;
    for (let attempt = 0; attempt < tries; attempt++) await road.send(call(`Own${attempt}`), "observer");
    expect(warningsOf(road)).toHaveLength(MOST_LINES);
    expect(road.occurrences()).toHaveLength(MOST_EVENTS);
    expect(road.road.counts.entries().get("commandsRefused")).toBe(tries);
    await sendCommand(road.road, call("ClearCache"), { ...observer, user: "BERT" });
    expect(road.occurrences().at(-1)?.fields["RequestedBy"]).toBe("BERT");
    expect(await road.send(call("ClearCache"), "operator")).toMatchObject({ kind: "answered" });
    expect(road.occurrences().at(-1)?.fields).toMatchObject({ RequestedBy: "ANNA", Result: "Good" });
    road.clock.move(MINUTE_MS);
    await road.send(call("ClearCache"), "observer");
    expect(road.occurrences().at(-1)?.fields).toMatchObject({ RequestedBy: "ANNA", Result: "BadUserAccessDenied" });
  });

  it("is told when events are left out", async () => {
    const road = openRoadOut();
    for (let attempt = 0; attempt <= MOST_EVENTS; attempt++) await road.send(call("ClearCache"), "observer");
    expect(warningsOf(road).map(({ message }) => message)).toEqual([
      "command denied",
      expect.stringContaining("only counted"),
    ]);
  });
});

describe("arguments that cannot be read", () => {
  it("are a denial for who may not call, without what they hold, and no command for who may", async () => {
    const road = openRoadOut();
    const secret = call("ChangeConfiguration", { value: "s3cret" });
    const flaw = "Key: must be one String";
    expect(await sendCommand(road.road, secret, observer, flaw)).toMatchObject({ kind: "denied" });
    expect(road.occurrences()).toMatchObject([{ fields: { Action: "ChangeConfiguration", Payload: "" } }]);
    expect(JSON.stringify([road.lines, road.occurrences()])).not.toMatch(/s3cret|must be/u);
    const engineer: Requester = { ...observer, role: "engineer" };
    expect(await sendCommand(road.road, secret, engineer, flaw)).toEqual({ kind: "invalid", path: "", text: flaw });
    expect(road.occurrences()).toHaveLength(1);
    expect(road.road.counts.entries().get("commandsRefused")).toBe(1);
    expect(road.sent).toEqual([]);
  });

  it("do nothing, whatever the command would be without them", async () => {
    const road = openRoadOut();
    const administrator: Requester = { ...observer, role: "administrator" };
    for (const command of [
      call("ClearCache"),
      { kind: "remove", chargePointId: "CP001" },
      { kind: "add", chargePointId: "NEW" },
      { kind: "setRegistration", chargePointId: "CP001", status: "Rejected" },
      { kind: "prepare", chargePointId: "CP001", action: "Reset" },
      { kind: "trigger", chargePointId: "CP001", on: true },
    ] as const)
      expect(await sendCommand(road.road, command, administrator, "flaw")).toMatchObject({ kind: "invalid" });
    expect(road.sent).toEqual([]);
    expect(road.twin().command).toMatchObject({ action: "", sequence: 0 });
    expect(road.twin().registration.status).toBe("Accepted");
    expect(road.road.register.get("NEW")).toBeUndefined();
  });
});
