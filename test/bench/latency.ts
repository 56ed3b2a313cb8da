// From the frame on the WebSocket to the notification at the OPC UA client, at 500 messages a second; yardstick: the publishing interval itself.
import { figure, partOf, type Bench, type Figure, type Length } from "./bench.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient, meterValues, REGISTER, sendSteadily } from "./load.ts";
import { monitorEverything } from "./monitor.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { quantile } from "./statistics.ts";

const CLIENTS = 100;
const MESSAGES_PER_SECOND = 500;
const SECONDS = 6;
const PUBLISHING_INTERVAL_MS = 100;
const ABOVE = "p99 above the publishing interval";

export const latency: Bench = {
  name: "latency",
  title: "From the frame to the notification",
  method:
    "Time from sending a MeterValues to the notification of its energy register at an OPC UA client, 500 messages a second over 100 charge points, 1,200 items at a publishing interval of 100 ms.",
  yardstick:
    "the publishing interval: a value waits for half of it on average and for all of it at worst, whatever the server does.",
  targets: [{ figure: ABOVE, atMost: 50 }],
  run,
};

async function run(length: Length): Promise<Figure[]> {
  const server = await ServerUnderTest.startBridge(await bridgeSettings({ chargePoints: CLIENTS }));
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => LoadClient.connect(server.addresses.ocpp, identityOf(index))),
  );
  // One message each, so that the meter nodes exist before they are monitored.
  await Promise.all(clients.map((client) => client.call(meterValues("first", 0, new Date().toISOString()))));
  const sentAt = new Map<number, number>();
  let latencies: number[] = [];
  const monitor = await monitorEverything(
    server.addresses.opcua ?? "",
    CLIENTS,
    PUBLISHING_INTERVAL_MS,
    (path, dataValue) => {
      const sent = path.endsWith(REGISTER) ? sentAt.get(dataValue.value.value as number) : undefined;
      if (sent !== undefined) latencies.push(performance.now() - sent);
    },
  );
  const count = partOf(MESSAGES_PER_SECOND * SECONDS, length);
  const rounds: number[][] = [];
  for (let round = 0; round < length.rounds; round++) {
    latencies = [];
    await sendSteadily(clients, { count, perSecond: MESSAGES_PER_SECOND, firstValue: 1 + round * count }, (value) =>
      sentAt.set(value, performance.now()),
    );
    await new Promise((resolve) => setTimeout(resolve, 5 * PUBLISHING_INTERVAL_MS));
    rounds.push(latencies);
  }
  await monitor.close();
  clients.forEach((client) => client.close());
  await server.stop();
  const p99 = rounds.map((times) => quantile(times, 0.99));
  return [
    figure(
      "p50",
      "ms",
      rounds.map((times) => quantile(times, 0.5)),
    ),
    figure("p99", "ms", p99),
    figure(
      ABOVE,
      "ms",
      p99.map((milliseconds) => milliseconds - PUBLISHING_INTERVAL_MS),
    ),
    figure(
      "messages that were notified",
      "%",
      rounds.map((times) => (100 * times.length) / count),
    ),
  ];
}
