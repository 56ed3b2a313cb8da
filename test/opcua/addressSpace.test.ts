// The address space as it is promised to SCADA engineers: every name, type and unit of the point list, found by NodeId.
import {
  AttributeIds,
  BrowseDirection,
  TimestampsToReturn,
  constructEventFilter,
  type ClientSession,
  type ModelChangeStructureDataType,
  type Variant,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyMeter } from "../../src/twin/twin.ts";
import {
  SAMPLED_AT,
  connect,
  endpointOptions,
  eventually,
  readValue,
  site,
  startFed,
  temporaryFolder,
  twinOf,
  withConnector,
  withSamples,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";
import { full } from "./fullTwin.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  fed.publish(undefined, full());
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

/** Path, DataType, value. */
const points: readonly (readonly [path: string, dataType: string, value: unknown])[] = [
  ["ClientId", "String", "CP001"],
  ["Common/ConnState", "3:ConnState", 2],
  ["State/Connected", "Boolean", true],
  ["State/LastHeartbeat", "DateTime", new Date(SAMPLED_AT)],
  ["State/LastMessage", "DateTime", new Date(SAMPLED_AT)],
  ["State/ConnectedSince", "DateTime", new Date(SAMPLED_AT)],
  ["State/DiagnosticsStatusNotification", "3:DiagnosticsStatus", 4],
  ["State/FirmwareStatusNotification", "3:FirmwareStatus", 6],
  ["State/Status", "3:ChargePointStatus", 1],
  ["State/ErrorCode", "3:ChargePointErrorCode", undefined],
  ["State/Info", "String", "i"],
  ["State/VendorId", "String", "v"],
  ["State/VendorErrorCode", "String", "e"],
  ["State/Timestamp", "DateTime", new Date(SAMPLED_AT)],
  ["State/RemoteAddress", "String", "10.0.0.7"],
  ["State/SecurityProfile", "Int32", 1],
  ["State/OcppVersion", "String", "1.6"],
  ["State/ClockOffset", "Double", -1.5],
  ["State/LastDataTransfer", "String", "{}"],
  ["Config/RegistrationStatus", "3:RegistrationStatus", 1],
  ["Config/HeartbeatInterval", "UInt32", 300],
  ["Identification/Vendor", "String", "V"],
  ["Identification/Model", "String", "M"],
  ["Identification/SerialNumber", "String", "S"],
  ["Identification/ChargeBoxSerialNumber", "String", "B"],
  ["Identification/FirmwareVersion", "String", "F"],
  ["Identification/Iccid", "String", "I"],
  ["Identification/Imsi", "String", "J"],
  ["Identification/MeterType", "String", "T"],
  ["Identification/MeterSerialNumber", "String", "N"],
  ["Manufacturer", "LocalizedText", expect.objectContaining({ text: "V" })],
  ["Model", "LocalizedText", expect.objectContaining({ text: "M" })],
  ["SerialNumber", "String", "S"],
  ["SoftwareRevision", "String", "F"],
  ["RevisionCounter", "Int32", -1],
  ["NodeVersion", "String", expect.any(String)],
  ["Connector1/Status/Status", "3:ChargePointStatus", 3],
  ["Connector1/Status/ErrorCode", "3:ChargePointErrorCode", undefined],
  ["Connector1/Status/Info", "String", "i"],
  ["Connector1/Status/Timestamp", "DateTime", new Date(SAMPLED_AT)],
  ["Connector1/Status/VendorId", "String", "v"],
  ["Connector1/Status/VendorErrorCode", "String", "e"],
  ["Connector1/MeterValues/Energy.Active.Import.Register", "Double", 9000],
  ["Connector1/MeterValues/Current.Import", "Double", 48],
  ["Connector1/MeterValues/Current.Import/L1", "Double", 16],
  ["Connector1/MeterValues/Voltage/L1-L2", "Double", 400],
  ["Connector1/MeterValues/Inlet/Temperature", "Double", 41],
  ["Connector1/MeterValues/Timestamp", "DateTime", new Date(SAMPLED_AT)],
  ["Connector1/MeterValues/Last", "String", "{}"],
  ["Connector1/Transaction/Active", "Boolean", false],
  ["Connector1/Transaction/TransactionId", "Int32", 7],
  ["Connector1/Transaction/IdTag", "String", "04A1"],
  ["Connector1/Transaction/Energy", "Double", 8000],
  ["Connector1/Transaction/Duration", "Double", 60],
  ["Connector1/Transaction/Start/TransactionId", "Int32", 7],
  ["Connector1/Transaction/Start/IdTag", "String", "04A1"],
  ["Connector1/Transaction/Start/MeterStart", "Double", 1000],
  ["Connector1/Transaction/Start/Timestamp", "DateTime", new Date(SAMPLED_AT)],
  ["Connector1/Transaction/Start/ReservationId", "Int32", 3],
  ["Connector1/Transaction/Start/IdTagStatus", "3:AuthorizationStatus", 1],
  ["Connector1/Transaction/Stop/TransactionId", "Int32", 7],
  ["Connector1/Transaction/Stop/IdTag", "String", "04A1"],
  ["Connector1/Transaction/Stop/MeterStop", "Double", 9000],
  ["Connector1/Transaction/Stop/Timestamp", "DateTime", new Date(SAMPLED_AT)],
  ["Connector1/Transaction/Stop/Reason", "3:Reason", undefined],
  ["Connector1/Transaction/Stop/TransactionData", "String", "[]"],
  ["Connector1/ReservationId", "Int32", 3],
  ["Connector1/Availability", "3:AvailabilityType", 2],
  ["Connector1/Limit", "Double", 32],
];

describe("the point list", () => {
  test("namespaces stand in the order that NodeIds rely on", async () => {
    const array = await session.read({ nodeId: "i=2255", attributeId: AttributeIds.Value });
    expect(array.value.value).toEqual([
      "http://opcfoundation.org/UA/",
      expect.stringMatching(/^urn:.+:ocpp-opcua$/u),
      "http://opcfoundation.org/UA/DI/",
      "urn:ocpp-opcua:types",
      "urn:ocpp-opcua:site",
    ]);
    const { references } = await session.browse("i=11715");
    const described = references?.map(({ browseName }) => browseName.toString());
    expect(described).toEqual(expect.arrayContaining(["3:urn:ocpp-opcua:types", "4:urn:ocpp-opcua:site"]));
  });

  test.each(points)("%s is a %s", async (path, dataType, value) => {
    const nodeId = site(`CP001/${path}`);
    const read = await session.read({ nodeId, attributeId: AttributeIds.Value });
    expect(read.statusCode.name).toBe("Good");
    if (value !== undefined) expect(read.value.value).toEqual(value);
    const typeId = await session.read({ nodeId, attributeId: AttributeIds.DataType });
    const name = await session.read({ nodeId: typeId.value.value, attributeId: AttributeIds.BrowseName });
    expect(name.value.value.toString()).toBe(dataType);
  });

  test("an enumeration says what its values mean, 0 being Unknown", async () => {
    const typeId = await session.read({ nodeId: site("CP001/State/Status"), attributeId: AttributeIds.DataType });
    const { references } = await session.browse({
      nodeId: typeId.value.value,
      browseDirection: BrowseDirection.Forward,
      referenceTypeId: "HasProperty",
      includeSubtypes: true,
      resultMask: 63,
    });
    const strings = references?.find(({ browseName }) => browseName.name === "EnumStrings");
    const texts = await session.read({ nodeId: strings!.nodeId, attributeId: AttributeIds.Value });
    expect(texts.value.value.map(({ text }: { text: string }) => text)).toEqual([
      "Unknown",
      "Available",
      "Preparing",
      "Charging",
      "SuspendedEVSE",
      "SuspendedEV",
      "Finishing",
      "Reserved",
      "Unavailable",
      "Faulted",
    ]);
  });

  test("a measurand has its unit by UNECE code and its range (OPC 10000-8 §5.6)", async () => {
    const energy = "CP001/Connector1/MeterValues/Energy.Active.Import.Register";
    const unit = await readValue(session, `${energy}/EngineeringUnits`);
    expect(unit.value.value).toMatchObject({
      namespaceUri: "http://www.opcfoundation.org/UA/units/un/cefact",
      unitId: 5720146,
      displayName: { text: "W·h" },
    });
    const range = await readValue(session, `${energy}/EURange`);
    expect(range.value.value).toMatchObject({ low: 0, high: 1e10 });
    expect((await readValue(session, "CP001/State/ClockOffset/EngineeringUnits")).value.value).toMatchObject({
      unitId: 5457219,
    });
  });

  test("a measurand of which only a phase has been reported exists and waits for its total", async () => {
    expect((await readValue(session, "CP001/Connector1/MeterValues/Voltage")).statusCode.name).toBe(
      "BadWaitingForInitialData",
    );
    expect((await readValue(session, "CP001/Connector2/MeterValues/Voltage")).statusCode.name).toBe("BadNodeIdUnknown");
  });

  test("charge points are under Objects and in DI's DeviceSet, and are DI devices", async () => {
    for (const nodeId of ["ns=4;s=/ChargePoints", "ns=2;i=5001"]) {
      const { references } = await session.browse(nodeId);
      expect(references?.map((r) => r.nodeId.toString())).toContain("ns=4;s=CP001");
    }
    const [reference] = (
      await session.browse({
        nodeId: site("CP001"),
        browseDirection: BrowseDirection.Forward,
        referenceTypeId: "HasTypeDefinition",
        includeSubtypes: true,
        resultMask: 63,
      })
    ).references!;
    expect(reference!.browseName.toString()).toBe("3:ChargePointType");
    const [supertype] = (
      await session.browse({
        nodeId: reference!.nodeId,
        browseDirection: BrowseDirection.Inverse,
        referenceTypeId: "HasSubtype",
        includeSubtypes: true,
        resultMask: 63,
      })
    ).references!;
    expect(supertype!.browseName.toString()).toBe("2:DeviceType");
  });
});

describe("what comes and goes", () => {
  test("is told by GeneralModelChangeEvents, one for each batch, and by NodeVersions (OPC 10000-3 §9.32)", async () => {
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 50,
      requestedLifetimeCount: 100,
      publishingEnabled: true,
    });
    const events = await subscription.monitor(
      { nodeId: "i=2253", attributeId: AttributeIds.EventNotifier },
      {
        samplingInterval: 0,
        queueSize: 100,
        discardOldest: true,
        filter: constructEventFilter(["EventType", "Changes"]),
      },
      TimestampsToReturn.Both,
    );
    const told: string[][] = [];
    events.on("changed", ((fields: Variant[]) => {
      const changes = fields[1]?.value as ModelChangeStructureDataType[] | null;
      if (changes !== null) told.push((changes ?? []).map(({ affected, verb }) => `${verb} ${affected.toString()}`));
    }) as never);
    const version = async (path: string): Promise<string> => String((await readValue(session, path)).value.value);
    const folderVersion = await version("/ChargePoints/NodeVersion");

    let twin = withState(twinOf("NEW", [1]), "Connected");
    fed.publish(undefined, twin);
    await eventually(() => told.length === 1);
    expect(await version("/ChargePoints/NodeVersion")).not.toBe(folderVersion);
    const ownVersion = await version("NEW/NodeVersion");

    const more = withConnector(twin, { id: 2, meter: emptyMeter });
    fed.publish(twin, more);
    await eventually(() => told.length === 2);
    twin = withSamples(more, 2, [
      { measurand: "Voltage", value: 230 },
      { measurand: "Voltage", phase: "L1", value: 230 },
    ]);
    fed.publish(more, twin);
    await eventually(() => told.length === 3);
    const partial = withSamples(twin, 2, [
      { measurand: "Voltage", phase: "L2", value: 230 },
      { measurand: "Current.Import", location: "Inlet", phase: "N", value: 1 },
    ]);
    fed.publish(twin, partial);
    await eventually(() => told.length === 4);
    twin = partial;
    expect(await version("NEW/NodeVersion")).not.toBe(ownVersion);
    // The same values again are no news of the address space.
    fed.publish(twin, withSamples(twin, 2, [{ measurand: "Voltage", value: 231 }]));
    fed.forget("NEW");
    await eventually(() => told.length === 5);
    expect(told).toEqual([
      ["1 ns=4;s=NEW", "4 ns=4;s=/ChargePoints"],
      ["1 ns=4;s=NEW/Connector2", "4 ns=4;s=NEW"],
      ["1 ns=4;s=NEW/Connector2/MeterValues/Voltage", "1 ns=4;s=NEW/Connector2/MeterValues/Voltage/L1", "4 ns=4;s=NEW"],
      [
        "1 ns=4;s=NEW/Connector2/MeterValues/Voltage/L2",
        "1 ns=4;s=NEW/Connector2/MeterValues/Inlet",
        "1 ns=4;s=NEW/Connector2/MeterValues/Inlet/Current.Import",
        "1 ns=4;s=NEW/Connector2/MeterValues/Inlet/Current.Import/N",
        "4 ns=4;s=NEW",
      ],
      ["2 ns=4;s=NEW", "8 ns=4;s=/ChargePoints"],
    ]);
    await subscription.terminate();
  });
});
