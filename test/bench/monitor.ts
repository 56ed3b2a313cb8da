// An OPC UA client that monitors every meter value of the load charge points, or whatever it is told.
import type { ClientSubscription } from "node-opcua";
import { AttributeIds, ClientMonitoredItemGroup, OPCUAClient, TimestampsToReturn, type DataValue } from "node-opcua";
import { identityOf, PATHS } from "./load.ts";

export interface Monitor {
  readonly items: number;
  received(): number;
  close(): Promise<void>;
}

/** Gets each notification, with what follows `s=` of the NodeId. */
type OnChange = (path: string, dataValue: DataValue) => void;

/** Monitors all values of `count` charge points of the bridge. */
export async function monitorEverything(
  endpointUrl: string,
  count: number,
  publishingIntervalMs: number,
  onChange?: OnChange,
): Promise<Monitor> {
  const nodeIds = Array.from({ length: count }, (_, index) =>
    PATHS.map((path) => `ns=4;s=${identityOf(index)}/Connector1/MeterValues/${path}`),
  ).flat();
  return monitorNodes(endpointUrl, nodeIds, publishingIntervalMs, onChange);
}

/** Samples and publishes at the same interval. */
export async function monitorNodes(
  endpointUrl: string,
  nodeIds: readonly string[],
  publishingIntervalMs: number,
  onChange?: OnChange,
): Promise<Monitor> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 1 } });
  await client.connect(endpointUrl);
  const session = await client.createSession();
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: publishingIntervalMs,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 20,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 1,
  });
  let received = 0;
  const group = await monitorGroup(subscription, nodeIds, publishingIntervalMs);
  group.on("changed", (item, dataValue) => {
    received++;
    onChange?.(item.itemToMonitor.nodeId.value as string, dataValue);
  });
  return {
    items: nodeIds.length,
    received: () => received,
    close: async () => {
      await session.close(true);
      await client.disconnect();
    },
  };
}

async function monitorGroup(
  subscription: ClientSubscription,
  nodeIds: readonly string[],
  samplingInterval: number,
): Promise<ClientMonitoredItemGroup> {
  const group = ClientMonitoredItemGroup.create(
    subscription,
    nodeIds.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })),
    { samplingInterval, queueSize: 1, discardOldest: true },
    TimestampsToReturn.Both,
  );
  await new Promise<void>((resolve, reject) => {
    group.once("initialized", resolve);
    group.once("err", (message: string) => reject(new Error(message)));
  });
  return group;
}
