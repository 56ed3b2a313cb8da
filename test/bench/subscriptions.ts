// What subscriptions cost the server: 100,000 items created (time, memory), and 5,000 changes a second delivered (CPU of the server's process
// above that of the same changes that nobody monitors); yardstick: a plain server of the library with as many variables.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataChangeNotification, type ClientSession } from "node-opcua";
import { createItems } from "./createItems.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { ownNodeId, plainNodeId } from "./variableNodes.ts";
import { openSession } from "./variables.ts";

const ITEMS = 100_000;
const CHANGING = 10_000;
const CHANGES_PER_SECOND = 5000;
const SECONDS = 10;

const ways = [
  ["own", "./variableServer.ts", ownNodeId],
  ["plain", "./plainVariableServer.ts", plainNodeId],
] as const;

interface Subscribed {
  readonly received: () => number;
}

async function subscribe(
  session: ClientSession,
  nodeIdOf: (index: number) => string,
  count: number,
): Promise<Subscribed> {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 10_000,
    requestedMaxKeepAliveCount: 20,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
  });
  let received = 0;
  subscription.on("raw_notification", ({ notificationData }) => {
    for (const data of notificationData ?? [])
      if (data instanceof DataChangeNotification) received += data.monitoredItems?.length ?? 0;
  });
  const nodeIds = Array.from({ length: count }, (_, index) => nodeIdOf(index));
  await createItems(session, subscription.subscriptionId, nodeIds);
  return { received: () => received };
}

const after = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

async function until(test: () => boolean): Promise<void> {
  while (!test()) await after(10);
}

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));

/** Seconds until all items are there and their first values have come, and bytes of each. */
export async function subscribeItems(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const [name, script, nodeIdOf] of ways) {
    const server = await ServerUnderTest.start(script, [String(ITEMS)]);
    const { session, close } = await openSession(server.addresses.opcua ?? "", await newFolder(), false);
    const before = await server.ask("memory");
    const begin = performance.now();
    const { received } = await subscribe(session, nodeIdOf, ITEMS);
    await until(() => received() >= ITEMS);
    figures[`${name}: 100,000 items created and told (s)`] = (performance.now() - begin) / 1000;
    figures[`${name}: memory of an item (bytes)`] = ((await server.ask("memory")) - before) / ITEMS;
    await close();
    await server.stop();
  }
  return figures;
}

/** Microseconds of the server's CPU in `SECONDS`, and how many notifications have come. */
async function measure(server: ServerUnderTest, received: () => number): Promise<{ cpu: number; notified: number }> {
  const [cpu, notified] = [await server.ask("cpu"), received()];
  await after(SECONDS * 1000);
  return { cpu: (await server.ask("cpu")) - cpu, notified: received() - notified };
}

export async function notify(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const [name, script, nodeIdOf] of ways) {
    const server = await ServerUnderTest.start(script, [String(CHANGING), String(CHANGES_PER_SECOND)]);
    await after(2000);
    const idle = await measure(server, () => 0);
    figures[`${name}: a change that nobody monitors (µs)`] = idle.cpu / (SECONDS * CHANGES_PER_SECOND);
    const each: number[] = [];
    for (const isSecure of [false, true]) {
      const { session, close } = await openSession(server.addresses.opcua ?? "", await newFolder(), isSecure);
      const { received } = await subscribe(session, nodeIdOf, CHANGING);
      await until(() => received() >= CHANGING);
      const { cpu, notified } = await measure(server, received);
      if (notified < 0.5 * SECONDS * CHANGES_PER_SECOND) throw new Error(`only ${notified} changes were delivered`);
      each.push((cpu - idle.cpu) / notified);
      await close();
    }
    const [open = Number.NaN, secure = Number.NaN] = each;
    figures[`${name}: delivering a change, None (µs)`] = open;
    figures[`${name}: delivering a change, SignAndEncrypt (µs)`] = secure;
    figures[`${name}: SignAndEncrypt as a ratio of None`] = secure / open;
    await server.stop();
  }
  return figures;
}
