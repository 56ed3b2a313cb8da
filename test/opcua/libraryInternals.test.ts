// What we rely on inside node-opcua. When one of these fails after an upgrade, its sentence says what has to be done anew in src/opcua/libraryInternals.ts.
import { createConnection } from "node:net";
import {
  AttributeIds,
  EventFilter,
  MonitoredItem,
  NumericRange,
  ServerSession,
  Subscription,
  TimestampsToReturn,
  coerceNodeId,
  type ClientSession,
  type ClientSubscription,
  type DataValue,
  type Namespace,
  type NodeId,
  type UAObject,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { SITE } from "../../src/opcua/typeNodes.ts";
import { ADDITIONAL_INFO, call, LOCALIZED_TEXT } from "./callsInTest.ts";
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

describe("node-opcua still", () => {
  test("looks every node up through namespace.findNode2", async () => {
    const namespace = fed.ua.server.engine.addressSpace!.getNamespace(SITE) as Namespace & {
      findNode2(nodeId: NodeId): unknown;
    };
    const lookUp = vi.spyOn(namespace, "findNode2");
    const services: Record<string, () => Promise<unknown>> = {
      Read: () => session.read({ nodeId: CONNECTED, attributeId: AttributeIds.Value }),
      Browse: () => session.browse(CONNECTED),
      TranslateBrowsePathsToNodeIds: () =>
        session.translateBrowsePath({
          startingNode: coerceNodeId("ns=4;s=L1"),
          relativePath: { elements: [{ targetName: { name: "State", namespaceIndex: 3 } }] },
        } as never),
      Write: () =>
        session.write({
          nodeId: CONNECTED,
          attributeId: AttributeIds.Value,
          value: { value: { dataType: 1, value: true } },
        } as never),
      Call: () => session.call({ objectId: "ns=4;s=L1", methodId: "i=11492" }),
      HistoryRead: () => session.readHistoryValue(CONNECTED, new Date(0), new Date()),
    };
    for (const [service, use] of Object.entries(services)) {
      lookUp.mockClear();
      await use();
      expect(
        lookUp.mock.calls.length,
        `${service} no longer looks nodes up through namespace.findNode2: resolveVirtualNodes needs another hook`,
      ).toBeGreaterThan(0);
    }
    lookUp.mockRestore();
  });

  test("hands every request over to server.on_request", async () => {
    const lost = "requests no longer pass through server.on_request: takeTurns needs another hook";
    const handOver = vi.spyOn(fed.ua.server as unknown as { on_request(): void }, "on_request");
    await session.read({ nodeId: CONNECTED, attributeId: AttributeIds.Value });
    expect(handOver.mock.calls.length, lost).toBe(1);
    handOver.mockRestore();
  });

  test("registers nodes through ServerSession.registerNode", async () => {
    const [alias] = await session.registerNodes([CONNECTED]);
    expect(
      alias!.toString(),
      "registered nodes have aliases again, which only Read and Write know: registerNodesAsThemselves needs another hook",
    ).toBe(CONNECTED);
  });

  test("browses a node through its own browseNode and browseNodeByTargetName", async () => {
    const { references } = await session.browse("ns=4;s=/ChargePoints");
    expect(
      references?.map(({ nodeId }) => nodeId.toString()),
      "the folder no longer lists virtual charge points: addReferences needs another hook",
    ).toContain("ns=4;s=L1");
  });

  test("reads every value through addressSpaceAccessor.readNode, with maxAge as its third argument", async () => {
    const read = await session.read({ nodeId: CONNECTED, attributeId: AttributeIds.Value }, 0);
    const age = Date.now() - (read.serverTimestamp?.getTime() ?? 0);
    expect(
      age,
      "the library puts the time of reading in place of the time of receipt: see guardReading",
    ).toBeGreaterThan(60_000);
    const odd = await session.read({
      nodeId: "ns=4;s=L1/ClientId",
      attributeId: AttributeIds.Value,
      indexRange: "0,1",
    } as never);
    expect((odd as any).statusCode.isBad(), "a read that throws is no longer answered: see guardReading").toBe(true);
    const encoded = await session.read({
      nodeId: "i=2256",
      attributeId: AttributeIds.Value,
      dataEncoding: { name: "Default Binary" },
    } as never);
    expect(
      (encoded as any).statusCode.name,
      "the encoding no longer passes through addressSpaceAccessor.readNode: see guardReading",
    ).toBe("Good");
  });

  test("calls through addressSpaceAccessor.call, with the context and the calls of one request", async () => {
    const lost = "the Call service no longer passes through addressSpaceAccessor.call: callAtOnce needs another hook";
    const accessor = (fed.ua.server.engine as any).addressSpaceAccessor;
    const called = vi.spyOn(accessor, "call");
    const own = { objectId: "ns=4;s=L1", methodId: "ns=4;s=L1/ClearCache" };
    const results = await session.call([own, { objectId: "i=2253", methodId: "i=11492" }, own]);
    expect(called.mock.calls.length, lost).toBe(1);
    const [context, requests] = called.mock.calls[0] as any[];
    expect(context.session, lost).toBeDefined();
    expect(requests.length, lost).toBe(3);
    // An observer may call none of ours; the library judges the arguments of its own.
    expect(
      results.map(({ statusCode }) => statusCode.name),
      lost,
    ).toEqual(["BadUserAccessDenied", "BadArgumentsMissing", "BadUserAccessDenied"]);
    called.mockRestore();
  });

  test("makes the diagnostics of a call of its result's diagnosticInfo and statusText, for those that ask", async () => {
    const lost = "a text of a method's result no longer reaches the client: see CallResult in libraryCalls.ts";
    const called = { objectId: "ns=4;s=L1", methodId: "ns=4;s=L1/ClearCache" };
    const asked = await call(session, called, ADDITIONAL_INFO | LOCALIZED_TEXT);
    expect(asked.additionalInfo, lost).toContain("ClearCache needs the role operator");
    expect(asked.localizedText, lost).toBe(asked.additionalInfo);
    const unasked = await call(session, called);
    expect([unasked.additionalInfo, unasked.localizedText], lost).toEqual([undefined, undefined]);
  });

  test("writes through addressSpaceAccessor.write, and passes new nodes through namespace._register", () => {
    const { engine } = fed.ua.server;
    const accessor = (engine as unknown as { addressSpaceAccessor: Record<string, unknown> }).addressSpaceAccessor;
    expect(typeof Object.getPrototypeOf(accessor).write, "see writeConcurrently in libraryWrites.ts").toBe("function");
    const space = engine.addressSpace!;
    const variable = space.getOwnNamespace().addVariable({ browseName: "New", dataType: "Double" });
    expect(variable.accessLevel, "new variables are writable: see forbidWriting in libraryWrites.ts").toBe(1);
    space.deleteNode(variable);
  });

  test("announces a request before it handles it, so that the interval can be set to 0", async () => {
    const subscription = await subscribe();
    const item = await subscription.monitor(
      { nodeId: CONNECTED, attributeId: AttributeIds.Value },
      { samplingInterval: 1000, queueSize: 1, discardOldest: true },
      TimestampsToReturn.Both,
    );
    const polled = "items on our values are polled again: deliverOnChange needs another hook";
    expect(item.result?.revisedSamplingInterval, polled).toBe(0);
    const [internal] = serverItems(subscription.subscriptionId);
    expect(internal?.isExceptionBased, polled).toBe(true);
    await item.modify({ samplingInterval: 500, queueSize: 1, discardOldest: true });
    expect(internal?.isExceptionBased, `after ModifyMonitoredItems ${polled}`).toBe(true);
    expect(item.monitoringParameters.samplingInterval, polled).toBe(0);
    await subscription.terminate();
  });

  test("has the methods that the set of changed items is kept by", () => {
    const items = MonitoredItem.prototype as unknown as Record<string, unknown>;
    for (const name of [
      "_enqueue_notification",
      "trigger",
      "setMonitoringMode",
      "dispose",
      "extractMonitoredItemNotifications",
      "recordValue",
      "triggerLinkedItems",
      "_makeDataChangeNotification",
      "modify",
      "_on_opcua_event",
      "_enqueue_event",
      "getSessionContext",
      "_on_node_disposed",
      "_stop_sampling",
      "_start_sampling",
      "__start_sampling",
    ])
      expect(typeof items[name], `MonitoredItem.${name} is gone: improveMonitoring has to be written anew`).toBe(
        "function",
      );
    const subscriptions = Subscription.prototype as unknown as Record<string, unknown>;
    for (const name of ["_harvestMonitoredItems", "_addNotificationMessage", "preCreateMonitoredItem"])
      expect(typeof subscriptions[name], `Subscription.${name} is gone: improveMonitoring has to be written anew`).toBe(
        "function",
      );
    expect(
      typeof Object.getOwnPropertyDescriptor(ServerSession.prototype, "currentMonitoredItemCount")?.["get"],
      "ServerSession.currentMonitoredItemCount is no getter any more: no session would be full",
    ).toBe("function");
    expect(
      typeof Object.getOwnPropertyDescriptor(Subscription.prototype, "hasUncollectedMonitoredItemNotifications")?.[
        "get"
      ],
      "Subscription.hasUncollectedMonitoredItemNotifications is no getter any more",
    ).toBe("function");
  });

  test("has an item of events listen before the client is told that it is there", async () => {
    const subscription = await subscribe();
    const nodes = new Map<object, number>();
    // oxlint-disable-next-line typescript/unbound-method -- it is called with the subscription whose method it is
    const { postCreateMonitoredItem: create } = Subscription.prototype;
    const created = vi.spyOn(Subscription.prototype, "postCreateMonitoredItem").mockImplementation(function (
      this: Subscription,
      ...given
    ) {
      create.apply(this, given);
      const node = given[0].node as UAObject;
      nodes.set(node, node.listenerCount("event"));
    });
    for (const nodeId of ["i=2253", "ns=4;s=L1"])
      await subscription.monitor(
        { nodeId, attributeId: AttributeIds.EventNotifier },
        { samplingInterval: 0, queueSize: 10, discardOldest: true, filter: new EventFilter({}) },
        TimestampsToReturn.Both,
      );
    created.mockRestore();
    expect([...nodes.values()], "an item of events begins to listen later: see improveEventItems").toEqual([1, 1]);
    await subscription.terminate();
  });

  test("numbers the kinds of ranges as it did", () => {
    const kinds = ["1", "0:1", "0,1"].map((text) => new NumericRange(text).type);
    expect(kinds, "NumericRangeType has changed: see MATRIX_RANGE").toEqual([1, 2, 3]);
  });

  test("visits only changed items at a publish", async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `V${index}`);
    for (const id of ids) fed.publish(undefined, withState(twinOf(id), "Connected"));
    const subscription = await subscribe();
    const group = await subscription.monitorItems(
      ids.map((id) => ({ nodeId: `ns=4;s=${id}/State/Connected`, attributeId: AttributeIds.Value })),
      { samplingInterval: 1000, queueSize: 1, discardOldest: true },
      TimestampsToReturn.Both,
    );
    let count = 0;
    group.on("changed", () => count++);
    await eventually(() => count === ids.length);
    const visit = vi.spyOn(MonitoredItem.prototype, "extractMonitoredItemNotifications");
    fed.publish(withState(twinOf("V7"), "Connected"), withState(twinOf("V7"), "Disconnected"));
    await eventually(() => count === ids.length + 1);
    expect(visit.mock.calls.length, "a publish visits items that have not changed: see improveMonitoring").toBe(1);
    visit.mockRestore();
    await subscription.terminate();
    for (const id of ids) fed.forget(id);
  });

  test("keeps of an item neither a list entry, nor a table of listeners, nor defaults of its own", async () => {
    const subscription = await subscribe();
    const item = { nodeId: CONNECTED, attributeId: AttributeIds.Value };
    const asked = { samplingInterval: 0, queueSize: 1, discardOldest: true };
    const group = await subscription.monitorItems([item, item], asked, TimestampsToReturn.Both);
    const told = vi.fn<() => void>();
    group.on("changed", told);
    await eventually(() => told.mock.calls.length === 2);
    const items = serverItems(subscription.subscriptionId);
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

  test("lets the server choose the size of the buffers", async () => {
    const { port, hostname } = new URL(fed.ua.endpointUrl);
    const socket = createConnection({ port: Number(port), host: hostname });
    const answer = new Promise<Buffer>((done) => socket.once("data", done));
    socket.write(hello(fed.ua.endpointUrl, 512 * 1024));
    const acknowledge = await answer;
    socket.destroy();
    // OPC 10000-6 §7.1.2.4: type, size, version, then the sizes of the receive and send buffers.
    const sizes = [acknowledge.readUInt32LE(12), acknowledge.readUInt32LE(16)];
    expect(acknowledge.toString("latin1", 0, 3)).toBe("ACK");
    expect(sizes, "clients can choose larger buffers again: see transportLimits in uaServer.ts").toEqual([
      64 * 1024,
      64 * 1024,
    ]);
  });

  test("listens with a net.Server whose connections can be followed: who does not read is closed", async () => {
    const { port, hostname } = new URL(fed.ua.endpointUrl);
    const lost = "the sockets of clients can no longer be followed: see Connections";
    // The client of this test, once those of the others are gone.
    expect(await eventually(() => fed.ua.connections.size === 1), lost).toBe(true);
    const socket = createConnection({ port: Number(port), host: hostname });
    await eventually(() => fed.ua.connections.size === 2);
    expect(fed.ua.connections.closeUnread(0), "nobody has anything unread").toBe(0);
    const isClosed = new Promise((done) => socket.once("close", done));
    // -1 stands for a limit that everybody exceeds; the client of this test is among them.
    expect(fed.ua.connections.closeUnread(-1), lost).toBe(2);
    await isClosed;
    expect(await eventually(() => fed.ua.connections.size === 0)).toBe(true);
    await client.client.disconnect();
    client = await connect(fed.ua.endpointUrl, folder.path);
    session = client.session;
  });
});

/** A Hello message (OPC 10000-6 §7.1.2.3) that asks for buffers of `size`. */
function hello(endpointUrl: string, size: number): Buffer {
  const url = Buffer.from(endpointUrl);
  const body = Buffer.alloc(24 + url.length);
  [0, size, size, 0, 0, url.length].forEach((number, index) => body.writeUInt32LE(number, index * 4));
  url.copy(body, 24);
  const head = Buffer.alloc(8);
  head.write("HELF", "latin1");
  head.writeUInt32LE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}

function serverItems(subscriptionId: number): MonitoredItem[] {
  const subscription = fed.ua.server.engine.findSubscription(subscriptionId) as unknown as {
    monitoredItems: Map<number, MonitoredItem>;
  } | null;
  return [...(subscription?.monitoredItems.values() ?? [])];
}
