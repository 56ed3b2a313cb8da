// What the server says of itself must hold: profiles, locales, limits, the date of its build.
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AttributeIds, TimestampsToReturn, VariableIds, type ClientSession } from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  connect,
  endpointOptions,
  startFed,
  temporaryFolder,
  twinOf,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  fed.publish(undefined, withState(twinOf("C1"), "Connected"));
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

async function valueOf(id: VariableIds): Promise<unknown> {
  return (await session.read({ nodeId: `i=${id}`, attributeId: AttributeIds.Value })).value.value;
}

describe("the capabilities (OPC 10000-5 §6.3.2)", () => {
  test("name the one locale in which texts are served", async () => {
    expect(await valueOf(VariableIds.Server_ServerCapabilities_LocaleIdArray)).toEqual(["en"]);
  });

  test("name the queue and the sampling interval that are granted", async () => {
    const subscription = await session.createSubscription2({ requestedPublishingInterval: 50 });
    const item = await subscription.monitor(
      { nodeId: "ns=4;s=C1/State/Connected", attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 4_000_000_000, discardOldest: true },
      TimestampsToReturn.Both,
    );
    const { revisedQueueSize, revisedSamplingInterval } = item.result!;
    expect(await valueOf(VariableIds.Server_ServerCapabilities_MaxMonitoredItemsQueueSize)).toBe(revisedQueueSize);
    expect(await valueOf(VariableIds.Server_ServerCapabilities_MinSupportedSampleRate)).toBe(revisedSamplingInterval);
    await subscription.terminate();
  });

  const { limits } = endpointOptions("");
  test.each([
    ["Server_ServerCapabilities_MaxSessions", limits.maxSessions],
    ["Server_ServerCapabilities_MaxSubscriptionsPerSession", limits.maxSubscriptionsPerSession],
    ["Server_ServerCapabilities_MaxSubscriptions", limits.maxSessions * limits.maxSubscriptionsPerSession],
    ["Server_ServerCapabilities_MaxMonitoredItems", limits.maxMonitoredItems],
    ["Server_ServerCapabilities_MaxMonitoredItemsPerSubscription", limits.maxMonitoredItemsPerSession],
    ["Server_ServerCapabilities_MaxBrowseContinuationPoints", limits.maxBrowseContinuationPoints],
    ["Server_ServerCapabilities_MaxHistoryContinuationPoints", limits.maxHistoryContinuationPoints],
    ["Server_ServerCapabilities_OperationLimits_MaxNodesPerRead", limits.maxNodesPerRead],
    ["Server_ServerCapabilities_OperationLimits_MaxNodesPerWrite", limits.maxNodesPerWrite],
    ["Server_ServerCapabilities_OperationLimits_MaxNodesPerMethodCall", limits.maxNodesPerMethodCall],
    ["Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadData", limits.maxNodesPerHistoryRead],
    ["Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadEvents", limits.maxNodesPerHistoryRead],
  ] as const)("say the limit of the settings: %s is %i", async (name, limit) => {
    expect(await valueOf(VariableIds[name])).toBe(limit);
  });

  test("say of the diagnostics that they are collected, and the count of sessions is (OPC 10000-5 §6.3.3)", async () => {
    expect(await valueOf(VariableIds.Server_ServerDiagnostics_EnabledFlag)).toBe(true);
    const count = VariableIds.Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSessionCount;
    expect(await valueOf(count)).toBe(1);
    const second = await connect(fed.ua.endpointUrl, folder.path);
    expect(await valueOf(count)).toBe(2);
    await second.close();
    expect(await valueOf(count)).toBe(1);
  });

  test("date the build by the program itself", async () => {
    const { mtime } = statSync(fileURLToPath(new URL("../../src/opcua/createServer.ts", import.meta.url)));
    const date = (await valueOf(VariableIds.Server_ServerStatus_BuildInfo_BuildDate)) as Date;
    expect(Math.abs(date.getTime() - mtime.getTime())).toBeLessThan(1000);
  });
});
