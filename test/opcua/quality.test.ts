// Quality as SCADA sees it: never connected, waiting, good, stale, disconnected, connected again.
import { StatusCodes, TimestampsToReturn, AttributeIds, type DataValue } from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import type { Twin } from "../../src/twin/twin.ts";
import {
  RECEIVED_AT,
  SAMPLED_AT,
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
  withStatus,
  type Connected,
  type Fed,
} from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  client = await connect(fed.ua.endpointUrl, folder.path);
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

async function qualities(paths: readonly string[]): Promise<Record<string, string>> {
  const values = await Promise.all(paths.map((path) => readValue(client.session, path)));
  return Object.fromEntries(paths.map((path, index) => [path, values[index]!.statusCode.name]));
}

describe("the quality of a datapoint", () => {
  const power = "Q1/Connector1/MeterValues/Power.Active.Import";
  let twin: Twin = twinOf("Q1");
  const publish = (after: Twin): void => {
    fed.publish(twin, after);
    twin = after;
  };

  test("of a charge point that never connected, only what the bridge knows is Good", async () => {
    fed.publish(undefined, twin);
    expect(
      await qualities([
        "Q1/ClientId",
        "Q1/Common/ConnState",
        "Q1/Config/RegistrationStatus",
        "Q1/Config/HeartbeatInterval",
        "Q1/State/Connected",
        "Q1/State/Status",
        "Q1/Identification/Vendor",
        "Q1/Connector1/Status/Status",
      ]),
    ).toEqual({
      "Q1/ClientId": "Good",
      "Q1/Common/ConnState": "Good",
      "Q1/Config/RegistrationStatus": "Good",
      "Q1/Config/HeartbeatInterval": "Good",
      "Q1/State/Connected": "Good",
      "Q1/State/Status": "BadNoCommunication",
      "Q1/Identification/Vendor": "BadNoCommunication",
      "Q1/Connector1/Status/Status": "BadNoCommunication",
    });
    expect((await readValue(client.session, "Q1/State/Connected")).value.value).toBe(false);
    expect((await readValue(client.session, "Q1/Common/ConnState")).value.value).toBe(1);
  });

  test("once connected, what has not been received waits for initial data, without a value", async () => {
    publish(withState(twin, "Connected"));
    const value = await readValue(client.session, "Q1/Connector1/Status/Status");
    expect(value.statusCode).toEqual(StatusCodes.BadWaitingForInitialData);
    expect(value.value.value).toBe(null);
    expect(await qualities(["Q1/State/Connected", "Q1/State/RemoteAddress"])).toEqual({
      "Q1/State/Connected": "Good",
      "Q1/State/RemoteAddress": "Good",
    });
  });

  test("a received value is Good and bears the time of the sample and the time of receipt", async () => {
    publish(withStatus(twin, 1, "Charging"));
    publish(withSamples(twin, 1, [{ measurand: "Power.Active.Import", value: 11_000 }]));
    const value = await readValue(client.session, power);
    expect(value.statusCode).toEqual(StatusCodes.Good);
    expect(value.value.value).toBe(11_000);
    expect(value.sourceTimestamp?.getTime()).toBe(SAMPLED_AT);
    expect(value.serverTimestamp?.getTime()).toBe(RECEIVED_AT);
    // OCPP 1.6 §7.7: Charging is the third member; 0 is Unknown.
    expect((await readValue(client.session, "Q1/Connector1/Status/Status")).value.value).toBe(3);
  });

  test.each([
    ["1500-01-01T00:00:00.000Z", false],
    ["1601-01-01T00:00:00.000Z", false],
    ["1601-01-01T00:00:00.001Z", true],
    ["9999-12-31T23:59:58.999Z", true],
    ["9999-12-31T23:59:59.000Z", false],
    ["+010000-01-01T00:00:00.000Z", false],
    ["+275760-09-13T00:00:00.000Z", false],
  ])("a time that a DateTime cannot hold (OPC 10000-6 §5.2.2.5) is no value: %s fits: %s", async (time, fits) => {
    publish({ ...twin, lastHeartbeat: { at: Date.parse(time), received: RECEIVED_AT } });
    const value = await readValue(client.session, "Q1/State/LastHeartbeat");
    expect(value.statusCode.name).toBe(fits ? "Good" : "BadWaitingForInitialData");
    expect((value.value.value as Date | null)?.toISOString()).toBe(fits ? time : undefined);
    expect(value.sourceTimestamp?.getTime()).toBe(fits ? Date.parse(time) : SAMPLED_AT);
    publish(withSamples(twin, 1, [{ measurand: "Power.Active.Import", value: 11_000, at: Date.parse(time) }]));
    const sampled = await readValue(client.session, power);
    expect(sampled.statusCode.name).toBe("Good");
    expect(sampled.sourceTimestamp?.toISOString()).toBe(fits ? time : undefined);
    expect(sampled.serverTimestamp?.getTime()).toBe(RECEIVED_AT);
  });

  test("a value that has not been renewed in time is uncertain, and Good again with the next one", async () => {
    publish(withSamples(twin, 1, [{ measurand: "Power.Active.Import", value: 11_000, stale: true }]));
    expect((await readValue(client.session, power)).statusCode.name).toBe("UncertainLastUsableValue");
    publish(withSamples(twin, 1, [{ measurand: "Power.Active.Import", value: 11_100 }]));
    expect((await readValue(client.session, power)).statusCode.name).toBe("Good");
  });

  test("that there is nothing any more is Good and null, and uncertain while disconnected", async () => {
    const stamp = { at: SAMPLED_AT, received: RECEIVED_AT };
    const paths = ["ReservationId", "Reservation/IdTag", "Reservation/ExpiryDate"].map(
      (path) => `Q1/Connector1/${path}`,
    );
    const shown = async (): Promise<unknown[]> => {
      const values = await Promise.all(paths.map((path) => readValue(client.session, path)));
      return values.map(({ statusCode, value }) => [statusCode.name, value.value]);
    };
    const reserved = { ...stamp, reservationId: 7, idTag: "TAG", expiry: SAMPLED_AT };
    publish(reduce(twin, { type: "Reserved", connector: 1, ...reserved }));
    expect(await shown()).toEqual([
      ["Good", 7],
      ["Good", "TAG"],
      ["Good", new Date(SAMPLED_AT)],
    ]);
    publish(reduce(twin, { type: "ReservationCancelled", reservationId: 7, ...stamp }));
    expect(await shown()).toEqual(paths.map(() => ["Good", null]));
    expect((await readValue(client.session, paths[0] ?? "")).sourceTimestamp?.getTime()).toBe(SAMPLED_AT);
    publish(withState(twin, "Disconnected"));
    expect(await shown()).toEqual(paths.map(() => ["UncertainLastUsableValue", null]));
    publish(withState(twin, "Connected"));
    publish(reduce(twin, { type: "Reserved", connector: 1, ...reserved, reservationId: 8 }));
    expect((await shown())[0]).toEqual(["Good", 8]);
  });

  test("a disconnect turns every live value uncertain, a reconnect turns it Good, each with one notification", async () => {
    const subscription = await client.session.createSubscription2({
      requestedPublishingInterval: 50,
      requestedMaxKeepAliveCount: 10,
      requestedLifetimeCount: 100,
      publishingEnabled: true,
    });
    const seen: Record<string, DataValue[]> = {};
    for (const path of [power, "Q1/Connector1/Status/Status", "Q1/State/Connected"]) {
      const item = await subscription.monitor(
        { nodeId: site(path), attributeId: AttributeIds.Value },
        { samplingInterval: 500, queueSize: 10, discardOldest: true },
        TimestampsToReturn.Both,
      );
      const values: DataValue[] = [];
      seen[path] = values;
      item.on("changed", (value) => values.push(value));
    }
    const names = (path: string): string[] => (seen[path] ?? []).map((v) => v.statusCode.name);
    await eventually(() => Object.values(seen).every((values) => values.length === 1));
    publish(withState(twin, "Disconnected"));
    await eventually(() => Object.values(seen).every((values) => values.length === 2));
    publish(withState(twin, "Connected"));
    await eventually(() => Object.values(seen).every((values) => values.length === 3));
    expect(names(power)).toEqual(["Good", "UncertainLastUsableValue", "Good"]);
    expect(names("Q1/Connector1/Status/Status")).toEqual(["Good", "UncertainLastUsableValue", "Good"]);
    expect(seen["Q1/State/Connected"]?.map((v) => v.value.value)).toEqual([true, false, true]);
    await subscription.terminate();
    expect(fed.ua.space.liveCount).toBe(0);
  });
});
