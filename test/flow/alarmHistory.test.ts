// What was told of alarms live is what a client reads as history of events: of charge points that come, go and are removed, of what people do
// with alarms, and also after a restart of the bridge.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
} from "node-opcua";
import { afterEach, expect, it } from "vitest";
import {
  FIELDS,
  METHODS,
  marked,
  open as openSubscription,
  operandOf,
  watch,
  type Seen,
} from "../opcua/conditionsInTest.ts";
import { eventually } from "../opcua/fixture.ts";
import { historyRead } from "../opcua/historyInTest.ts";
import { connectChargePoint, openSession, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const SERVER = "i=2253";
const YAML = `ocpp: { unknownChargePoints: accept, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }
alarms: { chargePointOfflineSeconds: 1 }
`;
const NAMES = [...FIELDS, "ConditionId"];
const elements = [
  {
    filterOperator: FilterOperator.OfType,
    filterOperands: [
      new LiteralOperand({ value: new Variant({ dataType: DataType.NodeId, value: resolveNodeId("ConditionType") }) }),
    ],
  },
];

interface Opened {
  readonly session: ClientSession;
  readonly ocpp: string;
  close(): Promise<void>;
}

async function open(data: string): Promise<Opened> {
  const bridge = await startBridgeInTest(YAML, 0, "administrator", { data });
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

const shown = (events: readonly (readonly Variant[])[]): unknown[] =>
  events.map((fields) => fields.map(({ dataType, value }) => [DataType[dataType], value]));
const fieldsOf = (seen: readonly Seen[]): Variant[][] => seen.map((event) => NAMES.map((name) => event[name]!));

async function historyOf(session: ClientSession, nodeId: string): Promise<unknown[]> {
  const details = new ReadEventDetails({
    startTime: new Date(Date.now() - 3_600_000),
    endTime: new Date(Date.now() + 60_000),
    numValuesPerNode: 0,
    filter: new EventFilter({ selectClauses: NAMES.map(operandOf), whereClause: new ContentFilter({ elements }) }),
  });
  const [answer] = await historyRead(session, [nodeId], { details });
  expect(answer?.status).toBe("Good");
  return shown(answer?.events ?? []);
}

/** The last that was told of a condition, once it is so. */
const until = (seen: readonly Seen[], name: string, field: string, value: unknown): Promise<Seen> =>
  eventually(() => {
    const last = seen.findLast(({ ConditionName }) => ConditionName?.value === name);
    return last?.[field]?.value === value ? last : undefined;
  }, 20_000);

it("events of alarms are the same live, from the history, and from the history of the next bridge", async () => {
  const data = await mkdtemp(join(tmpdir(), "ocpp-opcua-alarms-"));
  cleanUps.push(() => rm(data, { recursive: true, force: true }));
  const first = await open(data);
  const { session } = first;
  const { seen } = await watch(await openSubscription(session), SERVER, elements);
  const client = await connectChargePoint(first.ocpp, "CP1");
  const status = (name: string, errorCode: string) =>
    client.call("StatusNotification", { connectorId: 1, status: name, errorCode, timestamp: new Date().toISOString() });
  await client.call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "One" });
  await status("Faulted", "GroundFailure");
  const raised = await until(seen, "GroundFailure", "ActiveState.Id", true);
  const condition = String(raised["ConditionId"]?.value);
  expect(condition).toBe("ns=4;s=CP1/Connector1/Alarms/GroundFailure");
  const answer = await session.call({
    objectId: condition,
    methodId: METHODS.Acknowledge,
    inputArguments: marked(raised["EventId"]?.value as Buffer, "an electrician is on the way"),
  });
  expect(answer.statusCode.name).toBe("Good");
  await until(seen, "GroundFailure", "AckedState.Id", true);
  await client.close();
  await until(seen, "Offline", "ActiveState.Id", true);
  await until(seen, "GroundFailure", "SuppressedState.Id", true);
  const live = shown(fieldsOf(seen));
  for (const node of [SERVER, "ns=4;s=/ChargePoints", "ns=4;s=CP1"])
    expect(await historyOf(session, node)).toEqual(live);
  const ofConnector = fieldsOf(seen.filter(({ SourceName }) => SourceName?.value === "Connector1"));
  expect(await historyOf(session, "ns=4;s=CP1/Connector1")).toEqual(shown(ofConnector));
  await first.close();

  const second = await open(data);
  expect(await historyOf(second.session, SERVER)).toEqual(live);
  const again = await watch(await openSubscription(second.session), SERVER, elements);
  const removal = await second.session.call({
    objectId: "ns=4;s=/ChargePoints",
    methodId: "ns=4;s=/ChargePoints/Remove",
    inputArguments: [new Variant({ dataType: DataType.String, value: "CP1" })],
  });
  expect(removal.statusCode.name).toBe("Good");
  await until(again.seen, "GroundFailure", "Retain", false);
  await until(again.seen, "Offline", "Retain", false);
  const both = [...live, ...shown(fieldsOf(again.seen))];
  const later = await historyOf(second.session, SERVER);
  expect(later).toHaveLength(both.length);
  expect(later.slice(0, live.length)).toEqual(live);
  // Those of the removal have the same time.
  expect(later).toEqual(expect.arrayContaining(both));
}, 60_000);
