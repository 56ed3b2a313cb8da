// A whole bridge whose disk refuses: starts and ends stay unanswered, everything else goes on, and it recovers by itself.
import { join } from "node:path";
import Database from "better-sqlite3";
import type { ClientSession } from "node-opcua";
import { afterEach, describe, expect, it } from "vitest";
import { connectChargePoint, openSession, read, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const boot = { chargePointVendor: "ACME", chargePointModel: "One" };
const time = (): string => new Date().toISOString();

/** ServiceLevel of the Server object (OPC 10000-5 §6.3.1), and its reasons. */
async function serviceLevelOf(session: ClientSession): Promise<unknown[]> {
  const { value } = await session.read({ nodeId: "i=2267" });
  return [value.value, (await read(session, "/Bridge/ServiceLevelReasons")).value.value];
}

describe("a bridge whose disk refuses", () => {
  it("confirms no start and no end, answers all else, lets nobody begin, and says so (OCPP 1.6 §4.2)", async () => {
    const bridge = await startBridgeInTest("chargePoints: [{ id: CP1 }, { id: CP2 }]");
    cleanUps.push(() => bridge.stop());
    const client = await connectChargePoint(bridge.ocpp, "CP1", { callTimeoutMs: 1500 });
    cleanUps.push(() => client.close());
    const opened = await openSession(bridge.bridge.addresses.opcua);
    cleanUps.push(() => opened.close());
    await readValue(opened.session, "/Bridge/StoreState", "ok");
    expect(await serviceLevelOf(opened.session)).toEqual([255, "[]"]);
    const start = { connectorId: 1, idTag: "TAG", meterStart: 0, timestamp: time() };
    const { transactionId } = (await client.call("StartTransaction", start)) as { transactionId: number };

    // Another program holds the file for so long that the disk might as well be gone.
    const other = new Database(join(bridge.directory, "data", "state.db"));
    other.exec("BEGIN IMMEDIATE");
    const stop = { transactionId, meterStop: 100, timestamp: time() };
    await expect(client.call("StopTransaction", stop)).rejects.toThrow(/timeout|timed out/i);
    await readValue(opened.session, "/Bridge/StoreState", "failing");
    const why = "the store cannot write: no transaction is confirmed";
    expect(await serviceLevelOf(opened.session)).toEqual([100, JSON.stringify([why])]);
    // Degraded is not gone: who has no better server comes here.
    await (await openSession(bridge.bridge.addresses.opcua)).close();
    await readValue(opened.session, "/Bridge/Alarms/StoreFailing/ActiveState/Id", true);
    await readValue(opened.session, "CP1/Connector1/Transaction/Active", true);
    expect(await client.call("Heartbeat", {})).toHaveProperty("currentTime");
    const sampledValue = [{ value: "50", measurand: "Energy.Active.Import.Register", unit: "Wh" }];
    const meterValue = [{ timestamp: time(), sampledValue }];
    expect(await client.call("MeterValues", { connectorId: 1, transactionId, meterValue })).toEqual({});
    await readValue(opened.session, "CP1/Connector1/MeterValues/Energy.Active.Import.Register", 50);
    const late = await connectChargePoint(bridge.ocpp, "CP2");
    cleanUps.push(() => late.close());
    expect(await late.call("BootNotification", boot)).toMatchObject({ status: "Pending" });
    const { hmi } = bridge.bridge.addresses;
    expect(await (await fetch(`${hmi}/readyz`)).text()).toContain("the store cannot write");
    const metrics = await (await fetch(`${hmi}/metrics`)).text();
    expect(metrics).toMatch(/^ocpp_opcua_store_failing 1$/m);
    expect(metrics).toMatch(/^ocpp_opcua_answers_withheld_total 1$/m);

    other.exec("ROLLBACK");
    other.close();
    await readValue(opened.session, "/Bridge/StoreState", "ok");
    expect(await serviceLevelOf(opened.session)).toEqual([255, "[]"]);
    await readValue(opened.session, "/Bridge/Alarms/StoreFailing/ActiveState/Id", false);
    await readValue(opened.session, "/Bridge/Alarms/StoreFailing/AckedState/Id", false);
    expect(await late.call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
    expect(await client.call("StopTransaction", stop)).toEqual({});
    await readValue(opened.session, "CP1/Connector1/Transaction/Active", false);
    await readValue(opened.session, "CP1/Connector1/Transaction/Energy", 100);
    expect(await client.call("StartTransaction", start)).toMatchObject({ transactionId });
  });
});
