// How many monitored items one session may have, and all together (OPC 10000-4 §5.13.2: BadTooManyMonitoredItems): whoever asks for more
// without end gets what a session may have, and others are served meanwhile and afterwards.
import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  MonitoringMode,
  TimestampsToReturn,
  coerceNodeId,
  type ClientSession,
  type ClientSubscription,
  type CreateMonitoredItemsResponse,
} from "node-opcua";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Twin } from "../../src/twin/twin.ts";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  site,
  startFed,
  temporaryFolder,
  twinOf,
  withSamples,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

const PER_SESSION = 300;
const ALL = 500;
const POWER = "L1/Connector1/MeterValues/Power.Active.Import";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let hostile: Connected;
let other: Connected;
let twin: Twin;

beforeEach(async () => {
  folder = await temporaryFolder();
  const options = endpointOptions(folder.path);
  const limits = { ...options.limits, maxMonitoredItems: ALL, maxMonitoredItemsPerSession: PER_SESSION };
  fed = await startFed({ ...options, limits });
  twin = powered(withState(twinOf("L1"), "Connected"), 0);
  fed.publish(undefined, twin);
  [hostile, other] = (await Promise.all([0, 1].map(() => connect(fed.ua.endpointUrl, folder.path)))) as [
    Connected,
    Connected,
  ];
}, 60_000);

afterEach(async () => {
  await Promise.all([hostile.close(), other.close()]);
  await fed.ua.stop();
  await folder.clean();
});

function powered(before: Twin, value: number): Twin {
  return withSamples(before, 1, [{ measurand: "Power.Active.Import", value }]);
}

function subscribe(session: ClientSession): Promise<ClientSubscription> {
  return session.createSubscription2({ requestedPublishingInterval: 50, publishingEnabled: true });
}

interface RawServices {
  createMonitoredItems(request: object): Promise<CreateMonitoredItemsResponse>;
}

/** Names of the StatusCodes, one for each item. */
async function monitor(
  session: ClientSession,
  { subscriptionId }: ClientSubscription,
  count: number,
): Promise<string[]> {
  const itemsToCreate = Array.from({ length: count }, (_, clientHandle) => ({
    itemToMonitor: { nodeId: coerceNodeId(site(POWER)), attributeId: AttributeIds.Value },
    monitoringMode: MonitoringMode.Reporting,
    requestedParameters: { clientHandle, samplingInterval: 0, queueSize: 1 },
  }));
  const asked = { subscriptionId, timestampsToReturn: TimestampsToReturn.Both, itemsToCreate };
  // The session has this service, but does not publish its type.
  const raw = session as unknown as RawServices;
  const { results } = await raw.createMonitoredItems(new CreateMonitoredItemsRequest(asked));
  return (results ?? []).map(({ statusCode }) => statusCode.name);
}

const isGood = (name: string): boolean => name === "Good";

test("a session gets as many as it may have, of all its subscriptions together, and each further one is refused", async () => {
  const [one, two] = [await subscribe(hostile.session), await subscribe(hostile.session)];
  expect((await monitor(hostile.session, one, 200)).every(isGood)).toBe(true);
  const names = await monitor(hostile.session, two, 200);
  expect(names.slice(0, 100).every(isGood)).toBe(true);
  expect(new Set(names.slice(100))).toEqual(new Set(["BadTooManyMonitoredItems"]));
  // What it gives back it may have again.
  await one.terminate();
  expect((await monitor(hostile.session, two, 200)).every(isGood)).toBe(true);
});

test("all sessions together get no more than all may have", async () => {
  expect((await monitor(hostile.session, await subscribe(hostile.session), ALL)).filter(isGood)).toHaveLength(
    PER_SESSION,
  );
  expect((await monitor(other.session, await subscribe(other.session), ALL)).filter(isGood)).toHaveLength(
    ALL - PER_SESSION,
  );
});

test("another session is served while one asks for more without end", async () => {
  const subscription = await subscribe(other.session);
  const values: number[] = [];
  const watched = await subscription.monitor(
    { nodeId: site(POWER), attributeId: AttributeIds.Value },
    { samplingInterval: 0, queueSize: 100 },
    TimestampsToReturn.Both,
  );
  watched.on("changed", ({ value }) => values.push(value.value as number));
  const end = new AbortController();
  const got: string[] = [];
  const flood = async (): Promise<void> => {
    const own = await subscribe(hostile.session);
    while (!end.signal.aborted) got.push(...(await monitor(hostile.session, own, 1000)));
  };
  const floods = Array.from({ length: 5 }, flood);
  try {
    for (const power of [1, 2, 3, 4, 5]) {
      const after = powered(twin, power);
      fed.publish(twin, after);
      twin = after;
      await eventually(() => values.at(-1) === power);
      expect((await readValue(other.session, POWER)).value.value).toBe(power);
    }
    await eventually(() => got.length > 10 * PER_SESSION);
    expect((await monitor(other.session, subscription, 100)).every(isGood)).toBe(true);
  } finally {
    end.abort();
    await Promise.all(floods);
  }
  expect(got.filter(isGood)).toHaveLength(PER_SESSION);
  expect(new Set(got)).toEqual(new Set(["Good", "BadTooManyMonitoredItems"]));
}, 60_000);
