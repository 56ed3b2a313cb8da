// Events about what comes and goes agree with the NodeVersions (OPC 10000-3 §9.32.2), are readable, and stay small whatever changes at once.
import {
  AttributeIds,
  TimestampsToReturn,
  constructEventFilter,
  type ClientSession,
  type ClientSubscription,
  type LocalizedText,
  type ModelChangeStructureDataType,
  type Variant,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { textOfChanges } from "../../src/opcua/modelChangeText.ts";
import { meterPoints } from "../../src/twin/measurands.ts";
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
  type Sampled,
} from "./fixture.ts";

interface Told {
  readonly changes: string[];
  readonly types: string[];
  readonly severity: number;
  readonly text: string | null;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;
let subscription: ClientSubscription;
const told: Told[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
  subscription = await session.createSubscription2({
    requestedPublishingInterval: 50,
    requestedLifetimeCount: 100,
    publishingEnabled: true,
  });
  const events = await subscription.monitor(
    { nodeId: "i=2253", attributeId: AttributeIds.EventNotifier },
    {
      samplingInterval: 0,
      queueSize: 1000,
      discardOldest: true,
      filter: constructEventFilter(["Changes", "Severity", "Message"]),
    },
    TimestampsToReturn.Both,
  );
  events.on("changed", ((fields: Variant[]) => {
    const changes = (fields[0]?.value ?? []) as ModelChangeStructureDataType[];
    if (changes.length === 0) return;
    told.push({
      changes: changes.map(({ affected, verb }) => `${verb} ${affected.toString()}`),
      types: changes.map(({ affectedType }) => affectedType.toString()),
      severity: fields[1]?.value as number,
      text: (fields[2]?.value as LocalizedText | null)?.text ?? null,
    });
  }) as never);
}, 60_000);

afterAll(async () => {
  await subscription.terminate();
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

/** What is told of `publish`, one batch. */
async function toldOf(publish: () => void): Promise<Told> {
  const before = told.length;
  publish();
  await eventually(() => told.length > before);
  expect(told.length).toBe(before + 1);
  return told.at(-1)!;
}

const version = async (path: string): Promise<string> => String((await readValue(session, path)).value.value);

describe("an event about what comes and goes", () => {
  test("names the charge point below which nodes have come, has a severity and a text, and dates its NodeVersion", async () => {
    const twin = withState(twinOf("N1"), "Connected");
    const added = await toldOf(() => fed.publish(undefined, twin));
    expect(added.text).toBe("Charge point N1 has been added");
    expect(added.changes).toEqual(["1 ns=4;s=N1", "4 ns=4;s=/ChargePoints"]);
    // ChargePointType, ChargePointFolderType.
    expect(added.types[1]).toBe("ns=3;i=1873");
    const { sourceTimestamp: first } = await readValue(session, "N1/NodeVersion");

    const began = Date.now();
    const more = withSamples(twin, 1, [{ measurand: "Voltage", value: 230 }]);
    const grown = await toldOf(() => fed.publish(twin, more));
    expect(grown.text).toBe("Nodes have been added below charge point N1");
    expect(grown.changes).toEqual(["1 ns=4;s=N1/Connector1/MeterValues/Voltage", "4 ns=4;s=N1"]);
    expect(grown.types).not.toContain("ns=0;i=0");
    expect(grown.severity).toBe(100);
    const { sourceTimestamp } = await readValue(session, "N1/NodeVersion");
    expect(sourceTimestamp!.getTime()).toBeGreaterThanOrEqual(began);
    expect(sourceTimestamp!.getTime()).toBeGreaterThan(first!.getTime() - 1);

    const removed = await toldOf(() => fed.forget("N1"));
    expect(removed.text).toBe("Charge point N1 has been removed");
    expect(removed.changes).toEqual(["2 ns=4;s=N1", "8 ns=4;s=/ChargePoints"]);
  });

  test("of more than a thousand changes names only the nodes whose NodeVersion has changed", async () => {
    const samples = meterPoints.map(({ measurand, phase, location }): Sampled => ({
      measurand: measurand.name,
      phase,
      location,
      value: 1,
    }));
    const twins = ["B1", "B2", "B3"].map((id) => withState(twinOf(id), "Connected"));
    const added = await toldOf(() => fed.publishTogether(twins.map((twin) => [undefined, twin])));
    expect(added.text).toBe("3 charge points have been added");
    const folderVersion = await version("/ChargePoints/NodeVersion");
    const ownVersion = await version("B3/NodeVersion");
    const newcomer = withState(twinOf("B4"), "Connected");
    const grown = await toldOf(() =>
      fed.publishTogether([
        ...twins.map((twin) => [twin, withSamples(twin, 1, samples)] as const),
        [undefined, newcomer],
      ]),
    );
    expect(grown.text).toBe("Charge point B4 has been added; nodes have been added below 3 charge points");
    expect(grown.changes).toEqual(["4 ns=4;s=B1", "4 ns=4;s=B2", "4 ns=4;s=B3", "4 ns=4;s=/ChargePoints"]);
    expect(grown.types).not.toContain("ns=0;i=0");
    expect(await version("/ChargePoints/NodeVersion")).not.toBe(folderVersion);
    expect(await version("B3/NodeVersion")).not.toBe(ownVersion);
  });

  test("of more than a thousand changed charge points names their folder alone, whose NodeVersion then changes", async () => {
    const twins = Array.from({ length: 1001 }, (_, index) => withState(twinOf(`M${index}`), "Connected"));
    // A batch has room for the first values of some 600 charge points.
    for (const some of [twins.slice(0, 500), twins.slice(500)])
      await toldOf(() => fed.publishTogether(some.map((twin) => [undefined, twin])));
    const folderVersion = await version("/ChargePoints/NodeVersion");
    const samples: Sampled[] = [{ measurand: "Voltage", value: 230 }];
    const grown = await toldOf(() => fed.publishTogether(twins.map((twin) => [twin, withSamples(twin, 1, samples)])));
    expect(grown.text).toBe("Nodes have been added below 1001 charge points");
    expect(grown.changes).toEqual(["4 ns=4;s=/ChargePoints"]);
    expect(grown.types).toEqual(["ns=3;i=1873"]);
    expect(await version("/ChargePoints/NodeVersion")).not.toBe(folderVersion);
  });
});

describe("its text", () => {
  const many = Array.from({ length: 30 }, (_, index) => `CP${index}`);
  test.each([
    [{ added: ["A"], removed: [], changed: [] }, "Charge point A has been added"],
    [{ added: many, removed: [], changed: [] }, "30 charge points have been added"],
    [{ added: [], removed: ["A"], changed: [] }, "Charge point A has been removed"],
    [
      { added: ["A"], removed: ["B", "C"], changed: ["D"] },
      "Charge point A has been added; 2 charge points have been removed; nodes have been added below charge point D",
    ],
  ])("of %j is %j", (changes, text) => {
    expect(textOfChanges(changes)).toBe(text);
  });
});
