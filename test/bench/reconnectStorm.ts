// 2,000 charge points that come back at once, as after an outage, with BootNotification and StatusNotification: until all are Good at the OPC UA
// server, how long the heartbeats of those who were there already take meanwhile, and what it costs beside the bare server.
import { AttributeIds, OPCUAClient, StatusCodes, type ClientSession } from "node-opcua";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf } from "./load.ts";
import { ask, comeBack, type Returned } from "./returningChargePoint.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";

const WITNESSES = 10;
const RETURNING = 2000;
const BEAT_PAUSE_MS = 50;
const LOOK_PAUSE_MS = 100;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const witnesses = Array.from({ length: WITNESSES }, (_, index) => identityOf(index));
const returning = Array.from({ length: RETURNING }, (_, index) => identityOf(WITNESSES + index));

const comeAll = (url: string, identities: readonly string[]): Promise<Returned[]> =>
  Promise.all(identities.map((identity) => comeBack(`${url}/${identity}`)));

interface Storm {
  /** Microseconds of CPU for each charge point that came back. */
  readonly cpu: number;
  readonly seconds: number;
  readonly refusals: number;
  readonly worstBeatMs: number;
  readonly beats: number;
}

/** `whenBack` resolves when all that came back can be seen. */
async function storm(server: ServerUnderTest, whenBack: () => Promise<void>): Promise<Storm> {
  const { ocpp } = server.addresses;
  const present = await comeAll(ocpp, witnesses);
  const waits: number[] = [];
  const over = new AbortController();
  const beating = present.map(async ({ socket }) => {
    while (!over.signal.aborted) {
      const begin = performance.now();
      await ask(socket, "Heartbeat", {});
      waits.push(performance.now() - begin);
      await pause(BEAT_PAUSE_MS);
    }
  });
  const before = await server.ask("cpu");
  const begin = performance.now();
  const back = await comeAll(ocpp, returning);
  await whenBack();
  const seconds = (performance.now() - begin) / 1000;
  const cpu = ((await server.ask("cpu")) - before) / RETURNING;
  over.abort();
  await Promise.all(beating);
  for (const { socket } of [...present, ...back]) socket.terminate();
  const refusals = back.reduce((sum, one) => sum + one.refusals, 0);
  return { cpu, seconds, refusals, worstBeatMs: Math.max(...waits), beats: waits.length };
}

async function allGood(session: ClientSession): Promise<void> {
  const nodes = returning.map((id) => ({
    nodeId: `ns=4;s=${id}/Connector1/Status/Status`,
    attributeId: AttributeIds.Value,
  }));
  for (;;) {
    const values = await session.read(nodes);
    if (values.every(({ statusCode }) => statusCode === StatusCodes.Good)) return;
    await pause(LOOK_PAUSE_MS);
  }
}

async function stormOfBridge(): Promise<Storm> {
  const settings = await bridgeSettings({ chargePoints: WITNESSES + RETURNING });
  const server = await ServerUnderTest.start("./bridgeServer.ts", [settings]);
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 1 } });
  await client.connect(server.addresses.opcua ?? "");
  const session = await client.createSession();
  const seen = await storm(server, () => allGood(session));
  await session.close(true);
  await client.disconnect();
  await server.stop();
  return seen;
}

async function stormOfBare(): Promise<Storm> {
  const server = await ServerUnderTest.start("./bareServer.ts");
  const seen = await storm(server, async () => {});
  await server.stop();
  return seen;
}

/** The bridge with its own bounds, so that most are told to come later; the bare server, which takes all at once. */
export async function reconnectStorm(): Promise<Record<string, number>> {
  const bare = await stormOfBare();
  const bridge = await stormOfBridge();
  return {
    "charge points that came back": RETURNING,
    "told to come later by the bridge": bridge.refusals,
    "until all are Good (s)": bridge.seconds,
    "worst answer to a Heartbeat meanwhile (ms)": bridge.worstBeatMs,
    "heartbeats answered meanwhile": bridge.beats,
    "bare ws: until all are answered (s)": bare.seconds,
    "bare ws: worst answer to a Heartbeat meanwhile (ms)": bare.worstBeatMs,
    "bare ws: CPU per charge point (µs)": bare.cpu,
    "bridge: CPU per charge point (µs)": bridge.cpu,
    "CPU per charge point, ratio": bridge.cpu / bare.cpu,
  };
}
