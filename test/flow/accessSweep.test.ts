// A sweep over every node that there is, as each role: real clients browse from the root, write every attribute that could be written and call
// every method on its object. Nothing is done beyond what the role may do, and what the nodes say of it is true.
import {
  AttributeIds,
  BrowseDirection,
  DataType,
  NodeClass,
  Variant,
  type ClientSession,
  type ReferenceDescription,
  type RolePermissionType,
  type StatusCode,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RPCClient } from "ocpp-rpc";
import { hashPassword } from "../../src/std/passwordHash.ts";
import { openAccountsFile } from "../../src/store/accountsFile.ts";
import { accountRoles, type AccountRole } from "../../src/twin/accounts.ts";
import { call, callAll, on } from "../opcua/callsInTest.ts";
import { connect, temporaryFolder, type Connected } from "../opcua/fixture.ts";
import { connectChargePoint, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const PASSWORD = "correct horse";
const AT_ONCE = 500;
const PATIENCE_MS = 120_000;

/** What each role may write besides what those before it may. */
const writable: Readonly<Record<AccountRole, readonly string[]>> = {
  observer: [],
  operator: [
    "ns=4;s=S1/Command/Action",
    "ns=4;s=S1/Command/Payload",
    "ns=4;s=S1/Command/Trigger",
    "ns=4;s=S1/Connector1/Limit",
  ],
  // ns=0;i=2294: whether diagnostics are collected (OPC 10000-5 §6.3.3), which the standard leaves to ConfigureAdmin.
  engineer: [
    "ns=0;i=2294",
    "ns=4;s=S1/Config/HeartbeatInterval",
    "ns=4;s=S1/Config/RegistrationStatus",
    "ns=4;s=S1/Configuration/HeartbeatInterval",
  ],
  administrator: ["ns=4;s=S1/Configuration/AuthorizationKey"],
};

interface Found {
  readonly nodeId: string;
  readonly nodeClass: NodeClass;
  /** Objects and types that refer to it. */
  readonly owners: Set<string>;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let bridge: Awaited<ReturnType<typeof startBridgeInTest>>;
let chargePoint: RPCClient;

beforeAll(async () => {
  folder = await temporaryFolder();
  const passwordHash = await hashPassword(PASSWORD);
  const file = openAccountsFile(folder.path, 0);
  for (const name of accountRoles) {
    const account = { name, role: name, isEnabled: true, passwordHash, createdAt: 0, changedAt: 0 };
    await file.keep({ kind: "account", name, account });
  }
  file.close();
  bridge = await startBridgeInTest("chargePoints: [{ id: S1, connectors: 1 }]", 0, "none", { data: folder.path });
  chargePoint = await connectChargePoint(bridge.ocpp, "S1", { strictMode: false });
  const configurationKey = [
    { key: "HeartbeatInterval", readonly: false, value: "300" },
    { key: "NumberOfConnectors", readonly: true, value: "1" },
    { key: "AuthorizationKey", readonly: false },
  ];
  chargePoint.handle(async ({ method }) =>
    method === "GetConfiguration" ? { configurationKey } : { status: "Accepted" },
  );
  await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  const { session, close } = await login("administrator");
  expect((await call(session, on("S1", "GetConfiguration", [new Variant()]))).status).toBe("Good");
  await readValue(session, "S1/Configuration/HeartbeatInterval", "300");
  await close();
}, PATIENCE_MS);

afterAll(async () => {
  await chargePoint.close({ force: true });
  await bridge.stop();
  await folder.clean();
});

const login = (role: AccountRole): Promise<Connected> =>
  connect(bridge.bridge.addresses.opcua, folder.path, "None", { type: 1, userName: role, password: PASSWORD });

/** Everything that can be reached from the root by hierarchical references. */
async function browseAll(session: ClientSession): Promise<Found[]> {
  const found = new Map<string, Found>([
    ["ns=0;i=84", { nodeId: "ns=0;i=84", nodeClass: NodeClass.Object, owners: new Set() }],
  ]);
  for (let fringe = [...found.keys()]; fringe.length > 0;) {
    const next: string[] = [];
    for (let first = 0; first < fringe.length; first += AT_ONCE) {
      const part = fringe.slice(first, first + AT_ONCE);
      for (const [index, references] of (await browsePart(session, part)).entries())
        for (const { nodeId, nodeClass } of references) {
          const text = nodeId.toString();
          const known = found.get(text);
          if (known === undefined) next.push(text);
          const entry = known ?? { nodeId: text, nodeClass, owners: new Set<string>() };
          entry.owners.add(part[index]!);
          found.set(text, entry);
        }
    }
    fringe = next;
  }
  return [...found.values()];
}

async function browsePart(session: ClientSession, nodeIds: readonly string[]): Promise<ReferenceDescription[][]> {
  session.requestedMaxReferencesPerNode = 100_000;
  const results = await session.browse(
    nodeIds.map((nodeId) => ({
      nodeId,
      browseDirection: BrowseDirection.Forward,
      referenceTypeId: "HierarchicalReferences",
      includeSubtypes: true,
      nodeClassMask: 0,
      resultMask: 63,
    })),
  );
  return results.map(({ references }) => references ?? []);
}

const variablesOf = (nodes: readonly Found[]): string[] =>
  nodes.filter(({ nodeClass }) => nodeClass === NodeClass.Variable).map(({ nodeId }) => nodeId);

const variant = (dataType: DataType, value: unknown): Variant => new Variant({ dataType, value });
const values = [
  variant(DataType.String, "written"),
  variant(DataType.Boolean, true),
  variant(DataType.Int32, 1),
  variant(DataType.UInt32, 60),
  variant(DataType.Double, 16),
];
const attributes: readonly (readonly [AttributeIds, Variant])[] = [
  [AttributeIds.BrowseName, variant(DataType.QualifiedName, { name: "written" })],
  [AttributeIds.DisplayName, variant(DataType.LocalizedText, { text: "written" })],
  [AttributeIds.Description, variant(DataType.LocalizedText, { text: "written" })],
  [AttributeIds.WriteMask, variant(DataType.UInt32, 0xffff)],
  [AttributeIds.EventNotifier, variant(DataType.Byte, 1)],
  [AttributeIds.AccessLevel, variant(DataType.Byte, 3)],
  [AttributeIds.UserAccessLevel, variant(DataType.Byte, 3)],
  [AttributeIds.Historizing, variant(DataType.Boolean, false)],
  [AttributeIds.Executable, variant(DataType.Boolean, true)],
  [AttributeIds.UserExecutable, variant(DataType.Boolean, true)],
  [AttributeIds.AccessRestrictions, variant(DataType.UInt16, 0)],
];

async function write(
  session: ClientSession,
  nodeIds: readonly string[],
  attributeId: AttributeIds,
  value: Variant,
): Promise<string[]> {
  const done: string[] = [];
  // A trigger is refused where Action or Payload of the same request were.
  const isTrigger = (nodeId: string): boolean => nodeId.endsWith("/Trigger");
  if (nodeIds.length > 1)
    for (const each of nodeIds.filter(isTrigger)) done.push(...(await write(session, [each], attributeId, value)));
  for (let first = 0; first < nodeIds.length; first += AT_ONCE) {
    const part = nodeIds.slice(first, first + AT_ONCE);
    const codes: StatusCode[] = await session.write(part.map((nodeId) => ({ nodeId, attributeId, value: { value } })));
    for (const [index, nodeId] of part.entries()) {
      // Of the library's nodes what is refused for its type alone could be written in another one.
      const isOpen = codes[index]!.name === "BadTypeMismatch" && !nodeId.startsWith("ns=4;");
      if (codes[index]!.isGood() || isOpen) done.push(nodeId);
    }
  }
  return done;
}

async function readAll(
  session: ClientSession,
  nodeIds: readonly string[],
  attributeId: AttributeIds,
): Promise<Map<string, unknown>> {
  const read = new Map<string, unknown>();
  for (let first = 0; first < nodeIds.length; first += AT_ONCE) {
    const part = nodeIds.slice(first, first + AT_ONCE);
    const found = await session.read(part.map((nodeId) => ({ nodeId, attributeId })));
    for (const [index, { value, statusCode }] of found.entries())
      if (statusCode.isGood()) read.set(part[index]!, value.value);
  }
  return read;
}

function upTo<T>(role: AccountRole, table: Readonly<Record<AccountRole, readonly T[]>>): T[] {
  return accountRoles.slice(0, accountRoles.indexOf(role) + 1).flatMap((each) => table[each]);
}

describe.each(accountRoles)("as %s", (role) => {
  let client: Connected;
  let session: ClientSession;
  let nodes: readonly Found[];

  beforeAll(async () => {
    client = await login(role);
    session = client.session;
    nodes = await browseAll(session);
  }, PATIENCE_MS);

  afterAll(() => client.close());

  it("every node is seen", () => {
    expect(nodes.length).toBeGreaterThan(3000);
    expect(nodes.map(({ nodeId }) => nodeId)).toContain("ns=4;s=S1/Reset");
  });

  it(
    "no value can be written but those of the table",
    async () => {
      const variables = variablesOf(nodes);
      const ours = variables.filter((nodeId) => nodeId.startsWith("ns=4;"));
      const others = variables.filter((nodeId) => !nodeId.startsWith("ns=4;"));
      const done = new Set(await write(session, others, AttributeIds.Value, variant(DataType.Boolean, true)));
      for (const value of values)
        for (const each of await write(session, ours, AttributeIds.Value, value)) done.add(each);
      expect([...done].toSorted()).toEqual(upTo(role, writable).toSorted());
    },
    PATIENCE_MS,
  );

  it(
    "no other attribute of any node can be written",
    async () => {
      const all = nodes.map(({ nodeId }) => nodeId);
      const ours = all.filter((nodeId) => nodeId.startsWith("ns=4;"));
      // The library judges all attributes of its own nodes alike.
      for (const [attributeId, value] of attributes)
        expect(await write(session, attributeId === AttributeIds.AccessLevel ? all : ours, attributeId, value)).toEqual(
          [],
        );
    },
    PATIENCE_MS,
  );

  it(
    "UserAccessLevel and UserRolePermissions say what can be written",
    async () => {
      const ours = variablesOf(nodes).filter((nodeId) => nodeId.startsWith("ns=4;"));
      const levels = await readAll(session, ours, AttributeIds.UserAccessLevel);
      const said = [...levels].filter(([, level]) => (Number(level) & 2) !== 0).map(([nodeId]) => nodeId);
      expect(said.toSorted()).toEqual(
        upTo(role, writable)
          .filter((nodeId) => nodeId.startsWith("ns=4;"))
          .toSorted(),
      );
      const permissions = await readAll(session, ours, AttributeIds.UserRolePermissions);
      const granted = [...permissions].filter(([, each]) => mayWrite(each as RolePermissionType[]));
      expect(granted.map(([nodeId]) => nodeId).toSorted()).toEqual(said.toSorted());
    },
    PATIENCE_MS,
  );

  it(
    "no method can be called but those that say so, and those can be",
    async () => {
      const methods = nodes.filter(({ nodeClass }) => nodeClass === NodeClass.Method);
      const ids = methods.map(({ nodeId }) => nodeId);
      const executable = await readAll(session, ids, AttributeIds.UserExecutable);
      const calls = methods.flatMap(({ nodeId, owners }) =>
        Array.from(owners, (objectId) => ({ objectId, methodId: nodeId })),
      );
      const answered: (readonly [objectId: string, methodId: string, status: string])[] = [];
      for (let first = 0; first < calls.length; first += CALLS_AT_ONCE) {
        const part = calls.slice(first, first + CALLS_AT_ONCE);
        const answers = await callAll(session, part);
        for (const [index, { objectId, methodId }] of part.entries())
          answered.push([objectId, methodId, answers[index]!.status]);
      }
      const ours = answered.filter(([objectId]) => objectId.startsWith("ns=4;"));
      expect(ours.length).toBeGreaterThan(50);
      for (const [, methodId, status] of ours) {
        const isAllowed = executable.get(methodId) === true;
        expect([methodId, status]).toEqual([methodId, isAllowed ? expect.not.stringContaining("Denied") : denied]);
      }
      const others = answered.filter(([objectId, , status]) => !objectId.startsWith("ns=4;") && !isRefusal(status));
      expect(others).toEqual([]);
    },
    PATIENCE_MS,
  );
});

const CALLS_AT_ONCE = 50;
/** Of a condition the arguments are looked at first; here there are none. */
const denied = expect.stringMatching(/^Bad(UserAccessDenied|ArgumentsMissing)$/u);
const isRefusal = (status: string): boolean => status.startsWith("Bad");
const WRITE = 64;
const mayWrite = (granted: readonly RolePermissionType[]): boolean =>
  granted.some(({ permissions }) => (permissions & WRITE) !== 0);

describe("RolePermissions", () => {
  it("are shown to administrators alone, and are those that hold", async () => {
    const path = ["ns=4;s=S1/Config/HeartbeatInterval", "ns=4;s=S1/Reset"];
    const shownTo = async (role: AccountRole): Promise<Map<string, unknown>> => {
      const { session, close } = await login(role);
      const shown = await readAll(session, path, AttributeIds.RolePermissions);
      await close();
      return shown;
    };
    for (const role of accountRoles.slice(0, -1)) expect((await shownTo(role)).size).toBe(0);
    const shown = await shownTo("administrator");
    const writers = (shown.get(path[0]!) as RolePermissionType[]).filter((each) => mayWrite([each]));
    expect(writers.map(({ roleId }) => roleId.toString())).toEqual(["ns=0;i=16036", "ns=0;i=15716", "ns=0;i=15704"]);
    expect(shown.has(path[1]!)).toBe(true);
  });
});
