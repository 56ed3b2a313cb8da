// StartTransactions that are on disk, a second; yardstick: the same library on the same disk, one commit each. And what the OCPP thread
// feels of it: the delay of its event loop while charge points start and end transactions as fast as they are answered.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog } from "../../src/std/log.ts";
import { openStore } from "../../src/store/store.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient } from "./load.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { quantile } from "./statistics.ts";

const SINGLE_MS = 3000;
const STARTS = 60_000;
/** Charge points that wait for an answer at the same time. */
const WAITING = 2000;
const CLIENTS = 200;
const BUSY_MS = 8000;

export async function confirmedStarts(): Promise<Record<string, number>> {
  const directory = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  const singly = oneByOne(directory);
  const together = await byTheStore(directory);
  await rm(directory, { recursive: true });
  return {
    "one commit each (a second)": singly,
    "confirmed starts (a second)": together,
    ratio: together / singly,
    ...(await whatTheBridgeFeels()),
  };
}

/** What a start writes, as one row of the same columns that matter; journal and synchronisation as in the store. */
function oneByOne(directory: string): number {
  const database = new Database(join(directory, "singly.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec(
    "CREATE TABLE transactions (id INTEGER PRIMARY KEY, charge_point TEXT, connector INT, id_tag TEXT, timestamp TEXT, meter_start INT, UNIQUE (charge_point, connector, id_tag, timestamp, meter_start))",
  );
  const insert = database.prepare(
    "INSERT INTO transactions (charge_point, connector, id_tag, timestamp, meter_start) VALUES (?, 1, 'TAG', ?, 0)",
  );
  const begin = performance.now();
  let count = 0;
  for (; performance.now() - begin < SINGLE_MS; count++) insert.run(identityOf(count), "2026-11-25T12:00:00Z");
  const seconds = (performance.now() - begin) / 1000;
  database.close();
  return count / seconds;
}

async function byTheStore(directory: string): Promise<number> {
  const store = await openStore({ directory, clock: systemClock, log: silentLog, originOf: () => "settings" });
  const begin = performance.now();
  let sent = 0;
  const chargePoint = async (): Promise<void> => {
    while (sent < STARTS) {
      const now = Date.now();
      const times = { at: now, received: now, timestamp: new Date(now).toISOString() };
      const receipt = await store.ledger.keep({
        kind: "start",
        chargePointId: identityOf(sent++),
        connectorId: 1,
        isKept: true,
        start: { idTag: "TAG", meterStart: 0, idTagStatus: "Accepted", ...times },
      });
      if (receipt.kind !== "started") throw new Error(receipt.kind);
    }
  };
  await Promise.all(Array.from({ length: WAITING }, chargePoint));
  const seconds = (performance.now() - begin) / 1000;
  await store.stop();
  return STARTS / seconds;
}

async function whatTheBridgeFeels(): Promise<Record<string, number>> {
  const server = await ServerUnderTest.start("./bridgeServer.ts", [await bridgeSettings({ chargePoints: CLIENTS })]);
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => LoadClient.connect(server.addresses.ocpp, identityOf(index))),
  );
  await server.ask("loopDelay");
  const end = performance.now() + BUSY_MS;
  const latencies: number[] = [];
  await Promise.all(
    clients.map(async (client) => {
      for (let number = 0; performance.now() < end; number++) {
        const sent = performance.now();
        const timestamp = new Date().toISOString();
        const payload = { connectorId: 1 + (number % 2), idTag: "TAG", meterStart: number, timestamp };
        await client.call(JSON.stringify([2, String(number), "StartTransaction", payload]));
        latencies.push(performance.now() - sent);
      }
    }),
  );
  const loopDelay = await server.ask("loopDelay");
  clients.forEach((client) => client.close());
  await server.stop();
  return {
    [`StartTransactions over ${CLIENTS} links (a second)`]: latencies.length / (BUSY_MS / 1000),
    "answered within, p50 (ms)": quantile(latencies, 0.5),
    "answered within, p99 (ms)": quantile(latencies, 0.99),
    "delay of the OCPP thread's event loop meanwhile, p99 (ms)": loopDelay,
  };
}
