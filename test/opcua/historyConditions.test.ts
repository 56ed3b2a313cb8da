// The events of conditions, read back by a real client: what was seen live, where it was seen, with the fields of that moment.
import {
  ContentFilter,
  DataType,
  EventFilter,
  FilterOperator,
  LiteralOperand,
  ReadEventDetails,
  Variant,
  resolveNodeId,
  type ClientSession,
  type ClientSubscription,
  type ContentFilterElementOptions,
} from "node-opcua";
import { beforeEach, describe, expect, test } from "vitest";
import { calm, type AlarmPlace } from "../../src/twin/alarms.ts";
import {
  FIELDS,
  METHODS,
  call,
  conditionOf,
  ground,
  marked,
  offline,
  operandOf,
  store,
  useConditions,
  watch,
  type Seen,
} from "./conditionsInTest.ts";
import { eventually, site } from "./fixture.ts";
import { occurrence } from "./eventHistoryInTest.ts";
import { Kept, historyRead } from "./historyInTest.ts";

const SERVER = "i=2253";
const FOLDER = site("/ChargePoints");
const NAMES = [...FIELDS, "ConditionId"];
const DAY = Date.UTC(2026, 10, 25);

const kept = new Kept();
let session: ClientSession;
let subscription: ClientSubscription;
const alarms = useConditions((opened) => {
  ({ session, subscription } = opened);
}, kept);
beforeEach(() => kept.forgetOccurrences());

/** Fields as they are compared: name, type and value. */
const shown = (events: readonly Seen[]): unknown[] =>
  events.map((event) => Object.entries(event).map(([name, { dataType, value }]) => [name, DataType[dataType], value]));

async function historyOf(nodeId: string, elements: ContentFilterElementOptions[] = []): Promise<Seen[]> {
  const details = new ReadEventDetails({
    startTime: new Date(DAY),
    endTime: new Date(DAY + 86_400_000),
    numValuesPerNode: 0,
    filter: new EventFilter({ selectClauses: NAMES.map(operandOf), whereClause: new ContentFilter({ elements }) }),
  });
  const [answer] = await historyRead(session, [nodeId], { details });
  expect(["Good", "GoodNoData"]).toContain(answer?.status);
  return (answer?.events ?? []).map((fields) =>
    Object.fromEntries(NAMES.map((name, index) => [name, fields[index] as Variant])),
  );
}

const namesOf = (events: readonly Seen[]): unknown[] => events.map(({ ConditionName }) => ConditionName?.value);
const literal = (dataType: DataType, value: unknown): LiteralOperand =>
  new LiteralOperand({ value: new Variant({ dataType, value }) });

/** Everything that can become of an alarm. */
async function liveOf(place: AlarmPlace, seen: readonly Seen[]): Promise<void> {
  const condition = conditionOf(place);
  const id = (): Buffer => seen.at(-1)?.["EventId"]?.value as Buffer;
  const act = async (method: keyof typeof METHODS, args: Variant[] = []): Promise<void> => {
    const before = seen.length;
    expect((await call(session, condition, METHODS[method], args)).statusCode.name).toBe("Good");
    await eventually(() => seen.length > before);
  };
  alarms.raise(place);
  await eventually(() => seen.length > 0);
  await act("AddComment", marked(id(), "on the way"));
  await act("TimedShelve", [new Variant({ dataType: DataType.Double, value: 60_000 })]);
  await act("Unshelve");
  await act("Acknowledge", marked(id(), "seen"));
  alarms.suppress(place, true);
  alarms.suppress(place, false);
  alarms.clear(place);
  await eventually(() => seen.at(-1)?.["ActiveState.Id"]?.value === false);
  await act("Confirm", marked(id(), "done"));
  await act("Disable");
  await act("Enable");
}

describe("an event of a condition in the history", () => {
  test("is the one that was seen live, field by field, whatever became of it, and is seen at the same places", async () => {
    const places = [SERVER, FOLDER, site("A1"), site("A1/Connector1"), site("A1/Connector2"), site("/Bridge")];
    const watches = await Promise.all(places.map((place) => watch(subscription, place)));
    await liveOf(ground, watches[3]!.seen);
    alarms.raise(offline);
    alarms.raise(store);
    await eventually(() => watches[5]!.seen.length === 1 && watches[0]!.seen.length === 13);
    expect(watches.map(({ seen }) => seen.length)).toEqual([13, 12, 12, 11, 0, 1]);
    for (const [index, place] of places.entries())
      expect(shown(await historyOf(place))).toEqual(shown(watches[index]!.seen));
    const ids = watches[0]!.seen.map(({ EventId }) => (EventId!.value as Buffer).toString("hex"));
    expect(new Set(ids).size).toBe(13);
  });

  test("says of what is gone by now what it was, to filters as well", async () => {
    const state = {
      ...calm,
      active: true,
      acknowledged: false,
      severity: 700,
      message: "It is so",
      sequence: 1,
      at: DAY,
    };
    const place = { chargePointId: "Gone", connector: 3, name: "GroundFailure" };
    kept.announce([{ ...place, state, isConnected: false }, occurrence("Reset", "5:00")]);
    const type = (name: string): ContentFilterElementOptions[] => [
      { filterOperator: FilterOperator.OfType, filterOperands: [literal(DataType.NodeId, resolveNodeId(name))] },
    ];
    const is = (path: string, operand: LiteralOperand): ContentFilterElementOptions[] => [
      { filterOperator: FilterOperator.Equals, filterOperands: [operandOf(path), operand] },
    ];
    const [event] = await historyOf(SERVER);
    const words = ["ConditionId", "SourceNode", "SourceName", "EventType", "Quality"];
    expect(words.map((name) => String(event?.[name]?.value))).toEqual([
      conditionOf(place),
      site("Gone/Connector3"),
      "Connector3",
      resolveNodeId("TripAlarmType").toString(),
      expect.stringContaining("UncertainLastUsableValue"),
    ]);
    for (const elements of [
      type("ConditionType"),
      type("TripAlarmType"),
      is("ActiveState.Id", literal(DataType.Boolean, true)),
      is("ConditionId", literal(DataType.NodeId, resolveNodeId(conditionOf(place)))),
    ])
      expect(namesOf(await historyOf(SERVER, elements))).toEqual(["GroundFailure"]);
    for (const elements of [
      type("SystemOffNormalAlarmType"),
      is("ActiveState.Id", literal(DataType.Boolean, false)),
      is("ConditionId", literal(DataType.NodeId, resolveNodeId(conditionOf(ground)))),
    ])
      expect(await historyOf(SERVER, elements)).toEqual([]);
  });

  test("whose alarm is not known any more is left out", async () => {
    const state = { ...calm, sequence: 1, at: DAY };
    kept.announce([{ chargePointId: "A1", connector: 1, name: "Former", state, isConnected: true }]);
    expect(await historyOf(SERVER)).toEqual([]);
  });
});

test("the EventNotifier of the bridge says that its events have a history", async () => {
  const { value } = await session.read({ nodeId: site("/Bridge"), attributeId: 12 });
  expect(value.value).toBe(5);
});
