// One charge point as a client sees it that browses a tree: every reference has its counterpart, leads to a place only once, and every node
// is what its type declares.
import {
  AttributeIds,
  BrowseDirection,
  NodeClass,
  type ClientSession,
  type DataValue,
  type ReferenceDescription,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  connect,
  endpointOptions,
  noCommands,
  startFed,
  temporaryFolder,
  type Connected,
  type Fed,
} from "./fixture.ts";
import { full } from "./fullTwin.ts";
import { Kept } from "./historyInTest.ts";

const FOLDER = "ns=4;s=/ChargePoints";
const DEVICE_SET = "ns=2;i=5001";
const TYPES = 3;
const SITE = 4;
const HAS_TYPE_DEFINITION = "ns=0;i=40";
const HAS_MODELLING_RULE = "ns=0;i=37";
/** Leads to no child (OPC 10000-9 §5.12). */
const HAS_CONDITION = "ns=0;i=9006";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;
/** All references of the charge point, its connectors, all their children and whatever is next to them. */
let references: ReadonlyMap<string, readonly ReferenceDescription[]>;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path), noCommands, new Kept());
  fed.publish(undefined, full());
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
  references = await walk();
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

const isSite = (nodeId: { namespace: number }): boolean => nodeId.namespace === SITE;

/** Browses what is reached from the charge point, a few references at a time, so that BrowseNext has its part. */
async function walk(): Promise<Map<string, ReferenceDescription[]>> {
  session.requestedMaxReferencesPerNode = 7;
  const seen = new Map<string, ReferenceDescription[]>();
  const waiting = ["ns=4;s=CP001", FOLDER, DEVICE_SET];
  for (const nodeId of waiting) {
    if (seen.has(nodeId)) continue;
    const found = await browse(nodeId);
    seen.set(nodeId, found);
    waiting.push(...found.filter((reference) => isSite(reference.nodeId)).map((reference) => String(reference.nodeId)));
  }
  session.requestedMaxReferencesPerNode = 10_000;
  return seen;
}

async function browse(nodeId: string): Promise<ReferenceDescription[]> {
  const first = await session.browse({
    nodeId,
    browseDirection: BrowseDirection.Both,
    includeSubtypes: true,
    nodeClassMask: 0,
    resultMask: 63,
  });
  const all = [...(first.references ?? [])];
  for (let { continuationPoint } = first; continuationPoint !== null && continuationPoint?.length > 0;) {
    const next = await session.browseNext(continuationPoint, false);
    all.push(...(next.references ?? []));
    continuationPoint = next.continuationPoint;
  }
  return all;
}

const told = ({ referenceTypeId, isForward, nodeId }: ReferenceDescription): string =>
  `${String(referenceTypeId)} ${isForward ? "->" : "<-"} ${String(nodeId)}`;

describe("the references of a charge point, its connectors and all below them", () => {
  test("are there at both ends (OPC 10000-3 §4.3.3)", () => {
    expect(references.size).toBeGreaterThan(300);
    const lists = new Map([...references].map(([nodeId, list]) => [nodeId, new Set(list.map(told))]));
    for (const [nodeId, list] of references)
      for (const { referenceTypeId, isForward, nodeId: target } of list) {
        const back = lists.get(String(target));
        // Of what is not the site's own, the folder's neighbours and DeviceSet's and the types, typeNodes.test.ts tells.
        if (back === undefined && !isSite(target)) continue;
        const expected = `${String(referenceTypeId)} ${isForward ? "<-" : "->"} ${nodeId}`;
        expect([String(target), back?.has(expected) ? expected : [...(back ?? [])]]).toEqual([
          String(target),
          expected,
        ]);
      }
  });

  test("are each told once, also in pieces (OPC 10000-4 §5.9.3)", () => {
    for (const [nodeId, list] of references)
      expect([nodeId, new Set(list.map(told)).size]).toEqual([nodeId, list.length]);
  });

  test("lead to each node by one hierarchical reference from one place, so that a tree shows it once there", async () => {
    for (const nodeId of references.keys()) {
      const { references: below } = await session.browse({
        nodeId,
        browseDirection: BrowseDirection.Forward,
        referenceTypeId: "HierarchicalReferences",
        includeSubtypes: true,
        nodeClassMask: 0,
        resultMask: 63,
      });
      const targets = (below ?? []).map(({ nodeId: target }) => String(target));
      expect([nodeId, targets.length]).toEqual([nodeId, new Set(targets).size]);
    }
  });

  test("lead to every node below from exactly one node, and to a charge point from the folder and DeviceSet", () => {
    for (const [nodeId, list] of references) {
      if (!isSite(idOf(nodeId)) || nodeId.startsWith("ns=4;s=/")) continue;
      const parents = list
        .filter(({ isForward, referenceTypeId }) => !isForward && String(referenceTypeId) !== HAS_CONDITION)
        .map(({ nodeId: parent }) => String(parent));
      const expected = nodeId === "ns=4;s=CP001" ? [FOLDER, DEVICE_SET] : [nodeId.slice(0, nodeId.lastIndexOf("/"))];
      expect([nodeId, parents.toSorted()]).toEqual([nodeId, expected.toSorted()]);
    }
  });

  test("describe their target as it describes itself (OPC 10000-4 §7.29)", async () => {
    for (const { nodeId, nodeClass, browseName, displayName, typeDefinition } of [...references.values()].flat()) {
      if (!isSite(nodeId)) continue;
      const [itsClass, itsName, itsDisplayName] = await readAll(String(nodeId), [
        AttributeIds.NodeClass,
        AttributeIds.BrowseName,
        AttributeIds.DisplayName,
      ]);
      const isMethod = NodeClass[nodeClass] === "Method";
      const types = (references.get(String(nodeId)) ?? []).filter(isTypeDefinition).map((r) => String(r.nodeId));
      expect([String(nodeId), nodeClass, String(browseName), displayName.text, String(typeDefinition)]).toEqual([
        String(nodeId),
        itsClass,
        String(itsName),
        (itsDisplayName as { text: string }).text,
        isMethod ? "ns=0;i=0" : types[0],
      ]);
      expect(types.length).toBe(isMethod ? 0 : 1);
    }
  });
});

const isTypeDefinition = ({ referenceTypeId }: ReferenceDescription): boolean =>
  String(referenceTypeId) === HAS_TYPE_DEFINITION;

function idOf(text: string): { namespace: number } {
  return { namespace: Number(/^ns=(\d+)/u.exec(text)?.[1]) };
}

async function readAll(nodeId: string, ids: readonly AttributeIds[]): Promise<unknown[]> {
  const answers: DataValue[] = await session.read(ids.map((attributeId) => ({ nodeId, attributeId })));
  return answers.map(({ statusCode, value }) => (statusCode.isGood() ? (value.value as unknown) : statusCode.name));
}

interface Declared {
  /** NodeId of the declaration. */
  readonly declaration: string;
  /** Below the instance. */
  readonly path: string;
  readonly isMandatory: boolean;
  /** From its parent. */
  readonly referenceType: string;
}

/** What a type declares below an instance of it; placeholders and what objects of other types have are left out. */
async function declaredBy(typeId: string, path = ""): Promise<Declared[]> {
  const found: Declared[] = [];
  for (const { nodeId, isForward, referenceTypeId, browseName } of await browse(typeId)) {
    const target = String(nodeId);
    const name = browseName.name ?? "";
    if (!isForward || nodeId.namespace !== TYPES || name.startsWith("<")) continue;
    if (!["ns=0;i=46", "ns=0;i=47", "ns=0;i=35"].includes(String(referenceTypeId))) continue;
    const rules = (await browse(target)).filter((r) => String(r.referenceTypeId) === HAS_MODELLING_RULE);
    const isMandatory = rules.some(({ browseName: rule }) => rule.name === "Mandatory");
    const own = `${path}/${name}`;
    found.push({ declaration: target, path: own, isMandatory, referenceType: String(referenceTypeId) });
    found.push(...(await declaredBy(target, own)));
  }
  return found;
}

describe("an instance is what its type declares (OPC 10000-3 §6.2.6)", () => {
  const compared = [
    AttributeIds.NodeClass,
    AttributeIds.BrowseName,
    AttributeIds.DisplayName,
    AttributeIds.Description,
    AttributeIds.DataType,
    AttributeIds.ValueRank,
    AttributeIds.ArrayDimensions,
    AttributeIds.AccessLevel,
    AttributeIds.Historizing,
    AttributeIds.Executable,
    AttributeIds.UserExecutable,
  ];

  test.each([
    ["CP001", "ChargePointType", 80],
    ["CP001/Connector1", "ConnectorType", 60],
    ["CP001/Connector1/MeterValues", "MeterValuesType", 10],
    ["/ChargePoints", "ChargePointFolderType", 10],
    ["/Bridge", "BridgeType", 10],
  ])("%s of %s", async (path, typeName, atLeast) => {
    const instance = `ns=4;s=${path}`;
    const [type] = (await browse(instance)).filter(isTypeDefinition);
    expect(String(type?.browseName)).toBe(`${TYPES}:${typeName}`);
    let there = 0;
    const absent: string[] = [];
    for (const { declaration, path: below, isMandatory, referenceType } of await declaredBy(String(type?.nodeId))) {
      const nodeId = instance + below;
      const exists = (await readAll(nodeId, [AttributeIds.NodeId]))[0] !== "BadNodeIdUnknown";
      if (!exists) {
        const isParentAbsent = absent.some((parent) => nodeId.startsWith(`${parent}/`));
        expect([nodeId, isMandatory && !isParentAbsent]).toEqual([nodeId, false]);
        absent.push(nodeId);
        continue;
      }
      there++;
      expect([nodeId, await readAll(nodeId, compared)]).toEqual([nodeId, await readAll(declaration, compared)]);
      const [ofInstance, ofDeclaration] = [await browse(nodeId), await browse(declaration)];
      const typeOf = (list: readonly ReferenceDescription[]): unknown => list.filter(isTypeDefinition).map(told);
      expect([nodeId, typeOf(ofInstance)]).toEqual([nodeId, typeOf(ofDeclaration)]);
      const parent = nodeId.slice(0, nodeId.lastIndexOf("/"));
      expect(ofInstance.map(told)).toContain(`${referenceType} <- ${parent}`);
      if (/\/(?:InputArguments|OutputArguments|EngineeringUnits|EURange)$/u.test(below)) {
        const [ofIt, ofType] = [await readAll(nodeId, [13]), await readAll(declaration, [13])];
        expect([nodeId, JSON.stringify(ofIt)]).toEqual([nodeId, JSON.stringify(ofType)]);
      }
    }
    expect(there).toBeGreaterThanOrEqual(atLeast);
  });
});
