// From the frame on the WebSocket to the notification at the OPC UA client, at 500 messages a second; yardstick: the publishing interval itself.
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient, meterValues, REGISTER, sendSteadily } from "./load.ts";
import { monitorEverything } from "./monitor.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { quantile } from "./statistics.ts";

const CLIENTS = 100;
const MESSAGES_PER_SECOND = 500;
const SECONDS = 10;
const PUBLISHING_INTERVAL_MS = 100;

/** Latencies relative to the publishing interval. */
export async function latency(): Promise<Record<string, number>> {
  const server = await ServerUnderTest.start("./bridgeServer.ts", [await bridgeSettings({ chargePoints: CLIENTS })]);
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => LoadClient.connect(server.addresses.ocpp, identityOf(index))),
  );
  // One message each, so that the meter nodes exist before they are monitored.
  await Promise.all(clients.map((client) => client.call(meterValues("first", 0, new Date().toISOString()))));
  const sentAt = new Map<number, number>();
  const latencies: number[] = [];
  const monitor = await monitorEverything(
    server.addresses.opcua ?? "",
    CLIENTS,
    PUBLISHING_INTERVAL_MS,
    (path, dataValue) => {
      const sent = path.endsWith(REGISTER) ? sentAt.get(dataValue.value.value as number) : undefined;
      if (sent !== undefined) latencies.push(performance.now() - sent);
    },
  );
  await sendSteadily(
    clients,
    { count: MESSAGES_PER_SECOND * SECONDS, perSecond: MESSAGES_PER_SECOND, firstValue: 1 },
    (value) => sentAt.set(value, performance.now()),
  );
  await new Promise((resolve) => setTimeout(resolve, 5 * PUBLISHING_INTERVAL_MS));
  await monitor.close();
  clients.forEach((client) => client.close());
  await server.stop();
  return {
    "publishing interval (ms)": PUBLISHING_INTERVAL_MS,
    "messages sent": sentAt.size,
    "messages notified": latencies.length,
    "p50 (ms)": quantile(latencies, 0.5),
    "p99 (ms)": quantile(latencies, 0.99),
    "p99 as a ratio of the publishing interval": quantile(latencies, 0.99) / PUBLISHING_INTERVAL_MS,
  };
}
