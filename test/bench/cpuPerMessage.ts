// CPU of a MeterValues message with ten samples: the bridge, unmonitored and with every value monitored at 1 s, against the bare server and
// against the server of `ocpp-rpc`, which checks the message and answers it, and does nothing else.
// Twice: as fast as each answers, and at the pace of 10,000 charge points that send every five seconds, when caches are cold.
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient, sendAtOnce, sendSteadily } from "./load.ts";
import { monitorEverything } from "./monitor.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";

const CLIENTS = 100;
const WARM_UP = 30_000;
const PER_SECOND = 2000;
/** After the last answer: the bridge publishes once a second and writes the history as often. */
const SETTLED_MS = 3000;

interface Load {
  readonly name: string;
  readonly messages: number;
  readonly send: (clients: readonly LoadClient[], messages: number, firstValue: number) => Promise<void>;
}

const loads: readonly Load[] = [
  { name: "as fast as it answers", messages: 40_000, send: sendAtOnce },
  {
    name: "2,000 a second",
    messages: 10_000,
    send: (clients, count, firstValue) => sendSteadily(clients, { count, perSecond: PER_SECOND, firstValue }),
  },
];

const BARE = "bare ws";
const RPC = "ocpp-rpc, strict";
const UNMONITORED = "nothing monitored";
const MONITORED = "every value monitored";

export const cpuPerMessage: Bench = {
  name: "cpuPerMessage",
  title: "CPU of a MeterValues message",
  method:
    "CPU of the server, up to 3 s after the last answer, for each MeterValues with ten samples over 100 links, as fast as it answers and at 2,000 a second; the bridge once with nothing monitored and once with every value and its totals monitored at 1 s by an OPC UA client.",
  yardstick:
    "a server of bare `ws` that parses each frame and answers it, and the server of `ocpp-rpc` in strict mode, which checks each message against its schema and answers it; neither does anything else.",
  targets: loads.flatMap(({ name }) => [
    { figure: `${name}: ${UNMONITORED} / ${BARE}`, atMost: 1.5 },
    { figure: `${name}: ${MONITORED} / ${BARE}`, atMost: 3 },
    { figure: `${name}: ${UNMONITORED} / ${RPC}`, atMost: 1 },
  ]),
  run,
};

interface Side {
  readonly name: string;
  readonly server: ServerUnderTest;
  readonly clients: readonly LoadClient[];
}

async function openSide(name: string, server: ServerUnderTest, warmUp: number): Promise<Side> {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => LoadClient.connect(server.addresses.ocpp, identityOf(index))),
  );
  await sendAtOnce(clients, warmUp, 0);
  return { name, server, clients };
}

async function run(length: Length): Promise<Figure[]> {
  const warmUp = partOf(WARM_UP, length);
  const bridge = async (): Promise<ServerUnderTest> =>
    ServerUnderTest.startBridge(await bridgeSettings({ chargePoints: CLIENTS }));
  const bare = await openSide(BARE, await ServerUnderTest.start("./bareServer.ts"), warmUp);
  const rpc = await openSide(RPC, await ServerUnderTest.start("./rpcServer.ts"), warmUp);
  const unmonitored = await openSide(UNMONITORED, await bridge(), warmUp);
  const monitored = await openSide(MONITORED, await bridge(), warmUp);
  const monitor = await monitorEverything(monitored.server.addresses.opcua ?? "", CLIENTS, 1000);
  const sides = [bare, rpc, unmonitored, monitored];
  const figures: Figure[] = [];
  let firstValue = 1_000_000;
  for (const { name, messages, send } of loads) {
    const count = partOf(messages, length);
    const costs = await inTurns(sides, length.rounds, async ({ server, clients }) => {
      const before = await server.ask("cpu");
      await send(clients, count, (firstValue += count));
      await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
      return ((await server.ask("cpu")) - before) / count;
    });
    figures.push(...figuresOf(name, costs));
  }
  figures.push(figure("monitored items", "", monitor.items), figure("notifications received", "", monitor.received()));
  await monitor.close();
  for (const side of sides) {
    side.clients.forEach((client) => client.close());
    await side.server.stop();
  }
  return figures;
}

function figuresOf(load: string, [bare = [], rpc = [], unmonitored = [], monitored = []]: number[][]): Figure[] {
  return [
    figure(`${load}: ${BARE}`, "µs", bare),
    figure(`${load}: ${RPC}`, "µs", rpc),
    figure(`${load}: ${UNMONITORED}`, "µs", unmonitored),
    figure(`${load}: ${MONITORED}`, "µs", monitored),
    ratio(`${load}: ${UNMONITORED} / ${BARE}`, BARE, unmonitored, bare),
    ratio(`${load}: ${MONITORED} / ${BARE}`, BARE, monitored, bare),
    ratio(`${load}: ${UNMONITORED} / ${RPC}`, RPC, unmonitored, rpc),
    ratio(`${load}: ${MONITORED} / ${RPC}`, RPC, monitored, rpc),
  ];
}
