// What a client finds of how values are kept and calculated with (OPC 10000-11 §5.2), and that the processed reads do what it says.
import {
  AttributeIds,
  BrowseDirection,
  ReadAtTimeDetails,
  ReadProcessedDetails,
  coerceNodeId,
  type ReferenceDescription,
} from "node-opcua";
import { describe, expect, test } from "vitest";
import { aggregateNames } from "../../src/opcua/aggregates.ts";
import { nodeOfAggregate } from "../../src/opcua/historyWishes.ts";
import { CONNECTED, POWER, STATUS, at, useHistory } from "./historyInTest.ts";
import { site } from "./fixture.ts";

const served = useHistory();
const SERVER = "i=2253";
const CONFIGURATION_TYPE = "ns=0;i=2318";

async function below(nodeId: string, referenceTypeId: string): Promise<ReferenceDescription[]> {
  const { references } = await served.session.browse({
    nodeId,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId,
    includeSubtypes: true,
    resultMask: 63,
  });
  return references ?? [];
}

/** Where a client finds the configuration of a variable: its own, or else the default below the Server (§5.7.3). */
async function configurationOf(nodeId: string): Promise<ReferenceDescription> {
  const [own] = await below(nodeId, "HasHistoricalConfiguration");
  if (own !== undefined) return own;
  const ofServer = await below(SERVER, "Organizes");
  return ofServer.find(({ browseName }) => browseName.name === "DefaultHAConfiguration")!;
}

/** Values of the properties below, objects followed, by name. */
async function propertiesOf(nodeId: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const { nodeId: part, browseName } of await below(nodeId, "HasProperty")) {
    const { statusCode, value } = await served.session.read({ nodeId: part, attributeId: AttributeIds.Value });
    found[browseName.name ?? ""] = statusCode.name === "Good" ? (value.value as unknown) : statusCode.name;
  }
  for (const { nodeId: part, browseName } of await below(nodeId, "HasComponent"))
    if (browseName.name === "AggregateConfiguration") Object.assign(found, await propertiesOf(String(part)));
  return found;
}

const rules = { TreatUncertainAsBad: true, PercentDataBad: 100, PercentDataGood: 100, UseSlopedExtrapolation: false };

async function aggregatesOf(nodeId: string): Promise<string[]> {
  const { nodeId: configuration } = await configurationOf(nodeId);
  const parts = await below(String(configuration), "HasComponent");
  const folder = parts.find(({ browseName }) => browseName.name === "AggregateFunctions");
  return (await below(String(folder?.nodeId), "Organizes")).map(({ nodeId: aggregate }) => String(aggregate));
}

describe("the configuration of a variable with a history", () => {
  test.each<[string, string, string, boolean]>([
    ["an amount", POWER, "DefaultHAConfiguration", false],
    ["a state", STATUS, "HA Configuration", true],
    ["a truth value", CONNECTED, "HA Configuration", true],
    ["a number that is no amount", site("H1/Connector1/Transaction/TransactionId"), "HA Configuration", true],
  ])("of %s is found, and says how it is calculated with", async (_, nodeId, name, stepped) => {
    const configuration = await configurationOf(nodeId);
    expect([configuration.browseName.toString(), String(configuration.typeDefinition)]).toEqual([
      name,
      CONFIGURATION_TYPE,
    ]);
    expect(await propertiesOf(String(configuration.nodeId))).toMatchObject({ ...rules, Stepped: stepped });
  });

  test("of amounts says as well how long they are kept, and nothing that is not so", async () => {
    const { nodeId } = await configurationOf(POWER);
    expect(await propertiesOf(String(nodeId))).toEqual({
      ...rules,
      Stepped: false,
      ServerTimestampSupported: true,
      MaxTimeStoredValues: 90 * 86_400_000,
      StartOfArchive: new Date(at("5:00")),
      StartOfOnlineArchive: new Date(at("5:00")),
    });
    // That of events, of which there are none.
    const ofServer = await below(SERVER, "Organizes");
    const ofEvents = ofServer.find(({ browseName }) => browseName.name === "DefaultHEConfiguration");
    expect(await propertiesOf(String(ofEvents?.nodeId))).toEqual({
      StartOfArchive: "GoodNoData",
      StartOfOnlineArchive: "GoodNoData",
    });
  });

  test("is one for all: a variable without a history refers to none, and none is made for a charge point", async () => {
    expect(await below(site("H1/Connector1/Status/Info"), "HasHistoricalConfiguration")).toEqual([]);
    const ids = await Promise.all(
      [STATUS, CONNECTED].map(async (each) => String((await configurationOf(each)).nodeId)),
    );
    expect(new Set(ids)).toEqual(new Set(["ns=0;i=11202"]));
  });

  test("is reached by a path of BrowseNames", async () => {
    const steps = ["HA Configuration", "AggregateConfiguration", "PercentDataGood"];
    const relativePath = {
      elements: steps.map((name) => ({ referenceTypeId: "i=44", includeSubtypes: true, targetName: { name } })),
    };
    const { statusCode, targets } = await served.session.translateBrowsePath({
      startingNode: coerceNodeId(STATUS),
      relativePath,
    } as never);
    expect([statusCode.name, targets?.map(({ targetId }) => String(targetId))]).toEqual(["Good", ["ns=0;i=11206"]]);
  });
});

describe("what it says is so", () => {
  test.each([POWER, STATUS])("of %s: every aggregate that is listed is served, and no other", async (nodeId) => {
    const listed = await aggregatesOf(nodeId);
    expect(listed.length).toBeGreaterThan(0);
    const servedOnes: string[] = [];
    for (const name of aggregateNames) {
      const details = new ReadProcessedDetails({
        startTime: new Date(at("5:00")),
        endTime: new Date(at("5:06")),
        processingInterval: 60_000,
        aggregateType: [nodeOfAggregate(name)],
        aggregateConfiguration: { useServerCapabilitiesDefaults: true },
      });
      const { status } = await served.read(nodeId, details);
      if (status === "Good") servedOnes.push(nodeOfAggregate(name).toString());
      else expect([name, status]).toEqual([name, "BadAggregateNotSupported"]);
    }
    expect(listed.toSorted()).toEqual(servedOnes.toSorted());
  });

  test("between two samples a stepped one keeps its value and another one changes along a line", async () => {
    const reqTimes = [new Date(at("5:01"))];
    const [amount, state] = await Promise.all(
      [POWER, STATUS].map((nodeId) => served.read(nodeId, new ReadAtTimeDetails({ reqTimes, useSimpleBounds: false }))),
    );
    const [first] = (await served.read(STATUS, new ReadAtTimeDetails({ reqTimes: [new Date(at("5:00"))] }))).values!;
    expect([amount!.values![0]!.value.value, state!.values![0]!.value.value]).toEqual([110, first!.value.value]);
  });
});
