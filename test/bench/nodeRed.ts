// What a SCADA user would build today, against the bridge: Node-RED with nodes for OCPP and OPC UA and a flow that maps the same values
// (nodeRed/flow.json).
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient, meterValues, SAMPLED_PATHS, sendWaiting } from "./load.ts";
import { installNodeRed } from "./nodeRedPackages.ts";
import { monitorNodes, type Monitor } from "./monitor.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";

const CLIENTS = 100;
const PER_SECOND = 500;
const MESSAGES = 5000;
const WARM_UP = 5000;
const SAMPLING_MS = 1000;
/** After the last answer: until the last value has been sampled and published. */
const SETTLED_MS = 4 * SAMPLING_MS;
const REGISTER = "Energy.Active.Import.Register";

export const nodeRed: Bench = {
  name: "nodeRed",
  title: "Against a flow of Node-RED",
  method:
    "CPU of the whole process for each MeterValues with ten samples, 500 a second over 100 charge points, each of which waits for its answer; once with nothing monitored and once with all 1,000 values monitored at 1 s by an OPC UA client, which proves that they arrive.",
  yardstick:
    "Node-RED with `node-red-contrib-ocpp` and `node-red-contrib-opcua` and a flow that answers the same messages and writes the same ten values into variables of its OPC UA server (`test/bench/nodeRed/flow.json`), in the same way of monitoring.",
  targets: [
    { figure: "nothing monitored: flow / bridge", atLeast: 5 },
    { figure: "every value monitored: flow / bridge", atLeast: 5 },
  ],
  run,
};

interface Side {
  readonly name: "flow" | "bridge";
  readonly isMonitored: boolean;
  readonly server: ServerUnderTest;
  readonly clients: readonly LoadClient[];
  readonly monitor: Monitor | undefined;
  /** Energy registers as the OPC UA client has seen them last, by identity. */
  readonly seen: ReadonlyMap<string, number>;
}

interface Round {
  /** Microseconds for each message. */
  readonly cpu: number;
  /** Of all messages. */
  readonly answered: number;
  /** Of the charge points: those whose last value the OPC UA client has; 1 where none listens. */
  readonly arrived: number;
}

async function run(length: Length): Promise<Figure[]> {
  await installNodeRed();
  const sides: Side[] = [];
  for (const isMonitored of [false, true])
    for (const name of ["flow", "bridge"] as const) sides.push(await openSide(name, isMonitored, length));
  let firstValue = 1_000_000;
  const count = partOf(MESSAGES, length);
  const rounds = await inTurns(sides, length.rounds, (side) => measure(side, count, (firstValue += count)));
  for (const { monitor, clients, server } of sides) {
    await monitor?.close();
    clients.forEach((client) => client.close());
    await server.stop();
  }
  const [flow = [], bridge = [], flowMonitored = [], bridgeMonitored = []] = rounds;
  return [
    ...figuresOf("nothing monitored", flow, bridge),
    ...figuresOf("every value monitored", flowMonitored, bridgeMonitored),
    figure("flow: charge points whose last value arrived", "%", percent(flowMonitored, "arrived")),
    figure("bridge: charge points whose last value arrived", "%", percent(bridgeMonitored, "arrived")),
  ];
}

const percent = (rounds: readonly Round[], what: "answered" | "arrived"): number[] =>
  rounds.map((round) => 100 * round[what]);

function figuresOf(what: string, flow: readonly Round[], bridge: readonly Round[]): Figure[] {
  const [ofFlow, ofBridge] = [flow, bridge].map((rounds) => rounds.map(({ cpu }) => cpu));
  return [
    figure(`${what}: flow`, "µs", ofFlow ?? []),
    figure(`${what}: bridge`, "µs", ofBridge ?? []),
    ratio(`${what}: flow / bridge`, "bridge", ofFlow ?? [], ofBridge ?? []),
    figure(`${what}: flow, messages answered`, "%", percent(flow, "answered")),
    figure(`${what}: bridge, messages answered`, "%", percent(bridge, "answered")),
  ];
}

async function openSide(name: Side["name"], isMonitored: boolean, length: Length): Promise<Side> {
  const server =
    name === "flow"
      ? await ServerUnderTest.start("./nodeRedServer.ts")
      : await ServerUnderTest.start("./bridgeServer.ts", [await bridgeSettings({ chargePoints: CLIENTS })]);
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => LoadClient.connect(server.addresses.ocpp, identityOf(index))),
  );
  // One message each, so that the flow has its variables before they are monitored.
  await Promise.all(clients.map((client) => client.call(meterValues("first", 0, new Date().toISOString()))));
  const seen = new Map<string, number>();
  const monitor = isMonitored ? await monitorSamples(name, server, seen) : undefined;
  await sendWaiting(clients, { count: partOf(WARM_UP, length), perSecond: PER_SECOND, firstValue: 1 });
  return { name, isMonitored, server, clients, monitor, seen };
}

/** The same ten values of each charge point at both servers. */
async function monitorSamples(
  name: Side["name"],
  server: ServerUnderTest,
  seen: Map<string, number>,
): Promise<Monitor> {
  const namespace = name === "flow" ? 1 : 4;
  const nodeIds = Array.from({ length: CLIENTS }, (_, index) =>
    SAMPLED_PATHS.map((path) => `ns=${namespace};s=${identityOf(index)}/Connector1/MeterValues/${path}`),
  ).flat();
  return monitorNodes(server.addresses.opcua ?? "", nodeIds, SAMPLING_MS, (path, { value }) => {
    if (path.endsWith(REGISTER)) seen.set(path.slice(0, path.indexOf("/")), Number(value.value));
  });
}

async function measure({ server, clients, monitor, seen }: Side, count: number, firstValue: number): Promise<Round> {
  const before = await server.ask("cpu");
  const { answered, lastValues } = await sendWaiting(clients, { count, perSecond: PER_SECOND, firstValue });
  const cpu = ((await server.ask("cpu")) - before) / count;
  if (monitor === undefined) return { cpu, answered: answered / count, arrived: 1 };
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const arrived = lastValues.filter((value, index) => seen.get(identityOf(index)) === value).length;
  return { cpu, answered: answered / count, arrived: arrived / clients.length };
}
