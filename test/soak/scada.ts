// What SCADA does: one client that watches all the time, and others that command, subscribe, read the history and vanish.
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  AttributeIds,
  DataType,
  ReadRawModifiedDetails,
  TimestampsToReturn,
  Variant,
  type ClientMonitoredItemGroup,
  type ClientSession,
} from "node-opcua";
import type { OutgoingAction } from "../../src/ocpp/v16/message.ts";
import { openSession } from "../flow/bridgeInTest.ts";
import { inputsOf } from "../flow/methodCallsInTest.ts";
import { call, double, on, text, type Called } from "../opcua/callsInTest.ts";
import { watch } from "../opcua/conditionsInTest.ts";
import { historyRead } from "../opcua/historyInTest.ts";
import type { Surroundings } from "./life.ts";

/** Of every connector from the first moment. */
const SHOWN = ["State/Connected", "Connector1/Status/Status", "Connector1/Transaction/Active"];
/** There once the charge point has reported it. */
const MEASURED = ["Connector1/MeterValues/Power.Active.Import", "Connector1/MeterValues/Energy.Active.Import.Register"];

async function withSession<T>(url: string, use: (session: ClientSession) => Promise<T>): Promise<T> {
  const opened = await openSession(url);
  try {
    return await use(opened.session);
  } finally {
    await opened.close();
  }
}

const subscription = (session: ClientSession) =>
  session.createSubscription2({
    requestedPublishingInterval: 200,
    requestedMaxKeepAliveCount: 20,
    publishingEnabled: true,
  });

type Opened = Awaited<ReturnType<typeof subscription>>;

function monitor(opened: Opened, ids: readonly string[], paths: readonly string[]): Promise<ClientMonitoredItemGroup> {
  const nodes = ids.flatMap((id) => paths.map((path) => `ns=4;s=${id}/${path}`));
  return opened.monitorItems(
    nodes.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })),
    { samplingInterval: 0, queueSize: 10, discardOldest: true },
    TimestampsToReturn.Both,
  );
}

/** The control room: it watches every charge point from the first moment to the last, its events too. */
export class Watcher {
  readonly #watching: Promise<() => Promise<void>>;

  constructor(surroundings: Surroundings) {
    this.#watching = watchAll(surroundings);
    // Told when it is stopped.
    this.#watching.catch(() => {});
  }

  async stop(): Promise<void> {
    await (
      await this.#watching
    )();
  }
}

const MEASURED_AFTER_MS = 30_000;

async function watchAll({ addresses, fleet, signal }: Surroundings): Promise<() => Promise<void>> {
  const client = await openSession(addresses.opcua);
  const opened = await subscription(client.session);
  const ids = fleet.chargePoints.map(({ id }) => id);
  await monitor(opened, ids, SHOWN);
  const { seen } = await watch(opened, "i=2253");
  // What has been seen is of no interest here.
  const forgetting = setInterval(() => seen.splice(0), 1000);
  const measured = delay(MEASURED_AFTER_MS, undefined, { signal })
    .then(() => monitor(opened, ids, MEASURED))
    .catch(() => {});
  return async () => {
    clearInterval(forgetting);
    await measured;
    await client.close();
  };
}

const LOOKING_MS = 3000;
const MOST_WATCHED = 20;

/** Watches some charge points for a while and leaves: in order, without closing its session, or without a word. */
export async function subscribeAndLeave({ addresses, fleet, pick, signal }: Surroundings): Promise<void> {
  const client = await openSession(addresses.opcua);
  const { session } = client;
  const ids = Array.from({ length: 1 + Math.floor(Math.random() * MOST_WATCHED) }, () => pick(fleet.chargePoints).id);
  const opened = await subscription(session);
  const items = await monitor(opened, ids, SHOWN);
  await monitor(opened, ids, MEASURED);
  const isRefused = items.monitoredItems.some(({ statusCode }) => !statusCode.isGood());
  await delay(LOOKING_MS * Math.random(), undefined, { signal }).catch(() => {});
  const leave = pick([
    () => client.close(),
    async () => {
      await opened.terminate();
      await client.close();
    },
    async () => {
      socketOf(session).destroy();
      await client.close().catch(() => {});
    },
  ]);
  await leave();
  if (isRefused) throw new Error("items were refused");
}

interface HasChannel {
  readonly _client: { readonly _secureChannel: { getTransport(): { readonly _socket: Socket } } };
}
const socketOf = (session: ClientSession): Socket =>
  (session as unknown as HasChannel)._client._secureChannel.getTransport()._socket;

const action = (id: string, name: OutgoingAction, request: Readonly<Record<string, unknown>>): Called =>
  on(id, name, inputsOf(name, request));

/** Answers of a charge point that is busy, or has just left, are answers. */
const ANSWERS = new Set([
  "Good",
  "BadNoCommunication",
  "BadTimeout",
  "BadInvalidState",
  "BadInvalidArgument",
  "BadResourceUnavailable",
]);

/** One of the commands of a day. */
export async function command({ addresses, fleet, pick }: Surroundings): Promise<void> {
  const { id } = pick(fleet.chargePoints);
  const connector = `${id}/Connector1`;
  const called = pick([
    action(id, "TriggerMessage", { requestedMessage: "StatusNotification", connectorId: 1 }),
    action(id, "GetConfiguration", {}),
    action(id, "ChangeConfiguration", { key: "MeterValueSampleInterval", value: pick(["4", "5", "6"]) }),
    action(id, "DataTransfer", { vendorId: "com.example", data: "x".repeat(1000) }),
    action(id, "ChangeAvailability", { connectorId: 1, type: "Operative" }),
    on(connector, "RemoteStartTransaction", [text("04A1B2C3")]),
    on(connector, "RemoteStopTransaction"),
    on(connector, "SetLimit", [double(pick([8, 16, 32]))]),
    on(connector, "ClearLimit"),
  ]);
  const { status } = await withSession(addresses.opcua, (session) => call(session, called));
  if (!ANSWERS.has(status)) throw new Error(`${called.methodId} was answered ${status}`);
}

/** ConditionRefresh (OPC 10000-9 §5.5.7). */
export async function refreshConditions({ addresses }: Surroundings): Promise<void> {
  await withSession(addresses.opcua, async (session) => {
    const opened = await subscription(session);
    await watch(opened, "i=2253");
    const inputs = [new Variant({ dataType: DataType.UInt32, value: opened.subscriptionId })];
    const { status } = await call(session, { objectId: "i=2782", methodId: "i=3875", inputs });
    if (status !== "Good") throw new Error(`ConditionRefresh was answered ${status}`);
  });
}

const HOUR_MS = 3_600_000;

export async function readHistory({ addresses, fleet, pick }: Surroundings): Promise<void> {
  const { id } = pick(fleet.chargePoints);
  const details = new ReadRawModifiedDetails({
    isReadModified: false,
    startTime: new Date(Date.now() - HOUR_MS),
    endTime: new Date(),
    numValuesPerNode: 1000,
    returnBounds: false,
  });
  await withSession(addresses.opcua, async (session) => {
    const nodes = ["Status/Status", "MeterValues/Power.Active.Import"].map((path) => `ns=4;s=${id}/Connector1/${path}`);
    const [status] = await historyRead(session, nodes, { details });
    if (status?.status.startsWith("Good") !== true) throw new Error(`HistoryRead was answered ${status?.status}`);
  });
}
