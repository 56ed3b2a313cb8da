// Monitored items over virtual nodes and over nodes of the library's own: the same notifications for the same changes (OPC 10000-4 §5.13, §7.22).
import {
  AttributeIds,
  DataChangeFilter,
  DataChangeTrigger,
  DataType,
  DataValue,
  DeadbandType,
  EventFilter,
  MonitoringMode,
  StatusCodes,
  TimestampsToReturn,
  Variant,
  coerceNodeId,
  type ClientMonitoredItem,
  type ClientSession,
  type ClientSubscription,
  type CreateMonitoredItemsResponse,
  type MonitoringParametersOptions,
} from "node-opcua";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Twin } from "../../src/twin/twin.ts";
import { buildEager, EAGER, type EagerSite } from "./eagerNodes.ts";
import {
  RECEIVED_AT,
  SAMPLED_AT,
  connect,
  endpointOptions,
  eventually,
  startFed,
  temporaryFolder,
  twinOf,
  withSamples,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

const PATH = "M1/Connector1/MeterValues/Power.Active.Import";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;
let eager: EagerSite;
let twin: Twin;
let subscription: ClientSubscription;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  twin = withState(twinOf("M1"), "Connected");
  fed.publish(undefined, twin);
  eager = buildEager(fed.ua.server.engine.addressSpace!, "M1", [1], ["MeterValues/Power.Active.Import"]);
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

beforeEach(async () => {
  change({ value: 1000 });
  subscription = await session.createSubscription2({
    requestedPublishingInterval: 50,
    requestedMaxKeepAliveCount: 20,
    requestedLifetimeCount: 200,
    publishingEnabled: true,
    maxNotificationsPerPublish: 1000,
  });
});

afterEach(async () => {
  await subscription.terminate();
  expect(fed.ua.space.liveCount).toBe(0);
});

interface Change {
  readonly value: number;
  readonly at?: number;
  readonly stale?: true;
}

/** The same change of the virtual variable and of the library's own. */
function change({ value, at = SAMPLED_AT, stale }: Change): void {
  const after = withSamples(twin, 1, [
    { measurand: "Power.Active.Import", value, at, ...(stale === undefined ? {} : { stale }) },
  ]);
  fed.publish(twin, after);
  twin = after;
  const variable = eager.variables.get(PATH)! as unknown as { _internal_set_dataValue(value: DataValue): void };
  variable._internal_set_dataValue(
    new DataValue({
      value: new Variant({ dataType: DataType.Double, value }),
      statusCode: stale === undefined ? StatusCodes.Good : StatusCodes.UncertainLastUsableValue,
      sourceTimestamp: new Date(at),
      serverTimestamp: new Date(RECEIVED_AT),
    }),
  );
}

type Seen = [value: unknown, status: string, source: number | null, server: number | null];

interface Watched {
  readonly item: ClientMonitoredItem;
  readonly seen: Seen[];
}

async function watch(
  nodeId: string,
  parameters: Partial<MonitoringParametersOptions> = {},
  timestamps = TimestampsToReturn.Both,
): Promise<Watched> {
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.Value },
    { samplingInterval: 0, queueSize: 20, discardOldest: true, ...parameters },
    timestamps,
  );
  const seen: Seen[] = [];
  item.on("changed", ({ value, statusCode, sourceTimestamp, serverTimestamp }: DataValue) =>
    seen.push([value.value, statusCode.name, sourceTimestamp?.getTime() ?? null, serverTimestamp?.getTime() ?? null]),
  );
  return { item, seen };
}

/** Watches both; plays the changes; answers what each has seen once a last, telling change has arrived at both. */
async function compare(
  changes: readonly Change[],
  parameters: Partial<MonitoringParametersOptions> = {},
  timestamps = TimestampsToReturn.Both,
): Promise<Seen[]> {
  const virtual = await watch(`ns=4;s=${PATH}`, parameters, timestamps);
  const real = await watch(`ns=${EAGER};s=${PATH}`, parameters, timestamps);
  await eventually(() => virtual.seen.length > 0 && real.seen.length > 0);
  for (const each of changes) change(each);
  const END = 9e5;
  change({ value: END, stale: true });
  const hasEnded = ({ seen }: Watched): boolean =>
    seen.at(-1)?.[0] === END || seen.at(-1)?.[1] === "UncertainLastUsableValue";
  await eventually(() => hasEnded(virtual) && hasEnded(real));
  expect(virtual.seen).toEqual(real.seen);
  return virtual.seen;
}

const values = (seen: readonly Seen[]): unknown[] => seen.map(([value]) => value);

function filter(trigger: DataChangeTrigger, deadbandType = DeadbandType.None, deadbandValue = 0): DataChangeFilter {
  return new DataChangeFilter({ trigger, deadbandType, deadbandValue });
}

describe("a monitored virtual variable notifies like one of the library", () => {
  test("of every change, with its status and both times", async () => {
    const seen = await compare([{ value: 1001 }, { value: 1002, at: SAMPLED_AT + 1000 }, { value: 1002, stale: true }]);
    expect(values(seen)).toEqual([1000, 1001, 1002, 1002, 9e5]);
    expect(seen[2]).toEqual([1002, "Good", SAMPLED_AT + 1000, RECEIVED_AT]);
  });

  test("with the same value and another time only when the trigger says so", async () => {
    const same = [
      { value: 1000, at: SAMPLED_AT + 1 },
      { value: 1000, at: SAMPLED_AT + 2 },
    ];
    expect((await compare(same)).length).toBe(2);
  });

  test.each([
    ["StatusValueTimestamp", DataChangeTrigger.StatusValueTimestamp, 4],
    ["StatusValue", DataChangeTrigger.StatusValue, 3],
    ["Status", DataChangeTrigger.Status, 2],
  ])("by trigger %s (§7.22.2)", async (_, trigger, count) => {
    const changes = [
      { value: 1000, at: SAMPLED_AT + 1 },
      { value: 1003, at: SAMPLED_AT + 1 },
    ];
    expect((await compare(changes, { filter: filter(trigger) })).length).toBe(count);
  });

  test.each([
    ["absolute 10", DeadbandType.Absolute, 10, [1000, 1011, 9e5]],
    // EURange of a power is 0 to 1 MW: 1 % is 10 kW.
    ["percent 1", DeadbandType.Percent, 1, [1000, 12_000, 9e5]],
    ["percent 0", DeadbandType.Percent, 0, [1000, 1005, 1011, 12_000, 9e5]],
  ])("outside a deadband of %s (§7.22.2, OPC 10000-8 §6.2)", async (_, type, size, expected) => {
    const changes = type === DeadbandType.Absolute ? [1005, 1009, 1011] : [1005, 1011, 12_000];
    const seen = await compare(
      changes.map((value) => ({ value })),
      { filter: filter(DataChangeTrigger.StatusValue, type, size) },
    );
    expect(values(seen)).toEqual(expected);
  });

  test.each([
    ["source", TimestampsToReturn.Source],
    ["server", TimestampsToReturn.Server],
    ["both", TimestampsToReturn.Both],
    ["neither", TimestampsToReturn.Neither],
  ])("with the timestamps that are wanted: %s", async (_, timestamps) => {
    await compare([{ value: 1001 }], {}, timestamps);
    expect.hasAssertions();
  });

  test("in a queue that overflows at its old or its new end (§5.13.1.5)", async () => {
    for (const discardOldest of [true, false]) {
      change({ value: 1000 });
      await subscription.setPublishingMode(true);
      const virtual = await watch(`ns=4;s=${PATH}`, { queueSize: 3, discardOldest });
      const real = await watch(`ns=${EAGER};s=${PATH}`, { queueSize: 3, discardOldest });
      await eventually(() => virtual.seen.length === 1 && real.seen.length === 1);
      await subscription.setPublishingMode(false);
      for (const value of [1, 2, 3, 4, 5]) change({ value });
      await subscription.setPublishingMode(true);
      await eventually(() => virtual.seen.length === 4 && real.seen.length === 4);
      expect(virtual.seen).toEqual(real.seen);
      await virtual.item.terminate();
      await real.item.terminate();
    }
  });

  test("after the item has been modified, though it asked for an interval: nothing is ever polled", async () => {
    const { item, seen } = await watch(`ns=4;s=${PATH}`, { samplingInterval: 1000 });
    expect(item.result?.revisedSamplingInterval).toBe(0);
    await eventually(() => seen.length === 1);
    await item.modify({ samplingInterval: 2000, queueSize: 10, discardOldest: true });
    expect(item.monitoringParameters.samplingInterval).toBe(0);
    change({ value: 1001 });
    change({ value: 1002 });
    await eventually(() => seen.length === 3);
    expect(values(seen)).toEqual([1000, 1001, 1002]);
  });

  test("only while it reports; a sampling one sends what is newest when it begins to (§5.13.4)", async () => {
    const both = [await watch(`ns=4;s=${PATH}`), await watch(`ns=${EAGER};s=${PATH}`)];
    await eventually(() => both.every(({ seen }) => seen.length === 1));
    for (const mode of [MonitoringMode.Disabled, MonitoringMode.Sampling]) {
      for (const { item } of both) await item.setMonitoringMode(mode);
      change({ value: 2000 + mode });
      const counts = both.map(({ seen }) => seen.length);
      for (const { item } of both) await item.setMonitoringMode(MonitoringMode.Reporting);
      await eventually(() => both.every(({ seen }, index) => seen.length > counts[index]!));
    }
    expect(both[0]!.seen).toEqual(both[1]!.seen);
  });
});

interface RawServices {
  createMonitoredItems(request: object): Promise<CreateMonitoredItemsResponse>;
  deleteMonitoredItems(request: object): Promise<unknown>;
}

describe("what cannot be monitored is refused like by the library", () => {
  // The session has these services, but does not publish their types.
  const raw = (): RawServices => session as unknown as RawServices;
  const create = async (nodeId: string, attributeId: AttributeIds, parameters: object = {}): Promise<string> => {
    const response = await raw().createMonitoredItems({
      subscriptionId: subscription.subscriptionId,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToCreate: [
        {
          itemToMonitor: {
            nodeId: coerceNodeId(nodeId),
            attributeId,
            ...("itemToMonitor" in parameters ? (parameters.itemToMonitor as object) : {}),
          },
          monitoringMode: MonitoringMode.Reporting,
          requestedParameters: {
            clientHandle: 1,
            samplingInterval: 0,
            queueSize: 1,
            discardOldest: true,
            ...parameters,
          },
        },
      ],
    });
    const [result] = response.results!;
    if (result!.statusCode.isGood())
      await raw().deleteMonitoredItems({
        subscriptionId: subscription.subscriptionId,
        monitoredItemIds: [result!.monitoredItemId],
      });
    return result!.statusCode.name;
  };

  const names = ["M1", "M1/State", "M1/State/Status", PATH, `${PATH}/EURange`, "M1/ClientId", "M1/Nonsense"];

  const attributeIds: AttributeIds[] = Array.from({ length: 27 }, (_, index) => index + 1);

  test("every attribute of every kind of node", async () => {
    for (const path of names)
      for (const attributeId of attributeIds)
        expect([path, attributeId, await create(`ns=4;s=${path}`, attributeId)]).toEqual([
          path,
          attributeId,
          await create(`ns=${EAGER};s=${path}`, attributeId),
        ]);
  });

  test.each([
    ["a deadband on a text", "M1/ClientId", { filter: filter(1, DeadbandType.Absolute, 1) }],
    ["a percent deadband without a range", "M1/State/ClockOffset", { filter: filter(1, DeadbandType.Percent, 1) }],
    ["a percent deadband of 101", PATH, { filter: filter(1, DeadbandType.Percent, 101) }],
    ["a percent deadband of -1", PATH, { filter: filter(1, DeadbandType.Percent, -1) }],
    ["an absolute deadband of -1", PATH, { filter: filter(1, DeadbandType.Absolute, -1) }],
    ["a deadband that is no number", PATH, { filter: filter(1, DeadbandType.Absolute, NaN) }],
    ["a percent deadband that is no number", PATH, { filter: filter(1, DeadbandType.Percent, NaN) }],
    ["a deadband on an enumeration", "M1/State/Status", { filter: filter(1, DeadbandType.Absolute, 1) }],
    ["an event filter on a value", PATH, { filter: new EventFilter({}) }],
    ["a range over a number", PATH, { itemToMonitor: { indexRange: "1" } }],
    ["a range over a text", "M1/ClientId", { itemToMonitor: { indexRange: "0:1" } }],
    ["a wrong range", PATH, { itemToMonitor: { indexRange: "5:1" } }],
    ["an unknown encoding", PATH, { itemToMonitor: { dataEncoding: { name: "Nonsense" } } }],
    ["an interval of -1", PATH, { samplingInterval: -1 }],
    ["a huge interval", PATH, { samplingInterval: 1e300 }],
    ["a huge queue", PATH, { queueSize: 0xffff_ffff }],
  ])("%s", async (_, path, parameters) => {
    expect(await create(`ns=4;s=${path}`, AttributeIds.Value, parameters)).toBe(
      await create(`ns=${EAGER};s=${path}`, AttributeIds.Value, parameters),
    );
  });
});
