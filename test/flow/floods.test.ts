// Hostile OPC UA clients against a whole bridge: whatever they send without end, charge points are answered, another client is served, and
// what the flood has taken is given back, its memory too.
import type { Worker } from "node:worker_threads";
import { VariableIds, type ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../opcua/fixture.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest, type BridgeInTest } from "./bridgeInTest.ts";
import { collectGarbage, usedBy } from "./collectGarbage.ts";
import { floods, serveDuring } from "./floodsInTest.ts";

const ANSWERS = 30;

let site: BridgeInTest;
let chargePoint: RPCClient;
let client: { readonly session: ClientSession; close(): Promise<void> };

/** The OPC UA server's thread. */
let thread: Worker;
const remember = (started: Worker): void => {
  if (started.threadName === "opcua") thread = started;
};

beforeAll(async () => {
  process.on("worker", remember);
  site = await startBridgeInTest("chargePoints: [{ id: F1, connectors: 1 }]");
  chargePoint = await connectChargePoint(site.ocpp, "F1");
  client = await openSession(site.bridge.addresses.opcua);
  await readValue(client.session, "F1/State/Connected", true);
}, 60_000);

afterAll(async () => {
  await client.close();
  await chargePoint.close();
  await site.stop();
  process.off("worker", remember);
}, 60_000);

async function count(id: VariableIds): Promise<number> {
  const { value } = await client.session.read({ nodeId: `i=${id}`, attributeId: 13 });
  return value.value as number;
}

async function megabytesInUse(): Promise<number> {
  await collectGarbage();
  return (await usedBy(thread)) / 1_000_000;
}

/** Sessions that are left behind until their time is over, of which each may hold a message that is not complete (createServer.ts), and some more. */
const MOST_MEGABYTES = 300;

const SESSIONS = VariableIds.Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSessionCount;
const SUBSCRIPTIONS = VariableIds.Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSubscriptionCount;

describe("a flood", () => {
  test.each(Object.keys(floods))(
    "of %s delays neither charge points nor others for good",
    async (name) => {
      const before = await megabytesInUse();
      const others = { chargePoint, session: client.session };
      const served = await serveDuring(name, site.bridge.addresses.opcua, others, ANSWERS);
      expect([served.heartbeats.length, served.reads.length]).toEqual([ANSWERS, ANSWERS]);
      // What it leaves behind is gone, or within what one client may have.
      await eventually(async () => (await count(SESSIONS)) < 100, 30_000);
      expect(await count(SUBSCRIPTIONS)).toBeLessThanOrEqual(100);
      expect((await megabytesInUse()) - before).toBeLessThan(MOST_MEGABYTES);
      const newcomer = await openSession(site.bridge.addresses.opcua);
      await readValue(newcomer.session, "F1/State/Connected", true);
      await newcomer.close();
    },
    120_000,
  );
});
