// CPU of a MeterValues message with ten samples: the bridge, unmonitored and with every value monitored at 1 s, against the bare server.
// Twice: as fast as each answers, and at the pace of 10,000 charge points that send every five seconds, when caches are cold.
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient, sendAtOnce, sendSteadily } from "./load.ts";
import { monitorEverything } from "./monitor.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { median } from "./statistics.ts";

const CLIENTS = 100;
const WARM_UP = 40_000;
const PER_SECOND = 2000;
const ROUNDS = 3;

interface Load {
  readonly messages: number;
  send(clients: readonly LoadClient[], messages: number, firstValue: number): Promise<void>;
}

const loads: Readonly<Record<string, Load>> = {
  "as fast as it answers": { messages: 60_000, send: sendAtOnce },
  "2,000 a second": {
    messages: 16_000,
    send: (clients, count, firstValue) => sendSteadily(clients, { count, perSecond: PER_SECOND, firstValue }),
  },
};

interface Side {
  readonly name: string;
  readonly server: ServerUnderTest;
  readonly clients: readonly LoadClient[];
}

async function openSide(name: string, server: ServerUnderTest): Promise<Side> {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => LoadClient.connect(server.addresses.ocpp, identityOf(index))),
  );
  await sendAtOnce(clients, WARM_UP, 0);
  return { name, server, clients };
}

/** Microseconds of CPU for each message. */
async function measure({ server, clients }: Side, load: Load, firstValue: number): Promise<number> {
  const before = await server.ask("cpu");
  await load.send(clients, load.messages, firstValue);
  return ((await server.ask("cpu")) - before) / load.messages;
}

/** Alternates the three sides under each load; ratios are to the bare server under the same load. */
export async function cpuPerMessage(): Promise<Record<string, number>> {
  const bridge = async (): Promise<ServerUnderTest> =>
    ServerUnderTest.start("./bridgeServer.ts", [await bridgeSettings({ chargePoints: CLIENTS })]);
  const bare = await openSide("bare ws + JSON.parse + answer", await ServerUnderTest.start("./bareServer.ts"));
  const unmonitored = await openSide("bridge, nothing monitored", await bridge());
  const monitored = await openSide("bridge, every value monitored at 1 s", await bridge());
  const monitor = await monitorEverything(monitored.server.addresses.opcua ?? "", CLIENTS, 1000);
  const sides = [bare, unmonitored, monitored];
  const figures: Record<string, number> = { "monitored items": monitor.items };
  let firstValue = 1_000_000;
  for (const [name, load] of Object.entries(loads)) {
    const costs = new Map<Side, number[]>(sides.map((side) => [side, []]));
    for (let round = 0; round < ROUNDS; round++)
      for (const [side, microseconds] of costs)
        microseconds.push(await measure(side, load, (firstValue += load.messages)));
    const yardstick = median(costs.get(bare) ?? []);
    for (const [side, microseconds] of costs) {
      figures[`${name}: ${side.name} (µs)`] = median(microseconds);
      figures[`${name}: ${side.name} (ratio)`] = median(microseconds) / yardstick;
    }
  }
  figures["notifications received"] = monitor.received();
  await monitor.close();
  for (const side of sides) {
    side.clients.forEach((client) => client.close());
    await side.server.stop();
  }
  return figures;
}
