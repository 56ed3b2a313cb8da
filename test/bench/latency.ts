// From the frame on the WebSocket to the notification at the OPC UA client, at 500 messages a second; yardstick: the publishing interval itself.
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient, meterValues } from "./load.ts";
import { monitorEverything } from "./monitor.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { quantile } from "./statistics.ts";

const CLIENTS = 100;
const MESSAGES_PER_SECOND = 500;
const SECONDS = 10;
const PUBLISHING_INTERVAL_MS = 100;
const TICK_MS = 10;
const REGISTER = "Energy.Active.Import.Register";

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
  await sendSteadily(clients, sentAt);
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

async function sendSteadily(clients: readonly LoadClient[], sentAt: Map<number, number>): Promise<void> {
  const begin = performance.now();
  const calls: Promise<void>[] = [];
  for (let sent = 0; sent < MESSAGES_PER_SECOND * SECONDS;) {
    const due = Math.min(
      MESSAGES_PER_SECOND * SECONDS,
      Math.floor(((performance.now() - begin) * MESSAGES_PER_SECOND) / 1000),
    );
    for (; sent < due; sent++) {
      const value = sent + 1;
      sentAt.set(value, performance.now());
      calls.push(
        (clients[sent % clients.length] as LoadClient).call(
          meterValues(String(value), value, new Date().toISOString()),
        ),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.race([Promise.all(calls), new Promise((resolve) => setTimeout(resolve, 2000))]);
}
