// ConditionRefresh (OPC 10000-9 §5.5.7): a client that comes, or has lost something, is told of what is retained, and cannot flood the server with it.
import {
  DataType,
  FilterOperator,
  LiteralOperand,
  Variant,
  installAlarmMonitoring,
  uninstallAlarmMonitoring,
  type ClientSession,
  type ClientSubscription,
} from "node-opcua";
import { describe, expect, test } from "vitest";
import type { AlarmPlace } from "../../src/twin/alarms.ts";
import {
  call,
  conditionOf,
  open,
  operandOf,
  watch,
  type Seen,
  ground,
  offline,
  store,
  useConditions,
  type OpenedConditions,
} from "./conditionsInTest.ts";
import { connect, eventually, readValue, site, twinOf, withState, type Fed } from "./fixture.ts";

const SERVER = "i=2253";
let folder: OpenedConditions["folder"];
let fed: Fed;
let session: ClientSession;
let subscription: ClientSubscription;
const alarms = useConditions((opened) => {
  ({ folder, fed, session, subscription } = opened);
});

function literal(dataType: DataType, value: unknown): LiteralOperand {
  return new LiteralOperand({ value: new Variant({ dataType, value }) });
}

describe("a refresh", () => {
  const REFRESH = "i=3875";
  const number = (value: number) => new Variant({ dataType: DataType.UInt32, value });
  const refresh = (...ids: number[]) =>
    call(session, "i=2782", ids.length === 1 ? REFRESH : "i=12912", ids.map(number));
  const typesOf = (seen: readonly Seen[]) =>
    seen.map(
      ({ EventType, ConditionName }) =>
        ConditionName?.value ?? (EventType?.value.toString() === "ns=0;i=2787" ? "Start" : "End"),
    );

  test("tells the subscription that asks of what is retained, with the same EventIds, between its start and its end", async () => {
    const { seen } = await watch(subscription, SERVER);
    alarms.raise(ground, offline, store);
    alarms.clear(offline);
    await eventually(() => seen.length === 4, 60_000);
    const ids = new Map(
      seen.map(({ ConditionName, EventId }) => [ConditionName?.value, EventId?.value.toString("hex")]),
    );
    const other = await open(session);
    const { seen: fresh } = await watch(other, SERVER);
    const own = await watch(other, site("A1/Connector1"));
    expect((await refresh(other.subscriptionId)).statusCode.name).toBe("Good");
    await eventually(() => typesOf(fresh).includes("End") && typesOf(own.seen).includes("End"), 60_000);
    expect(typesOf(fresh)).toEqual(["Start", "StoreFailing", "GroundFailure", "Offline", "End"]);
    expect(typesOf(own.seen)).toEqual(["Start", "GroundFailure", "End"]);
    for (const { ConditionName, EventId } of fresh.slice(1, 4))
      expect(EventId?.value.toString("hex")).toBe(ids.get(ConditionName?.value));
    expect(seen).toHaveLength(4);
    await other.terminate();
  }, 120_000);

  test("of one item goes to that alone", async () => {
    alarms.raise(ground);
    const [one, two] = [await watch(subscription, SERVER), await watch(subscription, site("A1"))];
    expect((await refresh(subscription.subscriptionId, one.monitoredItemId)).statusCode.name).toBe("Good");
    await eventually(() => typesOf(one.seen).includes("End"));
    expect([typesOf(one.seen), two.seen]).toEqual([["Start", "GroundFailure", "End"], []]);
    expect((await refresh(subscription.subscriptionId, 4711)).statusCode.name).toBe("BadMonitoredItemIdInvalid");
  });

  test("is not stopped by the filter of the client, nor are its ends", async () => {
    alarms.raise(ground, offline);
    const elements = [
      {
        filterOperator: FilterOperator.Equals,
        filterOperands: [operandOf("ConditionName"), literal(DataType.String, "Offline")],
      },
    ];
    const { seen } = await watch(subscription, SERVER, elements);
    await refresh(subscription.subscriptionId);
    await eventually(() => typesOf(seen).includes("End"));
    expect(typesOf(seen)).toEqual(["Start", "Offline", "End"]);
  });

  test("is refused for a subscription of somebody else", async () => {
    expect((await refresh(4711)).statusCode.name).toBe("BadSubscriptionIdInvalid");
  });

  test("is understood by the client's own list of alarms, which acknowledges what it has found", async () => {
    alarms.raise(ground, offline);
    const list = await installAlarmMonitoring(session);
    await eventually(() => list.length === 2);
    const found = list.alarms().find(({ conditionId }) => conditionId.toString() === conditionOf(offline));
    expect((await found!.acknowledge(session, "by the list"))?.name).toBe("Good");
    await eventually(
      () =>
        found!.getField("ackedState") !== null &&
        (found!.fields as never as { ackedState: { id: { value: boolean } } }).ackedState.id.value,
    );
    expect(alarms.at(offline)).toMatchObject({ acknowledged: true, comment: "by the list" });
    expect(found!.getRetain()).toBe(true);
    alarms.clear(offline);
    await eventually(() => !found!.getRetain());
    list.purgeUnusedAlarms();
    expect(list.length).toBe(1);
    await uninstallAlarmMonitoring(session);
  });

  test("of more than a queue holds loses nothing while the client reads", async () => {
    const many = await manyInAlarm(400);
    const { seen } = await watch(subscription, site("/ChargePoints"), [], 50);
    expect((await refresh(subscription.subscriptionId)).statusCode.name).toBe("Good");
    await eventually(() => typesOf(seen).includes("End"), 60_000);
    expect(new Set(seen.map(({ ConditionId }) => String(ConditionId?.value))).size).toBe(many.length + 1);
    alarms.clear(...many);
  }, 120_000);

  test("asked for again and again is refused, and others are served meanwhile", async () => {
    const many = await manyInAlarm(400);
    await watch(subscription, SERVER, [], 5000);
    const statuses = await Promise.all(Array.from({ length: 200 }, () => refresh(subscription.subscriptionId)));
    const names = statuses.map(({ statusCode }) => statusCode.name);
    expect(names.filter((name) => name === "Good")).toHaveLength(1);
    expect(new Set(names)).toEqual(new Set(["Good", "BadRefreshInProgress"]));
    const other = await connect(fed.ua.endpointUrl, folder.path);
    expect((await readValue(other.session, "A1/ClientId")).value.value).toBe("A1");
    // One after the other, as soon as the last is over: bounded in number as well.
    const later: string[] = [];
    await eventually(async () => {
      later.push((await refresh(subscription.subscriptionId)).statusCode.name);
      return later.includes("BadTooManyOperations");
    }, 60_000);
    expect(later.filter((name) => name === "Good").length).toBeLessThanOrEqual(20);
    await other.close();
    alarms.clear(...many);
  }, 120_000);
});

/** Charge points of which each has an alarm, once that has been told: it is told in steps, and none may come into a queue of later. */
async function manyInAlarm(count: number): Promise<AlarmPlace[]> {
  const own = await open(session);
  const { seen } = await watch(own, site("/ChargePoints"), [], 2 * count);
  const ids = Array.from({ length: count }, (_, index) => `M${index}`);
  fed.publishTogether(ids.map((id) => [undefined, withState(twinOf(id, [1]), "Connected")] as const));
  const places = ids.map((chargePointId) => ({ chargePointId, connector: 1, name: "OverVoltage" }));
  alarms.raise(...places);
  const isRaised = ({ ConditionName, ["ActiveState.Id"]: active }: Seen): boolean =>
    ConditionName?.value === "OverVoltage" && active?.value === true;
  await eventually(() => seen.filter(isRaised).length === count, 60_000);
  await own.terminate();
  return places;
}
