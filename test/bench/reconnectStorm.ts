// 2,000 charge points that come back at once, as after an outage, with BootNotification and StatusNotification: until all are Good at the OPC UA
// server, how long the heartbeats of those who were there already take meanwhile, and what it costs beside the bare server.
import { AttributeIds, OPCUAClient, StatusCodes, type ClientSession } from "node-opcua";
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf } from "./load.ts";
import { ask, comeBack, type Returned } from "./returningChargePoint.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";

const WITNESSES = 10;
const RETURNING = 2000;
const BEAT_PAUSE_MS = 50;
const LOOK_PAUSE_MS = 100;
const GOOD = "until all are Good";
const WORST = "slowest answer to a Heartbeat meanwhile";

export const reconnectStorm: Bench = {
  name: "reconnectStorm",
  title: "A storm of charge points that come back",
  method:
    "2,000 charge points connect at once, boot and tell their status, most of them told by the bridge to come later: until all are Good at an OPC UA client, and how long the heartbeats of ten others take meanwhile.",
  yardstick: "the server of bare `ws`, which takes all at once and only answers.",
  targets: [
    { figure: GOOD, atMost: 30 },
    { figure: WORST, atMost: 1000 },
  ],
  run,
};

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const witnesses = Array.from({ length: WITNESSES }, (_, index) => identityOf(index));
const identities = Array.from({ length: RETURNING }, (_, index) => identityOf(WITNESSES + index));

const comeAll = (url: string, coming: readonly string[]): Promise<Returned[]> =>
  Promise.all(coming.map((identity) => comeBack(`${url}/${identity}`)));

interface Storm {
  /** Microseconds of CPU for each charge point that came back. */
  readonly cpu: number;
  readonly seconds: number;
  readonly refusals: number;
  readonly worstBeatMs: number;
  readonly beats: number;
}

/** `whenBack` resolves when all that came back can be seen. */
async function storm(
  server: ServerUnderTest,
  returning: readonly string[],
  whenBack: () => Promise<void>,
): Promise<Storm> {
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
  const cpu = ((await server.ask("cpu")) - before) / returning.length;
  over.abort();
  await Promise.all(beating);
  for (const { socket } of [...present, ...back]) socket.terminate();
  const refusals = back.reduce((sum, one) => sum + one.refusals, 0);
  return { cpu, seconds, refusals, worstBeatMs: Math.max(...waits), beats: waits.length };
}

async function allGood(session: ClientSession, returning: readonly string[]): Promise<void> {
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

async function stormOfBridge(returning: readonly string[]): Promise<Storm> {
  const settings = await bridgeSettings({ chargePoints: WITNESSES + returning.length });
  const server = await ServerUnderTest.startBridge(settings);
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 1 } });
  await client.connect(server.addresses.opcua ?? "");
  const session = await client.createSession();
  const seen = await storm(server, returning, () => allGood(session, returning));
  await session.close(true);
  await client.disconnect();
  await server.stop();
  return seen;
}

async function stormOfBare(returning: readonly string[]): Promise<Storm> {
  const server = await ServerUnderTest.start("./bareServer.ts");
  const seen = await storm(server, returning, async () => {});
  await server.stop();
  return seen;
}

async function run(length: Length): Promise<Figure[]> {
  const returning = identities.slice(0, partOf(RETURNING, length));
  const [bare = [], bridge = []] = await inTurns([stormOfBare, stormOfBridge], length.rounds, (each) =>
    each(returning),
  );
  const of = (storms: readonly Storm[], what: keyof Storm): number[] => storms.map((one) => one[what]);
  return [
    figure(GOOD, "s", of(bridge, "seconds")),
    figure("told to come later by the bridge", "", of(bridge, "refusals")),
    figure(WORST, "ms", of(bridge, "worstBeatMs")),
    figure("heartbeats answered meanwhile", "", of(bridge, "beats")),
    figure("bare ws: until all are answered", "s", of(bare, "seconds")),
    figure("bare ws: slowest answer to a Heartbeat meanwhile", "ms", of(bare, "worstBeatMs")),
    figure("bridge: CPU of a charge point that comes back", "µs", of(bridge, "cpu")),
    figure("bare ws: CPU of a charge point that comes back", "µs", of(bare, "cpu")),
    ratio("CPU, bridge / bare ws", "bare `ws`", of(bridge, "cpu"), of(bare, "cpu")),
  ];
}
