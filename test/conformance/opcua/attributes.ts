// Attribute Services (OPC 10000-4 §5.11).
import {
  AttributeIds,
  DataType,
  DataValue,
  NodeClass,
  NumericRange,
  ReadRequest,
  TimestampsToReturn,
  Variant,
  WriteRequest,
  type ReadResponse,
  type ReadValueIdOptions,
  type WriteResponse,
} from "node-opcua";
import { expect } from "vitest";
import {
  CHARGE_POINT,
  CLIENT_ID,
  CONNECTED,
  HEARTBEAT_INTERVAL,
  NOBODY,
  NOWHERE,
  POWER,
  node,
  type Site,
} from "./site.ts";
import { check, claimed, elsewhere, notClaimed, type Unit } from "./unit.ts";

async function read(
  site: Site,
  nodesToRead: ReadValueIdOptions[],
  timestampsToReturn = TimestampsToReturn.Both,
): Promise<DataValue[]> {
  const { results } = await site.ask<ReadResponse>(new ReadRequest({ nodesToRead, timestampsToReturn }));
  return results ?? [];
}

async function write(site: Site, nodeId: string, dataType: DataType, value: unknown, range?: string): Promise<string> {
  const request = new WriteRequest({
    nodesToWrite: [
      {
        nodeId: node(nodeId),
        attributeId: AttributeIds.Value,
        ...(range === undefined ? {} : { indexRange: new NumericRange(range) }),
        value: new DataValue({ value: new Variant({ dataType, value }) }),
      },
    ],
  });
  const { results } = await site.ask<WriteResponse>(request);
  return results?.[0]?.name ?? "";
}

const value = { nodeId: node(CONNECTED), attributeId: AttributeIds.Value };

/** Of a variable (OPC 10000-3 §5.6.2, Table 16), an object and a method: those that must be there. */
const mandatory: readonly (readonly [nodeId: string, attributes: readonly AttributeIds[]])[] = [
  [POWER, [1, 2, 3, 4, 13, 14, 15, 17, 18, 20]],
  [CHARGE_POINT, [1, 2, 3, 4, 12]],
  [`${CHARGE_POINT}/Reset`, [1, 2, 3, 4, 21, 22]],
  ["i=2253", [1, 2, 3, 4, 12]],
];

const attributeRead = claimed(
  "Attribute Read",
  check("every mandatory attribute of a variable, an object and a method", async (site) => {
    for (const [nodeId, attributes] of mandatory) {
      const answers = await read(
        site,
        attributes.map((attributeId) => ({ nodeId: node(nodeId), attributeId })),
      );
      expect(answers.map(({ statusCode }) => statusCode.name)).toEqual(attributes.map(() => "Good"));
    }
  }),
  check("each answer stands in the place of its question, whatever became of the others", async (site) => {
    const answers = await read(site, [
      value,
      { nodeId: node(NOWHERE), attributeId: AttributeIds.Value },
      { nodeId: node(NOBODY), attributeId: AttributeIds.NodeId },
      { nodeId: node(CHARGE_POINT), attributeId: AttributeIds.Value },
      { nodeId: node(CHARGE_POINT), attributeId: AttributeIds.NodeClass },
      { nodeId: node(CLIENT_ID), attributeId: AttributeIds.Value },
    ]);
    expect(answers.map(({ statusCode }) => statusCode.name)).toEqual([
      "Good",
      "BadNodeIdUnknown",
      "BadNodeIdUnknown",
      "BadAttributeIdInvalid",
      "Good",
      "Good",
    ]);
    expect([answers[0], answers[4], answers[5]].map((each) => each?.value.value as unknown)).toEqual([
      true,
      NodeClass.Object,
      "U1",
    ]);
  }),
  check("the timestamps that are asked for, and no others", async (site) => {
    for (const [asked, hasSource, hasServer] of [
      [TimestampsToReturn.Source, true, false],
      [TimestampsToReturn.Server, false, true],
      [TimestampsToReturn.Both, true, true],
      [TimestampsToReturn.Neither, false, false],
    ] as const) {
      const [answer] = await read(site, [value], asked);
      expect([answer?.sourceTimestamp instanceof Date, answer?.serverTimestamp instanceof Date]).toEqual([
        hasSource,
        hasServer,
      ]);
    }
  }),
  check("a negative maxAge, timestamps that do not exist, nothing to read", async (site) => {
    const nodesToRead = [value];
    expect(await site.codeOf(new ReadRequest({ nodesToRead, maxAge: -1 }))).toBe("BadMaxAgeInvalid");
    const timeless = new ReadRequest({ nodesToRead });
    timeless.timestampsToReturn = TimestampsToReturn.Invalid;
    expect(await site.codeOf(timeless)).toBe("BadTimestampsToReturnInvalid");
    expect(await site.codeOf(new ReadRequest({ nodesToRead: [] }))).toBe("BadNothingToDo");
  }),
  elsewhere("opcua/requestFaults.test.ts", "an encoding (OPC 10000-4 §5.11.2)"),
  elsewhere("opcua/requestFaults.test.ts", "a range (OPC 10000-4 §7.27)"),
);

const writeValues = claimed(
  "Attribute Write Values",
  check("a value of the variable's own type", async (site) => {
    expect(await write(site, HEARTBEAT_INTERVAL, DataType.UInt32, 60)).toBe("Good");
  }),
  check("what cannot be written says why", async (site) => {
    expect(await write(site, HEARTBEAT_INTERVAL, DataType.String, "60")).toBe("BadTypeMismatch");
    expect(await write(site, CONNECTED, DataType.Boolean, false)).toBe("BadNotWritable");
    expect(await write(site, NOWHERE, DataType.Boolean, false)).toBe("BadNodeIdUnknown");
    expect(await site.codeOf(new WriteRequest({ nodesToWrite: [] }))).toBe("BadNothingToDo");
  }),
  elsewhere("opcua/writes.test.ts", "is refused with a code, and commands nothing"),
  elsewhere("opcua/writeBounds.test.ts", "a Write that names more nodes than the server says is refused as a whole"),
);

export const attributes: readonly Unit[] = [
  attributeRead,
  writeValues,
  notClaimed("Attribute Write Index", "no array can be written: what is written is a command with one value"),
  notClaimed("Attribute Write StatusCode & Timestamp", "a command has neither; BadWriteNotSupported says so"),
];
