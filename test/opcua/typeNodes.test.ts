// What the running server shows of namespace 3 is what the published NodeSet says, attribute by attribute and reference by reference.
import {
  AttributeIds,
  BrowseDirection,
  NodeClass,
  StatusCodes,
  Variant,
  coerceNodeId,
  type ClientSession,
  type DataValue,
  type ReferenceDescription,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { occurrenceTypes, type OccurrenceType } from "../../src/datapoints/occurrences.ts";
import { connect, endpointOptions, startFed, temporaryFolder, type Connected, type Fed } from "./fixture.ts";
import { full } from "./fullTwin.ts";
import { readNodeSet, type FileNode } from "./nodeSetFile.ts";

const FILE_URIS = ["http://opcfoundation.org/UA/", "urn:ocpp-opcua:types", "http://opcfoundation.org/UA/DI/"];
const SITE = 4;
const HAS_TYPE_DEFINITION = "ns=0;i=40";
const HAS_MODELLING_RULE = "ns=0;i=37";
const occurrences = new Map(Object.entries<OccurrenceType>(occurrenceTypes));
const GENERATES_EVENT = "ns=0;i=41";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;
let nodes: readonly FileNode[];

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  fed.publish(undefined, full());
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
  const array = await session.read({ nodeId: "i=2255", attributeId: AttributeIds.Value });
  nodes = readNodeSet(FILE_URIS.map((uri) => (array.value.value as string[]).indexOf(uri)));
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

async function readAll(of: readonly FileNode[], attributeId: AttributeIds): Promise<DataValue[]> {
  return session.read(of.map(({ nodeId }) => ({ nodeId, attributeId })));
}

/** What the file says and what the server says, of every node, side by side. */
async function compare(
  of: readonly FileNode[],
  attributeId: AttributeIds,
  expected: (node: FileNode) => unknown,
  actual: (value: any) => unknown = (value) => value,
): Promise<void> {
  expect(of).not.toEqual([]);
  const answers = await readAll(of, attributeId);
  const said = answers.map(({ statusCode, value }, index) => [
    of[index]!.nodeId,
    of[index]!.browseName,
    statusCode.isGood() ? actual(value.value) : statusCode.name,
  ]);
  expect(said).toEqual(of.map((node) => [node.nodeId, node.browseName, expected(node)]));
}

const ofClass = (...classes: readonly string[]): FileNode[] =>
  nodes.filter(({ nodeClass }) => classes.includes(nodeClass));
const textOf = ({ text }: { text: string | null }): string => text ?? "";
const number = (node: FileNode, name: string, otherwise: number): number => Number(node.attributes[name] ?? otherwise);

interface Definition {
  readonly constructor: { readonly name: string };
  /** Values are Int64, of which ours need the lower half. */
  readonly fields: readonly { readonly name: string; readonly value: readonly [high: number, low: number] }[];
}

/** A value as nodeSetFile.ts shows it. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as unknown[], plain);
  if (typeof value !== "object" || value === null) return value;
  const name = value.constructor.name;
  if (name === "NodeId") return (value as { toString(): string }).toString();
  const { schema } = value as { schema?: { fields: { name: string }[] } };
  const fields = name === "LocalizedText" ? ["text"] : (schema?.fields ?? []).map((field) => field.name);
  return Object.fromEntries(
    fields.map((field) => [
      field,
      plain((value as Record<string, unknown>)[field]) ?? (field.endsWith("Dimensions") ? [] : ""),
    ]),
  );
}

describe("every node of the NodeSet is on the server as the file says", () => {
  test("its class and names", async () => {
    await compare(
      nodes,
      AttributeIds.NodeClass,
      ({ nodeClass }) => nodeClass,
      (value: NodeClass) => NodeClass[value],
    );
    await compare(nodes, AttributeIds.BrowseName, ({ browseName }) => browseName, String);
    await compare(nodes, AttributeIds.DisplayName, ({ displayName }) => displayName, textOf);
    await compare(nodes, AttributeIds.Description, ({ description }) => description, textOf);
  });

  test("no Attribute of it can be written", async () => {
    for (const mask of [AttributeIds.WriteMask, AttributeIds.UserWriteMask]) await compare(nodes, mask, () => 0);
  });

  test("a method can be executed, by whom its role lets: an observer commands nothing", async () => {
    await compare(ofClass("Method"), AttributeIds.Executable, () => true);
    await compare(ofClass("Method"), AttributeIds.UserExecutable, () => false);
  });

  test("whether a type is abstract, and whether an object notifies", async () => {
    await compare(
      ofClass("ObjectType", "DataType"),
      AttributeIds.IsAbstract,
      ({ attributes }) => attributes["IsAbstract"] === "true",
    );
    await compare(ofClass("Object"), AttributeIds.EventNotifier, (node) => number(node, "EventNotifier", 0));
  });

  test("DataType, rank, dimensions and history of a variable", async () => {
    const variables = ofClass("Variable");
    await compare(variables, AttributeIds.DataType, ({ dataType }) => dataType, String);
    await compare(variables, AttributeIds.ValueRank, (node) => number(node, "ValueRank", -1));
    await compare(
      variables,
      AttributeIds.ArrayDimensions,
      ({ attributes }) => attributes["ArrayDimensions"] ?? "",
      (lengths: Uint32Array | null) => Array.from(lengths ?? []).join(","),
    );
    await compare(variables, AttributeIds.Historizing, ({ attributes }) => attributes["Historizing"] === "true");
    await compare(variables, AttributeIds.MinimumSamplingInterval, (node) =>
      number(node, "MinimumSamplingInterval", 0),
    );
  });

  test("AccessLevel says what instances have; nobody writes the variable of a type (OPC 10000-3 §5.6.2)", async () => {
    const variables = ofClass("Variable");
    await compare(variables, AttributeIds.AccessLevel, (node) => number(node, "AccessLevel", 1));
    await compare(variables, AttributeIds.AccessLevelEx, (node) => number(node, "AccessLevel", 1));
    await compare(variables, AttributeIds.UserAccessLevel, () => 1);
    const before = await readAll(variables, AttributeIds.Value);
    const shown = before.map(({ value }) => plain(value.value));
    const codes = await session.write(
      variables.map(({ nodeId }, index) => ({
        nodeId: coerceNodeId(nodeId),
        attributeId: AttributeIds.Value,
        value: { value: new Variant(before[index]!.value) },
      })),
    );
    expect(new Set(codes)).toEqual(new Set([StatusCodes.BadUserAccessDenied]));
    const after = await readAll(variables, AttributeIds.Value);
    expect(after.map(({ value }) => plain(value.value))).toEqual(shown);
  });

  test("the value of a property: units, ranges, texts of enumerations, arguments", async () => {
    const withValue = ofClass("Variable").filter(({ value }) => value !== undefined);
    await compare(withValue, AttributeIds.Value, ({ value }) => value, plain);
    const without = ofClass("Variable").filter(({ value }) => value === undefined);
    const answers = await readAll(without, AttributeIds.Value);
    // What has no value in the file shows nothing but the default of its DataType.
    const defaults = ["", 0, false, "1601-01-01T00:00:00Z", null];
    expect(new Set(answers.map(({ value }) => plain(value.value)))).toEqual(new Set(defaults));
  });

  test("the fields of an enumeration (OPC 10000-3 §8.50)", async () => {
    await compare(
      ofClass("DataType"),
      AttributeIds.DataTypeDefinition,
      ({ fields }) => fields,
      ({ constructor: { name: kind }, fields }: Definition) => {
        expect(kind).toBe("EnumDefinition");
        return fields.map(({ name, value: [, low] }) => [name, low]);
      },
    );
  });

  test("every argument has a description", () => {
    const lists = nodes.filter(({ browseName }) => ["InputArguments", "OutputArguments"].includes(browseName));
    expect(lists.length).toBeGreaterThan(50);
    for (const { nodeId, value } of lists)
      for (const { name, description } of value as { name: string; description: { text: string } }[])
        expect([nodeId, name, description.text]).toEqual([nodeId, name, expect.stringMatching(/\S/u)]);
  });
});

/** Every reference of a node as the server answers it, both ways. */
async function browseAll(ids: readonly string[]): Promise<ReferenceDescription[][]> {
  const results = await session.browse(
    ids.map((nodeId) => ({
      nodeId,
      browseDirection: BrowseDirection.Both,
      includeSubtypes: true,
      nodeClassMask: 0,
      resultMask: 63,
    })),
  );
  return results.map(({ references }) => references ?? []);
}

const textOfReference = (type: string, isForward: boolean, target: string): string =>
  `${type} ${isForward ? "->" : "<-"} ${target}`;

describe("every reference of the NodeSet is on the server, and no other", () => {
  test("both ways, also where the file says only one", async () => {
    const own = new Set(nodes.map(({ nodeId }) => nodeId));
    const expected = new Map(nodes.map(({ nodeId }) => [nodeId, new Set<string>()]));
    for (const { nodeId, references } of nodes)
      for (const { type, isForward, target } of references) {
        expected.get(nodeId)!.add(textOfReference(type, isForward, target));
        if (own.has(target)) expected.get(target)!.add(textOfReference(type, !isForward, nodeId));
      }
    const answers = await browseAll([...own]);
    for (const [index, { nodeId, browseName }] of nodes.entries()) {
      const said = answers[index]!.filter(({ nodeId: target }) => target.namespace !== SITE).map(
        ({ referenceTypeId, isForward, nodeId: target }) =>
          textOfReference(String(referenceTypeId), isForward, String(target)),
      );
      // From a type to its instances no server need lead (OPC 10000-3 §7.13).
      const wanted = [...expected.get(nodeId)!].filter((text) => !text.startsWith(`${HAS_TYPE_DEFINITION} <-`));
      const told = said.filter((text) => !text.startsWith(`${HAS_TYPE_DEFINITION} <-`));
      expect([nodeId, browseName, told.toSorted()]).toEqual([nodeId, browseName, wanted.toSorted()]);
    }
  });

  test("also from what OPC UA and DI define to our types", async () => {
    const own = new Set(nodes.map(({ nodeId }) => nodeId));
    const outward = nodes.flatMap(({ nodeId, references }) =>
      references
        .filter(({ type, target }) => !own.has(target) && type !== HAS_TYPE_DEFINITION && type !== HAS_MODELLING_RULE)
        .map((reference) => ({ ...reference, source: nodeId })),
    );
    expect(outward.length).toBeGreaterThan(5);
    const answers = await browseAll(outward.map(({ target }) => target));
    for (const [index, { type, isForward, target, source }] of outward.entries())
      expect([
        target,
        answers[index]!.map((r) => textOfReference(String(r.referenceTypeId), r.isForward, String(r.nodeId))),
      ]).toEqual([target, expect.arrayContaining([textOfReference(type, !isForward, source)])]);
  });

  test("describes its target: class, names, type definition (OPC 10000-4 §7.29)", async () => {
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    const answers = await browseAll([...byId.keys()]);
    for (const { nodeId, nodeClass, browseName, displayName, typeDefinition } of answers.flat()) {
      const node = byId.get(String(nodeId));
      if (node === undefined) continue;
      const [type] = node.references.filter((reference) => reference.type === HAS_TYPE_DEFINITION);
      const isInstance = ["Object", "Variable"].includes(node.nodeClass);
      expect([
        String(nodeId),
        NodeClass[nodeClass],
        String(browseName),
        displayName.text,
        String(typeDefinition),
      ]).toEqual([
        node.nodeId,
        node.nodeClass,
        node.browseName,
        node.displayName,
        isInstance ? type?.target : "ns=0;i=0",
      ]);
    }
  });

  test("charge points, connectors and their folder name the events that they raise (OPC 10000-3 §7.15)", async () => {
    const named = (name: string): FileNode => nodes.find(({ browseName }) => browseName === `3:${name}`)!;
    const types = nodes.filter(
      ({ nodeClass, browseName }) => nodeClass === "ObjectType" && browseName.endsWith("EventType"),
    );
    const ofConnectors = types.filter(
      ({ browseName }) => occurrences.get(browseName.slice(2))?.isOfChargePoint !== true,
    );
    const sources = ["ChargePointType", "ChargePointFolderType", "ConnectorType"].map(named);
    const answers = await browseAll(sources.map(({ nodeId }) => nodeId));
    const raised = answers.map((references) =>
      references
        .filter(({ referenceTypeId }) => String(referenceTypeId) === GENERATES_EVENT)
        .map(({ browseName }) => String(browseName)),
    );
    const expected = [types, types, ofConnectors].map((list) => list.map(({ browseName }) => browseName));
    expect(raised).toEqual(expected);
    expect(ofConnectors.length).toBeLessThan(types.length);
  });
});
