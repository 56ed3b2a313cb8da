// One client-side suite over virtual nodes and over nodes of the library's own: whoever browses, reads, translates, registers, writes or calls cannot tell them apart.
import {
  AttributeIds,
  BrowseDirection,
  CallMethodRequest,
  DataType,
  NodeClassMask,
  Variant,
  WellKnownRoles,
  allPermissions,
  coerceNodeId,
  type BrowseDescriptionLike,
  type ClientSession,
  type ReadValueIdOptions,
  type ReferenceDescription,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SITE } from "../../src/opcua/typeNodes.ts";
import { buildEager, EAGER, keys, type EagerSite } from "./eagerNodes.ts";
import {
  connect,
  endpointOptions,
  startFed,
  temporaryFolder,
  twinOf,
  withKeys,
  withSamples,
  withState,
  SAMPLED_AT,
  type Connected,
  type Fed,
} from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;
let eager: EagerSite;

const METER_PATHS = [
  "MeterValues/Power.Active.Import",
  "MeterValues/Current.Import",
  "MeterValues/Current.Import/L1",
  "MeterValues/Inlet/Temperature",
];

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  const twin = withSamples(withKeys(withState(twinOf("P1", [1, 2]), "Connected"), keys), 1, [
    { measurand: "Power.Active.Import", value: 5 },
    { measurand: "Current.Import", value: 6 },
    { measurand: "Current.Import", phase: "L1", value: 6 },
    { measurand: "Temperature", location: "Inlet", value: 30 },
  ]);
  fed.publish(undefined, withSamples(twin, 2, [{ measurand: "Power.Active.Import", value: 5 }]));
  eager = buildEager(fed.ua.server.engine.addressSpace!, "P1", [1], METER_PATHS);
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

/** Paths of the tree that both have, found by browsing the eager one. */
async function allPaths(): Promise<string[]> {
  const paths: string[] = [];
  const visit = async (path: string): Promise<void> => {
    if (paths.includes(path)) return;
    paths.push(path);
    const { references } = await session.browse({
      nodeId: `ns=${EAGER};s=${path}`,
      browseDirection: BrowseDirection.Forward,
      referenceTypeId: "HierarchicalReferences",
      includeSubtypes: true,
      resultMask: 63,
    });
    for (const { nodeId } of references ?? []) await visit(String(nodeId.value));
  };
  await visit("P1");
  return paths;
}

const virtual = (path: string): string => `ns=4;s=${path}`;
const real = (path: string): string => `ns=${EAGER};s=${path}`;

/** An answer as text that does not say in which of the two namespaces it was given. */
function neutral(answer: unknown): unknown {
  const text = JSON.stringify(answer, (_, value: unknown) => (value instanceof Buffer ? value.toString("hex") : value));
  return JSON.parse(text.replaceAll(`ns=${EAGER};`, "ns=4;").replaceAll(`"namespace":${EAGER}`, '"namespace":4'));
}

function sorted(answer: unknown): unknown[] {
  return (neutral(answer) as unknown[]).map((entry) => JSON.stringify(entry)).toSorted();
}

/**
 * Connector 2 is virtual only: it is there to prove that it does not matter. So are conditions and DeviceHealth, their sum: as
 * nodes of the library conditions would be fifty each; conditions.test.ts is about them.
 */
function isShared({ nodeId }: ReferenceDescription): boolean {
  return !/Connector2|\/DeviceHealth$|\/Alarms(?:\/|$)/u.test(String(nodeId.value));
}

async function browse(
  nodeId: string,
  how: Partial<BrowseDescriptionLike> & object,
): Promise<{ status: string; references: unknown[] }> {
  const { statusCode, references } = await session.browse({
    nodeId,
    browseDirection: BrowseDirection.Both,
    includeSubtypes: true,
    nodeClassMask: 0,
    resultMask: 63,
    ...how,
  } as BrowseDescriptionLike);
  const shared = (references ?? []).filter(isShared);
  return { status: statusCode.name, references: sorted(shared) };
}

describe("a virtual node answers like a node of the library", () => {
  let paths: string[];

  test("its tree has the same nodes", async () => {
    paths = await allPaths();
    expect(paths.length).toBeGreaterThan(100);
    for (const path of paths) {
      const answer = await session.read({ nodeId: virtual(path), attributeId: AttributeIds.NodeId });
      expect([path, answer.statusCode.name]).toEqual([path, "Good"]);
    }
  });

  const ways: Record<string, Partial<BrowseDescriptionLike> & object> = {
    everything: {},
    forward: { browseDirection: BrowseDirection.Forward },
    inverse: { browseDirection: BrowseDirection.Inverse },
    "hierarchical with subtypes": { referenceTypeId: "HierarchicalReferences" },
    "hierarchical without subtypes": { referenceTypeId: "HierarchicalReferences", includeSubtypes: false },
    HasComponent: { referenceTypeId: "HasComponent", includeSubtypes: false },
    "HasProperty forward": { referenceTypeId: "HasProperty", browseDirection: BrowseDirection.Forward },
    HasTypeDefinition: { referenceTypeId: "HasTypeDefinition" },
    "Organizes inverse": { referenceTypeId: "Organizes", browseDirection: BrowseDirection.Inverse },
    Aggregates: { referenceTypeId: "Aggregates" },
    NonHierarchicalReferences: { referenceTypeId: "NonHierarchicalReferences" },
    "objects only": { nodeClassMask: NodeClassMask.Object },
    "variables only": { nodeClassMask: NodeClassMask.Variable },
    "types only": { nodeClassMask: NodeClassMask.ObjectType | NodeClassMask.VariableType },
    "methods only": { nodeClassMask: NodeClassMask.Method },
    "result mask 0": { resultMask: 0 },
    ...Object.fromEntries([1, 2, 4, 8, 16, 32].map((resultMask) => [`result mask ${resultMask}`, { resultMask }])),
    "a reference type that is none": { referenceTypeId: "i=85" },
    "an unknown reference type": { referenceTypeId: "i=999999" },
  };
  test.each(Object.entries(ways))("browsed: %s (OPC 10000-4 §5.9.2)", async (_, how) => {
    for (const path of paths)
      expect([path, await browse(virtual(path), how)]).toEqual([path, await browse(real(path), how)]);
  });

  test("read: every attribute, with and without range and encoding (OPC 10000-4 §5.11.2)", async () => {
    const attributes: AttributeIds[] = Array.from({ length: 27 }, (_, index) => index + 1);
    const hows = [
      {},
      { indexRange: "0" },
      { indexRange: "2:1" },
      { indexRange: "x" },
      { dataEncoding: { name: "Default Binary" } },
      { dataEncoding: { name: "Nonsense" } },
    ];
    for (const path of paths) {
      // The values of the two are compared below, where both are set; each method has a role of its own (methods.test.ts).
      const apart = [AttributeIds.Value, AttributeIds.NodeId, AttributeIds.UserExecutable];
      const wanted = attributes.filter((id) => !apart.includes(id));
      const read = async (nodeId: string): Promise<unknown> => {
        const nodes = hows.flatMap((how): ReadValueIdOptions[] =>
          wanted.map((attributeId) => ({ nodeId: coerceNodeId(nodeId), attributeId, ...how }) as ReadValueIdOptions),
        );
        const answers = await session.read(nodes, 0);
        return answers.map(({ statusCode, value }, index) => {
          const { attributeId, ...how } = nodes[index]!;
          return [attributeId, JSON.stringify({ ...how, nodeId: "" }), statusCode.name, neutral(value)];
        });
      };
      expect([path, await read(virtual(path))]).toEqual([path, await read(real(path))]);
    }
  });

  test("read: values, units and ranges, in each encoding and range", async () => {
    const at = new Date(SAMPLED_AT);
    const variable = eager.variables.get("P1/Connector1/MeterValues/Power.Active.Import")!;
    variable.setValueFromSource({ dataType: DataType.Double, value: 5 }, undefined, at);
    eager.variables.get("P1/ClientId")!.setValueFromSource({ dataType: DataType.String, value: "P1" }, undefined, at);
    const power = "P1/Connector1/MeterValues/Power.Active.Import";
    const hows = [
      {},
      { indexRange: "0" },
      { indexRange: "1" },
      { indexRange: "0:1" },
      { indexRange: "2:1" },
      { indexRange: "0,1" },
      { dataEncoding: { name: "Default Binary" } },
      { dataEncoding: { name: "Default XML" } },
      { dataEncoding: { name: "Nonsense" } },
    ];
    const lists = ["P1/GetConfiguration/InputArguments", "P1/Connector1/SetLimit/OutputArguments"];
    for (const path of [power, `${power}/EURange`, `${power}/EngineeringUnits`, "P1/ClientId", ...lists]) {
      const read = async (nodeId: string): Promise<unknown> =>
        (
          await session.read(
            hows.map(
              (how) =>
                ({ nodeId: coerceNodeId(nodeId), attributeId: AttributeIds.Value, ...how }) as ReadValueIdOptions,
            ),
          )
        ).map(({ statusCode, value }) => [statusCode.name, neutral(value)]);
      expect([path, await read(virtual(path))]).toEqual([path, await read(real(path))]);
    }
  });

  test.each(["0", "1", "2", "3", "4"])("read: timestamps to return %s", async (text) => {
    const path = "P1/Connector1/MeterValues/Power.Active.Import";
    const ask = async (nodeId: string): Promise<unknown> => {
      try {
        const response: any = await (session as any).performMessageTransaction(
          new (await import("node-opcua")).ReadRequest({
            nodesToRead: [{ nodeId, attributeId: AttributeIds.Value }],
            timestampsToReturn: Number(text),
            maxAge: 0x7fffffff,
          }),
        );
        const [result] = response.results;
        return [result.statusCode.name, result.sourceTimestamp?.getTime() ?? null, result.serverTimestamp === null];
      } catch (error) {
        return String(error).split("\n")[0];
      }
    };
    expect(await ask(virtual(path))).toEqual(await ask(real(path)));
  });

  test("translated: single and several steps, inverse, without reference type, dead ends (OPC 10000-4 §5.9.4)", async () => {
    const step = (name: string, more: object = {}): object => ({
      referenceTypeId: "i=33",
      isInverse: false,
      includeSubtypes: true,
      targetName: { name, namespaceIndex: 3 },
      ...more,
    });
    const relativePaths = [
      [step("State")],
      [step("State"), step("Connected")],
      [step("State", { includeSubtypes: false })],
      [step("State", { referenceTypeId: "i=47" }), step("Connected", { referenceTypeId: "i=47" })],
      [step("State", { referenceTypeId: "i=46" })],
      [step("State", { targetName: { name: "State", namespaceIndex: 0 } })],
      [step("State", { referenceTypeId: undefined })],
      [
        step("Connector1", { targetName: { name: "Connector1", namespaceIndex: 4 } }),
        step("MeterValues"),
        step("Current.Import"),
        step("L1"),
      ],
      [
        step("Connector1", { targetName: { name: "Connector1", namespaceIndex: 4 } }),
        step("MeterValues"),
        step("Power.Active.Import"),
        step("EURange", { targetName: { name: "EURange", namespaceIndex: 0 } }),
      ],
      [step("State"), step("P1", { isInverse: true, targetName: { name: "P1", namespaceIndex: 4 } }), step("Config")],
      [step("DeviceSet", { isInverse: true, targetName: { name: "DeviceSet", namespaceIndex: 2 } })],
      [step("ChargePointType", { referenceTypeId: "i=40" })],
      [step("Reset"), step("InputArguments", { targetName: { name: "InputArguments", namespaceIndex: 0 } })],
      [step("Reset", { referenceTypeId: "i=46" })],
      [
        step("Reset"),
        step("P1", { isInverse: true, targetName: { name: "P1", namespaceIndex: 4 } }),
        step("ClearCache"),
      ],
      [step("Nonsense")],
      [step("State"), step("Nonsense"), step("Connected")],
      [step("", { targetName: { name: "", namespaceIndex: 3 } })],
      [step("State"), step("", { targetName: { name: "", namespaceIndex: 0 } })],
      [],
    ];
    for (const elements of relativePaths) {
      const translate = async (startingNode: string): Promise<unknown> =>
        neutral(
          await session.translateBrowsePath({
            startingNode: coerceNodeId(startingNode),
            relativePath: { elements },
          } as never),
        );
      expect([elements, await translate(virtual("P1"))]).toEqual([elements, await translate(real("P1"))]);
    }
  });

  test("registered: its alias reads and unregisters like any other (OPC 10000-4 §5.9.5)", async () => {
    const path = "P1/State/Connected";
    const use = async (nodeId: string): Promise<unknown> => {
      const [alias] = await session.registerNodes([nodeId, `${nodeId}/Nonsense`]);
      const read = async (): Promise<string> =>
        (await session.read({ nodeId: alias!, attributeId: AttributeIds.BrowseName })).statusCode.name;
      const before = await read();
      await session.unregisterNodes([alias!]);
      return [alias!.namespace === coerceNodeId(nodeId).namespace, before, await read()];
    };
    expect(await use(virtual(path))).toEqual(await use(real(path)));
    expect(fed.ua.space.liveCount).toBe(0);
  });

  test("browsed in pieces: continuation points hold over virtual references (OPC 10000-4 §5.9.3)", async () => {
    const inPieces = async (nodeId: string): Promise<unknown[]> => {
      session.requestedMaxReferencesPerNode = 3;
      let { references, continuationPoint } = await session.browse(nodeId);
      const all = [...(references ?? [])];
      let pieces = 1;
      while (continuationPoint !== null && continuationPoint !== undefined && continuationPoint.length > 0) {
        ({ references, continuationPoint } = await session.browseNext(continuationPoint, false));
        all.push(...(references ?? []));
        pieces++;
      }
      session.requestedMaxReferencesPerNode = 10_000;
      expect(pieces).toBeGreaterThan(4);
      return sorted(all.filter(isShared));
    };
    expect(await inPieces(virtual("P1"))).toEqual(await inPieces(real("P1")));
  });

  test("written: every attribute of every node is refused with the same code, even to who may write (OPC 10000-4 §5.11.4)", async () => {
    const ids = [0, 1, 2, 3, 4, 5, 6, 12, 13, 14, 15, 16, 17, 18, 19, 20, 24, 27, 28, 99];
    const namespaces = [SITE, EAGER].map((index) => fed.ua.server.engine.addressSpace!.getNamespace(index));
    const granted = namespaces[0]!.getDefaultRolePermissions();
    for (const namespace of namespaces)
      namespace.setDefaultRolePermissions([{ roleId: WellKnownRoles.Observer, permissions: allPermissions }]);
    // Those of a single node would count before them.
    const own = paths
      .map((path) => fed.ua.server.engine.addressSpace!.findNode(real(path))!)
      .flatMap((node) => (node.rolePermissions === undefined ? [] : [{ node, permissions: node.rolePermissions }]));
    for (const { node } of own) node.setRolePermissions(undefined as never);
    for (const path of paths) {
      const write = async (nodeId: string): Promise<unknown> => {
        const codes = await session.write(
          ids.map((attributeId: AttributeIds) => {
            const dataType = attributeId === AttributeIds.Historizing ? DataType.Boolean : DataType.Double;
            const value = {
              value: new Variant({ dataType, value: attributeId === AttributeIds.Historizing ? true : 1 }),
            };
            return { nodeId: coerceNodeId(nodeId), attributeId, value };
          }),
        );
        return ids.map((id, index) => `${id} ${codes[index]!.name}`);
      };
      const answer = await write(virtual(path));
      expect([path, answer]).toEqual([path, await write(real(path))]);
      expect(answer).not.toContain("13 Good");
    }
    for (const namespace of namespaces) namespace.setDefaultRolePermissions(granted);
    for (const { node, permissions } of own) node.setRolePermissions(permissions);
  });

  test("written: a value that nobody may write is BadNotWritable", async () => {
    const code = await session.write({
      nodeId: coerceNodeId(virtual("P1/State/Connected")),
      attributeId: AttributeIds.Value,
      value: { value: new Variant({ dataType: DataType.Boolean, value: true }) },
    });
    expect(code.name).toBe("BadNotWritable");
  });

  test("called: methods that it does not have (OPC 10000-4 §5.12.2)", async () => {
    const call = async (objectId: string, methodId: string): Promise<string> =>
      (
        await session.call(
          new CallMethodRequest({ objectId: coerceNodeId(objectId), methodId: coerceNodeId(methodId) }),
        )
      ).statusCode.name;
    for (const [object, method] of [
      ["P1", "i=11492"],
      ["P1", "i=85"],
      ["P1", "i=999999"],
      ["P1/State/Connected", "i=11492"],
      ["P1/Nonsense", "i=11492"],
    ] as const)
      expect([object, method, await call(virtual(object), method)]).toEqual([
        object,
        method,
        await call(real(object), method),
      ]);
    expect(await call(virtual("P1"), virtual("P1/State"))).toBe(await call(real("P1"), real("P1/State")));
  });
});
