// Writes that are commands (OPC 10000-4 §5.11.4): what reaches the road out, which code the client gets, and that nothing else can be written.
import {
  AttributeIds,
  BrowseDirection,
  DataType,
  DataValue,
  NodeClass,
  NumericRange,
  StatusCodes,
  Variant,
  VariantArrayType,
  coerceNodeId,
  resolveNodeId,
  type BaseNode,
  type ClientSession,
  type DataValueOptions,
} from "node-opcua";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chargePointTable, connectorTable } from "../../src/datapoints/table.ts";
import type { Command, CommandOutcome, Commander, Requester, Role } from "../../src/twin/commands.ts";
import type { RegistrationStatus, Twin } from "../../src/twin/twin.ts";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  site,
  startFed,
  temporaryFolder,
  twinOf,
  withSamples,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const servers: Fed[] = [];
const clients: Connected[] = [];
let fed: Fed;
let session: ClientSession;

const wanted: [Command, Requester][] = [];
let answer: (command: Command) => CommandOutcome | Promise<CommandOutcome>;
const command: Commander = async (what, requester) => {
  wanted.push([what, requester]);
  return answer(what);
};
const done: CommandOutcome = { kind: "answered", response: {} };

let twin: Twin;

async function serve(role: Role): Promise<{ fed: Fed; session: ClientSession }> {
  const started = await startFed(endpointOptions(folder.path, { anonymousRole: role }), command);
  servers.push(started);
  started.publish(undefined, twin);
  const client = await connect(started.ua.endpointUrl, folder.path);
  clients.push(client);
  return { fed: started, session: client.session };
}

beforeAll(async () => {
  folder = await temporaryFolder();
  twin = withSamples(withState(twinOf("W1"), "Connected"), 1, [{ measurand: "Current.Offered", value: 16 }]);
  ({ fed, session } = await serve("engineer"));
}, 60_000);

beforeEach(() => {
  wanted.length = 0;
  answer = () => done;
});

afterAll(async () => {
  for (const client of clients) await client.close();
  for (const { ua } of servers) await ua.stop();
  await folder.clean();
});

interface Extra {
  readonly by?: ClientSession;
  readonly range?: string;
  readonly dataValue?: DataValueOptions;
}

async function write(path: string, dataType: DataType, value: unknown, extra: Extra = {}): Promise<string> {
  const code = await (extra.by ?? session).write({
    nodeId: coerceNodeId(site(path)),
    attributeId: AttributeIds.Value,
    ...(extra.range === undefined ? {} : { indexRange: new NumericRange(extra.range) }),
    value: new DataValue({ value: new Variant({ dataType, value }), ...extra.dataValue }),
  });
  return code.name;
}

const registration = (status: RegistrationStatus): Command => ({
  kind: "setRegistration",
  chargePointId: "W1",
  status,
});

describe("a write", () => {
  test.each([
    ["W1/Config/RegistrationStatus", DataType.Int32, 1, registration("Accepted")],
    ["W1/Config/RegistrationStatus", DataType.Int32, 2, registration("Pending")],
    ["W1/Config/RegistrationStatus", DataType.Int32, 3, registration("Rejected")],
    [
      "W1/Config/HeartbeatInterval",
      DataType.UInt32,
      60,
      { kind: "setHeartbeatInterval", chargePointId: "W1", seconds: 60 },
    ],
    [
      "W1/Connector1/Limit",
      DataType.Double,
      12.5,
      { kind: "setLimit", chargePointId: "W1", connectorId: 1, amperes: 12.5 },
    ],
  ] as const)("of %s (%i) %j is a command", async (path, dataType, value, expected) => {
    expect(await write(path, dataType, value)).toBe("Good");
    expect(wanted).toEqual([[expected, { via: "write", role: "engineer", user: "anonymous", isPrivate: true }]]);
  });

  test("that is done is seen by the read that follows it", async () => {
    answer = () => {
      const before = twin;
      twin = { ...twin, registration: { ...twin.registration, heartbeatIntervalSeconds: 77 } };
      fed.publish(before, twin);
      return done;
    };
    expect(await write("W1/Config/HeartbeatInterval", DataType.UInt32, 77)).toBe("Good");
    expect((await readValue(session, "W1/Config/HeartbeatInterval")).value.value).toBe(77);
  });

  test.each([
    [{ kind: "answered", response: { status: "Accepted" } }, "Good"],
    [{ kind: "answered", response: { status: "Rejected" } }, "BadInvalidState"],
    [{ kind: "timedOut" }, "BadTimeout"],
    [{ kind: "offline" }, "BadNoCommunication"],
    [{ kind: "callError", code: "InternalError", description: "" }, "BadUnexpectedError"],
    [{ kind: "invalid", path: "amperes", text: "too much" }, "BadOutOfRange"],
    [{ kind: "denied", text: "no" }, "BadUserAccessDenied"],
    [{ kind: "conflict", text: "no" }, "BadInvalidState"],
  ] as const satisfies (readonly [CommandOutcome, string])[])("whose outcome is %j is %s", async (outcome, code) => {
    answer = () => outcome;
    expect(await write("W1/Connector1/Limit", DataType.Double, 10)).toBe(code);
    expect((await readValue(session, "W1/Connector1/Limit")).value.value).toBe(16);
  });

  const time = { sourceTimestamp: new Date() };
  const list = { value: new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: [1, 2] }) };
  test.each([
    ["Config/RegistrationStatus", DataType.Int32, 0, {}, "BadOutOfRange"],
    ["Config/RegistrationStatus", DataType.Int32, 4, {}, "BadOutOfRange"],
    ["Config/RegistrationStatus", DataType.Int32, -1, {}, "BadOutOfRange"],
    ["Config/RegistrationStatus", DataType.String, "Accepted", {}, "BadTypeMismatch"],
    ["Config/RegistrationStatus", DataType.UInt32, 1, {}, "BadTypeMismatch"],
    ["Config/HeartbeatInterval", DataType.Int32, 60, {}, "BadTypeMismatch"],
    ["Config/HeartbeatInterval", DataType.Null, null, {}, "BadTypeMismatch"],
    ["Config/HeartbeatInterval", DataType.UInt32, 60, { dataValue: time }, "BadWriteNotSupported"],
    [
      "Config/HeartbeatInterval",
      DataType.UInt32,
      60,
      { dataValue: { serverTimestamp: new Date() } },
      "BadWriteNotSupported",
    ],
    [
      "Config/HeartbeatInterval",
      DataType.UInt32,
      60,
      { dataValue: { statusCode: StatusCodes.UncertainInitialValue } },
      "BadWriteNotSupported",
    ],
    ["Config/HeartbeatInterval", DataType.UInt32, 60, { range: "0:1" }, "BadIndexRangeNoData"],
    ["Config/HeartbeatInterval", DataType.UInt32, 60, { range: "2:1" }, "BadIndexRangeInvalid"],
    ["Connector1/Limit", DataType.Double, Number.NaN, {}, "BadOutOfRange"],
    ["Connector1/Limit", DataType.Double, Number.POSITIVE_INFINITY, {}, "BadOutOfRange"],
    ["Connector1/Limit", DataType.Double, 0, { dataValue: list }, "BadTypeMismatch"],
    ["Connector1/Limit/EngineeringUnits", DataType.Double, 0, {}, "BadNotWritable"],
    ["State/Connected", DataType.Boolean, true, {}, "BadNotWritable"],
    ["Config", DataType.Boolean, true, {}, "BadNotWritable"],
    ["Config/Nonsense", DataType.Boolean, true, {}, "BadNodeIdUnknown"],
  ] as const)(
    "of %s (%i) %j %j is refused with a code, and commands nothing",
    async (path, dataType, value, extra, code) => {
      expect(await write(`W1/${path}`, dataType, value, extra)).toBe(code);
      expect(wanted).toEqual([]);
    },
  );

  test("of a text that no charge point could take commands nothing", async () => {
    expect(await write("W1/Command/Payload", DataType.String, "x".repeat(262_145))).toBe("BadOutOfRange");
    expect(wanted).toEqual([]);
  });

  test.each([
    ["Action", DataType.Int32, 5, "BadTypeMismatch"],
    ["Payload", DataType.String, "refused", "BadOutOfRange"],
  ])(
    "of Command/%s that is refused lets no Trigger of its charge point in the same request send what stood there",
    async (part, dataType, value, code) => {
      fed.publish(undefined, withState(twinOf("W2"), "Connected"));
      answer = (what) =>
        what.kind === "prepare" && what.payload === "refused" ? { kind: "invalid", path: "payload", text: "no" } : done;
      const nodeOf = (path: string, type: DataType, written: unknown) => ({
        nodeId: coerceNodeId(site(path)),
        attributeId: AttributeIds.Value,
        value: new DataValue({ value: new Variant({ dataType: type, value: written }) }),
      });
      const codes = await session.write([
        nodeOf("W1/Command/Trigger", DataType.Boolean, true),
        nodeOf(`W1/Command/${part}`, dataType, value),
        nodeOf("W2/Command/Trigger", DataType.Boolean, true),
        nodeOf("W1/Command/Trigger", DataType.Boolean, true),
        nodeOf(`W1/Command/${part}`, DataType.String, "good"),
        nodeOf("W1/Command/Trigger", DataType.Boolean, true),
      ]);
      expect(codes.map(({ name }) => name)).toEqual(["Good", code, "Good", "BadInvalidState", "Good", "Good"]);
      expect(
        wanted
          .filter(([what]) => what.kind === "trigger")
          .map(([what]) => what.chargePointId)
          .toSorted(),
      ).toEqual(["W1", "W1", "W2"]);
    },
  );

  test("to one charge point does not wait for another one, and keeps its order at its own", async () => {
    fed.publish(undefined, withState(twinOf("W2"), "Connected"));
    let release = (_: CommandOutcome): void => {};
    const slow = new Promise<CommandOutcome>((resolve) => (release = resolve));
    answer = (what) => (what.chargePointId === "W1" ? slow : done);
    const value = (seconds: number): DataValue =>
      new DataValue({ value: new Variant({ dataType: DataType.UInt32, value: seconds }) });
    const nodes = ["W1", "W2", "W1", "W3", "W2"].map((id, index) => ({
      nodeId: coerceNodeId(site(`${id}/Config/HeartbeatInterval`)),
      attributeId: AttributeIds.Value,
      value: value(index + 1),
    }));
    const codes = session.write(nodes);
    const told = (): unknown[] => wanted.map(([what]) => "seconds" in what && [what.chargePointId, what.seconds]);
    await eventually(() => wanted.length === 3);
    expect(told()).toEqual([
      ["W1", 1],
      ["W2", 2],
      ["W2", 5],
    ]);
    release({ kind: "timedOut" });
    expect((await codes).map(({ name }) => name)).toEqual([
      "BadTimeout",
      "Good",
      "BadTimeout",
      "BadNodeIdUnknown",
      "Good",
    ]);
    expect(told().at(-1)).toEqual(["W1", 3]);
  });
});

const writable = [
  ...chargePointTable.datapoints.filter(({ row }) => row.write !== undefined).map(({ path }) => `W1/${path}`),
  ...connectorTable.datapoints.filter(({ row }) => row.write !== undefined).map(({ path }) => `W1/Connector1/${path}`),
];

async function levelOf(by: ClientSession, nodeId: string, attributeId: AttributeIds): Promise<number> {
  return (await by.read({ nodeId, attributeId })).value.value as number;
}

describe("the roles", () => {
  const READ = 1;
  const WRITE = 3;
  test.each([
    ["observer", READ, READ],
    ["operator", READ, WRITE],
    ["engineer", WRITE, WRITE],
    ["administrator", WRITE, WRITE],
  ] as const)("as %s: what UserAccessLevel says of configuration and limits holds", async (role, config, limit) => {
    const { session: by } = await serve(role);
    for (const [path, dataType, level] of [
      ["W1/Config/HeartbeatInterval", DataType.UInt32, config],
      ["W1/Connector1/Limit", DataType.Double, limit],
    ] as const) {
      expect(await levelOf(by, site(path), AttributeIds.AccessLevel)).toBe(WRITE);
      expect(await levelOf(by, site(path), AttributeIds.UserAccessLevel)).toBe(level);
      expect(await levelOf(by, site(path), AttributeIds.WriteMask)).toBe(0);
      expect(await write(path, dataType, 20, { by })).toBe(level === WRITE ? "Good" : "BadUserAccessDenied");
    }
    expect(wanted.map(([, requester]) => requester.role)).toEqual(wanted.map(() => role));
  });
});

/** Every node below Objects and Types that a client can browse to. */
async function browseAll(by: ClientSession): Promise<string[]> {
  const seen = new Set(["i=84"]);
  let front = [...seen];
  while (front.length > 0) {
    const results = await by.browse(
      front.map((nodeId) => ({
        nodeId,
        browseDirection: BrowseDirection.Forward,
        referenceTypeId: resolveNodeId("HierarchicalReferences"),
        includeSubtypes: true,
        nodeClassMask: 0,
        resultMask: 0,
      })),
    );
    const next = results.flatMap(({ references }) => references ?? []).map(({ nodeId }) => nodeId.toString());
    front = [...new Set(next)].filter((nodeId) => !seen.has(nodeId));
    for (const nodeId of front) seen.add(nodeId);
  }
  return [...seen];
}

describe("the write sweep", () => {
  test("finds no node but those of the table writable, real or virtual, for an administrator either", async () => {
    const { session: by, fed: served } = await serve("administrator");
    const subscription = await by.createSubscription2({ requestedPublishingInterval: 1000 });
    const real = served.ua.server.engine
      .addressSpace!.getNamespaceArray()
      .flatMap((namespace) => [...(namespace as unknown as { nodeIterator(): Iterable<BaseNode> }).nodeIterator()]);
    const variables = real.filter(({ nodeClass }) => nodeClass === NodeClass.Variable);
    const all = [...new Set([...(await browseAll(by)), ...variables.map(({ nodeId }) => nodeId.toString())])];
    expect(all.length).toBeGreaterThan(variables.length + 60);
    const levels = await by.read(all.map((nodeId) => ({ nodeId, attributeId: AttributeIds.AccessLevel })));
    // What types declare is what their instances have (typeNodes.test.ts).
    const found = all.filter((id, index) => !id.startsWith("ns=3;") && Number(levels[index]?.value.value ?? 0) & 2);
    const masks = await by.read(all.map((nodeId) => ({ nodeId, attributeId: AttributeIds.WriteMask })));
    // Whether the server collects diagnostics is the one variable of the standard that may be set.
    const expected = ["ns=0;i=2294", ...writable.map(site)];
    expect(found.toSorted()).toEqual(expected.toSorted());
    expect(masks.filter(({ value }) => value.value !== 0 && value.value !== null)).toEqual([]);
    await subscription.terminate();
  }, 60_000);
});
