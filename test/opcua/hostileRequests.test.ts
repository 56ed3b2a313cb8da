// Clients that ask nonsense, or too much: an answer with a Bad code each time, and the server goes on.
import { createConnection } from "node:net";
import {
  AggregateFilter,
  AttributeIds,
  BrowseDirection,
  BrowseRequest,
  CreateMonitoredItemsRequest,
  DataChangeFilter,
  EventFilter,
  ModifyMonitoredItemsRequest,
  Range,
  coerceNodeId,
  MonitoringMode,
  NodeId,
  NodeIdType,
  HistoryReadRequest,
  ReadAtTimeDetails,
  ReadEventDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  ReadRequest,
  TimestampsToReturn,
  type BrowseResponse,
  type DataChangeTrigger,
  type ClientSession,
  type HistoryReadResponse,
  type ModifyMonitoredItemsResponse,
  type CreateMonitoredItemsResponse,
  type ReadResponse,
} from "node-opcua";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  startFed,
  temporaryFolder,
  twinOf,
  withSamples,
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
  const twin = withState(twinOf("CP001", [1, 2]), "Connected");
  fed.publish(undefined, withSamples(twin, 1, [{ measurand: "Voltage", phase: "L1", value: 230 }]));
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
}, 60_000);

afterEach(async () => {
  // Whatever was asked: the server answers the next client, and keeps nothing of it.
  expect((await readValue(session, "CP001/ClientId")).value.value).toBe("CP001");
  expect(fed.ua.space.liveCount).toBe(0);
});

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

async function transact<Response>(request: object): Promise<Response> {
  const raw = session as unknown as { performMessageTransaction(request: object): Promise<Response> };
  return raw.performMessageTransaction(request);
}

async function subscribe(): Promise<{ subscriptionId: number; terminate: () => Promise<void> }> {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 100,
    publishingEnabled: true,
  });
  return { subscriptionId: subscription.subscriptionId, terminate: () => subscription.terminate() };
}

const siteId = (text: string): NodeId => new NodeId(NodeIdType.STRING, text, 4);

describe("requests", () => {
  test("for attributes that do not exist are answered one by one", async () => {
    const request = new ReadRequest({
      nodesToRead: Array.from({ length: 300 }, () => ({
        nodeId: siteId("CP001/State/Connected"),
        attributeId: AttributeIds.Value,
      })),
      timestampsToReturn: TimestampsToReturn.Both,
    });
    // The client would refuse to make such a request.
    for (const [index, node] of request.nodesToRead!.entries())
      node.attributeId = index === 13 ? 13 : index > 250 ? 2 ** 32 - index : index + 28;
    const { results } = await transact<ReadResponse>(request);
    expect(results?.filter(({ statusCode }) => statusCode.isGood()).length).toBe(1);
    expect(results?.[0]?.statusCode.name).toBe("BadAttributeIdInvalid");
  });

  test("with huge lists are answered or refused, never both wrong and silent", async () => {
    const nodesToBrowse = Array.from({ length: 2000 }, () => ({
      nodeId: siteId("CP001"),
      browseDirection: BrowseDirection.Both,
      includeSubtypes: true,
      resultMask: 63,
      nodeClassMask: 0,
    }));
    const response = await transact<BrowseResponse>(
      new BrowseRequest({ nodesToBrowse, requestedMaxReferencesPerNode: 0 }),
    );
    expect(response.results?.length).toBe(2000);
    await expect(
      transact(new BrowseRequest({ nodesToBrowse: Array.from({ length: 10_001 }, () => nodesToBrowse[0]!) })),
    ).rejects.toThrow(/BadTooManyOperations/u);
  });

  test("with masks and directions that do not exist", async () => {
    for (const browseDirection of [3, 4, 99]) {
      const request = new BrowseRequest({ nodesToBrowse: [{ nodeId: siteId("CP001"), resultMask: 63 }] });
      request.nodesToBrowse![0]!.browseDirection = browseDirection;
      const answer = await transact<BrowseResponse>(request).then(
        ({ results }) => results?.[0]?.statusCode.name,
        (error: unknown) => String(error),
      );
      expect(answer).toMatch(/Bad/u);
      // A message that cannot be decoded costs the client its channel.
      if (!client.client.isReconnecting) continue;
      await client.client.disconnect().catch(() => {});
    }
    await client.close().catch(() => {});
    client = await connect(fed.ua.endpointUrl, folder.path);
    session = client.session;
    const { references } = await session.browse({
      nodeId: siteId("CP001"),
      nodeClassMask: 0xffff_ff00,
      resultMask: 0xffff_ffff,
    } as never);
    expect(references).toEqual([]);
  });

  test("for the history of anything are refused, node by node", async () => {
    const details = [
      new ReadRawModifiedDetails({ startTime: new Date(0), endTime: new Date(), numValuesPerNode: 10 }),
      new ReadAtTimeDetails({ reqTimes: [new Date(0)] }),
      new ReadProcessedDetails({ processingInterval: 0, aggregateType: [coerceNodeId("i=2342")] }),
      new ReadEventDetails({ numValuesPerNode: 10, startTime: new Date(0), endTime: new Date() }),
    ];
    const nodes = [
      "ns=4;s=CP001",
      "ns=4;s=CP001/State/Connected",
      "ns=4;s=/ChargePoints",
      "i=2253",
      "i=2258",
      "i=58",
      "ns=4;s=Nobody",
    ];
    for (const historyReadDetails of details)
      for (const nodeId of nodes) {
        const request = new HistoryReadRequest({ historyReadDetails, nodesToRead: [{ nodeId: coerceNodeId(nodeId) }] });
        const answer = await transact<HistoryReadResponse>(request).then(
          ({ results }) => results?.[0]?.statusCode.name,
          (error: unknown) => String(error),
        );
        expect([nodeId, answer]).toEqual([nodeId, expect.stringMatching(/Bad/u)]);
      }
  });

  test("to monitor nonsense", async () => {
    const subscription = await subscribe();
    const nonsense: object[] = [];
    const value = { nodeId: siteId("CP001/Connector1/MeterValues/Voltage"), attributeId: AttributeIds.Value };
    for (const deadbandType of [0, 1, 2])
      for (const deadbandValue of [NaN, Infinity, -Infinity, -1, 1e308, 50])
        for (const trigger of [0, 1, 2])
          nonsense.push({
            ...value,
            filter: new DataChangeFilter({
              trigger: trigger as DataChangeTrigger,
              deadbandType,
              deadbandValue,
            }),
          });
    for (const indexRange of ["0,1", "0:1,0:1", "1:0", "-1", "a", "0:4294967295", " "]) {
      nonsense.push({ ...value, indexRange });
      nonsense.push({ nodeId: siteId("CP001/ClientId"), attributeId: AttributeIds.Value, indexRange });
    }
    for (const samplingInterval of [NaN, Infinity, -Infinity, -5, 1e-300])
      nonsense.push({ ...value, samplingInterval });
    for (const each of nonsense) {
      const {
        filter,
        samplingInterval = 0,
        ...itemToMonitor
      } = each as { filter?: DataChangeFilter; samplingInterval?: number };
      const request = new CreateMonitoredItemsRequest({
        subscriptionId: subscription.subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: [
          {
            itemToMonitor,
            monitoringMode: MonitoringMode.Reporting,
            requestedParameters: {
              clientHandle: 7,
              queueSize: 2,
              discardOldest: true,
              ...(filter === undefined ? {} : { filter }),
            },
          },
        ],
      });
      request.itemsToCreate![0]!.requestedParameters.samplingInterval = samplingInterval;
      const answered = await transact<CreateMonitoredItemsResponse>(request).then(
        ({ results }) => results?.[0]?.statusCode.name,
        (error: unknown) => String(error),
      );
      expect([each, answered]).toEqual([each, expect.not.stringContaining("timed out")]);
      fed.publish(
        withState(twinOf("CP001", [1, 2]), "Connected"),
        withSamples(withState(twinOf("CP001", [1, 2]), "Connected"), 1, [
          { measurand: "Voltage", value: Math.random() },
        ]),
      );
    }
    await subscription.terminate();
  }, 60_000);
});

describe("filters at which the library would throw later", () => {
  const faulty: [string, AttributeIds, object | null, string][] = [
    [
      "a value with an aggregate filter",
      AttributeIds.Value,
      new AggregateFilter({}),
      "BadMonitoredItemFilterUnsupported",
    ],
    [
      "a value with something that is no filter",
      AttributeIds.Value,
      new Range({ low: 0, high: 1 }),
      "BadMonitoredItemFilterInvalid",
    ],
    [
      "a deadband that is no number",
      AttributeIds.Value,
      new DataChangeFilter({ trigger: 1, deadbandType: 1, deadbandValue: NaN }),
      "BadDeadbandFilterInvalid",
    ],
    ["events without a filter", AttributeIds.EventNotifier, null, "BadEventFilterInvalid"],
  ];

  test.each(faulty)("%s: refused at creation and at modification", async (_, attributeId, filter, expected) => {
    const { subscriptionId, ...subscription } = await subscribe();
    const nodeId =
      attributeId === AttributeIds.Value ? siteId("CP001/Connector1/MeterValues/Voltage") : coerceNodeId("i=2253");
    const create = async (each: object | null): Promise<[string, number]> => {
      const { results } = await transact<CreateMonitoredItemsResponse>(
        new CreateMonitoredItemsRequest({
          subscriptionId,
          timestampsToReturn: TimestampsToReturn.Both,
          itemsToCreate: [
            {
              itemToMonitor: { nodeId, attributeId },
              monitoringMode: MonitoringMode.Reporting,
              requestedParameters: {
                clientHandle: 1,
                samplingInterval: 0,
                queueSize: 10,
                discardOldest: true,
                filter: each as never,
              },
            },
          ],
        }),
      );
      return [results![0]!.statusCode.name, results![0]!.monitoredItemId];
    };
    expect((await create(filter))[0]).toBe(expected);
    const [status, monitoredItemId] = await create(
      attributeId === AttributeIds.Value
        ? null
        : new EventFilter({ selectClauses: [{ browsePath: [{ name: "EventId" }] }] }),
    );
    expect(status).toBe("Good");
    const modified = await transact<ModifyMonitoredItemsResponse>(
      new ModifyMonitoredItemsRequest({
        subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToModify: [
          {
            monitoredItemId,
            requestedParameters: {
              clientHandle: 1,
              samplingInterval: 0,
              queueSize: 1,
              discardOldest: true,
              filter: filter as never,
            },
          },
        ],
      }),
    );
    expect(modified.results![0]!.statusCode.name).toBe(expected);
    // What would have thrown: a change of the value, and an event at the server.
    fed.publish(undefined, withState(twinOf(`New${expected}`), "Connected"));
    await subscription.terminate();
  });
});

describe("connections", () => {
  test.each([
    ["garbage", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
    ["a message of 4 GB", Buffer.from("HELF\xff\xff\xff\xff", "latin1")],
    ["a message shorter than its head", Buffer.from("HELF\x01\0\0\0", "latin1")],
    ["zeros", Buffer.alloc(100_000)],
    ["an open message without a hello", Buffer.from("OPNF\x10\0\0\0\0\0\0\0\0\0\0\0", "latin1")],
  ])("that send %s do not disturb the others", async (_, bytes) => {
    const { port, hostname } = new URL(fed.ua.endpointUrl);
    const socket = createConnection({ port: Number(port), host: hostname });
    socket.on("error", () => {});
    await new Promise((done) => socket.write(bytes, done));
    const other = await connect(fed.ua.endpointUrl, folder.path);
    expect((await readValue(other.session, "CP001/State/Connected")).value.value).toBe(true);
    await other.close();
    socket.destroy();
  });

  test("that are only opened make room for those that want a session", async () => {
    const few = await startFed(
      endpointOptions(folder.path, { limits: { ...endpointOptions("").limits, maxSessions: 3 } }),
    );
    const { port, hostname } = new URL(few.ua.endpointUrl);
    const sockets = Array.from({ length: 30 }, () => {
      const socket = createConnection({ port: Number(port), host: hostname });
      socket.on("error", () => {});
      return socket;
    });
    await Promise.all(sockets.map((socket) => new Promise((done) => socket.once("connect", done))));
    const entered = await eventually(() => connect(few.ua.endpointUrl, folder.path).catch(() => undefined), 15_000);
    expect(entered.session.sessionId.isEmpty()).toBe(false);
    await entered.close();
    for (const socket of sockets) socket.destroy();
    await few.ua.stop();
  }, 40_000);
});
