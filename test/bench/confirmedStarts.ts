// StartTransactions that are on disk, a second; yardstick: the same library on the same disk, one commit each. And what the OCPP thread
// feels of it: the delay of its event loop while charge points start and end transactions as fast as they are answered.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog } from "../../src/std/log.ts";
import { openStore } from "../../src/store/store.ts";
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient } from "./load.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { quantile } from "./statistics.ts";

const SINGLE_MS = 2000;
const STARTS = 60_000;
/** Charge points that wait for an answer at the same time. */
const WAITING = 2000;
const CLIENTS = 200;
const BUSY_MS = 4000;
const RATIO = "confirmed starts / one commit each";
const DELAY = "bridge: lateness of its OCPP thread, p99";

export const confirmedStarts: Bench = {
  name: "confirmedStarts",
  title: "Transactions on disk",
  method:
    "StartTransactions that are on disk, 2,000 waiting at a time; and over 200 links of a whole bridge, as fast as they are answered, with the lateness of its OCPP thread meanwhile.",
  yardstick: "the same library on the same disk with one commit each.",
  targets: [
    { figure: RATIO, atLeast: 20 },
    { figure: DELAY, atMost: 10 },
  ],
  run,
};

async function run(length: Length): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  const ways = [
    async (round: number) => oneByOne(join(directory, `singly${round}.db`), partOf(SINGLE_MS, length)),
    (round: number) => byTheStore(join(directory, `together${round}`), partOf(STARTS, length)),
  ];
  const [singly = [], together = []] = await inTurns(ways, length.rounds, (way, round) => way(round));
  await rm(directory, { recursive: true });
  return [
    figure("one commit each", "/s", singly),
    figure("confirmed starts", "/s", together),
    ratio(RATIO, "one commit each", together, singly),
    ...(await whatTheBridgeFeels(length)),
  ];
}

/** What a start writes, as one row of the same columns that matter; journal and synchronisation as in the store. */
function oneByOne(file: string, milliseconds: number): number {
  const database = new Database(file);
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
  for (; performance.now() - begin < milliseconds; count++) insert.run(identityOf(count), "2026-11-25T12:00:00Z");
  const seconds = (performance.now() - begin) / 1000;
  database.close();
  return count / seconds;
}

async function byTheStore(directory: string, starts: number): Promise<number> {
  const store = await openStore({ directory, clock: systemClock, log: silentLog, originOf: () => "settings" });
  const begin = performance.now();
  let sent = 0;
  const chargePoint = async (): Promise<void> => {
    while (sent < starts) {
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
  return starts / seconds;
}

async function whatTheBridgeFeels(length: Length): Promise<Figure[]> {
  const server = await ServerUnderTest.startBridge(await bridgeSettings({ chargePoints: CLIENTS }));
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => LoadClient.connect(server.addresses.ocpp, identityOf(index))),
  );
  const rounds: Busy[] = [];
  for (let round = 0; round < length.rounds; round++) {
    await server.ask("loopDelay");
    const latencies = await keepBusy(clients, partOf(BUSY_MS, length), round);
    rounds.push({ latencies, loopDelay: await server.ask("loopDelay") });
  }
  clients.forEach((client) => client.close());
  await server.stop();
  const quantiles = (q: number): number[] => rounds.map(({ latencies }) => quantile(latencies, q));
  const seconds = partOf(BUSY_MS, length) / 1000;
  return [
    figure(
      `bridge: StartTransactions over ${CLIENTS} links`,
      "/s",
      rounds.map((each) => each.latencies.length / seconds),
    ),
    figure("bridge: answered within, p50", "ms", quantiles(0.5)),
    figure("bridge: answered within, p99", "ms", quantiles(0.99)),
    figure(
      DELAY,
      "ms",
      rounds.map((each) => each.loopDelay),
    ),
  ];
}

interface Busy {
  /** Milliseconds. */
  readonly latencies: readonly number[];
  readonly loopDelay: number;
}

async function keepBusy(clients: readonly LoadClient[], milliseconds: number, round: number): Promise<number[]> {
  const end = performance.now() + milliseconds;
  const latencies: number[] = [];
  await Promise.all(
    clients.map(async (client) => {
      for (let number = 0; performance.now() < end; number++) {
        const sent = performance.now();
        const timestamp = new Date().toISOString();
        const payload = { connectorId: 1 + (number % 2), idTag: "TAG", meterStart: number, timestamp };
        await client.call(JSON.stringify([2, `${round}-${number}`, "StartTransaction", payload]));
        latencies.push(performance.now() - sent);
      }
    }),
  );
  return latencies;
}
