// A whole charging session through the independent client, and every node that SCADA sees of it.
import { AttributeIds, StatusCodes, type ClientSession, type DataValue } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ordinalOf } from "../../src/datapoints/enumerations.ts";
import { chargePointTable, connectorTable } from "../../src/datapoints/table.ts";
import {
  connectChargePoint,
  openSession,
  read,
  readUntil,
  readValue,
  startBridgeInTest,
  type BridgeInTest,
} from "./bridgeInTest.ts";

const ID = "CP001";
/** All times of the session count from here, so that a slow machine changes nothing. */
const BASE = Math.floor(Date.now() / 1000) * 1000 - 10_000;
const time = (seconds: number): string => new Date(BASE + seconds * 1000).toISOString();

let bridge: BridgeInTest;
let opcua: Awaited<ReturnType<typeof openSession>>;
let session: ClientSession;
let chargePoint: RPCClient;

beforeAll(async () => {
  bridge = await startBridgeInTest(`chargePoints: [{ id: ${ID}, connectors: 2 }]`);
  opcua = await openSession(bridge.bridge.addresses.opcua);
  session = opcua.session;
});
afterAll(async () => {
  await chargePoint.close();
  await opcua.close();
  await bridge.stop();
});

const node = (path: string): Promise<DataValue> => read(session, `${ID}/${path}`);
const value = (path: string, expected: unknown): Promise<DataValue> => readValue(session, `${ID}/${path}`, expected);
const enumeration = (path: string, name: string, member: string): Promise<DataValue> =>
  value(path, ordinalOf(name, member));

/** Paths of all fixed rows with the status codes that they have. */
async function qualities(): Promise<Map<string, string>> {
  const fixed = (table: typeof chargePointTable): string[] =>
    table.datapoints.filter((d) => d.meterPoint === undefined).map((d) => d.path);
  const paths = [...fixed(chargePointTable), ...fixed(connectorTable).map((path) => `Connector2/${path}`)];
  const values = await session.read(
    paths.map((path) => ({ nodeId: `ns=4;s=${ID}/${path}`, attributeId: AttributeIds.Value })),
  );
  return new Map(paths.map((path, index) => [path, values[index]?.statusCode.name ?? ""]));
}

const OWN = [
  "ClientId",
  "Command/Action",
  "Command/Payload",
  "Command/Response",
  "Command/Result",
  "Command/Sequence",
  "Command/Trigger",
  "Common/ConnState",
  "Config/HeartbeatInterval",
  "Config/RegistrationStatus",
  "State/Connected",
];

describe("before the charge point has ever connected", () => {
  it("what the bridge knows itself is Good and everything else is BadNoCommunication", async () => {
    for (const [path, quality] of await qualities())
      expect([path, quality]).toEqual([path, OWN.includes(path) ? "Good" : "BadNoCommunication"]);
    await value("ClientId", ID);
    await value("State/Connected", false);
    await enumeration("Common/ConnState", "ConnState", "NeverConnected");
    await enumeration("Config/RegistrationStatus", "RegistrationStatus", "Accepted");
    await value("Config/HeartbeatInterval", 300);
    for (const path of ["Action", "Payload", "Response", "Result"]) await value(`Command/${path}`, "");
    await value("Command/Trigger", false);
    await value("Command/Sequence", 0);
  });
});

describe("a whole charging session (OCPP 1.6 §4)", () => {
  it("connects: Connected is true, and what was never reported is BadWaitingForInitialData", async () => {
    chargePoint = await connectChargePoint(bridge.ocpp, ID);
    await value("State/Connected", true);
    await enumeration("Common/ConnState", "ConnState", "Connected");
    await value("State/SecurityProfile", 0);
    await value("State/OcppVersion", "1.6");
    const address = await node("State/RemoteAddress");
    expect(address.value.value).toContain("127.0.0.1");
    const since = await node("State/ConnectedSince");
    expect(Math.abs(Date.now() - (since.value.value as Date).getTime())).toBeLessThan(30_000);
    expect((await node("Connector1/Status/Status")).statusCode).toBe(StatusCodes.BadWaitingForInitialData);
    expect((await node("Identification/Vendor")).statusCode).toBe(StatusCodes.BadWaitingForInitialData);
  });

  it("boots: the answer is the registration, and the nameplate stands in Identification and in DI's own properties", async () => {
    const answer = await chargePoint.call("BootNotification", {
      chargePointVendor: "ACME",
      chargePointModel: "Wallbox 22",
      chargePointSerialNumber: "SN-1",
      chargeBoxSerialNumber: "BOX-1",
      firmwareVersion: "1.2.3",
      iccid: "8949000000000000000",
      imsi: "262010000000000",
      meterType: "MID",
      meterSerialNumber: "M-1",
    });
    expect(answer).toMatchObject({ status: "Accepted", interval: 300 });
    await value("Identification/Vendor", "ACME");
    await value("Identification/Model", "Wallbox 22");
    await value("Identification/SerialNumber", "SN-1");
    await value("Identification/ChargeBoxSerialNumber", "BOX-1");
    await value("Identification/FirmwareVersion", "1.2.3");
    await value("Identification/Iccid", "8949000000000000000");
    await value("Identification/Imsi", "262010000000000");
    await value("Identification/MeterType", "MID");
    await value("Identification/MeterSerialNumber", "M-1");
    expect((await node("Manufacturer")).value.value).toMatchObject({ text: "ACME" });
    expect((await node("Model")).value.value).toMatchObject({ text: "Wallbox 22" });
    await value("SerialNumber", "SN-1");
    await value("SoftwareRevision", "1.2.3");
    await value("RevisionCounter", -1);
  });

  it("beats: LastHeartbeat moves, and so does the source time of Connected", async () => {
    const before = Date.now();
    const { currentTime } = (await chargePoint.call("Heartbeat", {})) as { currentTime: string };
    expect(Math.abs(Date.parse(currentTime) - before)).toBeLessThan(30_000);
    const heartbeat = await readUntil(
      session,
      `${ID}/State/LastHeartbeat`,
      ({ value: { value: at } }) => (at as Date | null) !== null && (at as Date).getTime() >= before,
    );
    await readUntil(
      session,
      `${ID}/State/Connected`,
      ({ sourceTimestamp }) => sourceTimestamp?.getTime() === (heartbeat.value.value as Date).getTime(),
    );
    await readUntil(session, `${ID}/State/LastMessage`, ({ value: { value: at } }) => (at as Date).getTime() >= before);
  });

  it("reports status of the charge point and of a connector with their own times", async () => {
    const timestamp = time(5);
    await chargePoint.call("StatusNotification", {
      connectorId: 0,
      status: "Available",
      errorCode: "NoError",
      timestamp,
    });
    await chargePoint.call("StatusNotification", {
      connectorId: 1,
      status: "Preparing",
      errorCode: "OtherError",
      info: "cable in",
      vendorId: "com.acme",
      vendorErrorCode: "E42",
      timestamp,
    });
    await enumeration("State/Status", "ChargePointStatus", "Available");
    await enumeration("State/ErrorCode", "ChargePointErrorCode", "NoError");
    const status = await enumeration("Connector1/Status/Status", "ChargePointStatus", "Preparing");
    expect(status.sourceTimestamp?.toISOString()).toBe(timestamp);
    await enumeration("Connector1/Status/ErrorCode", "ChargePointErrorCode", "OtherError");
    await value("Connector1/Status/Info", "cable in");
    await value("Connector1/Status/VendorId", "com.acme");
    await value("Connector1/Status/VendorErrorCode", "E42");
    await value("Connector1/Status/Timestamp", new Date(timestamp));
    expect((await node("State/ClockOffset")).value.value).toBeLessThan(0);
  });

  let transactionId = 0;
  it("authorizes and starts: the transaction stands at its connector", async () => {
    expect(await chargePoint.call("Authorize", { idTag: "04A1B2C3" })).toMatchObject({
      idTagInfo: { status: "Accepted" },
    });
    const timestamp = time(6);
    const answer = (await chargePoint.call("StartTransaction", {
      connectorId: 1,
      idTag: "04A1B2C3",
      meterStart: 1000,
      timestamp,
      reservationId: 7,
    })) as {
      transactionId: number;
      idTagInfo: object;
    };
    ({ transactionId } = answer);
    expect(answer.idTagInfo).toMatchObject({ status: "Accepted" });
    expect(transactionId).toBeGreaterThan(0);
    await value("Connector1/Transaction/Active", true);
    await value("Connector1/Transaction/TransactionId", transactionId);
    await value("Connector1/Transaction/IdTag", "04A1B2C3");
    await value("Connector1/Transaction/Energy", 0);
    await value("Connector1/Transaction/Start/TransactionId", transactionId);
    await value("Connector1/Transaction/Start/IdTag", "04A1B2C3");
    await value("Connector1/Transaction/Start/MeterStart", 1000);
    await value("Connector1/Transaction/Start/Timestamp", new Date(timestamp));
    await value("Connector1/Transaction/Start/ReservationId", 7);
    await enumeration("Connector1/Transaction/Start/IdTagStatus", "AuthorizationStatus", "Accepted");
  });

  it("sends meter values: each measurand and phase in base units, totals, the telegram, energy and limit", async () => {
    const timestamp = time(7);
    const sample = (measurand: string, text: string, unit?: string, phase?: string, location?: string): object => ({
      value: text,
      measurand,
      ...(unit !== undefined && { unit }),
      ...(phase !== undefined && { phase }),
      ...(location !== undefined && { location }),
    });
    await chargePoint.call("MeterValues", {
      connectorId: 1,
      transactionId,
      meterValue: [
        {
          timestamp,
          sampledValue: [
            sample("Energy.Active.Import.Register", "1.25", "kWh"),
            sample("Power.Active.Import", "11", "kW"),
            sample("Current.Import", "16", "A", "L1"),
            sample("Current.Import", "15", "A", "L2"),
            sample("Current.Import", "17", "A", "L3"),
            sample("Voltage", "230", "V", "L1-N"),
            sample("Voltage", "232", "V", "L2-N"),
            sample("Voltage", "400", "V", "L1-L2"),
            sample("SoC", "55", "Percent"),
            sample("Temperature", "25", "Celsius", undefined, "Inlet"),
            sample("Current.Offered", "32", "A"),
          ],
        },
      ],
    });
    const meter = (path: string, expected: number): Promise<DataValue> =>
      value(`Connector1/MeterValues/${path}`, expected);
    const register = await meter("Energy.Active.Import.Register", 1250);
    expect(register.sourceTimestamp?.toISOString()).toBe(timestamp);
    await meter("Power.Active.Import", 11_000);
    await meter("Current.Import/L1", 16);
    await meter("Current.Import/L3", 17);
    await meter("Current.Import", 48);
    await meter("Voltage/L1", 230);
    await meter("Voltage", 231);
    await meter("Voltage/L1-L2", 400);
    await meter("SoC", 55);
    await meter("Inlet/Temperature", 25);
    await value("Connector1/MeterValues/Timestamp", new Date(timestamp));
    expect(JSON.parse((await node("Connector1/MeterValues/Last")).value.value as string)).toMatchObject({
      connectorId: 1,
    });
    await value("Connector1/Limit", 32);
    await value("Connector1/Transaction/Energy", 250);
    await value("Connector1/Transaction/Duration", 1);
  });

  it("shows a measurand with its unit and range (OPC 10000-8 §5.6.4)", async () => {
    const unit = await node("Connector1/MeterValues/Power.Active.Import/EngineeringUnits");
    expect(unit.value.value).toMatchObject({ unitId: 5_723_220, displayName: { text: "W" } });
    const range = await node("Connector1/MeterValues/Power.Active.Import/EURange");
    expect(range.value.value).toMatchObject({ low: 0, high: 1_000_000 });
  });

  it("stops: reason and final energy, and power and current fall to zero at that time", async () => {
    const timestamp = time(9);
    const transactionData = [{ timestamp, sampledValue: [{ value: "1300", context: "Transaction.End" }] }];
    const answer = await chargePoint.call("StopTransaction", {
      transactionId,
      idTag: "04A1B2C3",
      meterStop: 1300,
      timestamp,
      reason: "EVDisconnected",
      transactionData,
    });
    expect(answer).toMatchObject({ idTagInfo: { status: "Accepted" } });
    await value("Connector1/Transaction/Active", false);
    await value("Connector1/Transaction/Energy", 300);
    await value("Connector1/Transaction/Duration", 3);
    await value("Connector1/Transaction/Stop/TransactionId", transactionId);
    await value("Connector1/Transaction/Stop/IdTag", "04A1B2C3");
    await value("Connector1/Transaction/Stop/MeterStop", 1300);
    await value("Connector1/Transaction/Stop/Timestamp", new Date(timestamp));
    await enumeration("Connector1/Transaction/Stop/Reason", "Reason", "EVDisconnected");
    expect(JSON.parse((await node("Connector1/Transaction/Stop/TransactionData")).value.value as string)).toHaveLength(
      1,
    );
    const power = await value("Connector1/MeterValues/Power.Active.Import", 0);
    expect(power.sourceTimestamp?.toISOString()).toBe(timestamp);
    await value("Connector1/MeterValues/Current.Import/L1", 0);
    await value("Connector1/MeterValues/Energy.Active.Import.Register", 1300);
  });

  it("keeps the main meter at the charge point (connectorId 0, errata 3.13)", async () => {
    await chargePoint.call("MeterValues", {
      connectorId: 0,
      meterValue: [
        { timestamp: time(10), sampledValue: [{ value: "22000", measurand: "Power.Active.Import", unit: "W" }] },
      ],
    });
    await value("MeterValues/Power.Active.Import", 22_000);
  });

  it("answers every other message and shows what it said", async () => {
    expect(await chargePoint.call("DataTransfer", { vendorId: "com.acme", messageId: "hello", data: "world" })).toEqual(
      { status: "UnknownVendorId" },
    );
    expect(
      JSON.parse(
        (await readUntil(session, `${ID}/State/LastDataTransfer`, (v) => v.statusCode.isGood())).value.value as string,
      ),
    ).toMatchObject({ vendorId: "com.acme", data: "world" });
    await chargePoint.call("DiagnosticsStatusNotification", { status: "Uploading" });
    await enumeration("State/DiagnosticsStatusNotification", "DiagnosticsStatus", "Uploading");
    await chargePoint.call("FirmwareStatusNotification", { status: "Downloaded" });
    await enumeration("State/FirmwareStatusNotification", "FirmwareStatus", "Downloaded");
    await chargePoint.call("LogStatusNotification", { status: "Uploaded", requestId: 1 });
    await enumeration("State/LogStatusNotification", "UploadLogStatusEnumType", "Uploaded");
    await chargePoint.call("SignedFirmwareStatusNotification", { status: "SignatureVerified", requestId: 1 });
    await enumeration("State/SignedFirmwareStatusNotification", "FirmwareStatusEnumType", "SignatureVerified");
    await chargePoint.call("SecurityEventNotification", { type: "InvalidMessages", timestamp: time(10) });
    expect(
      JSON.parse(
        (await readUntil(session, `${ID}/State/SecurityEventNotification`, (v) => v.statusCode.isGood())).value
          .value as string,
      ),
    ).toMatchObject({ type: "InvalidMessages" });
    expect(await chargePoint.call("SignCertificate", { csr: "-----BEGIN CERTIFICATE REQUEST-----" })).toHaveProperty(
      "status",
    );
  });

  it("makes connectors appear as they report (behaviour 19)", async () => {
    expect((await node("Connector3/Status/Status")).statusCode).toBe(StatusCodes.BadNodeIdUnknown);
    await chargePoint.call("StatusNotification", { connectorId: 3, status: "Available", errorCode: "NoError" });
    await enumeration("Connector3/Status/Status", "ChargePointStatus", "Available");
  });

  it("disconnects: everything that was reported is the last known, and what the bridge knows stays Good", async () => {
    await chargePoint.close();
    await value("State/Connected", false);
    await enumeration("Common/ConnState", "ConnState", "Disconnected");
    const status = await node("Connector1/Status/Status");
    expect(status.statusCode).toBe(StatusCodes.UncertainLastUsableValue);
    expect(status.value.value).toBe(ordinalOf("ChargePointStatus", "Preparing"));
    expect((await node("Connector1/MeterValues/SoC")).statusCode).toBe(StatusCodes.UncertainLastUsableValue);
    for (const path of OWN) expect([path, (await node(path)).statusCode]).toEqual([path, StatusCodes.Good]);
  });

  it("comes back without BootNotification (behaviour 7): its status stands, what it measured is fresh only when measured again", async () => {
    chargePoint = await connectChargePoint(bridge.ocpp, ID);
    await chargePoint.call("Heartbeat", {});
    await value("State/Connected", true);
    await enumeration("Connector1/Status/Status", "ChargePointStatus", "Preparing");
    expect((await node("Connector1/MeterValues/SoC")).statusCode).toBe(StatusCodes.UncertainLastUsableValue);
    const sampledValue = [{ value: "56", measurand: "SoC", unit: "Percent" }];
    await chargePoint.call("MeterValues", { connectorId: 1, meterValue: [{ timestamp: time(11), sampledValue }] });
    await value("Connector1/MeterValues/SoC", 56);
  });
});
