// What browsers see live: the table, alarms, datapoints and events of a charge point, and the end of the thread that serves them.
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectChargePoint, openSession, startBridgeInTest, type BridgeInTest } from "../flow/bridgeInTest.ts";
import { BrowserInTest } from "./browserInTest.ts";

interface Row {
  readonly id: string;
  readonly connection: string;
  readonly vendor?: string;
  readonly connectors: readonly Record<string, unknown>[];
}
interface Value {
  readonly connector: number;
  readonly path: string;
  readonly value: unknown;
  readonly quality: string;
}

const ODD_VENDOR = "<b>\u202Eodd</b>🔌";

let bridge: BridgeInTest;
let browser: BrowserInTest;
let chargePoint: RPCClient;

const rowIn = (data: Record<string, unknown>, id: string): Row | undefined =>
  (data["rows"] as readonly Row[]).find((row) => row.id === id);
const valueIn = (data: Record<string, unknown>, connector: number, path: string): Value | undefined =>
  (data["values"] as readonly Value[]).find((value) => value.connector === connector && value.path === path);

beforeAll(async () => {
  bridge = await startBridgeInTest(
    "ocpp:\n  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]\n  unknownChargePoints: accept",
    0,
    "observer",
    { hmi: "anonymousRole: operator" },
  );
  browser = new BrowserInTest(bridge.bridge.addresses.hmi);
  chargePoint = await connectChargePoint(bridge.ocpp, "CP001");
  await chargePoint.call("BootNotification", { chargePointVendor: ODD_VENDOR, chargePointModel: "One" });
  await chargePoint.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available" });
});
afterAll(async () => {
  await chargePoint.close();
  await bridge.stop();
});

const sampled = (value: string) => ({
  connectorId: 1,
  meterValue: [
    { timestamp: new Date().toISOString(), sampledValue: [{ value, measurand: "Power.Active.Import", unit: "W" }] },
  ],
});

describe("the table", () => {
  it("has each charge point with what it has said, as it has said it", async () => {
    const { body } = await browser.get("/api/charge-points");
    const row = rowIn(body, "CP001");
    expect(row).toMatchObject({ connection: "Connected", registration: "Accepted", vendor: ODD_VENDOR, model: "One" });
    expect(row?.connectors).toMatchObject([{ id: 1, status: "Available" }]);
  });

  it("and the changes after its number together are what there is", async () => {
    const events = await browser.events();
    const { body } = await browser.get("/api/charge-points");
    await chargePoint.call("MeterValues", sampled("7400"));
    const change = await events.until("rows", (data) => rowIn(data, "CP001")?.connectors[0]?.["power"] === 7400);
    expect(change["number"]).toBeGreaterThan(body["number"] as number);
    await events.until("bridge", ({ power, connectedChargePoints }) => power === 7400 && connectedChargePoints === 1);
    const { body: later } = await browser.get("/api/charge-points");
    expect(rowIn(later, "CP001")?.connectors[0]?.["power"]).toBe(7400);
    events.close();
  });

  it("shows a charge point that is added and one that is removed", async () => {
    const events = await browser.events();
    await events.until("bridge");
    const passing = await connectChargePoint(bridge.ocpp, "PASSING");
    await events.until("rows", (data) => rowIn(data, "PASSING")?.connection === "Connected");
    await passing.close();
    await events.until("rows", (data) => rowIn(data, "PASSING")?.connection === "Disconnected");
    events.close();
  });
});

describe("an opened charge point", () => {
  it("is told whole, then what changes; when its link goes all of it is told as uncertain", async () => {
    const id = "OPENED";
    const opened = await connectChargePoint(bridge.ocpp, id);
    await opened.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
    await opened.call("MeterValues", sampled("100"));
    const events = await browser.events(`?chargePoint=${id}`);
    const path = "MeterValues/Power.Active.Import";
    const whole = await events.until("datapoints", (data) => valueIn(data, 1, path)?.value === 100);
    expect([whole["whole"], valueIn(whole, 1, path)?.quality]).toEqual([true, "Good"]);
    await opened.call("MeterValues", sampled("200"));
    const change = await events.until("datapoints", (data) => valueIn(data, 1, path)?.value === 200);
    expect(change["whole"]).toBe(false);
    await opened.close();
    const lost = await events.until(
      "datapoints",
      (data) => valueIn(data, 1, path)?.quality === "UncertainLastUsableValue",
    );
    expect([lost["whole"], valueIn(lost, 1, path)?.value]).toEqual([true, 200]);
    const { body } = await browser.get(`/api/charge-points/${id}/values`);
    expect(valueIn(body, 1, path)).toMatchObject({ value: 200, quality: "UncertainLastUsableValue" });
    events.close();
  });

  it("tells what became of a command: the charge point's own answer, then the event", async () => {
    chargePoint.handle("Reset", async () => ({ status: "Accepted" }));
    const events = await browser.events("?chargePoint=CP001");
    await events.until("datapoints");
    const body = { chargePointId: "CP001", method: "Reset", payload: { type: "Soft" } };
    const answer = await browser.post("/api/methods", body);
    expect([answer.status, answer.body]).toEqual([200, { kind: "answered", response: { status: "Accepted" } }]);
    chargePoint.handle("ClearCache", async () => ({ status: "Rejected" }));
    const rejected = await browser.post("/api/methods", { ...body, method: "ClearCache", payload: {} });
    expect(rejected.body).toEqual({ kind: "answered", response: { status: "Rejected" } });
    await events.until("occurrence", ({ type }) => type === "CommandFinishedEventType");
    events.close();
  });

  it("of which nothing is known is told as such", async () => {
    expect((await browser.get("/api/charge-points/NOBODY/values")).status).toBe(404);
  });
});

describe("OPC UA clients", () => {
  it("are counted, and listed for administrators alone", async () => {
    const client = await openSession(bridge.bridge.addresses.opcua);
    const events = await browser.events();
    await events.until("bridge", ({ opcuaClients }) => opcuaClients === 1);
    expect((await browser.get("/api/clients")).status).toBe(403);
    events.close();
    await client.close();
    const later = await browser.events();
    await later.until("bridge", ({ opcuaClients }) => opcuaClients === 0);
    later.close();
  });
});

describe("an alarm", () => {
  it("comes, is acknowledged with a comment, and goes", async () => {
    const events = await browser.events();
    const fault = { connectorId: 1, errorCode: "GroundFailure", status: "Faulted" };
    await chargePoint.call("StatusNotification", fault);
    const isFault = (each: Record<string, unknown>): boolean => each["connector"] === 1 && each["active"] === true;
    const alarmIn = (data: Record<string, unknown>) => (data["alarms"] as Record<string, unknown>[]).find(isFault);
    const raised = alarmIn(await events.until("alarms", (data) => alarmIn(data) !== undefined)) ?? {};
    const { chargePointId, connector, name, sequence } = raised;
    const act = { kind: "acknowledge", sequence, comment: "seen" };
    const answer = await browser.post("/api/alarms/act", { chargePointId, connector, name, act });
    expect([answer.status, answer.body]).toEqual([200, { outcome: "Done" }]);
    await events.until(
      "alarms",
      (data) => alarmIn(data)?.["comment"] === "seen" && alarmIn(data)?.["acknowledged"] === true,
    );
    const again = await browser.post("/api/alarms/act", { chargePointId, connector, name, act });
    expect(again.body).toEqual({ outcome: "AlreadyAcknowledged" });
    await chargePoint.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available" });
    // Whoever is near a ground fault says that it has been looked at (`needsConfirmation`).
    const confirm = { chargePointId, connector, name, act: { kind: "confirm", sequence } };
    expect((await browser.post("/api/alarms/act", confirm)).body).toEqual({ outcome: "Done" });
    await events.until("alarms", (data) =>
      (data["alarms"] as Record<string, unknown>[]).some((each) => each["name"] === name && each["calm"] === true),
    );
    events.close();
  });
});
