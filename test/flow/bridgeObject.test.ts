// What SCADA sees of the bridge itself while charge points come, charge and go.
import { AttributeIds, TimestampsToReturn, type ClientSession, type DataValue } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { version } from "../../src/std/version.ts";
import {
  connectChargePoint,
  openSession,
  readUntil,
  readValue,
  startBridgeInTest,
  type BridgeInTest,
} from "./bridgeInTest.ts";

let bridge: BridgeInTest;
let opcua: Awaited<ReturnType<typeof openSession>>;
let session: ClientSession;
let chargePoint: RPCClient;
const startedAfter = Date.now();

beforeAll(async () => {
  bridge = await startBridgeInTest(
    "chargePoints: [{ id: CP001 }, { id: CP002 }, { id: WAITS, registration: Pending }]",
  );
  opcua = await openSession(bridge.bridge.addresses.opcua);
  session = opcua.session;
});

afterAll(async () => {
  await opcua.close();
  await bridge.stop();
});

const isAbove =
  (limit: number) =>
  ({ value }: DataValue): boolean =>
    Number(value.value) > limit;

describe("the bridge itself, as SCADA sees it", () => {
  it("says what it is and how many charge points it knows before any has connected", async () => {
    await readValue(session, "/Bridge/Version", version);
    const { value } = await readUntil(session, "/Bridge/StartTime", (seen) => seen.statusCode.isGood());
    const startTime = (value.value as Date).getTime();
    expect(startTime).toBeGreaterThanOrEqual(startedAfter);
    expect(startTime).toBeLessThanOrEqual(Date.now());
    await readValue(session, "/Bridge/KnownChargePoints", 3);
    await readValue(session, "/Bridge/RegisteredChargePoints", 2);
    await readValue(session, "/Bridge/PendingChargePoints", 1);
    await readValue(session, "/ChargePoints/PendingCount", 1);
    await readValue(session, "/Bridge/ConnectedChargePoints", 0);
  });

  it("notifies when a charge point connects", async () => {
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 50,
      requestedLifetimeCount: 200,
      publishingEnabled: true,
    });
    const item = await subscription.monitor(
      { nodeId: "ns=4;s=/Bridge/ConnectedChargePoints", attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 10, discardOldest: true },
      TimestampsToReturn.Both,
    );
    const seen: unknown[] = [];
    const hasConnected = new Promise<void>((done) =>
      item.on("changed", ({ value }: DataValue) => {
        seen.push(value.value);
        if (value.value === 1) done();
      }),
    );
    chargePoint = await connectChargePoint(bridge.ocpp, "CP001");
    await hasConnected;
    expect(seen).toEqual([0, 1]);
    await subscription.terminate();
  });

  it("counts the transactions that run, and the messages", async () => {
    // The status may be made between any two messages, so they go on until one has counted them.
    const counted = new AbortController();
    const talking = (async () => {
      while (!counted.signal.aborted) await chargePoint.call("Heartbeat", {});
    })();
    await readUntil(session, "/Bridge/MessagesReceivedPerSecond", isAbove(0));
    await readUntil(session, "/Bridge/MessagesSentPerSecond", isAbove(0));
    counted.abort();
    await talking;

    const timestamp = new Date().toISOString();
    const start = { connectorId: 1, idTag: "04A1", meterStart: 0, timestamp };
    const { transactionId } = (await chargePoint.call("StartTransaction", start)) as { transactionId: number };
    await readValue(session, "/Bridge/ActiveTransactions", 1);
    await chargePoint.call("StopTransaction", { transactionId, meterStop: 10, timestamp });
    await readValue(session, "/Bridge/ActiveTransactions", 0);
    await readValue(session, "/Bridge/MessagesReceivedPerSecond", 0);
  });

  it("sees unknown charge points come, and connected ones go", async () => {
    const stranger = await connectChargePoint(bridge.ocpp, "STRANGER");
    await readValue(session, "/ChargePoints/PendingCount", 2);
    await readValue(session, "/Bridge/KnownChargePoints", 4);
    await stranger.close();
    await chargePoint.close();
    await readValue(session, "/Bridge/ConnectedChargePoints", 0);
  });
});
