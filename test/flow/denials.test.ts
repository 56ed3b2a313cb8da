// Commands that the role does not allow, through all of it: the client is denied whatever it has passed, whoever may see it is told, the
// log says who wanted what of whom, and the charge point is sent nothing.
import {
  AttributeIds,
  BrowseDirection,
  ClientMonitoredItem,
  DataType,
  EventFilter,
  NodeClassMask,
  SimpleAttributeOperand,
  TimestampsToReturn,
  Variant,
  resolveNodeId,
  type ClientSession,
} from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterEach, describe, expect, it, vi } from "vitest";
import { chargePointMethods, connectorMethods, folderMethods } from "../../src/datapoints/methods.ts";
import { rowOfKey } from "../../src/datapoints/configuration.ts";
import { chargePointTable, connectorTable } from "../../src/datapoints/table.ts";
import { roles, type Role } from "../../src/twin/commands.ts";
import { logInto, type Line } from "../app/roadOutInTest.ts";
import { ADDITIONAL_INFO, call, callAll, int, on, text, type Called } from "../opcua/callsInTest.ts";
import { connectChargePoint, openSession, read, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

interface Started {
  readonly session: ClientSession;
  /** Another client's view of the events at the Server object. */
  readonly events: Event[];
  readonly lines: Line[];
  /** Actions that the charge point has been sent. */
  readonly sent: string[];
  readonly chargePoint: RPCClient;
}

type Event = Readonly<Record<(typeof FIELDS)[number], unknown>>;
const FIELDS = ["ChargePointId", "Action", "Payload", "Result", "ResultText", "RequestedBy", "RequestedVia"] as const;

/** CP001 is there, with one connector and two configuration keys; every client has `role`. */
async function start(role: Role, yaml = ""): Promise<Started> {
  const lines: Line[] = [];
  const bridge = await startBridgeInTest(`chargePoints: [{ id: CP001, connectors: 1 }]\n${yaml}`, 0, role, {
    log: logInto(lines),
  });
  cleanUps.push(() => bridge.stop());
  const [one, other] = [
    await openSession(bridge.bridge.addresses.opcua),
    await openSession(bridge.bridge.addresses.opcua),
  ];
  cleanUps.push(
    () => one.close(),
    () => other.close(),
  );
  const chargePoint = await connectChargePoint(bridge.ocpp, "CP001");
  cleanUps.push(() => chargePoint.close({ force: true }));
  const sent: string[] = [];
  chargePoint.handle(async ({ method = "" }) => {
    sent.push(method);
    return method === "GetConfiguration" ? { configurationKey: KEYS } : { status: "Accepted" };
  });
  await chargePoint.call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "One" });
  return { session: one.session, events: await listen(other.session), lines, sent, chargePoint };
}

const KEYS = ["HeartbeatInterval", "AuthorizationKey"].map((key) => ({ key, readonly: false }));

async function listen(session: ClientSession): Promise<Event[]> {
  const events: Event[] = [];
  const subscription = await session.createSubscription2({ requestedPublishingInterval: 20, publishingEnabled: true });
  cleanUps.push(() => subscription.terminate());
  const selectClauses = FIELDS.map(
    (name) =>
      new SimpleAttributeOperand({
        typeDefinitionId: resolveNodeId("BaseEventType"),
        browsePath: [{ name, namespaceIndex: 3 }],
        attributeId: AttributeIds.Value,
      }),
  );
  const item = ClientMonitoredItem.create(
    subscription,
    { nodeId: "i=2253", attributeId: AttributeIds.EventNotifier },
    { queueSize: 1000, filter: new EventFilter({ selectClauses }) },
    TimestampsToReturn.Both,
  );
  item.on("changed", (values: unknown) => {
    const fields = (values as Variant[]).map(({ value }, index) => [FIELDS[index], value as unknown]);
    if ((values as Variant[])[1]?.value !== null) events.push(Object.fromEntries(fields) as Event);
  });
  await new Promise((resolve) => item.once("initialized", () => resolve(undefined)));
  return events;
}

/** NodeIds of the methods of an object's type, by name. */
async function declarationsOf(session: ClientSession, objectId: string): Promise<ReadonlyMap<string, string>> {
  const browse = async (nodeId: string, referenceTypeId: string, nodeClassMask: number) =>
    (
      await session.browse({
        nodeId,
        browseDirection: BrowseDirection.Forward,
        referenceTypeId: resolveNodeId(referenceTypeId),
        includeSubtypes: true,
        nodeClassMask,
        resultMask: 63,
      })
    ).references ?? [];
  const [type] = await browse(objectId, "HasTypeDefinition", 0);
  const methods = await browse(type?.nodeId.toString() ?? "", "HasComponent", NodeClassMask.Method);
  return new Map(methods.map(({ browseName, nodeId }) => [browseName.name ?? "", nodeId.toString()]));
}

const lacks = (held: Role, needed: Role): boolean => roles.indexOf(held) < roles.indexOf(needed);

async function write(session: ClientSession, path: string, dataType: DataType, value: unknown): Promise<string> {
  const status = await session.write({
    nodeId: `ns=4;s=${path}`,
    attributeId: AttributeIds.Value,
    value: { value: new Variant({ dataType, value }) },
  });
  return status.name;
}

const owners = [
  { path: "CP001", methods: chargePointMethods },
  { path: "CP001/Connector1", methods: connectorMethods },
  { path: "/ChargePoints", methods: folderMethods },
];

/** More than any method takes: whoever may call is told so, and nothing is sent. */
const tooMany = Array.from({ length: 20 }, () => int(1));

const guid = "00000000-0000-0000-0000-000000000000";

/** Calls every method with too many arguments; how many calls are denied. */
async function callAllMethods(session: ClientSession, role: Role): Promise<number> {
  let denied = 0;
  for (const { path, methods } of owners) {
    const isFolder = path.startsWith("/");
    const declared = isFolder ? undefined : await declarationsOf(session, `ns=4;s=${path}`);
    for (const { name, role: needed } of methods) {
      const byInstance: Called = on(path, name, tooMany);
      const calls = isFolder ? [byInstance] : [byInstance, { ...byInstance, methodId: declared?.get(name) ?? "" }];
      const isDenied = lacks(role, needed);
      const said = isDenied ? `needs the role ${needed}; anonymous has the role ${role}` : "it takes";
      for (const answer of await callAll(session, calls, ADDITIONAL_INFO))
        expect([name, answer]).toMatchObject([
          name,
          {
            status: isDenied ? "BadUserAccessDenied" : "BadTooManyArguments",
            results: [],
            outputs: [],
            additionalInfo: expect.stringContaining(said),
          },
        ]);
      if (isDenied) denied += calls.length;
    }
  }
  return denied;
}

/** Writes to every variable what none takes; how many writes are denied. */
async function writeAll(session: ClientSession, role: Role): Promise<number> {
  const keys = KEYS.map(({ key }) => ({ path: `Configuration/${key}`, row: rowOfKey({ key, readonly: false }) }));
  const rows = [
    ...chargePointTable.datapoints.map(({ path, row }) => ({ path, row })),
    ...connectorTable.datapoints.map(({ path, row }) => ({ path: `Connector1/${path}`, row })),
    ...(role === "observer" ? [] : keys),
  ];
  let denied = 0;
  for (const { path, row } of rows) {
    const status = await write(session, `CP001/${path}`, DataType.Guid, guid);
    const isDenied = row.write !== undefined && lacks(role, row.write.role);
    if (isDenied) denied++;
    if (isDenied) expect([path, status]).toEqual([path, "BadUserAccessDenied"]);
    else if (row.write !== undefined) expect([path, status]).toEqual([path, "BadTypeMismatch"]);
    // A measurand that has never been sent is no node.
    else expect([path, status]).toEqual([path, expect.stringMatching(/^Bad(?:NotWritable|NodeIdUnknown)$/u)]);
  }
  return denied;
}

describe.each(["observer", "operator", "engineer", "administrator"] as const)("the %s", (role) => {
  it("is denied what is above the role, whatever the arguments or the value are, and each attempt is told", async () => {
    const { session, events, lines, sent } = await start(role);
    const denials = (via: string): Event[] =>
      events.filter(({ Result, RequestedVia }) => Result === "BadUserAccessDenied" && RequestedVia === via);
    // What keys there are, an observer cannot ask.
    const { status } = await call(session, on("CP001", "GetConfiguration"));
    expect(status).toBe(role === "observer" ? "BadUserAccessDenied" : "Good");
    const asked = role === "observer" ? 1 : 0;
    const [calls, writes] = [await callAllMethods(session, role), await writeAll(session, role)];
    expect([calls > 0, writes > 0]).toEqual(Array(2).fill(role !== "administrator"));
    await vi.waitFor(() => expect(events).toHaveLength(calls + writes + 1), { timeout: 30_000 });
    expect([denials("method").length, denials("write").length]).toEqual([calls + asked, writes]);
    for (const event of [...denials("method").slice(asked), ...denials("write")])
      expect(event).toMatchObject({
        ChargePointId: expect.stringMatching(/^(?:CP001)?$/u),
        Payload: "",
        ResultText: expect.stringContaining(`anonymous has the role ${role}`),
        RequestedBy: "anonymous",
      });
    const warned = lines.filter(({ message }) => message === "command denied").map(({ fields }) => fields);
    for (const fields of warned)
      expect(fields).toMatchObject({ user: "anonymous", role, outcome: "BadUserAccessDenied" });
    const told = [...denials("method"), ...denials("write")];
    const distinct = (wishes: readonly unknown[][]): readonly string[] =>
      [...new Set(wishes.map((wish) => JSON.stringify(wish)))].toSorted();
    expect(distinct(warned.map(({ chargePoint, action, via }) => [chargePoint, action, via]))).toEqual(
      distinct(told.map(({ ChargePointId, Action, RequestedVia }) => [ChargePointId, Action, RequestedVia])),
    );
    expect(sent).toEqual(role === "observer" ? [] : ["GetConfiguration"]);
  }, 120_000);
});

describe("what is told of a denial", () => {
  it("has the arguments of a call that could be read, but no secret", async () => {
    const { session, events, lines, sent } = await start("engineer");
    const secret = "0123456789abcdef0123456789abcdef01234567";
    expect((await call(session, on("CP001", "GetConfiguration"))).status).toBe("Good");
    expect(await write(session, "CP001/Configuration/AuthorizationKey", DataType.String, secret)).toBe(
      "BadUserAccessDenied",
    );
    const key = [text("AuthorizationKey"), text(secret)];
    expect((await call(session, on("CP001", "ChangeConfiguration", key))).status).toBe("BadUserAccessDenied");
    // The value alone can be read: nobody knows what it is the value of.
    expect((await call(session, on("CP001", "InstallCertificate", [text("wrong"), text(secret)]))).status).toBe(
      "BadUserAccessDenied",
    );
    const add = [text("NEW"), new Variant(), text(secret), int(2)];
    expect((await call(session, on("/ChargePoints", "Add", add))).status).toBe("BadUserAccessDenied");
    await vi.waitFor(() => expect(events).toHaveLength(5), { timeout: 30_000 });
    expect(events.slice(1).map(({ ChargePointId, Action, Payload }) => [ChargePointId, Action, Payload])).toEqual([
      ["CP001", "ChangeConfiguration", '{"key":"AuthorizationKey","value":"***"}'],
      ["CP001", "ChangeConfiguration", '{"key":"AuthorizationKey","value":"***"}'],
      ["CP001", "InstallCertificate", ""],
      ["NEW", "Add", '{"password":"***","connectors":2}'],
    ]);
    expect(
      lines
        .filter(({ message }) => message === "command denied")
        .map(({ fields }) => [fields["chargePoint"], fields["action"]]),
    ).toEqual([
      ["CP001", "ChangeConfiguration"],
      ["CP001", "ChangeConfiguration"],
      ["CP001", "InstallCertificate"],
      ["NEW", "Add"],
    ]);
    expect(JSON.stringify([events, lines])).not.toContain(secret);
    expect(sent).toEqual(["GetConfiguration"]);
  }, 120_000);

  it("is told of the command variables as well: of an observer's Trigger, and of what an operator has prepared", async () => {
    const observer = await start("observer");
    expect(await write(observer.session, "CP001/Command/Action", DataType.String, "Reset")).toBe("BadUserAccessDenied");
    expect(await write(observer.session, "CP001/Command/Trigger", DataType.Boolean, true)).toBe("BadUserAccessDenied");
    await vi.waitFor(() => expect(observer.events).toHaveLength(2), { timeout: 30_000 });
    expect(observer.events.map(({ Action, Payload, RequestedVia }) => [Action, Payload, RequestedVia])).toEqual([
      ["Command/Action", '{"action":"Reset"}', "write"],
      ["Command/Trigger", '{"on":true}', "write"],
    ]);
    expect((await read(observer.session, "CP001/Command/Sequence")).value.value).toBe(0);

    const operator = await start("operator");
    expect(await write(operator.session, "CP001/Command/Action", DataType.String, "ChangeConfiguration")).toBe("Good");
    expect(await write(operator.session, "CP001/Command/Payload", DataType.String, '{"key":"A","value":"1"}')).toBe(
      "Good",
    );
    expect(await write(operator.session, "CP001/Command/Trigger", DataType.Boolean, true)).toBe("Good");
    await readValue(operator.session, "CP001/Command/Result", "BadUserAccessDenied");
    await vi.waitFor(() => expect(operator.events).toHaveLength(1), { timeout: 30_000 });
    expect(operator.events[0]).toMatchObject({ Action: "ChangeConfiguration", RequestedVia: "commandVariables" });
    expect([observer.sent, operator.sent]).toEqual([[], []]);
  }, 120_000);

  it("takes the room of calls like any other command", async () => {
    const { session, events, chargePoint } = await start("operator", "limits: { maxCallsInFlight: 2 }");
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const arrived = new Promise<void>((resolve) => {
      chargePoint.handle("ClearCache", async () => {
        resolve();
        await released;
        return { status: "Accepted" };
      });
    });
    const slow = call(session, on("CP001", "ClearCache"));
    await arrived;
    const change = on("CP001", "ChangeConfiguration", [text("A"), text("1")]);
    expect((await call(session, change)).status).toBe("BadTooManyOperations");
    release();
    expect((await slow).status).toBe("Good");
    expect((await call(session, change)).status).toBe("BadUserAccessDenied");
    await vi.waitFor(() => expect(events).toHaveLength(2), { timeout: 30_000 });
  }, 120_000);
});
