// Alarms & Conditions (OPC 10000-9) as an independent client sees them: where events are seen, what their fields hold, what its methods do,
// how it synchronises.
import {
  DataType,
  FilterOperator,
  LiteralOperand,
  Variant,
  resolveNodeId,
  type ClientSession,
  type ClientSubscription,
} from "node-opcua";
import { describe, expect, test } from "vitest";
import {
  METHODS,
  call,
  conditionOf,
  marked,
  operandOf,
  watch,
  type Seen,
  ground,
  offline,
  store,
  useConditions,
} from "./conditionsInTest.ts";
import { eventually, site } from "./fixture.ts";

const SERVER = "i=2253";
let session: ClientSession;
let subscription: ClientSubscription;
const alarms = useConditions((opened) => {
  ({ session, subscription } = opened);
});

const wordsOf = (seen: readonly Seen[]): string[] =>
  seen
    .filter(({ ConditionName }) => ConditionName?.value !== null)
    .map((event) =>
      [
        event["ConditionName"]?.value,
        event["ActiveState.Id"]?.value === true ? "active" : "over",
        event["AckedState.Id"]?.value === true ? "" : "unacknowledged",
        event["ConfirmedState.Id"]?.value === true ? "" : "unconfirmed",
        event["SuppressedOrShelved"]?.value === true ? "hidden" : "",
        event["Retain"]?.value === true ? "" : "gone",
      ]
        .filter((word) => word !== "")
        .join(" "),
    );

const idOf = (seen: readonly Seen[]): Buffer => seen.at(-1)?.["EventId"]?.value as Buffer;

describe("an event of a condition", () => {
  test("is seen where it belongs: at Server, folder, charge point and connector, or at the bridge", async () => {
    const places = [
      SERVER,
      site("/ChargePoints"),
      site("A1"),
      site("A1/Connector1"),
      site("A1/Connector2"),
      site("A2"),
    ];
    const watches = await Promise.all([...places, site("/Bridge")].map((place) => watch(subscription, place)));
    const seen = watches.map((each) => each.seen);
    alarms.raise(ground, offline);
    alarms.raise(store);
    await eventually(() => seen[0]!.length === 3 && seen[6]!.length === 1 && seen[2]!.length === 2);
    expect(seen.map((each) => each.map(({ ConditionName }) => ConditionName?.value))).toEqual([
      ["GroundFailure", "Offline", "StoreFailing"],
      ["GroundFailure", "Offline"],
      ["GroundFailure", "Offline"],
      ["GroundFailure"],
      [],
      [],
      ["StoreFailing"],
    ]);
  });

  test("has the fields of its type, each of its own DataType", async () => {
    const { seen } = await watch(subscription, SERVER);
    alarms.raise(ground);
    await eventually(() => seen.length === 1);
    const fields = Object.entries(seen[0]!).map(([name, { dataType, value }]) => [
      name,
      [DataType[dataType], String(value?.text ?? value)],
    ]);
    const { at, sequence } = alarms.at(ground);
    expect(sequence).toBe(at);
    const time = ["DateTime", String(new Date(at))];
    expect(Object.fromEntries(fields)).toEqual({
      EventId: ["ByteString", expect.anything()],
      EventType: ["NodeId", resolveNodeId("TripAlarmType").toString()],
      SourceNode: ["NodeId", site("A1/Connector1")],
      SourceName: ["String", "Connector1"],
      Time: time,
      ReceiveTime: time,
      Message: ["LocalizedText", "It is so"],
      Severity: ["UInt16", "700"],
      ConditionClassId: ["NodeId", resolveNodeId("ProcessConditionClassType").toString()],
      ConditionClassName: ["LocalizedText", "ProcessConditionClassType"],
      ConditionName: ["String", "GroundFailure"],
      BranchId: ["NodeId", "ns=0;i=0"],
      Retain: ["Boolean", "true"],
      EnabledState: ["LocalizedText", "Enabled"],
      "EnabledState.Id": ["Boolean", "true"],
      Quality: ["StatusCode", "Good (0x00000000)"],
      LastSeverity: ["UInt16", "0"],
      Comment: ["LocalizedText", expect.anything()],
      ClientUserId: ["String", expect.anything()],
      AckedState: ["LocalizedText", "Unacknowledged"],
      "AckedState.Id": ["Boolean", "false"],
      "ConfirmedState.Id": ["Boolean", "true"],
      ActiveState: ["LocalizedText", "Active"],
      "ActiveState.Id": ["Boolean", "true"],
      "ActiveState.TransitionTime": time,
      InputNode: ["NodeId", site("A1/Connector1/Status/ErrorCode")],
      "SuppressedState.Id": ["Boolean", "false"],
      "ShelvingState.CurrentState": ["LocalizedText", "Unshelved"],
      "ShelvingState.CurrentState.Id": ["NodeId", "ns=0;i=2930"],
      "ShelvingState.UnshelveTime": ["Double", "0"],
      SuppressedOrShelved: ["Boolean", "false"],
      NormalState: ["NodeId", "ns=0;i=0"],
      // Of another type (OPC 10000-4 §7.22.3).
      ExpirationDate: ["Null", "null"],
      ExpirationLimit: ["Null", "null"],
      CertificateType: ["Null", "null"],
      Certificate: ["Null", "null"],
      ConditionId: ["NodeId", conditionOf(ground)],
    });
  });

  test.each<[string, Parameters<typeof watch>[2], string[]]>([
    [
      "a type of conditions",
      [
        {
          filterOperator: FilterOperator.OfType,
          filterOperands: [literal(DataType.NodeId, resolveNodeId("TripAlarmType"))],
        },
      ],
      ["GroundFailure"],
    ],
    [
      "a supertype",
      [
        {
          filterOperator: FilterOperator.OfType,
          filterOperands: [literal(DataType.NodeId, resolveNodeId("OffNormalAlarmType"))],
        },
      ],
      ["GroundFailure", "Offline"],
    ],
    [
      "the state of a condition",
      [
        {
          filterOperator: FilterOperator.Equals,
          filterOperands: [operandOf("ActiveState.Id"), literal(DataType.Boolean, false)],
        },
      ],
      [],
    ],
    [
      "one condition",
      [
        {
          filterOperator: FilterOperator.Equals,
          filterOperands: [operandOf("ConditionId"), literal(DataType.NodeId, resolveNodeId(conditionOf(offline)))],
        },
      ],
      ["Offline"],
    ],
  ])("passes a filter by %s", async (_, elements, names) => {
    const all = await watch(subscription, SERVER);
    const { seen } = await watch(subscription, site("A1"), elements);
    alarms.raise(ground, offline);
    await eventually(() => all.seen.length === 2 && seen.length >= names.length);
    expect(seen.map(({ ConditionName }) => ConditionName?.value)).toEqual(names);
  });
});

function literal(dataType: DataType, value: unknown): LiteralOperand {
  return new LiteralOperand({ value: new Variant({ dataType, value }) });
}

describe("the methods of a condition", () => {
  test("acknowledge, confirm and comment, by the type's methods as by its own", async () => {
    const { seen } = await watch(subscription, SERVER);
    const id = conditionOf(ground);
    alarms.raise(ground);
    await eventually(() => seen.length === 1);
    const first = idOf(seen);
    const statuses = [
      (await call(session, id, METHODS.AddComment, marked(first, "seen"))).statusCode.name,
      (await call(session, id, `${id}/Acknowledge`, marked(first))).statusCode.name,
      (await call(session, id, METHODS.Acknowledge, marked(first))).statusCode.name,
      (await call(session, id, METHODS.Confirm, marked(first))).statusCode.name,
      (await call(session, id, METHODS.Confirm, marked(first))).statusCode.name,
    ];
    expect(statuses).toEqual([
      "Good",
      "Good",
      "BadConditionBranchAlreadyAcked",
      "Good",
      "BadConditionBranchAlreadyConfirmed",
    ]);
    alarms.clear(ground);
    await eventually(() => seen.length === 5);
    expect(wordsOf(seen)).toEqual([
      "GroundFailure active unacknowledged",
      "GroundFailure active unacknowledged",
      "GroundFailure active unconfirmed",
      "GroundFailure active",
      "GroundFailure over gone",
    ]);
    expect(seen.map(({ Comment }) => Comment?.value.text ?? "").slice(1)).toEqual(["seen", "noted", "noted", "noted"]);
    expect(new Set(seen.map(({ EventId }) => EventId?.value.toString("hex"))).size).toBe(5);
  });

  test("shelve for a time and once, and say so", async () => {
    const { seen } = await watch(subscription, SERVER);
    const id = conditionOf(offline);
    alarms.raise(offline);
    const time = (ms: number) => [new Variant({ dataType: DataType.Double, value: ms })];
    const names = [
      (await call(session, id, METHODS.TimedShelve, time(-1))).statusCode.name,
      (await call(session, id, METHODS.TimedShelve, time(60_000))).statusCode.name,
      (await call(session, id, METHODS.TimedShelve, time(60_000))).statusCode.name,
      (await call(session, `${id}/ShelvingState`, METHODS.OneShotShelve)).statusCode.name,
      (await call(session, id, `${id}/ShelvingState/Unshelve`)).statusCode.name,
      (await call(session, id, "i=2947")).statusCode.name,
    ];
    expect(names).toEqual([
      "BadShelvingTimeOutOfRange",
      "Good",
      "BadConditionAlreadyShelved",
      "Good",
      "Good",
      "BadConditionNotShelved",
    ]);
    await eventually(() => seen.length === 4);
    const shown = seen.map((event) => [
      event["ShelvingState.CurrentState"]?.value.text,
      event["ShelvingState.UnshelveTime"]?.value,
      event["SuppressedOrShelved"]?.value,
    ]);
    expect(shown).toEqual([
      ["Unshelved", 0, false],
      ["Timed Shelved", 60_000, true],
      ["One Shot Shelved", 86_400_000, true],
      ["Unshelved", 0, false],
    ]);
  });

  test("disable and enable", async () => {
    const { seen } = await watch(subscription, SERVER);
    const id = conditionOf(store);
    alarms.raise(store);
    await eventually(() => seen.length === 1);
    const run = async (method: keyof typeof METHODS, input: Variant[] = []) =>
      (await call(session, id, METHODS[method], input)).statusCode.name;
    expect(await run("Disable")).toBe("Good");
    expect(await run("Disable")).toBe("BadConditionAlreadyDisabled");
    expect(await run("Acknowledge", marked(idOf(seen)))).toBe("BadConditionDisabled");
    expect(await run("Enable")).toBe("Good");
    expect(await run("Enable")).toBe("BadConditionAlreadyEnabled");
    await eventually(() => seen.length === 3);
    expect(seen.map((event) => [event["EnabledState.Id"]?.value, event["Retain"]?.value])).toEqual([
      [true, true],
      [false, false],
      [true, false],
    ]);
  });

  test.each<[string, string, string, Variant[], string]>([
    [
      "an EventId of another condition",
      conditionOf(ground),
      METHODS.Acknowledge,
      marked(Buffer.alloc(16)),
      "BadEventIdUnknown",
    ],
    ["no EventId", conditionOf(ground), METHODS.Acknowledge, marked(Buffer.alloc(0)), "BadEventIdUnknown"],
    ["too little", conditionOf(ground), METHODS.Confirm, [], "BadArgumentsMissing"],
    ["too much", conditionOf(ground), METHODS.Disable, marked(Buffer.alloc(1)), "BadTooManyArguments"],
    [
      "a text for a time",
      conditionOf(ground),
      METHODS.TimedShelve,
      [new Variant({ dataType: DataType.String, value: "1" })],
      "BadInvalidArgument",
    ],
    ["a method that conditions do not have", conditionOf(ground), "i=11489", [], "BadMethodInvalid"],
    ["a condition that is none", site("A1/Alarms/Nothing"), METHODS.Enable, [], "BadNodeIdUnknown"],
    ["a type instead of a condition", "i=2881", METHODS.Acknowledge, marked(Buffer.alloc(16)), "BadNodeIdInvalid"],
  ])("refuse %s", async (_, objectId, methodId, input, status) => {
    expect((await call(session, objectId, methodId, input)).statusCode.name).toBe(status);
  });
});
