// What subscriptions cost the server: 100,000 items created (time, memory), and 5,000 changes a second delivered (CPU of the server's process
// above that of the same changes that nobody monitors); yardstick: a plain server of the library with as many variables.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataChangeNotification, type ClientSession } from "node-opcua";
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { createItems } from "./createItems.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { ownNodeId, plainNodeId } from "./variableNodes.ts";
import { openSession } from "./variables.ts";

const ITEMS = 100_000;
const CHANGING = 10_000;
const CHANGES_PER_SECOND = 5000;
const SECONDS = 3;
const WARM_UP_MS = 2000;

interface Way {
  readonly script: string;
  readonly nodeIdOf: (index: number) => string;
}

const ways: readonly Way[] = [
  { script: "./variableServer.ts", nodeIdOf: ownNodeId },
  { script: "./plainVariableServer.ts", nodeIdOf: plainNodeId },
];

interface Subscribed {
  readonly received: () => number;
}

async function monitor(
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

const CREATED = "own: all items created and told";
const ITEM = "own: memory of an item";

export const subscribe: Bench = {
  name: "subscribe",
  title: "Creating 100,000 monitored items",
  method:
    "Time until 100,000 monitored items of one client are created and their first values have come, and resident memory of each after garbage collection.",
  yardstick: "a server of the OPC UA library as it comes, with as many eager variables.",
  targets: [
    { figure: CREATED, atMost: 15 },
    { figure: ITEM, atMost: 2.5 },
  ],
  run: runSubscribe,
};

interface Created {
  readonly seconds: number;
  /** kB */
  readonly each: number;
}

async function runSubscribe(length: Length): Promise<Figure[]> {
  const items = partOf(ITEMS, length);
  const [own = [], plain = []] = await inTurns(ways, length.rounds, (way) => created(way, items));
  const of = (rounds: readonly Created[], what: keyof Created): number[] => rounds.map((round) => round[what]);
  return [
    figure(CREATED, "s", of(own, "seconds")),
    figure("plain: all items created and told", "s", of(plain, "seconds")),
    ratio("created and told, own / plain", "plain", of(own, "seconds"), of(plain, "seconds")),
    figure(ITEM, "kB", of(own, "each")),
    figure("plain: memory of an item, its node being there", "kB", of(plain, "each")),
    ratio("memory of an item, own / plain", "plain", of(own, "each"), of(plain, "each")),
  ];
}

async function created({ script, nodeIdOf }: Way, items: number): Promise<Created> {
  const server = await ServerUnderTest.start(script, [String(items)]);
  const { session, close } = await openSession(server.addresses.opcua ?? "", await newFolder(), false);
  const before = await server.ask("memory");
  const begin = performance.now();
  const { received } = await monitor(session, nodeIdOf, items);
  await until(() => received() >= items);
  const seconds = (performance.now() - begin) / 1000;
  const each = ((await server.ask("memory")) - before) / items / 1000;
  await close();
  await server.stop();
  return { seconds, each };
}

const DELIVERED = "own: delivering a change, None";
const SECURE = "own: SignAndEncrypt / None";

export const notify: Bench = {
  name: "notify",
  title: "Changes that are told to a client",
  method:
    "CPU of the server for each of 5,000 changes a second of 10,000 variables: without a client, and what delivering it to one client adds, with security None and SignAndEncrypt.",
  yardstick: "a server of the OPC UA library as it comes, with eager variables that change in the same way.",
  targets: [
    { figure: DELIVERED, atMost: 20 },
    { figure: SECURE, atMost: 2 },
  ],
  run: runNotify,
};

/** Microseconds of CPU of a change. */
interface Changed {
  readonly idle: number;
  readonly open: number;
  readonly secure: number;
}

async function runNotify(length: Length): Promise<Figure[]> {
  const milliseconds = partOf(SECONDS * 1000, length);
  const [own = [], plain = []] = await inTurns(ways, length.rounds, (way) => deliverChanges(way, milliseconds));
  const of = (rounds: readonly Changed[], what: keyof Changed): number[] => rounds.map((round) => round[what]);
  return [
    figure("own: a change that nobody monitors", "µs", of(own, "idle")),
    figure("plain: a change that nobody monitors", "µs", of(plain, "idle")),
    ratio("a change that nobody monitors, own / plain", "plain", of(own, "idle"), of(plain, "idle")),
    figure(DELIVERED, "µs", of(own, "open")),
    figure("plain: delivering a change, None", "µs", of(plain, "open")),
    ratio("delivering a change, None, own / plain", "plain", of(own, "open"), of(plain, "open")),
    figure("own: delivering a change, SignAndEncrypt", "µs", of(own, "secure")),
    figure("plain: delivering a change, SignAndEncrypt", "µs", of(plain, "secure")),
    ratio(SECURE, "own, None", of(own, "secure"), of(own, "open")),
    ratio("plain: SignAndEncrypt / None", "plain, None", of(plain, "secure"), of(plain, "open")),
  ];
}

async function deliverChanges({ script, nodeIdOf }: Way, milliseconds: number): Promise<Changed> {
  const server = await ServerUnderTest.start(script, [String(CHANGING), String(CHANGES_PER_SECOND)]);
  const changes = (milliseconds / 1000) * CHANGES_PER_SECOND;
  await after(WARM_UP_MS);
  const idle = (await measure(server, milliseconds, () => 0)).cpu;
  const each: number[] = [];
  for (const isSecure of [false, true]) {
    const { session, close } = await openSession(server.addresses.opcua ?? "", await newFolder(), isSecure);
    const { received } = await monitor(session, nodeIdOf, CHANGING);
    await until(() => received() >= CHANGING);
    const { cpu, notified } = await measure(server, milliseconds, received);
    if (notified < 0.5 * changes) throw new Error(`only ${notified} of ${changes} changes were delivered`);
    each.push((cpu - idle) / notified);
    await close();
  }
  await server.stop();
  const [open = Number.NaN, secure = Number.NaN] = each;
  return { idle: idle / changes, open, secure };
}

/** Microseconds of the server's CPU meanwhile, and how many notifications have come. */
async function measure(
  server: ServerUnderTest,
  milliseconds: number,
  received: () => number,
): Promise<{ cpu: number; notified: number }> {
  const [cpu, notified] = [await server.ask("cpu"), received()];
  await after(milliseconds);
  return { cpu: (await server.ask("cpu")) - cpu, notified: received() - notified };
}
