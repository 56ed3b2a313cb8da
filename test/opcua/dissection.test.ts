// What goes over the wire, read by an independent dissector: `tshark` finds every message well formed. Skipped where it is not installed.
import { execFile, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  AttributeIds,
  DataType,
  DataValue,
  TimestampsToReturn,
  Variant,
  coerceNodeId,
  type ClientSession,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADDITIONAL_INFO, call, Kept, LOCALIZED_TEXT, on, text } from "./callsInTest.ts";
import { startCapture, type Capture } from "./capture.ts";
import { AlarmsByHand, ground, open, watch } from "./conditionsInTest.ts";
import {
  connect,
  endpointOptions,
  eventually,
  site,
  startFed,
  temporaryFolder,
  twinOf,
  withSamples,
  withState,
  type Fed,
} from "./fixture.ts";
import { historyRead, Kept as KeptHistory, raw } from "./historyInTest.ts";

const isInstalled = spawnSync("tshark", ["--version"]).status === 0;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let capture: Capture;
let file: string;
const alarms = new AlarmsByHand();
const twin = withState(twinOf("A1", [1, 2]), "Connected");

/** Every kind of message that clients and this server exchange. */
async function converse(session: ClientSession): Promise<void> {
  const { references } = await session.browse(site("A1"));
  const nodeIds = (references ?? []).map(({ nodeId }) => nodeId);
  await session.read(nodeIds.flatMap((nodeId) => [1, 2, 3, 4, 13].map((attributeId) => ({ nodeId, attributeId }))));
  const power = site("A1/Connector1/MeterValues/Power.Active.Import");
  await session.read(
    [power, `${power}/EURange`, `${power}/EngineeringUnits`, "i=2256", "i=24101", "i=3707"].map((nodeId) => ({
      nodeId,
      attributeId: AttributeIds.Value,
    })),
  );
  await session.write({
    nodeId: coerceNodeId(site("A1/Connector1/Limit")),
    attributeId: AttributeIds.Value,
    value: new DataValue({ value: new Variant({ dataType: DataType.Double, value: 16 }) }),
  });
  await call(session, on("A1", "ClearCache"));
  await call(session, on("A1", "Reset", [text("nonsense")]), ADDITIONAL_INFO | LOCALIZED_TEXT);
  await historyRead(session, [power, site("A1")], { details: raw("4:00", "6:00") });
  const subscription = await open(session);
  const item = await subscription.monitor(
    { nodeId: power, attributeId: AttributeIds.Value },
    { samplingInterval: 0, queueSize: 5, discardOldest: true },
    TimestampsToReturn.Both,
  );
  const seen: unknown[] = [];
  item.on("changed", (value) => seen.push(value));
  const { seen: events } = await watch(subscription, "i=2253");
  await eventually(() => seen.length > 0);
  fed.publish(twin, withSamples(twin, 1, [{ measurand: "Power.Active.Import", value: 7000 }]));
  alarms.raise(ground);
  await eventually(() => seen.length > 1 && events.length > 0);
  await subscription.terminate();
}

beforeAll(async () => {
  if (!isInstalled) return;
  folder = await temporaryFolder();
  const options = endpointOptions(folder.path, { anonymousRole: "engineer", securityPolicies: ["None"] });
  fed = await startFed(options, new Kept().command, new KeptHistory(), alarms.act);
  alarms.fed = fed;
  fed.publish(undefined, withSamples(twin, 1, [{ measurand: "Power.Active.Import", value: 6000 }]));
  capture = await startCapture(fed.ua.endpointUrl);
  const client = await connect(capture.url, folder.path);
  await client.client.getEndpoints();
  await client.client.findServers();
  await converse(client.session);
  await client.close();
  file = join(folder.path, "session.pcap");
  await writeFile(file, capture.file());
}, 60_000);

afterAll(async () => {
  if (!isInstalled) return;
  capture.close();
  await fed.ua.stop();
  await folder.clean();
});

/** A line for each packet to which `filter` applies, with those fields. */
async function dissect(of: string, filter: string, ...fields: string[]): Promise<string[]> {
  const wanted = fields.flatMap((field) => ["-e", field]);
  const { stdout } = await promisify(execFile)("tshark", ["-n", "-r", of, "-Y", filter, "-T", "fields", ...wanted], {
    maxBuffer: 100_000_000,
  });
  return stdout.split("\n").filter((line) => line !== "");
}

const WRONG = "_ws.malformed or _ws.expert.severity == error";

/** The binary encodings of a request and its response (OPC 10000-6 Annex A). */
const SERVICES: Readonly<Record<string, readonly [number, number]>> = {
  FindServers: [422, 425],
  GetEndpoints: [428, 431],
  CreateSession: [461, 464],
  ActivateSession: [467, 470],
  CloseSession: [473, 476],
  Browse: [527, 530],
  Read: [631, 634],
  HistoryRead: [664, 667],
  Write: [673, 676],
  Call: [712, 715],
  CreateMonitoredItems: [751, 754],
  CreateSubscription: [787, 790],
  Publish: [826, 829],
  DeleteSubscriptions: [847, 850],
};

describe.skipIf(!isInstalled)("a session as tshark reads it (skipped where tshark is not installed)", () => {
  test("has every service that was used, asked and answered", async () => {
    const lines = await dissect(file, "opcua.servicenodeid.numeric", "opcua.servicenodeid.numeric");
    const seen = new Set(lines.flatMap((line) => line.split(",").map(Number)));
    const missing = Object.entries(SERVICES).filter(([, ids]) => !ids.every((id) => seen.has(id)));
    expect(missing).toEqual([]);
  });

  test("has no malformed message, and none with which something is wrong", async () => {
    expect(await dissect(file, WRONG, "frame.number", "_ws.expert.message")).toEqual([]);
  });

  test("has nothing that is not understood: every byte of the connection is of OPC UA", async () => {
    expect(await dissect(file, "tcp.len > 0 and not opcua and not tcp.reassembled_in", "frame.number")).toEqual([]);
    expect((await dissect(file, "opcua.transport.type", "frame.number")).length).toBeGreaterThan(30);
  });

  test("would show a message that is malformed", async () => {
    const bytes = capture.file();
    const last = bytes.lastIndexOf("MSGF");
    // Behind its heads (OPC 10000-6 §6.7.2) and the first fields of its own.
    bytes.fill(0x7f, last + 44, last + bytes.readUInt32LE(last + 4));
    const spoilt = join(folder.path, "spoilt.pcap");
    await writeFile(spoilt, bytes);
    expect(await dissect(spoilt, WRONG, "frame.number")).not.toEqual([]);
  });
});
