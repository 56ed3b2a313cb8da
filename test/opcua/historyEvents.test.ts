// The events that were announced, read back by a real client: what was seen live, where it was seen, filtered as it was filtered live.
import {
  AttributeIds,
  ContentFilter,
  DataType,
  ElementOperand,
  EventFilter,
  FilterOperator,
  LiteralOperand,
  PermissionType,
  TimestampsToReturn,
  Variant,
  WellKnownRoles,
  resolveNodeId,
  type ContentFilterElementOptions,
} from "node-opcua";
import { beforeEach, describe, expect, test } from "vitest";
import type { Occurrence } from "../../src/twin/occurrences.ts";
import { eventually, site } from "./fixture.ts";
import { BASE_EVENT, FIELDS, FOLDER, OWN, SERVER, names, occurrence, operandOf, wanted } from "./eventHistoryInTest.ts";
import { at, historyRead, useHistory, type Answer } from "./historyInTest.ts";

const served = useHistory();

function keep(occurrences: readonly Occurrence[]): void {
  served.kept.announce(occurrences);
}

beforeEach(() => served.kept.forgetOccurrences());

describe("an event in the history", () => {
  test("is the one that was seen live, field by field, and is seen at the same places", async () => {
    const places = [SERVER, FOLDER, site("H1"), site("H1/Connector1"), site("H1/Connector2")];
    const subscription = await served.session.createSubscription2({
      requestedPublishingInterval: 20,
      maxNotificationsPerPublish: 1000,
      publishingEnabled: true,
      requestedLifetimeCount: 500,
      requestedMaxKeepAliveCount: 20,
    });
    const filter = new EventFilter({ selectClauses: FIELDS.map((name) => operandOf(name)), whereClause: isOurs });
    const live = await Promise.all(
      places.map(async (nodeId) => {
        const seen: Variant[][] = [];
        const item = await subscription.monitor(
          { nodeId, attributeId: AttributeIds.EventNotifier },
          { samplingInterval: 0, queueSize: 100, discardOldest: true, filter },
          TimestampsToReturn.Both,
        );
        item.on("changed", ((fields: Variant[]) => seen.push(fields)) as never);
        await eventually(() => item.result?.statusCode.name === "Good");
        return seen;
      }),
    );
    const said = [
      occurrence("Reset", "5:00"),
      // The same words at the same time: two events all the same.
      occurrence("Unlock", "5:01", { connectorId: 1 }),
      occurrence("Unlock", "5:01", { connectorId: 1, sequence: 1 }),
      occurrence("Clear", "5:02", { connectorId: 2, fields: { Payload: '{"a":"ä\ud800\u0000"}' } }),
      occurrence("Stray", "5:03", { chargePointId: "Nobody", isStray: true }),
      occurrence("Last", "5:04", { connectorId: 1, severity: 500 }),
    ];
    keep(said);
    served.fed.announce(said);
    const counts = [6, 6, 5, 3, 1];
    await eventually(() => live.every((seen, place) => seen.length === counts[place]), 60_000);
    await subscription.terminate();
    const told = (events: readonly Variant[][]): unknown[] =>
      events.map((fields) => fields.map(({ dataType, value }) => [DataType[dataType], value]));
    const answers = await historyRead(served.session, places, { details: wanted({ fields: FIELDS }) });
    expect(answers.map(({ status }) => status)).toEqual(places.map(() => "Good"));
    expect(answers.map(({ events }) => events?.length)).toEqual(counts);
    for (const [place, { events = [] }] of answers.entries()) expect(told(events)).toEqual(told(live[place]!));
    const ids = answers[0]!.events!.map(([id]) => (id!.value as Buffer).toString("hex"));
    expect(new Set(ids).size).toBe(6);
  }, 120_000);

  test("of a charge point that is gone by now still says where it came from", async () => {
    keep([occurrence("Reset", "5:00", { chargePointId: "H9", connectorId: 3 })]);
    const { events = [] } = await served.read(FOLDER, wanted({ fields: ["SourceNode", "SourceName"] }));
    expect(events[0]?.map(({ value }) => String(value))).toEqual([site("H9/Connector3"), "Connector3"]);
  });

  test("whose type is not known any more is left out", async () => {
    keep([occurrence("Old", "5:00", { type: "FormerEventType" }), occurrence("New", "5:01")]);
    expect(names(await served.read(SERVER, wanted()))).toBe("New");
  });
});

/** Not those that the library itself raises. */
const isOurs = new ContentFilter({
  elements: [
    {
      filterOperator: FilterOperator.Equals,
      filterOperands: [
        operandOf("Result"),
        new LiteralOperand({ value: new Variant({ dataType: DataType.String, value: "Good" }) }),
      ],
    },
  ],
});

describe("ranges (OPC 10000-11 §6.5.2.2)", () => {
  const minutes = ["5:00", "5:02", "5:02", "5:03", "5:05"];
  beforeEach(() => keep(["A", "B", "C", "D", "E"].map((name, place) => occurrence(name, minutes[place]!))));

  test.each<[string | null, string | null, number, string]>([
    ["5:00", "5:05", 0, "A B C D"],
    ["5:01", "5:06", 0, "B C D E"],
    ["5:05", "5:00", 0, "E D C B"],
    ["5:04", "5:01", 0, "D C B"],
    ["5:00", null, 3, "A B C"],
    ["5:01", null, 9, "B C D E"],
    [null, "5:03", 2, "D C"],
    [null, "5:05", 9, "E D C B A"],
    ["5:02", "5:02", 0, "B C"],
    ["5:01", "5:01", 0, ""],
    ["5:10", "5:20", 0, ""],
    ["5:20", "5:10", 0, ""],
  ])("from %s to %s, %d events: %s", async (start, end, count, expected) => {
    const answer = await served.read(site("H1"), wanted({ start, end, count }));
    expect(names(answer)).toBe(expected);
    expect([answer.status, answer.point]).toEqual([expected === "" ? "GoodNoData" : "Good", undefined]);
  });

  test.each<[string, string, number, string[]]>([
    ["5:00", "5:06", 2, ["A B", "C D", "E"]],
    ["5:06", "4:59", 2, ["E D", "C B", "A"]],
    ["5:06", "4:59", 1, ["E", "D", "C", "B", "A"]],
    ["5:00", "5:06", 5, ["A B C D E"]],
  ])("from %s to %s in pages of %d, also between events of one time", async (start, end, count, pages) => {
    const details = wanted({ start, end, count });
    let answer = await served.read(SERVER, details);
    const read = [names(answer)];
    while (answer.point !== undefined) {
      answer = await served.read({ nodeId: SERVER, continuationPoint: answer.point }, details);
      expect(answer.status).toBe("Good");
      read.push(names(answer));
    }
    expect(read).toEqual(pages);
  });

  test("time stamps are not asked for: events have fields", async () => {
    const answer = await served.read(SERVER, wanted(), { times: TimestampsToReturn.Neither });
    expect([answer.status, names(answer)]).toEqual(["Good", "A B C D E"]);
  });
});

describe("filters", () => {
  const literal = (dataType: DataType, value: unknown): LiteralOperand =>
    new LiteralOperand({ value: new Variant({ dataType, value }) });
  const compares = (operator: FilterOperator, field: string, operand: LiteralOperand): ContentFilterElementOptions => ({
    filterOperator: operator,
    filterOperands: [operandOf(field), operand],
  });
  beforeEach(() =>
    keep([
      occurrence("A", "5:00"),
      occurrence("B", "5:01", { severity: 500, connectorId: 2 }),
      occurrence("C", "5:02"),
    ]),
  );

  test.each<[string, ContentFilterElementOptions[], string]>([
    ["Equals", [compares(FilterOperator.Equals, "Action", literal(DataType.String, "C"))], "C"],
    ["GreaterThan", [compares(FilterOperator.GreaterThan, "Severity", literal(DataType.UInt16, 100))], "B"],
    ["a number of ours", [compares(FilterOperator.Equals, "ConnectorId", literal(DataType.Int32, 0))], "A C"],
    ["a time", [compares(FilterOperator.LessThan, "Time", literal(DataType.DateTime, new Date(at("5:01"))))], "A"],
    [
      "OfType",
      [
        {
          filterOperator: FilterOperator.OfType,
          filterOperands: [literal(DataType.NodeId, resolveNodeId(BASE_EVENT))],
        },
      ],
      "A B C",
    ],
    [
      "OfType another",
      [{ filterOperator: FilterOperator.OfType, filterOperands: [literal(DataType.NodeId, resolveNodeId("i=2052"))] }],
      "",
    ],
    [
      "Not of another element",
      [
        { filterOperator: FilterOperator.Not, filterOperands: [new ElementOperand({ index: 1 })] },
        compares(FilterOperator.Equals, "Action", literal(DataType.String, "B")),
      ],
      "A C",
    ],
    // At which the library throws.
    ["a comparison with nothing", [compares(FilterOperator.Equals, "EventId", literal(DataType.ByteString, null))], ""],
    ["a field that there is not", [compares(FilterOperator.Equals, "Nothing", literal(DataType.String, "B"))], ""],
  ])("%s lets through what it lets through live", async (_, elements, expected) => {
    const answer = await served.read(site("H1"), wanted({ whereClause: { elements } }));
    expect(names(answer)).toBe(expected);
    expect(answer.status).toBe(expected === "" ? "GoodNoData" : "Good");
  });

  test("count for pages what they let through, and do not end them at what they do not", async () => {
    keep(Array.from({ length: 300 }, (_, place) => occurrence("X", "5:03", { sequence: place })));
    keep([occurrence("D", "5:04", { severity: 500 })]);
    const elements = [compares(FilterOperator.GreaterThan, "Severity", literal(DataType.UInt16, 100))];
    const details = wanted({ whereClause: { elements }, count: 1 });
    const first = await served.read(site("H1"), details);
    const second = await served.read({ nodeId: site("H1"), continuationPoint: first.point! }, details);
    expect([names(first), names(second)]).toEqual(["B", "D"]);
  });

  test("that let nothing through are answered in parts", async () => {
    keep(Array.from({ length: 15_000 }, (_, place) => occurrence("X", "5:03", { sequence: place })));
    const elements = [compares(FilterOperator.Equals, "Action", literal(DataType.String, "Nothing"))];
    const details = wanted({ whereClause: { elements } });
    const first = await served.read(SERVER, details);
    expect([first.status, first.events, first.point === undefined]).toEqual(["Good", [], false]);
    const second = await served.read({ nodeId: SERVER, continuationPoint: first.point! }, details);
    expect([second.status, second.point]).toEqual(["GoodNoData", undefined]);
  });

  test("name fields of which there are none: those are Null (OPC 10000-11 §5.4.1)", async () => {
    const selectClauses = [
      operandOf("Action"),
      operandOf("Nothing"),
      operandOf("Action", { browsePath: [{ name: "Action", namespaceIndex: 0 }] }),
      operandOf("Severity", { attributeId: AttributeIds.DisplayName }),
      operandOf("Severity", { browsePath: [] }),
      operandOf("Severity", { browsePath: [], attributeId: AttributeIds.NodeId }),
      operandOf("Action", { typeDefinitionId: resolveNodeId("ns=99;i=1") }),
    ];
    const { events } = await served.read(site("H1/Connector2"), wanted({ selectClauses }));
    expect(events?.map((fields) => fields.map(({ value }) => value as unknown))).toEqual([
      ["B", null, null, null, null, null, "B"],
    ]);
  });
});

describe("who may read events", () => {
  const OBSERVE =
    PermissionType.Browse | PermissionType.Read | PermissionType.ReadHistory | PermissionType.ReceiveEvents;

  async function reading(namespaceIndex: number, permissions: PermissionType): Promise<Answer> {
    const namespace = served.fed.ua.server.engine.addressSpace!.getNamespace(namespaceIndex);
    const granted = namespace.getDefaultRolePermissions();
    namespace.setDefaultRolePermissions([{ roleId: WellKnownRoles.Observer, permissions }]);
    const answer = await served.read(site("H1"), wanted());
    namespace.setDefaultRolePermissions(granted);
    return answer;
  }

  test("whoever may read the history of the object and receive events of the type and of the source, as live", async () => {
    keep([occurrence("A", "5:00")]);
    expect((await reading(4, OBSERVE)).status).toBe("Good");
    expect((await reading(4, OBSERVE & ~PermissionType.ReadHistory)).status).toBe("BadUserAccessDenied");
    expect((await reading(4, OBSERVE & ~PermissionType.ReceiveEvents)).status).toBe("GoodNoData");
    expect((await reading(OWN, OBSERVE & ~PermissionType.ReceiveEvents)).status).toBe("GoodNoData");
  });
});

test.each([
  [SERVER, 5],
  [FOLDER, 5],
  [site("H1"), 5],
  [site("H1/Connector1"), 5],
  [site("H1/State"), 0],
])("the EventNotifier of %s is %i", async (nodeId, notifier) => {
  const { value } = await served.session.read({ nodeId, attributeId: AttributeIds.EventNotifier });
  expect(value.value).toBe(notifier);
});
