// What has been sent by an independent charge point is what an independent OPC UA client reads as history, at its own times.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HistoryData, ReadAtTimeDetails, StatusCodes, type ClientSession, type DataValue } from "node-opcua";
import { afterEach, describe, expect, it } from "vitest";
import { ordinalOf } from "../../src/datapoints/enumerations.ts";
import { historyRead } from "../opcua/historyInTest.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const BASE = Math.floor(Date.now() / 1000) * 1000 - 7_200_000;
const time = (seconds: number): string => new Date(BASE + seconds * 1000).toISOString();
const REGISTER = "Energy.Active.Import.Register";

interface Opened {
  readonly session: ClientSession;
  readonly ocpp: string;
  close(): Promise<void>;
}

async function open(data: string): Promise<Opened> {
  const bridge = await startBridgeInTest(`chargePoints: [{ id: CP1, connectors: 1 }]\n`, 0, "observer", { data });
  const opened = await openSession(bridge.bridge.addresses.opcua);
  const close = async (): Promise<void> => {
    await opened.close();
    await bridge.stop();
  };
  cleanUps.push(close);
  return {
    session: opened.session,
    ocpp: bridge.ocpp,
    close: async () => {
      cleanUps.splice(cleanUps.indexOf(close), 1);
      await close();
    },
  };
}

async function history(session: ClientSession, path: string, isBackward = false): Promise<DataValue[]> {
  const range: [Date, Date] = [new Date(BASE - 86_400_000), new Date(Date.now() + 600_000)];
  const [start, end] = isBackward ? range.toReversed() : range;
  const result = await session.readHistoryValue(`ns=4;s=CP1/${path}`, start as Date, end as Date, {
    returnBounds: false,
  });
  expect(result.statusCode).toBeOneOf([StatusCodes.Good, StatusCodes.GoodNoData]);
  const { historyData } = result;
  return historyData instanceof HistoryData ? (historyData.dataValues ?? []) : [];
}

const pairs = (values: readonly DataValue[]): unknown[] =>
  values.map(({ value, sourceTimestamp }) => [((sourceTimestamp?.getTime() ?? 0) - BASE) / 1000, value.value]);

const meterValue = (seconds: number, wattHours: number): object => ({
  timestamp: time(seconds),
  sampledValue: [{ value: String(wattHours), measurand: REGISTER, unit: "Wh" }],
});

describe("the history of a charge point", () => {
  it("has what was sent, late and offline samples at their own time, and has it after a restart", async () => {
    const data = await mkdtemp(join(tmpdir(), "ocpp-opcua-history-"));
    cleanUps.push(() => rm(data, { recursive: true, force: true }));
    const first = await open(data);
    const client = await connectChargePoint(first.ocpp, "CP1");
    await client.call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "One" });
    const status = (name: string, seconds: number): object => ({
      connectorId: 1,
      status: name,
      errorCode: "NoError",
      timestamp: time(seconds),
    });
    await client.call("StatusNotification", status("Charging", 60));
    await client.call("StatusNotification", status("Preparing", 30));
    const start = { connectorId: 1, idTag: "TAG", meterStart: 1000 };
    const offline = (await client.call("StartTransaction", { ...start, timestamp: time(0) })) as Started;
    const later = (await client.call("StartTransaction", {
      ...start,
      meterStart: 2000,
      timestamp: time(600),
    })) as Started;
    await client.call("MeterValues", {
      connectorId: 1,
      transactionId: later.transactionId,
      meterValue: [meterValue(610, 2010), meterValue(620, 2020)],
    });
    // Queued while it was offline: samples of before, and the end of the transaction of before.
    await client.call("MeterValues", { connectorId: 1, meterValue: [meterValue(300, 1300), meterValue(290, 1290)] });
    await client.call("StopTransaction", {
      transactionId: offline.transactionId,
      meterStop: 1500,
      timestamp: time(500),
      transactionData: [meterValue(100, 1100), meterValue(200, 1200)],
    });
    const register = `Connector1/MeterValues/${REGISTER}`;
    await readValue(first.session, `CP1/${register}`, 2020);
    const sent = [
      [100, 1100],
      [200, 1200],
      [290, 1290],
      [300, 1300],
      [610, 2010],
      [620, 2020],
    ];
    const states = [
      [30, ordinalOf("ChargePointStatus", "Preparing")],
      [60, ordinalOf("ChargePointStatus", "Charging")],
    ];
    expect(pairs(await history(first.session, register))).toEqual(sent);
    expect(pairs(await history(first.session, register, true))).toEqual(sent.toReversed());
    expect(pairs(await history(first.session, "Connector1/Status/Status"))).toEqual(states);
    await client.close();
    await readValue(first.session, "CP1/State/Connected", false);
    await first.close();

    const second = await open(data);
    expect(pairs(await history(second.session, register))).toEqual(sent);
    expect(pairs(await history(second.session, "Connector1/Status/Status"))).toEqual(states);
    // The last one is that of the start.
    const links = (await history(second.session, "State/Connected")).map(({ value }) => value.value);
    expect(links).toEqual([false, true, false, false]);
    const again = await connectChargePoint(second.ocpp, "CP1");
    cleanUps.push(() => again.close());
    await again.call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "One" });
    const now = Math.ceil((Date.now() - BASE) / 1000);
    await again.call("MeterValues", { connectorId: 1, meterValue: [meterValue(now, 9000)] });
    await readValue(second.session, `CP1/${register}`, 9000);
    const details = new ReadAtTimeDetails({
      reqTimes: [615, 620, now - 1].map((seconds) => new Date(BASE + seconds * 1000)),
      useSimpleBounds: false,
    });
    const [calculated] = await historyRead(second.session, [`ns=4;s=CP1/${register}`], { details });
    const slope = 6980 / (now - 620);
    expect(calculated?.values?.map(({ value, statusCode }) => [value.value, statusCode.name.split("#")[0]])).toEqual([
      [2015, "Good"],
      [2020, "Good"],
      // While the bridge was down nobody has seen it.
      [expect.closeTo(9000 - slope, 3), "UncertainDataSubNormal"],
    ]);
  }, 60_000);
});

interface Started {
  readonly transactionId: number;
}
