// What a publish must not lose although only changed items are visited: triggered items, republished and transferred notifications, resent data, many items at once.
import {
  AttributeIds,
  MonitoringMode,
  ObjectIds,
  MethodIds,
  TimestampsToReturn,
  TransferSubscriptionsRequest,
  RepublishRequest,
  DataChangeNotification,
  DataType,
  Variant,
  coerceNodeId,
  makeNodeId,
  type ClientMonitoredItem,
  type ClientSession,
  type ClientSubscription,
  type DataValue,
  type NotificationMessage,
  type RepublishResponse,
  type TransferSubscriptionsResponse,
} from "node-opcua";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Twin } from "../../src/twin/twin.ts";
import {
  connect,
  endpointOptions,
  eventually,
  startFed,
  temporaryFolder,
  trustClient,
  twinOf,
  withSamples,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

const POWER = "ns=4;s=S1/Connector1/MeterValues/Power.Active.Import";
const CURRENT = "ns=4;s=S1/Connector1/MeterValues/Current.Import";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let twin: Twin;
const open: Connected[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  twin = withState(twinOf("S1"), "Connected");
  fed.publish(undefined, twin);
  change("Power.Active.Import", 0);
  change("Current.Import", 0);
  await trustClient(fed, folder.path);
}, 60_000);

afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  expect(await eventually(() => fed.ua.space.liveCount === 0)).toBe(true);
});

afterAll(async () => {
  await fed.ua.stop();
  await folder.clean();
});

function change(measurand: string, value: number): void {
  const after = withSamples(twin, 1, [{ measurand, value }]);
  fed.publish(twin, after);
  twin = after;
}

async function session(security: "None" | "Basic256Sha256" = "None"): Promise<ClientSession> {
  const client = await connect(fed.ua.endpointUrl, folder.path, security);
  open.push(client);
  return client.session;
}

function subscribe(of: ClientSession): Promise<ClientSubscription> {
  return of.createSubscription2({
    requestedPublishingInterval: 50,
    requestedMaxKeepAliveCount: 20,
    requestedLifetimeCount: 200,
    publishingEnabled: true,
  });
}

async function watch(
  subscription: ClientSubscription,
  nodeId: string,
): Promise<{ item: ClientMonitoredItem; seen: number[] }> {
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.Value },
    { samplingInterval: 1000, queueSize: 10, discardOldest: true },
    TimestampsToReturn.Both,
  );
  const seen: number[] = [];
  item.on("changed", ({ value }: DataValue) => seen.push(value.value as number));
  return { item, seen };
}

/** A service that the client does not wrap. */
async function transact<Response>(of: ClientSession, request: object): Promise<Response> {
  const raw = of as unknown as { performMessageTransaction(request: object): Promise<Response> };
  return raw.performMessageTransaction(request);
}

describe("a subscription to virtual nodes", () => {
  test("reports a sampling item when the item that triggers it reports (OPC 10000-4 §5.13.5)", async () => {
    const subscription = await subscribe(await session());
    const trigger = await watch(subscription, POWER);
    const linked = await watch(subscription, CURRENT);
    await eventually(() => trigger.seen.length === 1 && linked.seen.length === 1);
    await linked.item.setMonitoringMode(MonitoringMode.Sampling);
    await subscription.setTriggering(trigger.item, [linked.item], []);
    change("Current.Import", 16);
    change("Current.Import", 17);
    change("Power.Active.Import", 11_000);
    await eventually(() => linked.seen.length === 3);
    expect(linked.seen.slice(1)).toEqual([16, 17]);
    await subscription.setTriggering(trigger.item, [], [linked.item]);
    change("Current.Import", 18);
    change("Power.Active.Import", 11_500);
    await eventually(() => trigger.seen.length === 3);
    expect(linked.seen.length).toBe(3);
    change("Power.Active.Import", 0);
    change("Current.Import", 0);
    await subscription.terminate();
  });

  test("keeps a notification until it is acknowledged and sends it again when asked (§5.14.6)", async () => {
    const of = await session();
    const subscription = await subscribe(of);
    const { seen } = await watch(subscription, POWER);
    await eventually(() => seen.length === 1);
    const internal = subscription as unknown as { publishEngine: { acknowledge_notification(): void } };
    // A client that does not acknowledge what it receives.
    internal.publishEngine.acknowledge_notification = () => {};
    const sequence = new Promise<number>((done) =>
      subscription.on("raw_notification", (message) => done(message.sequenceNumber)),
    );
    change("Power.Active.Import", 4321);
    const retransmitSequenceNumber = await sequence;
    const { subscriptionId } = subscription;
    const response = await transact<RepublishResponse>(
      of,
      new RepublishRequest({ subscriptionId, retransmitSequenceNumber }),
    );
    const [data] = response.notificationMessage.notificationData ?? [];
    expect(data).toBeInstanceOf(DataChangeNotification);
    expect((data as DataChangeNotification).monitoredItems?.[0]?.value.value.value).toBe(4321);
    await subscription.terminate();
  });

  test("sends present values again on ResendData (OPC 10000-5 §9.2)", async () => {
    const of = await session();
    const subscription = await subscribe(of);
    const { seen } = await watch(subscription, POWER);
    await eventually(() => seen.length === 1);
    const result = await of.call({
      objectId: makeNodeId(ObjectIds.Server),
      methodId: makeNodeId(MethodIds.Server_ResendData),
      inputArguments: [new Variant({ dataType: DataType.UInt32, value: subscription.subscriptionId })],
    });
    expect(result.statusCode.name).toBe("Good");
    await eventually(() => seen.length === 2);
    expect(seen[1]).toBe(seen[0]);
    await subscription.terminate();
  });

  test("goes over to another session of the same client with everything that has changed meanwhile (§5.14.7)", async () => {
    const first = await session("Basic256Sha256");
    const subscription = await subscribe(first);
    const { seen } = await watch(subscription, POWER);
    const second = await session("Basic256Sha256");
    await eventually(() => seen.length === 1);
    // A session answers publish requests of its own, which the moved subscription then uses.
    const other = await subscribe(second);
    const { subscriptionId } = subscription;
    const response = await transact<TransferSubscriptionsResponse>(
      second,
      new TransferSubscriptionsRequest({ subscriptionIds: [subscriptionId], sendInitialValues: true }),
    );
    expect(response.results?.[0]?.statusCode.name).toBe("Good");
    const moved = fed.ua.server.engine.findSubscription(subscriptionId)!;
    const received: unknown[] = [];
    moved.on("notification", ({ notificationData }: NotificationMessage) => {
      for (const data of notificationData ?? [])
        if (data instanceof DataChangeNotification)
          for (const { value } of data.monitoredItems ?? []) received.push(value.value.value);
    });
    change("Power.Active.Import", 777);
    await eventually(() => received.includes(777));
    expect(moved.sessionId.toString()).toBe(second.sessionId.toString());
    moved.terminate();
    await other.terminate();
  });

  test("tells of a node that has gone, and lets go of it", async () => {
    const of = await session();
    const subscription = await subscribe(of);
    fed.publish(undefined, withState(twinOf("Gone"), "Connected"));
    const item = await subscription.monitor(
      { nodeId: "ns=4;s=Gone/State/Connected", attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 10, discardOldest: true },
      TimestampsToReturn.Both,
    );
    const seen: string[] = [];
    item.on("changed", ({ statusCode }: DataValue) => seen.push(statusCode.name));
    await eventually(() => seen.length === 1);
    expect(fed.ua.space.liveCount).toBe(1);
    fed.forget("Gone");
    await eventually(() => seen.length === 2);
    expect(seen).toEqual(["Good", "BadNodeIdInvalid"]);
    expect(fed.ua.space.liveCount).toBe(0);
    const read = await of.read({ nodeId: coerceNodeId("ns=4;s=Gone"), attributeId: AttributeIds.BrowseName });
    expect(read.statusCode.name).toBe("BadNodeIdUnknown");
    await subscription.terminate();
  });

  test("delivers a change of each of a thousand items, and only those", async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `Many${index}`);
    const many = new Map(ids.map((id) => [id, withState(twinOf(id), "Connected")]));
    for (const each of many.values()) fed.publish(undefined, each);
    const subscription = await subscribe(await session());
    const group = await subscription.monitorItems(
      ids.flatMap((id) =>
        ["State/Connected", "Common/ConnState"].map((path) => ({
          nodeId: `ns=4;s=${id}/${path}`,
          attributeId: AttributeIds.Value,
        })),
      ),
      { samplingInterval: 500, queueSize: 1, discardOldest: true },
      TimestampsToReturn.Both,
    );
    let count = 0;
    group.on("changed", () => count++);
    await eventually(() => count === 1000);
    expect(fed.ua.space.liveCount).toBe(1000);
    for (const each of many.values()) fed.publish(each, withState(each, "Disconnected"));
    await eventually(() => count === 2000);
    await subscription.terminate();
    expect(fed.ua.space.liveCount).toBe(0);
    for (const id of ids) fed.forget(id);
  });
});
