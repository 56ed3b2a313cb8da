// Monitored Item Services (OPC 10000-4 §5.13).
import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  DataChangeNotification,
  DeleteMonitoredItemsRequest,
  ModifyMonitoredItemsRequest,
  MonitoringMode,
  PublishRequest,
  SetMonitoringModeRequest,
  SetTriggeringRequest,
  TimestampsToReturn,
  type CreateMonitoredItemsResponse,
  type DeleteMonitoredItemsResponse,
  type ModifyMonitoredItemsResponse,
  type PublishResponse,
  type SetMonitoringModeResponse,
  type SetTriggeringResponse,
  type ClientSession,
} from "node-opcua";
import { expect } from "vitest";
import { CHARGE_POINT, CONNECTED, CURRENT, NO_ID, NOWHERE, POWER, node, type Site } from "./site.ts";
import { check, claimed, elsewhere, notClaimed, type Unit } from "./unit.ts";

const names = (results: readonly { readonly name: string }[] | null): string[] =>
  (results ?? []).map(({ name }) => name);

/** The values of the next notification, each with the handle of its item. */
export async function nextValues(site: Site, session: ClientSession): Promise<[handle: number, value: unknown][]> {
  const { notificationMessage } = await site.ask<PublishResponse>(new PublishRequest({}), session);
  return (notificationMessage.notificationData ?? []).flatMap((data) =>
    data instanceof DataChangeNotification
      ? (data.monitoredItems ?? []).map(({ clientHandle, value }): [number, unknown] => [
          clientHandle,
          value.value.value,
        ])
      : [],
  );
}

const basic = claimed(
  "Monitor Basic",
  check("items are created, modified, switched and deleted, each answered in its place", async (site) => {
    await site.with(async ({ session }) => {
      const subscriptionId = await site.subscribe(session);
      const { statuses, ids } = await site.monitor(
        subscriptionId,
        [POWER, NOWHERE, CHARGE_POINT, CURRENT],
        {},
        session,
      );
      expect(statuses).toEqual(["Good", "BadNodeIdUnknown", "BadAttributeIdInvalid", "Good"]);
      const [power = 0, , , current = 0] = ids;
      const changed = await site.ask<ModifyMonitoredItemsResponse>(
        new ModifyMonitoredItemsRequest({
          subscriptionId,
          timestampsToReturn: TimestampsToReturn.Both,
          itemsToModify: [power, NO_ID, current].map((monitoredItemId) => ({
            monitoredItemId,
            requestedParameters: { clientHandle: 9, samplingInterval: 0, queueSize: 3, discardOldest: true },
          })),
        }),
        session,
      );
      expect(changed.results?.map(({ statusCode }) => statusCode.name)).toEqual([
        "Good",
        "BadMonitoredItemIdInvalid",
        "Good",
      ]);
      expect(changed.results?.[0]?.revisedQueueSize).toBe(3);
      const switched = await site.ask<SetMonitoringModeResponse>(
        new SetMonitoringModeRequest({
          subscriptionId,
          monitoringMode: MonitoringMode.Disabled,
          monitoredItemIds: [power, NO_ID],
        }),
        session,
      );
      expect(names(switched.results)).toEqual(["Good", "BadMonitoredItemIdInvalid"]);
      const monitoredItemIds = [power, power, current];
      const deleted = await site.ask<DeleteMonitoredItemsResponse>(
        new DeleteMonitoredItemsRequest({ subscriptionId, monitoredItemIds }),
        session,
      );
      expect(names(deleted.results)).toEqual(["Good", "BadMonitoredItemIdInvalid", "Good"]);
    });
  }),
  check("a subscription that is not there, or somebody else's", async (site) => {
    await site.with(async ({ session }) => {
      for (const subscriptionId of [NO_ID, await site.subscribe(session)])
        for (const request of emptyRequests(subscriptionId, [1]))
          expect(await site.codeOf(request)).toBe("BadSubscriptionIdInvalid");
    });
  }),
  check("nothing to do", async (site) => {
    await site.with(async ({ session }) => {
      for (const request of emptyRequests(await site.subscribe(session), []))
        expect(await site.codeOf(request, session)).toBe("BadNothingToDo");
    });
  }),
  check("timestamps and modes that do not exist", async (site) => {
    await site.with(async ({ session }) => {
      const subscriptionId = await site.subscribe(session);
      const itemsToCreate = [{ itemToMonitor: { nodeId: node(POWER), attributeId: AttributeIds.Value } }];
      const request = new CreateMonitoredItemsRequest({ subscriptionId, itemsToCreate });
      request.timestampsToReturn = TimestampsToReturn.Invalid;
      expect(await site.codeOf(request, session)).toBe("BadTimestampsToReturnInvalid");
    });
  }),
  check("an attribute that is no value is monitored as well", async (site) => {
    await site.with(async ({ session }) => {
      const subscriptionId = await site.subscribe(session);
      const { results } = await site.ask<CreateMonitoredItemsResponse>(
        new CreateMonitoredItemsRequest({
          subscriptionId,
          timestampsToReturn: TimestampsToReturn.Both,
          itemsToCreate: [
            {
              itemToMonitor: { nodeId: node(CHARGE_POINT), attributeId: AttributeIds.BrowseName },
              monitoringMode: MonitoringMode.Reporting,
              requestedParameters: { clientHandle: 7, samplingInterval: 0, queueSize: 1 },
            },
          ],
        }),
        session,
      );
      expect(results?.map(({ statusCode }) => statusCode.name)).toEqual(["Good"]);
      expect(await nextValues(site, session)).toMatchObject([[7, { name: "U1" }]]);
    });
  }),
  elsewhere("opcua/monitoring.test.ts", "what cannot be monitored is refused like by the library"),
  elsewhere("opcua/monitoring.test.ts", "only while it reports; a sampling one sends what is newest"),
);

function emptyRequests(subscriptionId: number, ids: readonly number[]): object[] {
  const monitoredItemIds = [...ids];
  return [
    new CreateMonitoredItemsRequest({
      subscriptionId,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToCreate: ids.map(() => ({ itemToMonitor: { nodeId: node(POWER), attributeId: AttributeIds.Value } })),
    }),
    new ModifyMonitoredItemsRequest({
      subscriptionId,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToModify: ids.map((monitoredItemId) => ({ monitoredItemId })),
    }),
    new SetMonitoringModeRequest({ subscriptionId, monitoringMode: MonitoringMode.Reporting, monitoredItemIds }),
    new DeleteMonitoredItemsRequest({ subscriptionId, monitoredItemIds }),
    new SetTriggeringRequest({ subscriptionId, triggeringItemId: 1, linksToAdd: monitoredItemIds, linksToRemove: [] }),
  ];
}

const valueChange = claimed(
  "Monitor Value Change",
  check("the first value at once, then each change", async (site) => {
    await site.with(async ({ session }) => {
      site.change("Power.Active.Import", 1000);
      const subscriptionId = await site.subscribe(session);
      await site.monitor(subscriptionId, [POWER], {}, session);
      expect(await nextValues(site, session)).toEqual([[0, 1000]]);
      for (const value of [1001, 1002]) {
        site.change("Power.Active.Import", value);
        expect(await nextValues(site, session)).toEqual([[0, value]]);
      }
    });
  }),
  elsewhere("opcua/monitoring.test.ts", "of every change, with its status and both times"),
  elsewhere("opcua/monitoring.test.ts", "with the same value and another time only when the trigger says so"),
);

const COUNTS = [2, 10, 100, 500] as const;

const items = COUNTS.map((count) =>
  claimed(
    `Monitor Items ${count}`,
    check(`${count} items of one subscription, each with its value`, async (site) => {
      await site.with(async ({ session }) => {
        const subscriptionId = await site.subscribe(session);
        const nodeIds = Array.from({ length: count }, (_, index) => [POWER, CURRENT, CONNECTED][index % 3] as string);
        const { statuses, ids } = await site.monitor(subscriptionId, nodeIds, {}, session);
        expect(statuses).toEqual(nodeIds.map(() => "Good"));
        expect(new Set(ids).size).toBe(count);
        const seen = new Set<number>();
        while (seen.size < count) for (const [handle] of await nextValues(site, session)) seen.add(handle);
        expect(seen.size).toBe(count);
      });
    }),
  ),
);

const queues = ([1, 2, 5] as const).map((size) =>
  claimed(
    size === 1 ? "Monitor QueueSize_1" : `Monitor MinQueueSize_0${size}`,
    check(`a queue of ${size} keeps the newest, or the oldest and the newest (§5.13.1.5)`, async (site) => {
      const values = Array.from({ length: size + 3 }, (_, index) => 2000 + index);
      for (const discardOldest of [true, false])
        await site.with(async ({ session }) => {
          const subscriptionId = await site.subscribe(session);
          const asked = { queueSize: size, discardOldest };
          const { queueSizes } = await site.monitor(subscriptionId, [POWER], asked, session);
          expect(queueSizes).toEqual([size]);
          await nextValues(site, session);
          for (const value of values) site.change("Power.Active.Import", value);
          const got = (await nextValues(site, session)).map(([, value]) => value);
          expect(got).toEqual(discardOldest ? values.slice(-size) : [...values.slice(0, size - 1), values.at(-1)]);
        });
    }),
    elsewhere("opcua/monitoring.test.ts", "in a queue that overflows at its old or its new end (§5.13.1.5)"),
  ),
);

const triggering = claimed(
  "Monitor Triggering",
  check("links that cannot be made or taken away (§5.13.5)", async (site) => {
    await site.with(async ({ session }) => {
      const subscriptionId = await site.subscribe(session);
      const [power = 0, current = 0] = (await site.monitor(subscriptionId, [POWER, CURRENT], {}, session)).ids;
      const link = (triggeringItemId: number, linksToAdd: number[], linksToRemove: number[]): SetTriggeringRequest =>
        new SetTriggeringRequest({ subscriptionId, triggeringItemId, linksToAdd, linksToRemove });
      expect(await site.codeOf(link(NO_ID, [current], []), session)).toBe("BadMonitoredItemIdInvalid");
      const added = await site.ask<SetTriggeringResponse>(link(power, [current, NO_ID], []), session);
      expect(names(added.addResults)).toEqual(["Good", "BadMonitoredItemIdInvalid"]);
      const removed = await site.ask<SetTriggeringResponse>(link(power, [], [current, NO_ID]), session);
      expect(names(removed.removeResults)).toEqual(["Good", "BadMonitoredItemIdInvalid"]);
    });
  }),
  elsewhere("opcua/subscriptions.test.ts", "reports a sampling item when the item that triggers it reports"),
);

export const monitoring: readonly Unit[] = [
  basic,
  valueChange,
  ...items,
  ...queues,
  triggering,
  claimed(
    "Monitored Items Deadband Filter",
    elsewhere("opcua/monitoring.test.ts", "outside a deadband of"),
    elsewhere("opcua/monitoring.test.ts", "an absolute deadband of -1"),
    elsewhere("opcua/monitoring.test.ts", "a deadband on a text"),
  ),
  notClaimed(
    "Monitor Aggregate Filter",
    "not needed by the facets that are claimed; BadMonitoredItemFilterUnsupported says so",
  ),
];
