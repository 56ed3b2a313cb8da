// A subscription that has outlived its session (OPC 10000-4 §5.14.7) collects what its owner may have, and nothing else.
import {
  AttributeIds,
  DataType,
  DataChangeNotification,
  EventNotificationList,
  PublishRequest,
  SetPublishingModeRequest,
  TimestampsToReturn,
  TransferSubscriptionsRequest,
  Variant,
  coerceNodeId,
  constructEventFilter,
  type ClientSession,
  type MonitoredItem,
  type PublishResponse,
  type TransferSubscriptionsResponse,
} from "node-opcua";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hashPassword } from "../../src/std/passwordHash.ts";
import { loginAccountOf, type Account, type LoginAccount } from "../../src/twin/accounts.ts";
import {
  connect,
  endpointOptions,
  eventually,
  RECEIVED_AT,
  SAMPLED_AT,
  site,
  startFedWith,
  temporaryFolder,
  trustClient,
  twinOf,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

const PASSWORD = "correct horse";
/** SessionSecurityDiagnosticsArray, which administrators alone may read (OPC 10000-5 §6.3.5). */
const OF_ADMINISTRATORS = "i=3708";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let accounts: LoginAccount[];
const open: Connected[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  const passwordHash = await hashPassword(PASSWORD);
  const common = { isEnabled: true, passwordHash, createdAt: 0, changedAt: 0 };
  const kept: Account[] = [
    { ...common, name: "observer", role: "observer" },
    { ...common, name: "administrator", role: "administrator" },
  ];
  accounts = kept.flatMap((account) => loginAccountOf(account) ?? []);
  fed = await startFedWith(endpointOptions(folder.path), {
    accounts,
    verify: async ({ name }) => ({ kind: "accepted", account: kept.find((each) => each.name === name)! }),
  });
  fed.publish(undefined, withState(twinOf("A1"), "Connected"));
  await trustClient(fed, folder.path);
}, 60_000);

afterAll(async () => {
  for (const { close } of open) await close().catch(() => {});
  await fed.ua.stop();
  await folder.clean();
});

async function login(userName: string | undefined): Promise<ClientSession> {
  const user = userName === undefined ? undefined : { type: 1 as const, userName, password: PASSWORD };
  const connected = await connect(fed.ua.endpointUrl, folder.path, "Basic256Sha256", user);
  open.push(connected);
  return connected.session;
}

function transact<Response>(session: ClientSession, request: object): Promise<Response> {
  const raw = session as unknown as { performMessageTransaction(asked: object): Promise<Response> };
  return raw.performMessageTransaction(request);
}

/** A subscription whose session is gone, with items for the events of the Server and for what administrators alone may read. */
async function orphanOf(userName: string | undefined): Promise<number> {
  const session = await login(userName);
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 50,
    requestedMaxKeepAliveCount: 20,
    requestedLifetimeCount: 1000,
    // Nobody is to get anything before it is taken over.
    publishingEnabled: false,
  });
  const items = [
    await subscription.monitor(
      { nodeId: "i=2253", attributeId: AttributeIds.EventNotifier },
      { samplingInterval: 0, queueSize: 100, discardOldest: true, filter: constructEventFilter(["Message"]) },
      TimestampsToReturn.Both,
    ),
    await subscription.monitor(
      { nodeId: OF_ADMINISTRATORS, attributeId: AttributeIds.Value },
      { samplingInterval: 50, queueSize: 10, discardOldest: true },
      TimestampsToReturn.Both,
    ),
  ];
  await eventually(() => items.every((item) => item.result?.statusCode.name === "Good"));
  await session.close(false);
  const { subscriptionId } = subscription;
  expect(fed.ua.server.engine.findOrphanSubscription(subscriptionId)).not.toBeNull();
  return subscriptionId;
}

/** A write that is refused is an audit event. */
async function write(value: string): Promise<void> {
  const nodeId = coerceNodeId(site("A1/State/Connected"));
  const given = { value: new Variant({ dataType: DataType.String, value }) };
  const writer = await login(undefined);
  await writer.write({ nodeId, attributeId: AttributeIds.Value, value: given });
}

function announce(message: string): void {
  const fields = { Action: "Reset", Result: "Good", SentAt: SAMPLED_AT };
  const common = { type: "CommandFinishedEventType" as const, chargePointId: "A1", severity: 100 };
  fed.announce([{ ...common, message, at: SAMPLED_AT, received: RECEIVED_AT, fields }]);
}

interface Received {
  readonly messages: readonly string[];
  /** Status codes of the values that are not empty. */
  readonly statuses: readonly string[];
}

/** What another session of the same user finds when it takes the subscription over, up to the event `last`. */
async function takeOver(userName: string | undefined, subscriptionId: number, last: string): Promise<Received> {
  const session = await login(userName);
  const request = new TransferSubscriptionsRequest({ subscriptionIds: [subscriptionId], sendInitialValues: false });
  const { results } = await transact<TransferSubscriptionsResponse>(session, request);
  expect(results?.[0]?.statusCode.name).toBe("Good");
  await transact(session, new SetPublishingModeRequest({ publishingEnabled: true, subscriptionIds: [subscriptionId] }));
  const messages: string[] = [];
  const statuses: string[] = [];
  await eventually(async () => {
    const { notificationMessage } = await transact<PublishResponse>(session, new PublishRequest({}));
    for (const data of notificationMessage.notificationData ?? []) {
      if (data instanceof EventNotificationList)
        for (const { eventFields } of data.events ?? []) messages.push(eventFields?.[0]?.value.text);
      if (data instanceof DataChangeNotification)
        for (const { value } of data.monitoredItems ?? []) statuses.push(value.statusCode.name);
    }
    return messages.includes(last);
  });
  return { messages, statuses };
}

it.each(["observer", undefined])("of %s collects its own events and none of administrators", async (userName) => {
  const subscriptionId = await orphanOf(userName);
  await write("for administrators");
  announce("for all");
  const { messages, statuses } = await takeOver(userName, subscriptionId, "for all");
  expect(messages).toEqual(["for all"]);
  expect(statuses).not.toContain("Good");
});

it("of an administrator collects audit events as well", async () => {
  const subscriptionId = await orphanOf("administrator");
  await write("for administrators");
  announce("for all");
  const { messages, statuses } = await takeOver("administrator", subscriptionId, "for all");
  expect(messages).toContain("Connected written by anonymous: BadNotWritable");
  expect(statuses).toContain("Good");
});

interface HasItems {
  readonly monitoredItems: ReadonlyMap<number, MonitoredItem>;
}

it("collects nothing any more once its owner may not log in", async () => {
  const subscriptionId = await orphanOf("administrator");
  const orphan = fed.ua.server.engine.findSubscription(subscriptionId)! as unknown as HasItems;
  const [events] = [...orphan.monitoredItems.values()];
  const before = events!.queue.length;
  fed.ua.setAccounts(accounts.filter(({ name }) => name !== "administrator"));
  await write("for administrators");
  announce("for all");
  expect(events!.queue.length).toBe(before);
  fed.ua.setAccounts(accounts);
  announce("for all");
  expect(events!.queue.length).toBe(before + 1);
});
