// Who may want what: every method and every writable datapoint, for every role and for none (INTERFACES §3, Roles).
import { describe, expect, it } from "vitest";
import { allow } from "../../src/app/allow.ts";
import { rowOfKey } from "../../src/datapoints/configuration.ts";
import { membersOf } from "../../src/datapoints/enumerations.ts";
import { chargePointMethods, connectorMethods, folderMethods, type Method } from "../../src/datapoints/methods.ts";
import type { Datapoint, Known } from "../../src/datapoints/row.ts";
import { chargePointTable, connectorTable } from "../../src/datapoints/table.ts";
import { roles, type Command, type CommandOutcome, type Payload, type Role } from "../../src/twin/commands.ts";
import { sampleOf } from "../opcua/callsInTest.ts";
import { openRoadOut } from "./roadOutInTest.ts";

const { road } = openRoadOut();

function judge(
  command: Command,
  role: Role,
  { isPrivate = true, flaw }: { isPrivate?: boolean; flaw?: string } = {},
): CommandOutcome | undefined {
  return allow(road, {
    command,
    requester: { via: "method", role, user: "ANNA", isPrivate },
    ...(flaw === undefined ? {} : { flaw }),
  });
}

const onChargePoint = { chargePointId: "CP001", connectorId: 0 };
const onConnector = { chargePointId: "CP001", connectorId: 1 };
const onFolder = { chargePointId: "", connectorId: 0 };

/** The request that the samples of all arguments make, or of the required ones alone. */
function payloadOf({ inputs }: Method, isWhole: boolean): Payload {
  const given = inputs.filter(({ isRequired }) => isWhole || isRequired);
  const payload = Object.fromEntries(given.map((argument) => [argument.field, sampleOf(argument)[1]]));
  return { ...payload, ...("id" in payload ? { id: "CP001" } : {}) };
}

const methods = [
  ...chargePointMethods.map((method) => ({ place: "CP001", method, target: onChargePoint })),
  ...connectorMethods.map((method) => ({ place: "CP001/Connector1", method, target: onConnector })),
  ...folderMethods.map((method) => ({ place: "/ChargePoints", method, target: onFolder })),
];

interface Wish {
  readonly what: string;
  readonly command: Command;
  /** The least role for the method or the write. */
  readonly role: Role;
  /** The least role that is granted it; more where it bears a secret. */
  readonly least: Role;
}

const calls: readonly Wish[] = methods.flatMap(({ place, method, target }) => {
  const { name, role } = method;
  const wish = (how: string, payload: Payload, least = role): Wish => ({
    what: `${place}/${name} ${how}`,
    command: method.command(target, payload),
    role: name === "Call" ? least : role,
    least,
  });
  const empty = wish("without arguments", {});
  if (name !== "Call")
    return [
      // The whole of Add has a password (OCPP-J 1.6 §6.2).
      wish("with all arguments", payloadOf(method, true), name === "Add" ? "administrator" : role),
      wish("with the required arguments alone", payloadOf(method, false)),
      empty,
    ];
  // SendIdTags is a method of the bridge, and no action.
  const known = chargePointMethods.filter((other) => other !== method && other.name !== "SendIdTags");
  return [
    ...known.map((other) => wish(`of ${other.name}`, { action: other.name, payload: {} }, other.role)),
    // It may do anything.
    wish("of what is not OCPP's", { action: "AcmeSelfTest" }, "engineer"),
    empty,
  ];
});

const valueFor = ({ type }: Datapoint["row"]): Known => {
  if (type === "Boolean") return true;
  if (type === "String") return "Reset";
  return membersOf(type)[1] ?? 6;
};

const keys = [
  "HeartbeatInterval",
  "LightIntensity",
  " AuthorizationKEY",
  "AuthorizationKeyLength",
  "WifiPassword",
  "100%/odd",
];

const rows = [
  ...chargePointTable.datapoints.map(({ path, row }) => ({ what: path, row, target: onChargePoint })),
  ...connectorTable.datapoints.map(({ path, row }) => ({ what: `Connector1/${path}`, row, target: onConnector })),
  ...keys.map((key) => ({
    what: `Configuration/${key}`,
    row: rowOfKey({ key, readonly: false }),
    target: onChargePoint,
  })),
];

const writes: readonly Wish[] = rows.flatMap(({ what, row: { write, ...row }, target }) => {
  if (write === undefined) return [];
  // A write of a key is its ChangeConfiguration; the value of a secret one makes it more.
  const role = what.startsWith("Configuration/") ? "engineer" : write.role;
  return [valueFor(row), ""].map((value) => ({
    what: `a write of ${what} = ${JSON.stringify(value)}`,
    command: write.command(target, value),
    role,
    least: write.role,
  }));
});

const table = [...calls, ...writes].flatMap((wish) =>
  roles.map((role) => ({ ...wish, held: role, isGranted: roles.indexOf(role) >= roles.indexOf(wish.least) })),
);

describe("whoever has the role", () => {
  it.each(table)(
    "$held is granted $what, which needs $least: $isGranted",
    ({ command, held, role, least, isGranted }) => {
      const outcome = judge(command, held);
      if (isGranted) return expect(outcome?.kind).not.toBe("denied");
      // Who lacks the role for the method is not told what its arguments would need.
      const need = roles.indexOf(held) < roles.indexOf(role) ? role : least;
      const text = expect.stringMatching(new RegExp(` needs the role ${need}; ANNA has the role ${held}$`, "u"));
      expect(outcome).toEqual({ kind: "denied", text });
      return expect(judge(command, held, { flaw: "some flaw" })).toEqual(outcome);
    },
  );

  it.each(table.filter(({ isGranted }) => isGranted))("$held learns what is wrong with $what", ({ command, held }) => {
    expect(judge(command, held, { flaw: "some flaw" })).toEqual({ kind: "invalid", path: "", text: "some flaw" });
  });
});

describe("whoever lacks the role", () => {
  const deep = JSON.parse("[".repeat(5000) + "]".repeat(5000)) as unknown;
  it.each<[string, Command]>([
    [
      "arguments that are nested too deeply",
      { kind: "call", chargePointId: "CP001", action: "Reset", payload: { deep } },
    ],
    ["a charge point that is not known", { kind: "call", chargePointId: "NOBODY", action: "Reset", payload: {} }],
    ["an action that does not exist", { kind: "call", chargePointId: "CP001", action: "x".repeat(1000), payload: {} }],
  ])("is denied %s, and learns nothing else of it", (_, command) => {
    expect(judge(command, "observer")).toMatchObject({
      kind: "denied",
      text: expect.stringMatching(/needs the role/u),
    });
  });
});

describe("a denial", () => {
  it("quotes of an action no secret, not even a part of one", () => {
    for (const action of ["AuthorizationKey=s3cret", `ftp://anna:s3cret${"x".repeat(100)}@host/`]) {
      const outcome = judge({ kind: "call", chargePointId: "CP001", action, payload: {} }, "observer");
      expect(outcome?.kind).toBe("denied");
      expect(JSON.stringify(outcome)).not.toContain("s3cret");
    }
  });
});

describe("an id that cannot be read", () => {
  it.each(
    folderMethods.flatMap((method) =>
      [{}, { id: undefined }, { id: null }, { id: 5 }, { id: {} }].map((payload) => ({
        name: method.name,
        method,
        payload,
      })),
    ),
  )("is none in what $name of $payload wants", async ({ method, payload }) => {
    const command = method.command(onFolder, payload);
    expect(command.chargePointId).toBe("");
    const { send, occurrences, lines } = openRoadOut();
    expect((await send(command)).kind).toBe(command.kind === "add" ? "invalid" : "unknown");
    expect((await send(command, "observer")).kind).toBe("denied");
    expect(occurrences().map(({ chargePointId }) => chargePointId)).toEqual(["", ""]);
    expect(lines.map(({ level }) => level)).not.toContain("error");
  });
});
