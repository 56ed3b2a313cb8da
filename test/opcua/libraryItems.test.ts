// What we rely on inside node-opcua where monitored items are made lighter and changes told with fewer copies: src/opcua/libraryMemory.ts, libraryChanges.ts.
import {
  AttributeIds,
  MonitoredItem,
  TimestampsToReturn,
  type ClientSession,
  type ClientSubscription,
  type DataValue,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  connect,
  endpointOptions,
  eventually,
  startFed,
  temporaryFolder,
  twinOf,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

const CONNECTED = "ns=4;s=L1/State/Connected";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  fed.publish(undefined, withState(twinOf("L1"), "Connected"));
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

function subscribe(): Promise<ClientSubscription> {
  return session.createSubscription2({
    requestedPublishingInterval: 50,
    requestedMaxKeepAliveCount: 20,
    requestedLifetimeCount: 200,
    publishingEnabled: true,
  });
}

describe("a monitored item of node-opcua still", () => {
  test("keeps of an item neither a list entry, nor a table of listeners, nor defaults of its own", async () => {
    const ids = ["M1", "M2"];
    for (const id of ids) fed.publish(undefined, withState(twinOf(id), "Connected"));
    const subscription = await subscribe();
    const group = await subscription.monitorItems(
      ids.map((id) => ({ nodeId: `ns=4;s=${id}/State/Connected`, attributeId: AttributeIds.Value })),
      { samplingInterval: 0, queueSize: 1, discardOldest: true },
      TimestampsToReturn.Both,
    );
    const told = new Map<string, DataValue>();
    group.on("changed", (item, value) => told.set(String(item.itemToMonitor.nodeId), value));
    await eventually(() => told.size === ids.length);
    const internal = fed.ua.server.engine.findSubscription(subscription.subscriptionId) as any;
    const items = [...(internal.monitoredItems as Map<number, MonitoredItem>).values()];
    const [first, second] = items as unknown as Record<string, any>[];
    const lost = "each monitored item costs more memory again: see libraryMemory.ts";
    expect((MonitoredItem as any).registry.count(), lost).toBe(0);
    expect(first!["_events"], lost).toBeUndefined();
    expect(first!["itemToMonitor"].dataEncoding, lost).toBe(second!["itemToMonitor"].dataEncoding);
    expect(first!["itemToMonitor"].indexRange, lost).toBe(second!["itemToMonitor"].indexRange);
    // Who listens to an item after all is told.
    const ended = vi.fn<() => void>();
    items[0]!.on("terminated", ended);
    items[0]!.emit("terminated");
    expect(ended).toHaveBeenCalledOnce();
    await subscription.terminate();
    for (const id of ids) fed.forget(id);
  });

  test("tells a change through MonitoredItem.recordValue, and makes of a value a notification with a copy of its own", async () => {
    const subscription = await subscribe();
    const told: string[] = [];
    const monitored = [TimestampsToReturn.Source, TimestampsToReturn.Server].map(async (timestamps) => {
      const item = await subscription.monitor(
        { nodeId: CONNECTED, attributeId: AttributeIds.Value },
        { samplingInterval: 0, queueSize: 1, discardOldest: true },
        timestamps,
      );
      item.on("changed", ({ value, sourceTimestamp, serverTimestamp }) =>
        told.push([value.value, sourceTimestamp !== null, serverTimestamp !== null].join(" ")),
      );
    });
    await Promise.all(monitored);
    await eventually(() => told.length === 2);
    const record = vi.spyOn(MonitoredItem.prototype as any, "_makeDataChangeNotification");
    fed.publish(withState(twinOf("L1"), "Connected"), withState(twinOf("L1"), "Disconnected"));
    await eventually(() => told.length === 4);
    // Both items keep the same value, and each has told of its own copy: of one time and of the other.
    expect(told.toSorted().filter((text) => text.startsWith("false"))).toEqual([
      "false false true",
      "false true false",
    ]);
    const values = record.mock.calls.map(([value]) => value);
    expect(values[0], "a change is copied again: see libraryChanges.ts").toBe(values[1]);
    const [first, second] = record.mock.results.map(({ value }) => (value as { value: DataValue }).value);
    expect(first, "a notification is no copy any more: see libraryChanges.ts").not.toBe(second);
    expect([first, second]).not.toContain(values[0]);
    record.mockRestore();
    fed.publish(withState(twinOf("L1"), "Disconnected"), withState(twinOf("L1"), "Connected"));
    await subscription.terminate();
  });
});
