// The nodes of conditions, and what DeviceHealth says of them: found by browsing, read, told of on change.
import { type ClientSession, type ClientSubscription } from "node-opcua";
import { describe, expect, test } from "vitest";
import { conditionOf, ground, offline, useConditions } from "./conditionsInTest.ts";
import { eventually, readValue, site } from "./fixture.ts";

let session: ClientSession;
let subscription: ClientSubscription;
const alarms = useConditions((opened) => {
  ({ session, subscription } = opened);
});

describe("the nodes of a condition", () => {
  test("are found by browsing from what it is about, and read as its events say", async () => {
    alarms.raise(ground);
    const references = await session.browse({
      nodeId: site("A1/Connector1"),
      referenceTypeId: "HasCondition",
      includeSubtypes: true,
      resultMask: 63,
    });
    expect(references.references?.map(({ nodeId }) => nodeId.toString())).toContain(conditionOf(ground));
    const value = async (path: string) =>
      (await readValue(session, `A1/Connector1/Alarms/GroundFailure/${path}`)).value.value;
    expect([await value("ActiveState/Id"), await value("Severity"), await value("SourceName")]).toEqual([
      true,
      700,
      "Connector1",
    ]);
    expect(await readValue(session, "/Bridge/Alarms/StoreFailing/ActiveState/Id")).toMatchObject({
      value: { value: false },
    });
    const path = {
      startingNode: site("/Bridge"),
      relativePath: {
        elements: ["Alarms", "StoreFailing", "ActiveState"].map((name, index) => ({
          targetName: { name, namespaceIndex: index < 2 ? 3 : 0 },
        })),
      },
    };
    const found = await session.translateBrowsePath(path as never);
    expect(found.targets?.[0]?.targetId.toString()).toBe(site("/Bridge/Alarms/StoreFailing/ActiveState"));
  });

  test("are told of on change", async () => {
    const values: unknown[] = [];
    const item = await subscription.monitor(
      { nodeId: `${conditionOf(offline)}/ActiveState/Id`, attributeId: 13 },
      { samplingInterval: 0, queueSize: 10, discardOldest: true },
      0,
    );
    item.on("changed", (value) => values.push(value.value.value));
    await eventually(() => values.length === 1);
    alarms.raise(offline);
    await eventually(() => values.length === 2);
    expect(values).toEqual([false, true]);
  });

  test("are summed up as DeviceHealth of the charge point (OPC 10000-100 §4.5.4)", async () => {
    const health = async () => (await readValue(session, "A1/DeviceHealth")).value.value;
    const values: unknown[] = [];
    const item = await subscription.monitor(
      { nodeId: site("A1/DeviceHealth"), attributeId: 13 },
      { samplingInterval: 0, queueSize: 10, discardOldest: true },
      0,
    );
    item.on("changed", (value) => values.push(value.value.value));
    const meter = { chargePointId: "A1", connector: 2, name: "PowerMeterFailure" };
    expect(await health()).toBe(0);
    alarms.raise(offline, meter);
    expect(await health()).toBe(4);
    alarms.raise(ground);
    expect(await health()).toBe(1);
    alarms.clear(ground);
    alarms.clear(meter);
    expect(await health()).toBe(0);
    await eventually(() => values.length === 5);
    expect(values).toEqual([0, 4, 1, 4, 0]);
    const dataType = await session.read({ nodeId: site("A1/DeviceHealth"), attributeId: 14 });
    expect(dataType.value.value.toString()).toBe("ns=2;i=6244");
  });
});
