// CPU of a MeterValues message with ten samples: the bridge, unmonitored and with every value monitored at 1 s, against the bare server.
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient, sendSteadily } from "./load.ts";
import { monitorEverything } from "./monitor.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { median } from "./statistics.ts";

const CLIENTS = 100;
const PER_SECOND = 2000;
const WARM_UP = 10_000;
const MESSAGES = 16_000;
const ROUNDS = 3;

interface Side {
  readonly name: string;
  readonly server: ServerUnderTest;
  readonly clients: readonly LoadClient[];
  readonly microseconds: number[];
}

async function openSide(name: string, server: ServerUnderTest, firstIdentity = 0): Promise<Side> {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) =>
      LoadClient.connect(server.addresses.ocpp, identityOf(firstIdentity + index)),
    ),
  );
  await sendSteadily(clients, { count: WARM_UP, perSecond: PER_SECOND, firstValue: 0 });
  return { name, server, clients, microseconds: [] };
}

async function measure(side: Side, round: number): Promise<void> {
  const before = await side.server.ask("cpu");
  await sendSteadily(side.clients, { count: MESSAGES, perSecond: PER_SECOND, firstValue: (round + 1) * 1_000_000 });
  const after = await side.server.ask("cpu");
  side.microseconds.push((after - before) / MESSAGES);
}

/** Alternates the three sides and returns the ratios to the bare server. */
export async function cpuPerMessage(): Promise<Record<string, number>> {
  const bare = await openSide("bare ws + JSON.parse + answer", await ServerUnderTest.start("./bareServer.ts"));
  const settings = await bridgeSettings({ chargePoints: CLIENTS });
  const unmonitored = await openSide(
    "bridge, nothing monitored",
    await ServerUnderTest.start("./bridgeServer.ts", [settings]),
  );
  const monitored = await openSide(
    "bridge, every value monitored at 1 s",
    await ServerUnderTest.start("./bridgeServer.ts", [await bridgeSettings({ chargePoints: CLIENTS })]),
  );
  const monitor = await monitorEverything(monitored.server.addresses.opcua ?? "", CLIENTS, 1000);
  const sides = [bare, unmonitored, monitored];
  for (let round = 0; round < ROUNDS; round++) for (const side of sides) await measure(side, round);
  process.stdout.write(`monitored items: ${monitor.items}, notifications received: ${monitor.received()}\n`);
  await monitor.close();
  for (const side of sides) {
    side.clients.forEach((client) => client.close());
    await side.server.stop();
  }
  const yardstick = median(bare.microseconds);
  return Object.fromEntries(
    sides.map(({ name, microseconds }) => [
      `${name}: ${median(microseconds).toFixed(1)} µs`,
      median(microseconds) / yardstick,
    ]),
  );
}
