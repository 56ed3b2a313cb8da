// What a charge point says becomes events: an independent charge point sends it, an independent OPC UA client hears it at every place, and
// reads the same from the history.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AttributeIds,
  ContentFilter,
  DataType,
  ElementOperand,
  EventFilter,
  FilterOperator,
  LiteralOperand,
  ReadEventDetails,
  SimpleAttributeOperand,
  TimestampsToReturn,
  Variant,
  resolveNodeId,
  type ClientSession,
  type ContentFilterElementOptions,
  type ClientSubscription,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chargePointOccurrenceTypes } from "../../src/datapoints/chargePointOccurrences.ts";
import { ordinalOf } from "../../src/datapoints/enumerations.ts";
import { allFieldsOf, type OccurrenceType } from "../../src/datapoints/occurrences.ts";
import { scalarTypes } from "../../src/datapoints/row.ts";
import { eventually } from "../opcua/fixture.ts";
import { historyRead } from "../opcua/historyInTest.ts";
import { connectChargePoint, openSession, startBridgeInTest } from "./bridgeInTest.ts";
import { steps, type Expected } from "./chargePointEventTable.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const SERVER = "i=2253";
const places = [SERVER, "ns=4;s=/ChargePoints", "ns=4;s=CP1", "ns=4;s=CP1/Connector1", "ns=4;s=CP1/Connector2"];
const types = Object.entries<OccurrenceType>(chargePointOccurrenceTypes);
const BASE = ["EventId", "SourceNode", "Time", "ReceiveTime", "Message", "Severity", "EventType"];
const own = [...new Set(types.flatMap(([, type]) => Object.keys(allFieldsOf(type))))];
const FIELDS = [...BASE, ...own];
const selectClauses = FIELDS.map(
  (name) =>
    new SimpleAttributeOperand({
      typeDefinitionId: resolveNodeId("BaseEventType"),
      browsePath: [{ name, namespaceIndex: BASE.includes(name) ? 0 : 3 }],
      attributeId: AttributeIds.Value,
    }),
);
const fits = (filterOperator: FilterOperator, field: string, dataType: DataType, value: unknown) => ({
  filterOperator,
  filterOperands: [
    ...(field === "" ? [] : [selectClauses[FIELDS.indexOf(field)]!]),
    new LiteralOperand({ value: new Variant({ dataType, value }) }),
  ],
});
const filterOf = (...elements: ContentFilterElementOptions[]) =>
  new EventFilter({ selectClauses, whereClause: new ContentFilter({ elements }) });
const operator = (filterOperator: FilterOperator, ...indexes: number[]) => ({
  filterOperator,
  filterOperands: indexes.map((index) => new ElementOperand({ index })),
});
const isOfCharger = fits(FilterOperator.Equals, "ChargePointId", DataType.String, "CP1");
/** The library raises events of its own at the Server, alarms bear no ChargePointId, and of decisions other tests tell. */
let ofCharger: EventFilter;

type Seen = Readonly<Record<string, Variant>>;
const named = (fields: readonly Variant[]): Seen =>
  Object.fromEntries(FIELDS.map((name, index) => [name, fields[index]!]));
const shown = (events: readonly Seen[]): unknown[] =>
  events.map((event) => FIELDS.map((name) => [name, DataType[event[name]!.dataType], event[name]!.value]));

let session: ClientSession;
let subscription: ClientSubscription;
/** By NodeId of the place. */
const live = new Map<string, Seen[]>();
/** Of events that pass a where clause at the Server. */
const filtered = new Map<string, Seen[]>();
const expected: Expected[] = [];
const receipts: (readonly [from: number, to: number])[] = [];
const typeIds = new Map<string, string>();
let restart: () => Promise<ClientSession>;

async function typeIdOf(name: string): Promise<string> {
  const path = `/0:Types/0:EventTypes/0:BaseEventType/3:${name}`;
  const { targets } = await session.translateBrowsePath({
    startingNode: resolveNodeId("RootFolder"),
    relativePath: {
      elements: path
        .slice(1)
        .split("/")
        .map((step) => ({
          referenceTypeId: resolveNodeId("HierarchicalReferences"),
          includeSubtypes: true,
          targetName: { namespaceIndex: Number(step[0]), name: step.slice(2) },
        })),
    },
  } as never);
  return String(targets?.[0]?.targetId);
}

async function watch(nodeId: string, filter: EventFilter): Promise<Seen[]> {
  const seen: Seen[] = [];
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 1000, discardOldest: true, filter },
    TimestampsToReturn.Both,
  );
  expect(item.result?.statusCode.name).toBe("Good");
  item.on("changed", ((fields: Variant[]) => seen.push(named(fields))) as never);
  return seen;
}

async function open(data: string, rules: string) {
  const bridge = await startBridgeInTest(
    `chargePoints: [{ id: CP1, connectors: 2 }]\nrules: [${rules}]\n`,
    0,
    "observer",
    {
      data,
    },
  );
  const opened = await openSession(bridge.bridge.addresses.opcua);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await opened.close();
    await bridge.stop();
  };
  cleanUps.push(close);
  return { session: opened.session, ocpp: bridge.ocpp, close };
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-events-"));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  const rules = join(folder, "rules.yaml");
  await writeFile(
    rules,
    `version: 1
rules:
  - { name: blocked, on: StartTransaction, when: 'idTag == "BAD"', then: { status: Blocked } }
`,
  );
  const bridge = await open(join(folder, "data"), rules);
  ({ session } = bridge);
  subscription = await session.createSubscription2({
    requestedPublishingInterval: 20,
    requestedLifetimeCount: 500,
    requestedMaxKeepAliveCount: 20,
    maxNotificationsPerPublish: 1000,
    publishingEnabled: true,
  });
  for (const [name] of types) typeIds.set(name, await typeIdOf(name));
  const isDecision = fits(
    FilterOperator.OfType,
    "",
    DataType.NodeId,
    resolveNodeId(await typeIdOf("DecisionMadeEventType")),
  );
  ofCharger = filterOf(operator(FilterOperator.And, 1, 2), isOfCharger, operator(FilterOperator.Not, 3), isDecision);
  for (const place of places) live.set(place, await watch(place, ofCharger));
  for (const [name] of types) {
    const ofType = fits(FilterOperator.OfType, "", DataType.NodeId, resolveNodeId(typeIds.get(name)!));
    filtered.set(name, await watch(SERVER, filterOf(ofType)));
  }
  const severe = fits(FilterOperator.GreaterThanOrEqual, "Severity", DataType.UInt16, 700);
  const severeOfCharger = filterOf(operator(FilterOperator.And, 1, 2), severe, isOfCharger);
  filtered.set("severe", await watch("ns=4;s=CP1", severeOfCharger));
  const chargePoint = await connectChargePoint(bridge.ocpp, "CP1");
  const ids: Record<string, number> = {};
  for (const { action, request, id, expected: events } of steps) {
    const from = Date.now();
    const answer = (await chargePoint.call(action, request(ids))) as { transactionId?: number };
    if (id !== undefined) {
      expect(answer.transactionId, "a repeated start has the id of the first").toBe(ids[id] ?? answer.transactionId);
      ids[id] = answer.transactionId ?? 0;
    }
    for (const each of events?.(ids) ?? []) {
      expected.push(each);
      receipts.push([from, Date.now()]);
    }
  }
  await eventually(() => live.get(SERVER)!.length >= expected.length, 20_000);
  restart = async () => {
    await chargePoint.close();
    await subscription.terminate();
    await bridge.close();
    return (await open(join(folder, "data"), rules)).session;
  };
}, 60_000);

const nodeOf = ({ place }: Expected): string => `ns=4;s=${place}`;
const valueOf = (type: string, value: unknown): unknown =>
  typeof value !== "string" || (scalarTypes as readonly string[]).includes(type) ? value : ordinalOf(type, value);

describe("a message of a charge point", () => {
  it("is the event that the table says, and nothing else is one", () => {
    const seen = live.get(SERVER)!;
    expect(seen.map(({ Message }) => Message!.value.text)).toEqual(expected.map(({ message }) => message));
    for (const [index, each] of expected.entries()) {
      const event = seen[index]!;
      const [from, to] = receipts[index]!;
      const received = (event["ReceiveTime"]!.value as Date).getTime();
      expect([received >= from, received <= to, each.message]).toEqual([true, true, each.message]);
      expect({
        type: event["EventType"]!.value.toString(),
        node: event["SourceNode"]!.value.toString(),
        severity: event["Severity"]!.value,
        time: (event["Time"]!.value as Date).getTime(),
      }).toEqual({
        type: typeIds.get(each.type),
        node: nodeOf(each),
        severity: each.severity,
        time: each.at ?? received,
      });
      const connector = /Connector(\d)/u.exec(each.place)?.[1];
      const values = { ChargePointId: "CP1", ConnectorId: Number(connector ?? 0), ...each.fields };
      for (const [field, { type }] of Object.entries(allFieldsOf(chargePointOccurrenceTypes[each.type])))
        expect([field, each.message, event[field]!.value ?? undefined]).toEqual([
          field,
          each.message,
          valueOf(type, (values as Readonly<Record<string, unknown>>)[field]),
        ]);
    }
  });

  it("has every type of the table among its events", () =>
    expect(new Set(expected.map(({ type }) => type))).toEqual(new Set(types.map(([name]) => name))));

  it("is told where it belongs, at connector, charge point, folder and Server", () => {
    for (const place of places)
      expect(shown(live.get(place)!)).toEqual(
        shown(
          live
            .get(SERVER)!
            .filter(({ SourceNode }) => !place.includes("Connector") || SourceNode!.value.toString() === place),
        ),
      );
    expect(live.get("ns=4;s=CP1/Connector2")!.length).toBeGreaterThan(3);
  });

  it("passes a where clause by its type, and by a field of the base type", async () => {
    for (const [name] of types) {
      const wanted = expected.filter(({ type }) => type === name).map(({ message }) => message);
      const messages = () => filtered.get(name)!.map(({ Message }) => Message!.value.text);
      await expect.poll(messages, { timeout: 30_000 }).toEqual(wanted);
    }
    const severe = expected.filter(({ severity }) => severity >= 700).map(({ message }) => message);
    await expect
      .poll(() => filtered.get("severe")!.map(({ Message }) => Message!.value.text), { timeout: 30_000 })
      .toEqual(severe);
    expect(severe).toHaveLength(3);
  });

  it("shows no secret", () => expect(JSON.stringify([...live.values()].map(shown))).not.toContain("s3cret"));

  it("is read back with the same EventId, sorted by its own time, also by the next bridge", async () => {
    const read = async (client: ClientSession, node: string, filter = ofCharger): Promise<unknown[]> => {
      const details = new ReadEventDetails({
        startTime: new Date(Date.now() - 86_400_000),
        endTime: new Date(Date.now() + 60_000),
        numValuesPerNode: 0,
        filter,
      });
      const [answer] = await historyRead(client, [node], { details });
      expect(answer?.status).toBe("Good");
      return shown((answer?.events ?? []).map(named));
    };
    const byTime = (events: readonly Seen[]) =>
      shown(events.toSorted((a, b) => Number(a["Time"]!.value) - Number(b["Time"]!.value)));
    const kept = new Map<string, unknown[]>();
    for (const place of places) {
      kept.set(place, await read(session, place));
      expect(kept.get(place)).toEqual(byTime(live.get(place)!));
    }
    const ofType = fits(
      FilterOperator.OfType,
      "",
      DataType.NodeId,
      resolveNodeId(typeIds.get("DataTransferEventType")!),
    );
    expect(await read(session, SERVER, filterOf(ofType))).toEqual(shown(filtered.get("DataTransferEventType")!));
    const ids = live.get(SERVER)!.map(({ EventId }) => (EventId!.value as Buffer).toString("hex"));
    expect(new Set(ids).size).toBe(ids.length);
    const next = await restart();
    // What the store replays is no news.
    for (const place of places) expect(await read(next, place)).toEqual(kept.get(place));
  });
});
