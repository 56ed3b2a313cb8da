// Occurrences as events (OPC 10000-3 §4.7): where they are seen, what their fields hold, which filters they pass, and what many of them cost.
import {
  AttributeIds,
  BrowseDirection,
  ContentFilter,
  DataType,
  EventFilter,
  FilterOperator,
  LiteralOperand,
  SimpleAttributeOperand,
  TimestampsToReturn,
  Variant,
  resolveNodeId,
  type ClientSession,
  type ClientSubscription,
  type ContentFilterElementOptions,
} from "node-opcua";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Occurrence } from "../../src/twin/occurrences.ts";
import {
  RECEIVED_AT,
  SAMPLED_AT,
  connect,
  endpointOptions,
  eventually,
  site,
  startFed,
  temporaryFolder,
  twinOf,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

const OWN = 3;
const BASE_FIELDS = ["EventId", "EventType", "SourceNode", "SourceName", "Time", "ReceiveTime", "Message", "Severity"];
const OWN_FIELDS = ["ChargePointId", "ConnectorId", "Action", "Result", "SentAt", "AnsweredAt", "EffectAt"];
const FIELDS = [...BASE_FIELDS, "LocalTime", ...OWN_FIELDS];
const SERVER = "i=2253";
const FOLDER = site("/ChargePoints");

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;
let subscription: ClientSubscription;
let eventType: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  for (const id of ["E1", "E2"]) fed.publish(undefined, withState(twinOf(id, [1, 2]), "Connected"));
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
  eventType = fed.ua.server.engine.addressSpace!.findEventType("CommandFinishedEventType", OWN)!.nodeId.toString();
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

beforeEach(async () => {
  subscription = await session.createSubscription2({
    requestedPublishingInterval: 20,
    requestedMaxKeepAliveCount: 20,
    requestedLifetimeCount: 500,
    maxNotificationsPerPublish: 10_000,
    publishingEnabled: true,
  });
});

afterEach(() => subscription.terminate());

type Seen = Readonly<Record<string, Variant>>;

function operandOf(name: string): SimpleAttributeOperand {
  const namespaceIndex = OWN_FIELDS.includes(name) ? OWN : 0;
  return new SimpleAttributeOperand({
    typeDefinitionId: namespaceIndex === OWN ? resolveNodeId(eventType) : resolveNodeId("i=2041"),
    browsePath: [{ name, namespaceIndex }],
    attributeId: AttributeIds.Value,
  });
}

/** What is seen at a node by who asks for all fields and, with `elements`, only for some events. */
async function watch(nodeId: string, elements: ContentFilterElementOptions[] = [], queueSize = 1000): Promise<Seen[]> {
  const seen: Seen[] = [];
  const filter = new EventFilter({
    selectClauses: FIELDS.map(operandOf),
    whereClause: new ContentFilter({ elements }),
  });
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize, discardOldest: true, filter },
    TimestampsToReturn.Both,
  );
  item.on("changed", ((values: Variant[]) =>
    seen.push(Object.fromEntries(FIELDS.map((name, index) => [name, values[index]!])))) as never);
  await eventually(() => item.result?.statusCode.name === "Good");
  return seen;
}

function finished(chargePointId: string, connectorId?: number, action = "Reset"): Occurrence {
  return {
    type: "CommandFinishedEventType",
    chargePointId,
    ...(connectorId === undefined ? {} : { connectorId }),
    severity: 100,
    message: `${action} of ${chargePointId}`,
    at: SAMPLED_AT,
    received: RECEIVED_AT,
    fields: { Action: action, Result: "Good", SentAt: SAMPLED_AT - 1000, AnsweredAt: undefined, EffectAt: SAMPLED_AT },
  };
}

const messagesOf = (seen: readonly Seen[]): unknown[] =>
  seen.filter(({ EventType }) => EventType?.value.toString() === eventType).map(({ Message }) => Message?.value.text);

/** Everything that was announced before has come to these lists. */
async function marked(lists: readonly Seen[][]): Promise<void> {
  fed.announce([finished("E1", 1, "Last")]);
  await eventually(() => lists.every((list) => list.at(-1)?.["Action"]?.value === "Last"), 30_000);
}

describe("an occurrence", () => {
  test("is seen where it belongs: at Server, folder, charge point and connector, and at no other", async () => {
    const places = [SERVER, FOLDER, site("E1"), site("E1/Connector1"), site("E1/Connector2"), site("E2")];
    const [server, all, own, connector, other, stranger] = await Promise.all(places.map((place) => watch(place)));
    fed.announce([finished("E1", 1), finished("E1"), finished("E1", 2, "Unlock")]);
    await marked([server!, all!, own!, connector!]);
    expect(messagesOf(server!)).toEqual(["Reset of E1", "Reset of E1", "Unlock of E1", "Last of E1"]);
    expect(messagesOf(all!)).toEqual(messagesOf(server!));
    expect(messagesOf(own!)).toEqual(messagesOf(server!));
    expect(messagesOf(connector!)).toEqual(["Reset of E1", "Last of E1"]);
    expect(messagesOf(other!)).toEqual(["Unlock of E1"]);
    expect(stranger).toEqual([]);
    expect(own!.map(({ SourceNode }) => SourceNode?.value.toString())).toEqual([
      site("E1/Connector1"),
      site("E1"),
      site("E1/Connector2"),
      site("E1/Connector1"),
    ]);
  });

  test("has typed fields, times of its own and an EventId that no other has", async () => {
    const seen = await watch(site("E1"));
    fed.announce([finished("E1", 1), finished("E1")]);
    await eventually(() => seen.length === 2);
    const typed = (index: number, name: string): unknown[] => {
      const { dataType, value } = seen[index]![name]!;
      return [DataType[dataType], value];
    };
    expect(typed(0, "EventType")[0]).toBe("NodeId");
    expect(typed(0, "SourceName")).toEqual(["String", "Connector1"]);
    expect(typed(1, "SourceName")).toEqual(["String", "E1"]);
    expect(typed(0, "Time")).toEqual(["DateTime", new Date(SAMPLED_AT)]);
    expect(typed(0, "ReceiveTime")).toEqual(["DateTime", new Date(RECEIVED_AT)]);
    expect(typed(0, "Severity")).toEqual(["UInt16", 100]);
    expect(typed(0, "LocalTime")[0]).toBe("Null");
    expect(typed(0, "ChargePointId")).toEqual(["String", "E1"]);
    expect([typed(0, "ConnectorId"), typed(1, "ConnectorId")]).toEqual([
      ["Int32", 1],
      ["Int32", 0],
    ]);
    expect(typed(0, "Action")).toEqual(["String", "Reset"]);
    expect(typed(0, "SentAt")).toEqual(["DateTime", new Date(SAMPLED_AT - 1000)]);
    expect(typed(0, "AnsweredAt")[0]).toBe("Null");
    const ids = seen.map(({ EventId }) => (EventId!.value as Buffer).toString("hex"));
    expect(new Set(ids).size).toBe(2);
  });

  test("of a charge point that was not known is told by the folder", async () => {
    const seen = await watch(FOLDER);
    fed.announce([{ ...finished("Gone"), isStray: true }]);
    await eventually(() => seen.length === 1);
    expect(seen[0]!["SourceNode"]?.value.toString()).toBe(FOLDER);
    expect(seen[0]!["ChargePointId"]?.value).toBe("Gone");
  });
});

describe("a where clause", () => {
  const literal = (dataType: DataType, value: unknown): LiteralOperand =>
    new LiteralOperand({ value: new Variant({ dataType, value }) });
  const ofType = (nodeId: () => string): ContentFilterElementOptions => ({
    filterOperator: FilterOperator.OfType,
    filterOperands: [literal(DataType.NodeId, resolveNodeId(nodeId()))],
  });
  const compares = (operator: FilterOperator, field: string, operand: LiteralOperand): ContentFilterElementOptions => ({
    filterOperator: operator,
    filterOperands: [operandOf(field), operand],
  });

  test.each([
    ["OfType our own type", () => ofType(() => eventType), ["A", "B", "Last"]],
    ["OfType BaseEventType", () => ofType(() => "i=2041"), ["A", "B", "Last"]],
    ["OfType another", () => ofType(() => "i=2052"), []],
    ["Equals a field of ours", () => compares(FilterOperator.Equals, "Action", literal(DataType.String, "B")), ["B"]],
    [
      "Equals a number of ours",
      () => compares(FilterOperator.Equals, "ConnectorId", literal(DataType.Int32, 2)),
      ["A"],
    ],
    [
      "GreaterThan",
      () => compares(FilterOperator.GreaterThan, "Severity", literal(DataType.UInt16, 99)),
      ["A", "B", "Last"],
    ],
    [
      "a comparison with nothing, at which the library throws,",
      () => compares(FilterOperator.Equals, "EventId", literal(DataType.ByteString, null)),
      [],
    ],
  ])("%s lets pass what fits, and keeps nothing from others", async (_, element, expected) => {
    const filtered = await watch(site("E1"), [element()]);
    const atServer = await watch(SERVER, [element()]);
    const own = await watch(site("E1"));
    const server = await watch(SERVER);
    fed.announce([finished("E1", 2, "A"), finished("E1", undefined, "B")]);
    await marked([own, server]);
    expect(messagesOf(own)).toEqual(["A of E1", "B of E1", "Last of E1"]);
    expect(messagesOf(server)).toEqual(messagesOf(own));
    await eventually(() => filtered.length >= expected.length && atServer.length >= expected.length);
    expect(messagesOf(filtered)).toEqual(expected.map((action) => `${action} of E1`));
    expect(messagesOf(atServer)).toEqual(messagesOf(filtered));
  });
});

describe("an event of a charge point that goes away", () => {
  test("comes no more, and its monitored item does no harm", async () => {
    const twin = withState(twinOf("E3"), "Connected");
    fed.publish(undefined, twin);
    const kinds = new Set<string>();
    subscription.on("raw_notification", ({ notificationData }) => {
      for (const part of notificationData ?? []) kinds.add(part?.constructor.name ?? "");
    });
    const seen = await watch(site("E3"));
    const server = await watch(SERVER);
    fed.announce([finished("E3")]);
    await eventually(() => seen.length === 1);
    fed.forget("E3");
    fed.announce([finished("E3")]);
    await eventually(() => messagesOf(server).length === 2);
    expect(messagesOf(seen)).toEqual(["Reset of E3"]);
    await marked([await watch(site("E1"))]);
    // Nothing else either, such as a value in place of an event.
    expect([...kinds]).toEqual(["EventNotificationList"]);
  });
});

describe("HasNotifier (OPC 10000-3 §7.18)", () => {
  const browse = async (nodeId: string, browseDirection: BrowseDirection): Promise<string[]> => {
    const { references } = await session.browse({
      nodeId,
      browseDirection,
      referenceTypeId: resolveNodeId("HasNotifier"),
      includeSubtypes: true,
      nodeClassMask: 0,
      resultMask: 63,
    });
    return (references ?? []).map(({ nodeId: id }) => id.toString());
  };

  test("leads from Server to the folder and back, and no further: the other way down is enough (§7.17)", async () => {
    expect(await browse("ns=0;i=2253", BrowseDirection.Forward)).toContain(FOLDER);
    expect(await browse(FOLDER, BrowseDirection.Inverse)).toEqual(["ns=0;i=2253"]);
    for (const nodeId of [site("E1"), site("E1/Connector1")])
      expect(await browse(nodeId, BrowseDirection.Both)).toEqual([]);
    expect(await browse(FOLDER, BrowseDirection.Forward)).toEqual([]);
  });

  test.each([
    ["E1", 1],
    ["E1/Connector1", 1],
    ["/ChargePoints", 1],
    ["E1/State", 0],
  ])("the EventNotifier of %s is %i", async (path, notifier) => {
    const { value } = await session.read({ nodeId: site(path), attributeId: AttributeIds.EventNotifier });
    expect(value.value).toBe(notifier);
  });
});

describe("many occurrences", () => {
  test("are nothing to a server to which nobody listens", async () => {
    const idle = await startFed(endpointOptions(folder.path));
    idle.publish(undefined, twinOf("E1"));
    const space = idle.ua.server.engine.addressSpace!;
    const make = vi.spyOn(space, "constructEventData");
    const kept = idle.ua.space.liveCount;
    idle.announce(Array.from({ length: 10_000 }, () => finished("E1", 1)));
    expect(make).not.toHaveBeenCalled();
    expect(idle.ua.space.liveCount).toBe(kept);
    await idle.ua.stop();
  });

  test("in one batch let others have their turn, and are kept only as far as a client's queue goes", async () => {
    const short = await watch(site("E1"), [], 200);
    const long = await watch(site("E1"), [], 5000);
    const space = fed.ua.server.engine.addressSpace!;
    const make = vi.spyOn(space, "constructEventData");
    fed.announce(Array.from({ length: 10_000 }, (_, index) => finished("E1", 1, `N${index}`)));
    // Those that are raised at once are few; a read is answered before the last is raised.
    expect(make.mock.calls.length).toBeLessThan(100);
    const { value } = await session.read({ nodeId: site("E1/ClientId"), attributeId: AttributeIds.Value });
    expect(value.value).toBe("E1");
    expect(make.mock.calls.length).toBeLessThan(10_000);
    const isOver = (): boolean => make.mock.calls.length === 10_000;
    await eventually(isOver, 60_000);
    await eventually(
      () => messagesOf(long).at(-1) === "N9999 of E1" && messagesOf(short).at(-1) === "N9999 of E1",
      60_000,
    );
    const numbers = messagesOf(long).map((text) => Number(/\d+/u.exec(String(text))?.[0]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    make.mockRestore();
  }, 120_000);
});
