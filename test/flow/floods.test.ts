// Hostile OPC UA clients against a whole bridge: whatever they send without end, charge points are answered, another client is served, and
// what the flood has taken is given back.
import { VariableIds, type ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../opcua/fixture.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest, type BridgeInTest } from "./bridgeInTest.ts";
import { floods, serveDuring } from "./floodsInTest.ts";

const ANSWERS = 30;

let site: BridgeInTest;
let chargePoint: RPCClient;
let client: { readonly session: ClientSession; close(): Promise<void> };

beforeAll(async () => {
  site = await startBridgeInTest("chargePoints: [{ id: F1, connectors: 1 }]");
  chargePoint = await connectChargePoint(site.ocpp, "F1");
  client = await openSession(site.bridge.addresses.opcua);
  await readValue(client.session, "F1/State/Connected", true);
}, 60_000);

afterAll(async () => {
  await client.close();
  await chargePoint.close();
  await site.stop();
}, 60_000);

async function count(id: VariableIds): Promise<number> {
  const { value } = await client.session.read({ nodeId: `i=${id}`, attributeId: 13 });
  return value.value as number;
}

const SESSIONS = VariableIds.Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSessionCount;
const SUBSCRIPTIONS = VariableIds.Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSubscriptionCount;

describe("a flood", () => {
  test.each(Object.keys(floods))(
    "of %s delays neither charge points nor others for good",
    async (name) => {
      const others = { chargePoint, session: client.session };
      const served = await serveDuring(name, site.bridge.addresses.opcua, others, ANSWERS);
      expect([served.heartbeats.length, served.reads.length]).toEqual([ANSWERS, ANSWERS]);
      // What it leaves behind is gone, or within what one client may have.
      await eventually(async () => (await count(SESSIONS)) < 100, 30_000);
      expect(await count(SUBSCRIPTIONS)).toBeLessThanOrEqual(100);
      const newcomer = await openSession(site.bridge.addresses.opcua);
      await readValue(newcomer.session, "F1/State/Connected", true);
      await newcomer.close();
    },
    120_000,
  );
});
