// What was told of a command live is what an independent OPC UA client reads as history of events, also after a restart of the bridge.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AttributeIds,
  ContentFilter,
  EventFilter,
  FilterOperator,
  LiteralOperand,
  DataType,
  ReadEventDetails,
  SimpleAttributeOperand,
  TimestampsToReturn,
  Variant,
  resolveNodeId,
  type ClientSession,
} from "node-opcua";
import { afterEach, expect, it } from "vitest";
import { call, on, text } from "../opcua/callsInTest.ts";
import { historyRead } from "../opcua/historyInTest.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const SERVER = "i=2253";
const BASE = ["EventId", "EventType", "SourceNode", "Time", "ReceiveTime", "Message", "Severity"];
const OWN = [
  "ChargePointId",
  "ConnectorId",
  "Action",
  "Payload",
  "Response",
  "Result",
  "Effect",
  "SentAt",
  "RequestedBy",
  "RequestedVia",
];
const operands = [...BASE, ...OWN].map(
  (name) =>
    new SimpleAttributeOperand({
      typeDefinitionId: resolveNodeId("i=2041"),
      browsePath: [{ name, namespaceIndex: OWN.includes(name) ? 3 : 0 }],
      attributeId: AttributeIds.Value,
    }),
);
const filter = new EventFilter({
  selectClauses: operands,
  // Others raise events too: the library at the Server, the charge point by its messages.
  whereClause: new ContentFilter({
    elements: [
      {
        filterOperator: FilterOperator.Equals,
        filterOperands: [
          operands.at(-1) as SimpleAttributeOperand,
          new LiteralOperand({ value: new Variant({ dataType: DataType.String, value: "method" }) }),
        ],
      },
    ],
  }),
});

interface Opened {
  readonly session: ClientSession;
  readonly ocpp: string;
  close(): Promise<void>;
}

async function open(data: string): Promise<Opened> {
  const yaml = "chargePoints: [{ id: CP1, connectors: 1 }]\n";
  const bridge = await startBridgeInTest(yaml, 0, "administrator", { data });
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

const shown = (events: readonly Variant[][]): unknown[] =>
  events.map((fields) => fields.map(({ dataType, value }) => [DataType[dataType], value]));

async function history(session: ClientSession, nodeId: string, isBackward = false): Promise<unknown[]> {
  const range = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 60_000)];
  const [startTime, endTime] = isBackward ? range.toReversed() : range;
  const details = new ReadEventDetails({ startTime: startTime!, endTime: endTime!, numValuesPerNode: 0, filter });
  const [answer] = await historyRead(session, [nodeId], { details });
  expect(answer?.status).toBe("Good");
  return shown(answer?.events ?? []);
}

it("events of commands are the same live, from the history, and from the history of the next bridge", async () => {
  const data = await mkdtemp(join(tmpdir(), "ocpp-opcua-events-"));
  cleanUps.push(() => rm(data, { recursive: true, force: true }));
  const first = await open(data);
  const { session } = first;
  const live: Variant[][] = [];
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 20,
    requestedLifetimeCount: 500,
    requestedMaxKeepAliveCount: 20,
    maxNotificationsPerPublish: 1000,
    publishingEnabled: true,
  });
  const item = await subscription.monitor(
    { nodeId: SERVER, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 100, discardOldest: true, filter },
    TimestampsToReturn.Both,
  );
  item.on("changed", ((fields: Variant[]) => live.push(fields)) as never);
  // Nothing is sent to a charge point that is not there, and also that is told.
  await call(session, on("CP1", "ClearCache", []));
  const client = await connectChargePoint(first.ocpp, "CP1");
  client.handle(async () => ({ status: "Accepted" }));
  await client.call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "One" });
  await readValue(session, "CP1/State/Connected", true);
  await call(session, on("CP1", "ClearCache", []));
  await call(session, on("CP1", "DataTransfer", [text("Vendor"), text(""), text("data")]));
  await expect.poll(() => live.length, { timeout: 30_000 }).toBe(3);
  await subscription.terminate();
  const seen = shown(live);
  for (const node of [SERVER, "ns=4;s=/ChargePoints", "ns=4;s=CP1"]) expect(await history(session, node)).toEqual(seen);
  expect(await history(session, "ns=4;s=CP1", true)).toEqual(seen.toReversed());
  await client.close();
  await first.close();

  const second = await open(data);
  expect(await history(second.session, SERVER)).toEqual(seen);
  await call(second.session, on("CP1", "ClearCache", []));
  const later = await history(second.session, "ns=4;s=CP1");
  expect([later.length, later.slice(0, 3)]).toEqual([4, seen]);
}, 60_000);
