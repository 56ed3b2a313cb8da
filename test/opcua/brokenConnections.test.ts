// A connection that breaks: the client's own way back, by Republish or by TransferSubscriptions (OPC 10000-4 §6.7), brings everything that has
// changed meanwhile, in order, though only changed items are visited at a publish.
import { join } from "node:path";
import {
  AttributeIds,
  DataChangeNotification,
  MessageSecurityMode,
  MonitoringMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  type ClientMonitoredItem,
  type ClientSession,
  type ClientSubscription,
  type NodeId,
  type NotificationMessage,
} from "node-opcua";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Twin } from "../../src/twin/twin.ts";
import {
  endpointOptions,
  eventually,
  site,
  startFed,
  temporaryFolder,
  trustClient,
  twinOf,
  withSamples,
  withState,
  type Fed,
} from "./fixture.ts";
import { Gate } from "./gate.ts";

const POWER = site("K1/Connector1/MeterValues/Power.Active.Import");
const CURRENT = site("K1/Connector1/MeterValues/Current.Import");
const CHANGES = 200;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let gate: Gate;
let client: OPCUAClient;
let session: ClientSession;
let subscription: ClientSubscription;
let twin: Twin;
/** Of the subscription, by their sequence numbers: the handles of the items and their values. */
const messages = new Map<number, [handle: number, value: number][]>();

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  await trustClient(fed, folder.path);
}, 60_000);

beforeEach(async () => {
  twin = withState(twinOf("K1"), "Connected");
  fed.publish(undefined, twin);
  change("Power.Active.Import", 0);
  change("Current.Import", 0);
  gate = await Gate.open(fed.ua.endpointUrl);
  client = OPCUAClient.create({
    endpointMustExist: false,
    // Who is anonymous is known again by its certificate alone (OPC 10000-4 §5.14.7).
    securityPolicy: SecurityPolicy.Basic256Sha256,
    securityMode: MessageSecurityMode.Sign,
    clientCertificateManager: new OPCUACertificateManager({ rootFolder: join(folder.path, "client") }),
    connectionStrategy: { maxRetry: -1, initialDelay: 20, maxDelay: 100 },
    requestedSessionTimeout: 60_000,
    transportTimeout: 60_000,
  });
  await client.connect(gate.url);
  session = await client.createSession();
  subscription = await session.createSubscription2({
    requestedPublishingInterval: 20,
    requestedMaxKeepAliveCount: 20,
    requestedLifetimeCount: 6000,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
  });
  messages.clear();
  subscription.on("raw_notification", keep);
});

afterEach(async () => {
  await session.close().catch(() => {});
  await client.disconnect();
  gate.close();
  expect(await eventually(() => fed.ua.space.liveCount === 0)).toBe(true);
  fed.forget("K1");
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

interface Watched {
  readonly item: ClientMonitoredItem;
  /** Every value that was told, in the order of the messages: whether Republish or Publish brings one first is the client's affair. */
  readonly told: () => number[];
}

async function watch(nodeId: string): Promise<Watched> {
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.Value },
    { samplingInterval: 0, queueSize: 2 * CHANGES, discardOldest: true },
    TimestampsToReturn.Both,
  );
  const { clientHandle } = item.monitoringParameters;
  const told = (): number[] =>
    [...messages]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([, values]) => values.filter(([handle]) => handle === clientHandle).map(([, value]) => value))
      // On a new channel the library sends the present value of every reporting item once more.
      .filter((value, place, all) => value !== all[place - 1]);
  await eventually(() => told().length === 1);
  return { item, told };
}

function keep({ sequenceNumber, notificationData }: NotificationMessage): void {
  const values = (notificationData ?? []).flatMap((data) =>
    data instanceof DataChangeNotification ? (data.monitoredItems ?? []) : [],
  );
  messages.set(
    sequenceNumber,
    values.map(({ clientHandle, value }) => [clientHandle, value.value.value as number]),
  );
}

/** What is sent at first never reaches the client, which comes back after its connection was cut. */
async function breakAndReturn(first: () => void, meanwhile: () => void): Promise<void> {
  const sent = (): number[] =>
    fed.ua.server.engine.findSubscription(subscription.subscriptionId)?.getAvailableSequenceNumbers() ?? [];
  const before = sent();
  gate.shut();
  first();
  // A message is under way, and lost.
  await eventually(() => sent().some((number) => !before.includes(number)));
  gate.cut();
  meanwhile();
}

const counted = Array.from({ length: CHANGES }, (_, index) => index + 1);
const firstHalf = counted.slice(0, CHANGES / 2);
const secondHalf = counted.slice(CHANGES / 2);

function changeAll(measurand: string, values: readonly number[]): void {
  for (const value of values) change(measurand, value);
}

describe("a connection that breaks while messages are under way", () => {
  test("loses none of the changes", async () => {
    const { told } = await watch(POWER);
    await breakAndReturn(
      () => changeAll("Power.Active.Import", firstHalf),
      () => changeAll("Power.Active.Import", secondHalf),
    );
    await eventually(() => told().length > CHANGES, 15_000);
    change("Power.Active.Import", 9999);
    await eventually(() => told().at(-1) === 9999);
    expect(told()).toEqual([0, ...counted, 9999]);
  });

  test("leaves triggered items as they were (§5.13.5)", async () => {
    const trigger = await watch(CURRENT);
    const linked = await watch(POWER);
    await linked.item.setMonitoringMode(MonitoringMode.Sampling);
    await subscription.setTriggering(trigger.item, [linked.item], []);
    await breakAndReturn(
      () => {
        changeAll("Power.Active.Import", firstHalf);
        change("Current.Import", 16);
      },
      () => changeAll("Power.Active.Import", secondHalf),
    );
    await eventually(() => linked.told().length > CHANGES / 2, 15_000);
    expect(linked.told()).toEqual([0, ...firstHalf]);
    change("Current.Import", 17);
    await eventually(() => linked.told().length > CHANGES && trigger.told().at(-1) === 17);
    expect(linked.told()).toEqual([0, ...counted]);
    expect(trigger.told()).toEqual([0, 16, 17]);
  });

  test("whose session is gone as well is taken up by a new one, with all that has changed (§5.14.7)", async () => {
    const { told } = await watch(POWER);
    const { authenticationToken } = session as unknown as { authenticationToken: NodeId };
    await breakAndReturn(
      () => changeAll("Power.Active.Import", firstHalf),
      () => {
        // As if the session's time had run out: its subscriptions live longer.
        fed.ua.server.engine.closeSession(authenticationToken, false, "Timeout");
        changeAll("Power.Active.Import", secondHalf);
      },
    );
    await eventually(() => told().length > CHANGES, 15_000);
    expect(told()).toEqual([0, ...counted]);
  });
});
