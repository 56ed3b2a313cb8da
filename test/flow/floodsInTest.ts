// What hostile OPC UA clients can send without end, and what it does meanwhile to a charge point and to another client: shared by tests and bench.
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import {
  AttributeIds,
  BrowseRequest,
  CallRequest,
  CreateMonitoredItemsRequest,
  CreateSubscriptionRequest,
  DataType,
  HistoryReadRequest,
  MonitoringMode,
  OPCUAClient,
  PublishRequest,
  ReadRawModifiedDetails,
  ReadRequest,
  TimestampsToReturn,
  Variant,
  WriteRequest,
  coerceNodeId,
  type ClientSession,
} from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { call } from "../opcua/callsInTest.ts";
import { openSession, read } from "./bridgeInTest.ts";

/** Says when it has begun, and goes on until it is over; throws nothing. */
export type Flood = (endpointUrl: string, isOver: () => boolean, begin: () => void) => Promise<void>;

function transact(session: ClientSession, request: object): Promise<object | undefined> {
  const raw = session as unknown as { performMessageTransaction(asked: object): Promise<object> };
  return raw.performMessageTransaction(request).catch(() => undefined);
}

/** So many requests are on their way at once. */
const TOGETHER = 20;

/** One session that asks the same again and again. */
function asking(make: (session: ClientSession) => Promise<() => object>): Flood {
  return async (endpointUrl, isOver, begin) => {
    const client = await openSession(endpointUrl);
    const { session } = client;
    const request = await make(session);
    begin();
    const ask = async (): Promise<void> => {
      while (!isOver()) await transact(session, request());
    };
    await Promise.all(Array.from({ length: TOGETHER }, ask));
    await client.close().catch(() => {});
  };
}

async function subscribed(session: ClientSession): Promise<number> {
  const subscription = await session.createSubscription2({ requestedPublishingInterval: 100, publishingEnabled: true });
  return subscription.subscriptionId;
}

const valueOf = (nodeId: string): { nodeId: ReturnType<typeof coerceNodeId>; attributeId: AttributeIds } => ({
  nodeId: coerceNodeId(nodeId),
  attributeId: AttributeIds.Value,
});

const MANY = 5000;
/** Of what is a command or reads a file. */
const MANY_OF_THOSE = 200;

const sessions: Flood = async (endpointUrl, isOver, begin) => {
  const clients: OPCUAClient[] = [];
  begin();
  while (!isOver()) {
    const client = OPCUAClient.create({
      endpointMustExist: false,
      connectionStrategy: { maxRetry: 0 },
      requestedSessionTimeout: 3_600_000,
    });
    clients.push(client);
    const enter = async (): Promise<void> => {
      await client.connect(endpointUrl);
      await client.createSession();
    };
    await enter().catch(() => {});
  }
  await Promise.all(clients.map((client) => client.disconnect().catch(() => {})));
};

const connections: Flood = async (endpointUrl, isOver, begin) => {
  const sockets: Socket[] = [];
  begin();
  while (!isOver()) {
    sockets.push(connectTo(endpointUrl));
    await turn();
    if (sockets.length > 500) sockets.shift()?.destroy();
  }
  for (const socket of sockets) socket.destroy();
};

const CHUNK = 8192;

/** Chunks of a message that never ends (OPC 10000-6 §6.7.2), on a channel that is open: `C` says that another one follows. */
const chunks: Flood = async (endpointUrl, isOver, begin) => {
  while (!isOver()) {
    const client = await openOrWait(endpointUrl);
    if (client === undefined) continue;
    const { session } = client;
    const channel = (session as unknown as HasChannel)._client._secureChannel;
    const { channelId, activeSecurityToken } = channel;
    const { _socket: socket } = channel.getTransport();
    begin();
    for (let sequence = await nextSequence(session, socket); !socket.destroyed && !isOver(); sequence++) {
      const chunk = Buffer.alloc(CHUNK, 1);
      chunk.write("MSGC", "latin1");
      [CHUNK, channelId, activeSecurityToken.tokenId, sequence, 4711].forEach((word, index) =>
        chunk.writeUInt32LE(word, 4 + index * 4),
      );
      if (!socket.write(chunk)) await turn();
      if (sequence % 50 === 0) await turn();
    }
    socket.destroy();
    await client.close().catch(() => {});
  }
};

/** Undefined after a while where there is no room: sessions that were left behind go when their time is over. */
async function openOrWait(endpointUrl: string): Promise<Awaited<ReturnType<typeof openSession>> | undefined> {
  try {
    return await openSession(endpointUrl);
  } catch {
    await turn();
    return undefined;
  }
}

/** Where the number stands in a chunk without security (OPC 10000-6 §6.7.2). */
const SEQUENCE_OFFSET = 16;

/** The number that the next chunk has to bear, or the server takes none of it: one more than that of a request that is sent now. */
async function nextSequence(session: ClientSession, socket: Socket): Promise<number> {
  let last = 0;
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (chunk: unknown, ...more: unknown[]): boolean => {
    if (Buffer.isBuffer(chunk)) last = chunk.readUInt32LE(SEQUENCE_OFFSET);
    return write(chunk, ...more);
  };
  await read(session, "F1/State/Connected");
  socket.write = write;
  return last + 1;
}

interface HasChannel {
  readonly _client: {
    readonly _secureChannel: {
      readonly channelId: number;
      readonly activeSecurityToken: { readonly tokenId: number };
      getTransport(): { readonly _socket: Socket };
    };
  };
}

/** Messages that say they are larger than anything, and garbage. */
const oversize: Flood = async (endpointUrl, isOver, begin) => {
  begin();
  while (!isOver()) {
    const socket = connectTo(endpointUrl);
    socket.write(Buffer.concat([Buffer.from("HELF\xff\xff\xff\x7f", "latin1"), Buffer.alloc(1_000_000, 0x41)]));
    await turn();
    socket.destroy();
  }
};

/** Asks for much, and reads nothing of it. */
const neverReading: Flood = async (endpointUrl, isOver, begin) => {
  while (!isOver()) {
    const client = await openOrWait(endpointUrl);
    if (client === undefined) continue;
    const { session } = client;
    const { _socket: socket } = (session as unknown as HasChannel)._client._secureChannel.getTransport();
    socket.pause();
    begin();
    const nodesToBrowse = Array.from({ length: 500 }, () => ({
      nodeId: coerceNodeId("i=2253"),
      referenceTypeId: coerceNodeId("i=33"),
      includeSubtypes: true,
      resultMask: 63,
    }));
    const asked = Array.from({ length: 50 }, () => transact(session, new BrowseRequest({ nodesToBrowse })));
    for (let turns = 0; turns < 50 && !isOver(); turns++) await turn();
    socket.destroy();
    await client.close().catch(() => {});
    await Promise.all(asked);
  }
};

function connectTo(endpointUrl: string): Socket {
  const { hostname, port } = new URL(endpointUrl);
  const socket = createConnection({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  return socket;
}

/** Lets others have their turn: what is sent leaves, what comes is read. */
function turn(): Promise<void> {
  return new Promise((done) => setTimeout(done, 5));
}

export const floods: Readonly<Record<string, Flood>> = {
  sessions,
  connections,
  chunks,
  oversize,
  neverReading,
  subscriptions: asking(async () => () => new CreateSubscriptionRequest({ requestedPublishingInterval: 1 })),
  publishRequests: asking(async (session) => {
    await subscribed(session);
    return () => new PublishRequest({});
  }),
  monitoredItems: asking(async (session) => {
    const subscriptionId = await subscribed(session);
    const itemsToCreate = Array.from({ length: MANY }, (_, clientHandle) => ({
      itemToMonitor: valueOf("ns=4;s=F1/State/Connected"),
      monitoringMode: MonitoringMode.Reporting,
      requestedParameters: { clientHandle, samplingInterval: 0, queueSize: 1000 },
    }));
    return () =>
      new CreateMonitoredItemsRequest({ subscriptionId, timestampsToReturn: TimestampsToReturn.Both, itemsToCreate });
  }),
  reads: asking(async () => {
    const nodesToRead = Array.from({ length: MANY }, () => valueOf("ns=4;s=F1/State/Connected"));
    return () => new ReadRequest({ nodesToRead, timestampsToReturn: TimestampsToReturn.Both });
  }),
  writes: asking(async () => {
    const nodesToWrite = Array.from({ length: MANY_OF_THOSE }, (_, index) => ({
      ...valueOf("ns=4;s=F1/Connector1/Limit"),
      value: { value: new Variant({ dataType: DataType.Double, value: index }) },
    }));
    return () => new WriteRequest({ nodesToWrite });
  }),
  historyReads: asking(async () => {
    const nodesToRead = Array.from({ length: MANY_OF_THOSE }, () => ({
      nodeId: coerceNodeId("ns=4;s=F1/State/Connected"),
    }));
    const span = { startTime: new Date(0), endTime: new Date(), numValuesPerNode: 0 };
    const historyReadDetails = new ReadRawModifiedDetails({ ...span, isReadModified: false, returnBounds: true });
    const timestampsToReturn = TimestampsToReturn.Both;
    return () => new HistoryReadRequest({ historyReadDetails, timestampsToReturn, nodesToRead });
  }),
  calls: asking(async () => {
    const one = { objectId: coerceNodeId("ns=4;s=F1"), methodId: coerceNodeId("ns=4;s=F1/ClearCache") };
    const methodsToCall = Array.from({ length: MANY_OF_THOSE }, () => ({ ...one, inputArguments: [] }));
    return () => new CallRequest({ methodsToCall });
  }),
  conditionRefreshes: async (endpointUrl, isOver, begin) => {
    const client = await openSession(endpointUrl);
    const { session } = client;
    const inputs = [new Variant({ dataType: DataType.UInt32, value: await subscribed(session) })];
    begin();
    const refresh = async (): Promise<void> => {
      while (!isOver()) await call(session, { objectId: "i=2782", methodId: "i=3875", inputs }).catch(() => undefined);
    };
    await Promise.all(Array.from({ length: TOGETHER }, refresh));
    await client.close().catch(() => {});
  },
};

export interface Served {
  /** Times of each answer, ms. */
  readonly heartbeats: readonly number[];
  readonly reads: readonly number[];
}

/** Lets a flood in, from a thread of its own, until a charge point and another client have been answered so often. */
export async function serveDuring(
  name: string,
  endpointUrl: string,
  others: { readonly chargePoint: RPCClient; readonly session: ClientSession },
  count: number,
): Promise<Served> {
  // What the flood costs itself delays nobody.
  const flooding = new Worker(new URL("./floodThread.ts", import.meta.url), {
    workerData: { name, endpointUrl },
    execArgv: [],
  });
  const hasEnded = once(flooding, "exit");
  await once(flooding, "message");
  const heartbeats: number[] = [];
  const reads: number[] = [];
  const beat = async (): Promise<void> => {
    const begin = performance.now();
    await others.chargePoint.call("Heartbeat", {});
    heartbeats.push(performance.now() - begin);
    await turn();
  };
  const look = async (): Promise<void> => {
    const begin = performance.now();
    const { statusCode } = await read(others.session, "F1/State/Connected");
    if (!statusCode.isGood()) throw new Error(`the other client was answered ${statusCode.name}`);
    reads.push(performance.now() - begin);
    await turn();
  };
  const times = async (run: () => Promise<void>): Promise<void> => {
    for (let done = 0; done < count; done++) await run();
  };
  try {
    await Promise.all([times(beat), times(look)]);
  } finally {
    flooding.postMessage("over");
    await hasEnded;
  }
  return { heartbeats, reads };
}
