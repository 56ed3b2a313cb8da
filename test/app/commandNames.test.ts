// One name for a command, the one by which it was wanted: in the event, in the log and in the sentence that refuses it, however it ends.
import { describe, expect, it } from "vitest";
import { actionOf } from "../../src/app/commandFinished.ts";
import { chargePointMethods, connectorMethods, folderMethods, type Method } from "../../src/datapoints/methods.ts";
import { chargePointTable, connectorTable, type Table } from "../../src/datapoints/table.ts";
import type { CallOutcome } from "../../src/ocpp/outgoingCalls.ts";
import type { Command, CommandOutcome, Payload, Role } from "../../src/twin/commands.ts";
import { exchanges, profileOf } from "../ocpp/v16/exchanges.ts";
import { ACCEPTED, openRoadOut, type RoadOutInTest } from "./roadOutInTest.ts";

const TARGET = { chargePointId: "CP001", connectorId: 1 };
const requests = exchanges as Readonly<Record<string, readonly [Payload, Payload]>>;

interface Wish {
  readonly name: string;
  readonly method: string;
  readonly command: Command;
  /** As it answers who agrees. */
  readonly response: Payload;
}

/** A wish by each method, with arguments that are right. */
const wishes: readonly Wish[] = [
  ...chargePointMethods
    .filter(({ name }) => name !== "Call")
    .map((method) => wish(method, "of a charge point", requests[method.name]?.[0] ?? {})),
  ...["Reset", "AcmeSelfTest"].map((action) => {
    const method = chargePointMethods.find(({ name }) => name === "Call") as Method;
    const payload = { action, payload: requests[action]?.[0] ?? {} };
    // It is called by the action that it sends.
    return {
      ...wish(method, "", payload),
      name: action,
      method: `${action} by Call`,
      response: requests[action]?.[1] ?? {},
    };
  }),
  ...connectorMethods.map((method) =>
    wish(method, "of a connector", method.name === "SetLimit" ? { amperes: 16 } : (requests[method.name]?.[0] ?? {})),
  ),
];

function wish(method: Method, where: string, payload: Payload): Wish {
  const { name } = method;
  const sent = { SetLimit: "SetChargingProfile", ClearLimit: "ClearChargingProfile" }[name] ?? name;
  const response = requests[sent]?.[1] ?? {};
  return { name, method: `${name} ${where}`, command: method.command(TARGET, payload), response };
}

/** A command that cannot be right: a connector that OCPP cannot have. */
function spoilt(command: Command): Command {
  if (command.kind !== "call") return { ...command, connectorId: 9999 } as Command;
  return { ...command, payload: { ...command.payload, connectorId: 9999, location: 5, bogus: true } };
}

/** Everything that is told of a command under a name. */
function namesTold({ occurrences, lines }: RoadOutInTest): readonly unknown[] {
  return [
    ...occurrences().map(({ fields }) => fields["Action"]),
    ...occurrences().map(({ message }) => message.split(" by ANNA: ")[0]),
    ...lines.filter(({ message }) => message.startsWith("command")).map(({ fields }) => fields["action"]),
  ];
}

interface Ending {
  readonly how: string;
  readonly answer: (wanted: Wish) => CallOutcome | "absent";
  readonly role?: Role;
  readonly isSpoilt?: true;
  readonly outcome: CommandOutcome["kind"];
}

const endings: readonly Ending[] = [
  { how: "done", answer: ({ response }) => ({ kind: "answered", payload: response }), outcome: "answered" },
  { how: "denied", answer: () => ACCEPTED, role: "observer", outcome: "denied" },
  { how: "offline", answer: () => "absent", outcome: "offline" },
  { how: "timed out", answer: () => ({ kind: "timedOut" }), outcome: "timedOut" },
  { how: "without room", answer: () => ({ kind: "queueFull" }), outcome: "queueFull" },
  { how: "too late", answer: () => ({ kind: "expired" }), outcome: "expired" },
  {
    how: "answered by an error",
    answer: () => ({ kind: "refused", code: "NotSupported", description: "no", details: {} }),
    outcome: "callError",
  },
];

/** The others ask several things, and no one answer ends them well; their arguments cannot be wrong. */
const isOneCall = ({ name }: Wish): boolean => name !== "SendIdTags" && name !== "ApplyConfiguration";

describe.each(endings)("$how", ({ answer, role, outcome }) => {
  it.each(wishes.filter((each) => outcome !== "answered" || isOneCall(each)))(
    "$method is told under its own name",
    async (wanted) => {
      const road = openRoadOut(answer(wanted));
      road.happen({ type: "ConnectorKnown", connector: 1 });
      // Something to stop.
      road.happen({
        type: "TransactionStarted",
        connector: 1,
        transactionId: 11,
        idTag: "TAG",
        meterStart: 0,
        idTagStatus: "Accepted",
        timestamp: "2026-01-01T00:00:00Z",
        at: 1000,
        received: 1000,
      });
      // Something to write.
      const stamp = { at: 1000, received: 1000 };
      road.happen({ type: "ConfigurationDesired", desired: [{ key: "Key", value: "2" }], ...stamp });
      road.happen({
        type: "ConfigurationReported",
        entries: [{ key: "Key", value: "1", readonly: false }],
        ...stamp,
      });
      const ended = await road.send(wanted.command, role);
      road.clock.move(8 * 86_400_000);
      // That one key is answered by an error ends none of the others.
      const isAnswered = wanted.name === "ApplyConfiguration" && outcome === "callError";
      expect(ended.kind).toBe(isAnswered ? "answered" : outcome);
      expect(namesTold(road)).toEqual([wanted.name, wanted.name, wanted.name]);
      if (ended.kind === "denied") expect(ended.text).toMatch(new RegExp(`^${wanted.name} needs the role`, "u"));
    },
  );
});

describe("invalid", () => {
  it.each(wishes.filter((each) => each.name !== "AcmeSelfTest" && isOneCall(each)))(
    "$method is told under its own name",
    async (wanted) => {
      const road = openRoadOut();
      expect((await road.send(spoilt(wanted.command))).kind).toBe("invalid");
      expect(road.sent).toEqual([]);
      expect(namesTold(road)).toEqual([wanted.name, wanted.name, wanted.name]);
    },
  );

  it("a RemoteStopTransaction with nothing to stop is called so as well", async () => {
    const road = openRoadOut();
    expect(await road.send({ kind: "stopTransaction", ...TARGET })).toMatchObject({ kind: "conflict" });
    expect(namesTold(road)).toEqual(Array(3).fill("RemoteStopTransaction"));
  });

  it.each(["reset", " Reset", "Heartbeat", ""])(
    "an action that is none is told as it was spelt: %j",
    async (action) => {
      const road = openRoadOut();
      expect((await road.send({ kind: "call", chargePointId: "CP001", action, payload: {} })).kind).not.toBe(
        "answered",
      );
      expect(namesTold(road)).toEqual([action, action, action]);
    },
  );
});

describe("of the register", () => {
  const payload = { id: "CP001" };
  it.each(folderMethods)("$name is told under its own name, done or denied", async ({ name, command }) => {
    for (const role of ["administrator", "observer"] as const) {
      const road = openRoadOut("absent", name === "Add" ? "chargePoints: []" : undefined);
      const { kind } = await road.send(command(TARGET, payload), role);
      expect(kind).toBe(role === "observer" ? "denied" : "answered");
      expect(namesTold(road)).toEqual([name, name, name]);
    }
  });
});

describe("what is written", () => {
  const commandOf = (table: Table, path: string, value: string | number | boolean): Command => {
    const command = table.byPath.get(path)?.row.write?.command(TARGET, value);
    if (command === undefined) throw new Error(`${path} cannot be written`);
    return command;
  };
  it.each<[Table, string, string | number | boolean, string]>([
    [chargePointTable, "Config/RegistrationStatus", "Accepted", "Accept"],
    [chargePointTable, "Config/RegistrationStatus", "Rejected", "Reject"],
    [chargePointTable, "Config/RegistrationStatus", "Pending", "Config/RegistrationStatus"],
    [chargePointTable, "Config/HeartbeatInterval", 60, "Config/HeartbeatInterval"],
    [chargePointTable, "Command/Action", "Reset", "Command/Action"],
    [chargePointTable, "Command/Payload", "{}", "Command/Payload"],
    [chargePointTable, "Command/Trigger", true, "Command/Trigger"],
    [connectorTable, "Limit", 16, "SetLimit"],
  ])("%# is called by the method that does it, or by its path: %s", async (table, path, value, name) => {
    const command = commandOf(table, path, value);
    expect(actionOf(command)).toBe(name);
    const road = openRoadOut();
    expect(await road.send(command, "observer", "write")).toMatchObject({ kind: "denied" });
    expect(namesTold(road)).toEqual([name, name, name]);
  });

  it("is named here for every datapoint that can be written", () => {
    const writable = [chargePointTable, connectorTable].flatMap(({ datapoints }) =>
      datapoints.filter(({ row }) => row.write !== undefined).map(({ path }) => path),
    );
    expect(writable.toSorted()).toEqual(
      ["Command/Action", "Command/Payload", "Command/Trigger", "Config/HeartbeatInterval"].concat([
        "Config/RegistrationStatus",
        "Limit",
      ]),
    );
  });
});

describe("of the command variables", () => {
  it.each([ACCEPTED, "absent", { kind: "timedOut" }] satisfies (CallOutcome | "absent")[])(
    "what is triggered is called by its action (%#)",
    async (answer) => {
      const road = openRoadOut(answer);
      await road.send({ kind: "prepare", chargePointId: "CP001", action: " SetChargingProfile " });
      const payload = JSON.stringify({ connectorId: 1, csChargingProfiles: profileOf() });
      await road.send({ kind: "prepare", chargePointId: "CP001", payload });
      await road.send({ kind: "trigger", chargePointId: "CP001", on: true }, "operator", "write");
      for (let turn = 0; turn < 100 && road.occurrences().length === 0; turn++) await Promise.resolve();
      expect(road.occurrences().map(({ fields }) => fields["Action"])).toEqual(["SetChargingProfile"]);
    },
  );
});
