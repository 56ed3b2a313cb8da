// What a SCADA user would build today, against the bridge: Node-RED with nodes for OCPP and OPC UA and a flow that maps the same values
// (nodeRed/flow.json).
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient, meterValues, REGISTER, SAMPLED_PATHS, sendWaiting, type SteadyLoad } from "./load.ts";
import { installNodeRed } from "./nodeRedPackages.ts";
import { monitorNodes, type Monitor } from "./monitor.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";

const CLIENTS = 100;
/** Until everything that matters has been compiled: both are slower before. */
const WARM_UP = 10_000;
const SAMPLING_MS = 1000;
/** After the last answer: until the last value has been sampled, published and written into the history. */
const SETTLED_MS = 3 * SAMPLING_MS;

interface Load {
  readonly name: string;
  readonly messages: number;
  readonly perSecond: number;
}

const loads: readonly Load[] = [
  { name: "as fast as it answers", messages: 4000, perSecond: Infinity },
  { name: "500 a second", messages: 2000, perSecond: 500 },
];
const WAYS = ["nothing monitored", "every value monitored"] as const;

export const nodeRed: Bench = {
  name: "nodeRed",
  title: "Against a flow of Node-RED",
  method:
    "CPU of the whole process, up to 3 s after the last answer, for each MeterValues with ten samples over 100 charge points, each of which waits for its answer; once with nothing monitored and once with all 1,000 values monitored at 1 s by an OPC UA client, which proves that they arrive.",
  yardstick:
    "Node-RED with `node-red-contrib-ocpp` and `node-red-contrib-opcua` and a flow that answers the same messages and writes the same ten values into variables of its OPC UA server (`test/bench/nodeRed/flow.json`). The bridge checks each message and keeps it, and the history of its values, meanwhile; the flow does neither.",
  targets: loads.flatMap(({ name }) => WAYS.map((way) => ({ figure: `${name}, ${way}: flow / bridge`, atLeast: 5 }))),
  run,
};

type Name = "flow" | "bridge";

interface Side {
  readonly server: ServerUnderTest;
  readonly clients: readonly LoadClient[];
  readonly monitor: Monitor | undefined;
  /** Energy registers as the OPC UA client has seen them last, by identity. */
  readonly seen: ReadonlyMap<string, number>;
}

interface Round {
  /** Microseconds for each message. */
  readonly cpu: number;
  /** Percent of all messages. */
  readonly answered: number;
  /** Percent of the charge points: those whose last value the OPC UA client has. */
  readonly arrived: number;
}

async function run(length: Length): Promise<Figure[]> {
  await installNodeRed();
  const sides: Side[] = [];
  for (const isMonitored of [false, true])
    for (const name of ["flow", "bridge"] as const) sides.push(await openSide(name, isMonitored, length));
  const figures: Figure[] = [];
  let firstValue = 1_000_000;
  for (const { name, messages, perSecond } of loads) {
    const count = partOf(messages, length);
    const rounds = await inTurns(sides, length.rounds, (side) =>
      measure(side, { count, perSecond, firstValue: (firstValue += count) }),
    );
    for (const [place, way] of WAYS.entries())
      figures.push(...figuresOf(`${name}, ${way}`, rounds[2 * place] ?? [], rounds[2 * place + 1] ?? []));
  }
  for (const { monitor, clients, server } of sides) {
    await monitor?.close();
    clients.forEach((client) => client.close());
    await server.stop();
  }
  return figures;
}

/** Where nobody listens nothing arrives. */
function figuresOf(what: string, flow: readonly Round[], bridge: readonly Round[]): Figure[] {
  const of = (rounds: readonly Round[], which: keyof Round): number[] => rounds.map((round) => round[which]);
  const arrived = [
    figure(`${what}: flow, charge points whose last value arrived`, "%", of(flow, "arrived")),
    figure(`${what}: bridge, charge points whose last value arrived`, "%", of(bridge, "arrived")),
  ];
  return [
    figure(`${what}: flow`, "µs", of(flow, "cpu")),
    figure(`${what}: bridge`, "µs", of(bridge, "cpu")),
    ratio(`${what}: flow / bridge`, "bridge", of(flow, "cpu"), of(bridge, "cpu")),
    figure(`${what}: flow, messages answered`, "%", of(flow, "answered")),
    figure(`${what}: bridge, messages answered`, "%", of(bridge, "answered")),
    ...(flow.some((round) => !Number.isNaN(round.arrived)) ? arrived : []),
  ];
}

async function openSide(name: Name, isMonitored: boolean, length: Length): Promise<Side> {
  const server =
    name === "flow"
      ? await ServerUnderTest.start("./nodeRedServer.ts")
      : await ServerUnderTest.startBridge(await bridgeSettings({ chargePoints: CLIENTS }));
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => LoadClient.connect(server.addresses.ocpp, identityOf(index))),
  );
  // One message each, so that the flow has its variables before they are monitored.
  await Promise.all(clients.map((client) => client.call(meterValues("first", 0, new Date().toISOString()))));
  const seen = new Map<string, number>();
  const monitor = isMonitored ? await monitorSamples(name, server, seen) : undefined;
  await sendWaiting(clients, { count: partOf(WARM_UP, length), perSecond: Infinity, firstValue: 1 });
  return { server, clients, monitor, seen };
}

/** The same ten values of each charge point at both servers. */
async function monitorSamples(name: Name, server: ServerUnderTest, seen: Map<string, number>): Promise<Monitor> {
  const namespace = name === "flow" ? 1 : 4;
  const nodeIds = Array.from({ length: CLIENTS }, (_, index) =>
    SAMPLED_PATHS.map((path) => `ns=${namespace};s=${identityOf(index)}/Connector1/MeterValues/${path}`),
  ).flat();
  return monitorNodes(server.addresses.opcua ?? "", nodeIds, SAMPLING_MS, (path, { value }) => {
    if (path.endsWith(REGISTER)) seen.set(path.slice(0, path.indexOf("/")), Number(value.value));
  });
}

async function measure({ server, clients, monitor, seen }: Side, load: SteadyLoad): Promise<Round> {
  const before = await server.ask("cpu");
  const { answered, lastValues } = await sendWaiting(clients, load);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const cpu = ((await server.ask("cpu")) - before) / load.count;
  const percent = (100 * answered) / load.count;
  if (monitor === undefined) return { cpu, answered: percent, arrived: Number.NaN };
  const arrived = lastValues.filter((value, index) => seen.get(identityOf(index)) === value).length;
  return { cpu, answered: percent, arrived: (100 * arrived) / clients.length };
}
