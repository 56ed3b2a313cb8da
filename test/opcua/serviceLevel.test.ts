// The ServiceLevel as clients see it, and what follows from it for those that come.
import { AttributeIds, TimestampsToReturn, type DataValue } from "node-opcua";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BridgeStatus } from "../../src/datapoints/bridge.ts";
import {
  connect,
  endpointOptions,
  eventually,
  startFed,
  temporaryFolder,
  type Connected,
  type Fed,
} from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let first: Connected;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  first = await connect(fed.ua.endpointUrl, folder.path);
}, 60_000);

afterAll(async () => {
  await first.close();
  await fed.ua.stop();
  await folder.clean();
});

/** What else a status holds is shown elsewhere. */
const tell = (serviceLevel: number): void => fed.ua.report({ serviceLevel, at: 0 } as BridgeStatus);
const SERVICE_LEVEL = { nodeId: "i=2267", attributeId: AttributeIds.Value };

it("is delivered when it changes (OPC 10000-5 §6.3.1)", async () => {
  const subscription = await first.session.createSubscription2({
    requestedPublishingInterval: 20,
    publishingEnabled: true,
  });
  const seen: unknown[] = [];
  const wish = { samplingInterval: 0, queueSize: 10, discardOldest: true };
  const item = await subscription.monitor(SERVICE_LEVEL, wish, TimestampsToReturn.Both);
  item.on("changed", ({ value }: DataValue) => seen.push(value.value));
  for (const level of [255, 100, 255]) {
    tell(level);
    await eventually(() => seen.at(-1) === level);
  }
  expect(seen).toEqual([255, 100, 255]);
  await subscription.terminate();
});

it.each([0, 1])("of %i lets nobody new in, and who is there stays (OPC 10000-4 §6.6.2.4.2)", async (level) => {
  tell(level);
  await expect(connect(fed.ua.endpointUrl, folder.path)).rejects.toThrow("BadServerHalted");
  expect((await first.session.read(SERVICE_LEVEL)).value.value).toBe(level);
  tell(100);
  await (await connect(fed.ua.endpointUrl, folder.path)).close();
});
