// Monitored items by the thousand, as one request each: the library's own groups keep an object of the client for every item.
import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  MonitoringMode,
  TimestampsToReturn,
  coerceNodeId,
  type ClientSession,
  type CreateMonitoredItemsResponse,
} from "node-opcua";

const PER_REQUEST = 1000;

/** Monitors the values of these nodes, each change of them; the client handle of an item is its place. Throws where one is refused. */
export async function createItems(
  session: ClientSession,
  subscriptionId: number,
  nodeIds: Iterable<string>,
): Promise<void> {
  const raw = session as unknown as { performMessageTransaction(asked: object): Promise<CreateMonitoredItemsResponse> };
  let clientHandle = 0;
  for (const some of inGroups(nodeIds, PER_REQUEST)) {
    const { results } = await raw.performMessageTransaction(
      new CreateMonitoredItemsRequest({
        subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: some.map((nodeId) => ({
          itemToMonitor: { nodeId: coerceNodeId(nodeId), attributeId: AttributeIds.Value },
          monitoringMode: MonitoringMode.Reporting,
          requestedParameters: { clientHandle: clientHandle++, samplingInterval: 0, queueSize: 1 },
        })),
      }),
    );
    const bad = results?.findIndex(({ statusCode }) => !statusCode.isGood()) ?? -1;
    if (bad >= 0) throw new Error(`${some[bad]} cannot be monitored: ${results?.[bad]?.statusCode.name}`);
  }
}

function* inGroups<T>(all: Iterable<T>, size: number): Generator<readonly T[]> {
  let group: T[] = [];
  for (const each of all) {
    group.push(each);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
