// Encodings, ranges, events and registered nodes: the codes that OPC 10000-4 names, for virtual nodes and for the library's own.
import {
  AttributeIds,
  BrowsePath,
  CreateMonitoredItemsRequest,
  DataType,
  EventFilter,
  MonitoringMode,
  NumericRange,
  QualifiedName,
  TimestampsToReturn,
  coerceNodeId,
  type ClientSession,
  type CreateMonitoredItemsResponse,
  type ReadValueIdOptions,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  startFed,
  temporaryFolder,
  twinOf,
  withSamples,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

const VOLTAGE = "ns=4;s=R1/Connector1/MeterValues/Voltage";
const CONNECTED = "ns=4;s=R1/State/Connected";
const TEXT = "ns=4;s=R1/ClientId";
const LOCALIZED = "ns=4;s=R1/Manufacturer";
/** Nodes of the library: ServerStatus (a structure), its State (an enumeration), ServerArray (texts), ProductName. */
const STATUS = "i=2256";
const STATE = "i=2259";
const SERVERS = "i=2254";
const PRODUCT = "i=2261";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  const twin = withState(twinOf("R1"), "Connected");
  const named = { ...twin, identity: { ...twin.identity, vendor: "Acme" } } as typeof twin;
  fed.publish(undefined, withSamples(named, 1, [{ measurand: "Voltage", value: 230 }]));
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

type Asked = Pick<ReadValueIdOptions, "indexRange" | "dataEncoding">;

async function read(nodeId: string, asked: Asked, attributeId = AttributeIds.Value): Promise<[string, unknown]> {
  const node = { nodeId: coerceNodeId(nodeId), attributeId, ...asked };
  const { statusCode, value } = await session.read(node as ReadValueIdOptions);
  return [statusCode.name, value.dataType === DataType.Null ? null : value.value];
}

interface Monitored {
  readonly attributeId: AttributeIds;
  readonly filter: EventFilter | null;
}
const VALUE: Monitored = { attributeId: AttributeIds.Value, filter: null };

async function statusOfItem(nodeId: string, asked: Asked, { attributeId, filter } = VALUE): Promise<string> {
  const subscription = await session.createSubscription2({ requestedPublishingInterval: 50 });
  const request = new CreateMonitoredItemsRequest({
    subscriptionId: subscription.subscriptionId,
    timestampsToReturn: TimestampsToReturn.Both,
    itemsToCreate: [
      {
        itemToMonitor: { nodeId: coerceNodeId(nodeId), attributeId, ...asked },
        monitoringMode: MonitoringMode.Reporting,
        requestedParameters: { clientHandle: 1, samplingInterval: 0, queueSize: 1, filter },
      },
    ],
  });
  const raw = session as unknown as { performMessageTransaction(asked: object): Promise<CreateMonitoredItemsResponse> };
  const { results } = await raw.performMessageTransaction(request);
  await subscription.terminate();
  return results?.[0]?.statusCode.name ?? "";
}

const encoding = (name: string, namespaceIndex = 0): Asked => ({
  dataEncoding: new QualifiedName({ name, namespaceIndex }),
});
const range = (text: string): Asked => ({ indexRange: new NumericRange(text) });

describe("an encoding (OPC 10000-4 §5.11.2)", () => {
  const structures = [`${VOLTAGE}/EURange`, `${VOLTAGE}/EngineeringUnits`, STATUS];
  const others = [VOLTAGE, CONNECTED, TEXT, LOCALIZED, STATE, SERVERS, PRODUCT];
  const cases: (readonly [nodeId: string, asked: Asked, code: string])[] = [
    ...structures.flatMap((nodeId) => [
      [nodeId, encoding("Default Binary"), "Good"] as const,
      [nodeId, encoding("Default XML"), "BadDataEncodingUnsupported"] as const,
      [nodeId, encoding("Default JSON"), "BadDataEncodingUnsupported"] as const,
      [nodeId, encoding("DefaultBinary"), "BadDataEncodingInvalid"] as const,
      [nodeId, encoding("Default Binary", 1), "BadDataEncodingInvalid"] as const,
      [nodeId, encoding(""), "Good"] as const,
    ]),
    ...others.flatMap((nodeId) =>
      ["Default Binary", "Default XML", "Nonsense"].map(
        (name) => [nodeId, encoding(name), "BadDataEncodingInvalid"] as const,
      ),
    ),
  ];
  test.each(cases)("of %s as %j: %s, to read and to monitor", async (nodeId, asked, code) => {
    const [status, value] = await read(nodeId, asked);
    expect(status).toBe(code);
    // The time in ServerStatus moves on between two reads.
    if (code === "Good")
      expect(value).toMatchObject(nodeId === STATUS ? { state: 0 } : ((await read(nodeId, {}))[1] as object));
    else expect(value).toBeNull();
    expect(await statusOfItem(nodeId, asked)).toBe(code);
  });

  test("counts for nothing where there is no node or no value", async () => {
    const asked = encoding("Default Binary");
    expect(await read("ns=4;s=R1/Nonsense", asked)).toEqual(["BadNodeIdUnknown", null]);
    expect(await read("ns=4;s=R1", asked)).toEqual(["BadAttributeIdInvalid", null]);
    expect(await statusOfItem("ns=4;s=R1/Nonsense", asked)).toBe("BadNodeIdUnknown");
  });
});

describe("a range (OPC 10000-4 §7.27)", () => {
  test.each([
    [CONNECTED, "0:1", "BadIndexRangeNoData", null],
    [CONNECTED, "0", "BadIndexRangeNoData", null],
    [CONNECTED, "2:1", "BadIndexRangeInvalid", null],
    [VOLTAGE, "0:1", "BadIndexRangeNoData", null],
    [`${VOLTAGE}/EURange`, "0", "BadIndexRangeNoData", null],
    [STATE, "0:1", "BadIndexRangeNoData", null],
    [STATUS, "0", "BadIndexRangeNoData", null],
    [TEXT, "0", "Good", "R"],
    [TEXT, "0:1", "Good", "R1"],
    [TEXT, "1:9", "Good", "1"],
    [TEXT, "7:9", "BadIndexRangeNoData", null],
    [TEXT, "7", "BadIndexRangeNoData", null],
    [TEXT, "0,1", "BadIndexRangeNoData", null],
    [PRODUCT, "0:3", "Good", "ocpp"],
    [PRODUCT, "70:90", "BadIndexRangeNoData", null],
    [SERVERS, "5", "BadIndexRangeNoData", null],
  ])("of %s at %s: %s %j", async (nodeId, text, code, value) => {
    expect(await read(nodeId, range(text))).toEqual([code, value]);
  });

  test.each([
    [CONNECTED, "0:1", "BadIndexRangeNoData"],
    [`${VOLTAGE}/EURange`, "0", "BadIndexRangeNoData"],
    [STATE, "0:1", "BadIndexRangeNoData"],
    [TEXT, "0:1", "Good"],
    [TEXT, "70:90", "Good"],
    [SERVERS, "0", "Good"],
  ])("to monitor of %s at %s: %s", async (nodeId, text, code) => {
    expect(await statusOfItem(nodeId, range(text))).toBe(code);
  });

  test("beyond a monitored text is told as no data, without a value", async () => {
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 50,
      publishingEnabled: true,
      requestedMaxKeepAliveCount: 20,
      requestedLifetimeCount: 200,
    });
    const item = await subscription.monitor(
      { nodeId: TEXT, attributeId: AttributeIds.Value, indexRange: new NumericRange("70:90") },
      { samplingInterval: 0, queueSize: 10, discardOldest: true },
      TimestampsToReturn.Both,
    );
    const seen: unknown[] = [];
    item.on("changed", ({ statusCode, value }) => seen.push([statusCode.name, DataType[value.dataType]]));
    await eventually(() => seen.length === 1);
    expect(seen).toEqual([["BadIndexRangeNoData", "Null"]]);
    await subscription.terminate();
  });
});

describe("the events (OPC 10000-4 §5.13.1)", () => {
  const filter = new EventFilter({ selectClauses: [{ browsePath: [{ name: "EventId" }] }] });
  test.each([
    ["a virtual variable", VOLTAGE, "BadAttributeIdInvalid"],
    ["a property of one", `${VOLTAGE}/EURange`, "BadAttributeIdInvalid"],
    ["a variable of the library", STATUS, "BadAttributeIdInvalid"],
    ["an object type", "i=58", "BadAttributeIdInvalid"],
    ["a charge point", "ns=4;s=R1", "Good"],
    ["a connector", "ns=4;s=R1/Connector1", "Good"],
    ["a group of a charge point", "ns=4;s=R1/State", "BadNotSupported"],
    ["the folder of charge points", "ns=4;s=/ChargePoints", "Good"],
    ["the bridge", "ns=4;s=/Bridge", "Good"],
    ["the list of id tags", "ns=4;s=/IdTags", "BadNotSupported"],
    ["an object of the library", "i=2268", "BadNotSupported"],
    ["a node that does not exist", "ns=4;s=R1/Nonsense", "BadNodeIdUnknown"],
    ["Server", "i=2253", "Good"],
  ])("of %s (%s): %s", async (_, nodeId, code) => {
    expect(await statusOfItem(nodeId, {}, { attributeId: AttributeIds.EventNotifier, filter })).toBe(code);
  });
});

describe("a registered node (OPC 10000-4 §5.9.5)", () => {
  test.each([CONNECTED, "i=2256", "ns=2;i=5001"])("%s serves in every service", async (nodeId) => {
    const [alias] = await session.registerNodes([nodeId]);
    expect((await session.read({ nodeId: alias!, attributeId: AttributeIds.NodeClass })).statusCode.name).toBe("Good");
    expect((await session.browse(alias!.toString())).statusCode.name).toBe("Good");
    const path = new BrowsePath({ startingNode: alias!, relativePath: { elements: [] } });
    expect((await session.translateBrowsePath(path)).statusCode.name).not.toBe("BadNodeIdUnknown");
    if (nodeId !== "ns=2;i=5001") expect(await statusOfItem(alias!.toString(), {})).toBe("Good");
    await session.unregisterNodes([alias!]);
  });

  test("that does not exist is given back as it was", async () => {
    const [alias] = await session.registerNodes(["ns=4;s=R1/Nonsense"]);
    expect(alias!.toString()).toBe("ns=4;s=R1/Nonsense");
    expect((await readValue(session, "R1/Nonsense")).statusCode.name).toBe("BadNodeIdUnknown");
  });
});
