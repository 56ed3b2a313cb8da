// Values from the vendors' own messages through the whole bridge: a DataTransfer of a real client, read, browsed and monitored by another.
import {
  AccessLevelFlag,
  AttributeIds,
  BrowseDirection,
  DataType,
  StatusCodes,
  TimestampsToReturn,
  type ClientSession,
  type HistoryData,
  type ReferenceDescription,
} from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawChargePoint, stopListeners, until } from "../ocpp/listenersInTest.ts";
import {
  connectChargePoint,
  openSession,
  read,
  readUntil,
  readValue,
  startBridgeInTest,
  type BridgeInTest,
} from "./bridgeInTest.ts";

const acme = `version: 1
maker: Acme
match: [{ vendor: Acme }]
dataTransfer:
  - { vendorId: com.acme, messageId: Battery, path: /battery/soc, datapoint: BatterySoC, type: Double, unit: "%", source: manual }
  - { vendorId: com.acme, messageId: Battery, path: /battery/cycles, datapoint: Cycles, type: Int32, history: true, source: manual }
  - { vendorId: com.acme, messageId: Plug, path: /plugged, connector: /connectorId, datapoint: Plugged, type: Boolean, history: true, source: manual }
  - { vendorId: com.acme, messageId: Text, path: "", datapoint: Message, type: String, source: manual }
`;
const settings = `vendors: [vendors-*.yaml]
ocpp: { unknownChargePoints: accept, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }
limits: { maxFrameBytes: 1048576 }
chargePoints: [{ id: ACME }, { id: OTHER }, { id: HOSTILE, vendorProfile: vendors-acme }]
`;

let bridge: BridgeInTest;
let session: ClientSession;
let client: RPCClient;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  bridge = await startBridgeInTest(settings, 0, "observer", { files: { "vendors-acme.yaml": acme } });
  const opened = await openSession(bridge.bridge.addresses.opcua);
  session = opened.session;
  client = await connectChargePoint(bridge.ocpp, "ACME");
  await client.call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "One" });
  cleanUps.push(
    () => opened.close(),
    () => client.close({ force: true }),
  );
});

afterAll(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  await stopListeners();
  await bridge.stop();
});

const transfer = (messageId: string, data: unknown): object => ({
  vendorId: "com.acme",
  messageId,
  data: typeof data === "string" ? data : JSON.stringify(data),
});

/** Types and values of the last minute in the history. */
async function keptOf(path: string): Promise<unknown[] | undefined> {
  const [start, end] = [-60_000, 60_000].map((milliseconds) => new Date(Date.now() + milliseconds));
  const options = { returnBounds: false };
  const { historyData } = await session.readHistoryValue(`ns=4;s=${path}`, start as Date, end as Date, options);
  return (historyData as HistoryData).dataValues?.map(({ value }) => [value.dataType, value.value]);
}

async function namesBelow(path: string): Promise<string[]> {
  const { references } = await session.browse({
    nodeId: `ns=4;s=${path}`,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: "HierarchicalReferences",
    includeSubtypes: true,
    resultMask: 0x3f,
  });
  return (references ?? []).map(({ browseName }: ReferenceDescription) => browseName.name ?? "");
}

describe("a value of a vendor's own message", () => {
  it("is not there before it was sent", async () => {
    expect((await read(session, "ACME/Vendor/BatterySoC")).statusCode).toBe(StatusCodes.BadNodeIdUnknown);
    expect(await namesBelow("ACME")).not.toContain("Vendor");
  });

  it("is typed, has the time of its receipt and a unit, and its message is understood", async () => {
    const before = Date.now();
    expect(await client.call("DataTransfer", transfer("Battery", { battery: { soc: 81.5, cycles: 7 } }))).toEqual({
      status: "Accepted",
    });
    const shown = await readValue(session, "ACME/Vendor/BatterySoC", 81.5);
    expect(shown.value.dataType).toBe(DataType.Double);
    expect(shown.sourceTimestamp?.getTime()).toBeGreaterThanOrEqual(before - 1);
    const cycles = await readValue(session, "ACME/Vendor/Cycles", 7);
    expect(cycles.value.dataType).toBe(DataType.Int32);
    const unit = await session.read({
      nodeId: "ns=4;s=ACME/Vendor/BatterySoC/EngineeringUnits",
      attributeId: AttributeIds.Value,
    });
    expect(unit.value.value.displayName.text).toBe("%");
    expect(await namesBelow("ACME")).toContain("Vendor");
    expect((await namesBelow("ACME/Vendor")).toSorted()).toEqual(["BatterySoC", "Cycles"]);
  });

  it("stands at the connector that the data name", async () => {
    await client.call("DataTransfer", transfer("Plug", { connectorId: 2, plugged: true }));
    await readValue(session, "ACME/Connector2/Vendor/Plugged", true);
    await client.call("DataTransfer", transfer("Plug", { connectorId: 0, plugged: false }));
    await readValue(session, "ACME/Vendor/Plugged", false);
    expect(await namesBelow("ACME/Connector2/Vendor")).toEqual(["Plugged"]);
  });

  it("may be the whole of the data, as a text", async () => {
    await client.call("DataTransfer", transfer("Text", "door open"));
    await readValue(session, "ACME/Vendor/Message", "door open");
  });

  it("is told to those who monitor it", async () => {
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 20,
      publishingEnabled: true,
    });
    const values: unknown[] = [];
    const item = await subscription.monitor(
      { nodeId: "ns=4;s=ACME/Vendor/BatterySoC", attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 10 },
      TimestampsToReturn.Both,
    );
    item.on("changed", ({ value }) => void values.push(value.value));
    await until(() => (values.length > 0 ? true : undefined), "the first value");
    await client.call("DataTransfer", transfer("Battery", { battery: { soc: 82, cycles: 8 } }));
    await until(() => (values.at(-1) === 82 ? true : undefined), "the change");
    await subscription.terminate();
  });

  it("has a history where its mapping says so, also under connectors, and none where it does not", async () => {
    const accessLevelOf = async (path: string): Promise<unknown> =>
      (await session.read({ nodeId: `ns=4;s=${path}`, attributeId: AttributeIds.AccessLevel })).value.value;
    await readValue(session, "ACME/Vendor/Cycles", 8);
    expect(await accessLevelOf("ACME/Vendor/Cycles")).toBe(AccessLevelFlag.CurrentRead | AccessLevelFlag.HistoryRead);
    expect(await accessLevelOf("ACME/Vendor/BatterySoC")).toBe(AccessLevelFlag.CurrentRead);
    expect(await keptOf("ACME/Vendor/Cycles")).toEqual([
      [DataType.Int32, 7],
      [DataType.Int32, 8],
    ]);
    expect(await keptOf("ACME/Connector2/Vendor/Plugged")).toEqual([[DataType.Boolean, true]]);
  });

  it("is looked for only in messages that the profile in use names", async () => {
    const violations = (): Promise<unknown> => read(session, "ACME/State/Violations").then(({ value }) => value.value);
    const before = await violations();
    expect(await client.call("DataTransfer", { vendorId: "com.other", messageId: "Battery", data: "{}" })).toEqual({
      status: "UnknownVendorId",
    });
    expect(await violations()).toBe(before);
    const other = await connectChargePoint(bridge.ocpp, "OTHER");
    cleanUps.push(() => other.close({ force: true }));
    await other.call("DataTransfer", transfer("Battery", { battery: { soc: 5, cycles: 1 } }));
    await readUntil(session, "OTHER/State/LastDataTransfer", ({ statusCode }) => statusCode === StatusCodes.Good);
    expect((await read(session, "OTHER/Vendor/BatterySoC")).statusCode).toBe(StatusCodes.BadNodeIdUnknown);
  });

  it("is the last known once the charge point is gone", async () => {
    await client.close({ force: true });
    const shown = await readUntil(
      session,
      "ACME/Vendor/BatterySoC",
      ({ statusCode }) => statusCode !== StatusCodes.Good,
    );
    expect(shown.statusCode).toBe(StatusCodes.UncertainLastUsableValue);
    expect(shown.value.value).toBe(82);
  });

  it("stays the last known when the charge point is back, until it is sent again", async () => {
    client = await connectChargePoint(bridge.ocpp, "ACME");
    await readValue(session, "ACME/State/Connected", true);
    for (const path of ["ACME/Vendor/BatterySoC", "ACME/Connector2/Vendor/Plugged"])
      expect((await read(session, path)).statusCode, path).toBe(StatusCodes.UncertainLastUsableValue);
    await client.call("DataTransfer", transfer("Battery", { battery: { soc: 82, cycles: 8 } }));
    await readUntil(session, "ACME/Vendor/BatterySoC", ({ statusCode }) => statusCode === StatusCodes.Good);
    expect((await read(session, "ACME/Vendor/Message")).statusCode).toBe(StatusCodes.UncertainLastUsableValue);
  });

  it("is the last known once the charge point says that it is of another make", async () => {
    await client.call("BootNotification", { chargePointVendor: "Other", chargePointModel: "One" });
    const shown = await readUntil(
      session,
      "ACME/Vendor/BatterySoC",
      ({ statusCode }) => statusCode !== StatusCodes.Good,
    );
    expect([shown.statusCode, shown.value.value]).toEqual([StatusCodes.UncertainLastUsableValue, 82]);
  });
});

describe("hostile data", () => {
  const deep = `${"[".repeat(20_000)}1${"]".repeat(20_000)}`;
  const nested = `${'{"battery":'.repeat(5000)}1${"}".repeat(5000)}`;

  it.each<[string, string | object, number]>([
    ["no JSON", "soc=80", 2],
    ["a wrong type", { battery: { soc: "80", cycles: 1.5 } }, 2],
    ["null and a list", { battery: { soc: null, cycles: [7] } }, 2],
    ["a number beyond 32 bits", { battery: { soc: 50, cycles: 2 ** 31 } }, 1],
    ["a number beyond Double", '{"battery":{"soc":1e999,"cycles":1}}', 1],
    ["nothing of it", {}, 2],
    ["a prototype", '{"__proto__":{"battery":{"soc":1,"cycles":1}}}', 2],
    ["deep nesting", deep, 2],
    ["deep nesting of what is looked for", nested, 2],
    ["100 kB", { battery: "x".repeat(100_000) }, 2],
  ])("is counted and shown as nothing: %s", async (_, data, violations) => {
    const chargePoint = await RawChargePoint.connect(`${bridge.ocpp}/HOSTILE`);
    const countOf = async (): Promise<number> =>
      Number((await read(session, "HOSTILE/State/Violations")).value.value ?? 0);
    chargePoint.send([2, "0", "DataTransfer", transfer("Battery", { battery: { soc: 42, cycles: 3 } })]);
    await chargePoint.frames(1);
    await readValue(session, "HOSTILE/Vendor/BatterySoC", 42);
    const before = await countOf();
    chargePoint.send([2, "1", "DataTransfer", transfer("Battery", data)]);
    expect((await chargePoint.frames(2))[1]).toEqual([3, "1", { status: "Accepted" }]);
    await readUntil(session, "HOSTILE/State/Violations", ({ value }) => value.value === before + violations);
    expect([42, 50]).toContain((await read(session, "HOSTILE/Vendor/BatterySoC")).value.value);
    expect([1, 3]).toContain((await read(session, "HOSTILE/Vendor/Cycles")).value.value);
    chargePoint.socket.close();
    await readUntil(session, "HOSTILE/State/Connected", ({ value }) => value.value === false);
  });

  it.each([2.5, -1, 1e9, "1", null, { x: 1 }])("has no connector %j", async (connectorId) => {
    const identity = "HOSTILE";
    const chargePoint = await RawChargePoint.connect(`${bridge.ocpp}/${identity}`);
    const before = Number((await read(session, `${identity}/State/Violations`)).value.value ?? 0);
    chargePoint.send([2, "1", "DataTransfer", transfer("Plug", { connectorId, plugged: true })]);
    await chargePoint.frames(1);
    await readUntil(session, `${identity}/State/Violations`, ({ value }) => value.value === before + 1);
    expect((await read(session, `${identity}/Vendor/Plugged`)).statusCode).toBe(StatusCodes.BadNodeIdUnknown);
    chargePoint.socket.close();
    await readUntil(session, `${identity}/State/Connected`, ({ value }) => value.value === false);
  });

  it("that are no text, against the schema, are read all the same where the check is tolerant", async () => {
    const chargePoint = await RawChargePoint.connect(`${bridge.ocpp}/HOSTILE`);
    const data = { battery: { soc: 43, cycles: 4 } };
    chargePoint.send([2, "1", "DataTransfer", { vendorId: "com.acme", messageId: "Battery", data }]);
    expect((await chargePoint.frames(1))[0]).toEqual([3, "1", { status: "Accepted" }]);
    await readValue(session, "HOSTILE/Vendor/BatterySoC", 43);
  });
});
