// What keeping a message costs the thread of the message log and the disk, and how long a page of one charge point takes, against rows with indexes.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { messageLayout, openDatabase } from "../../src/store/database.ts";
import type { ExchangeRow } from "../../src/store/exchangeBlock.ts";
import { ExchangeTables } from "../../src/store/exchangeTables.ts";
import { pageOfExchanges } from "../../src/store/findExchanges.ts";
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";

const MESSAGES = 200_000;
/** What 10,000 charge points say in the tenth of a second for which the log gathers. */
const BATCH = 90;
const PAGE = 200;
const BEGUN_AT = Date.UTC(2026, 0, 1);
/** Charge points take turns that leave no two neighbours one after the other. */
const STRIDE = 7919;

function rowsFrom(first: number, chargePoints: number): ExchangeRow[] {
  return Array.from({ length: BATCH }, (_, place) => {
    const index = first + place;
    const at = BEGUN_AT + index;
    const sampledValue = [
      { value: String(index % 22_000), measurand: "Power.Active.Import", unit: "W" },
      { value: String(index), measurand: "Energy.Active.Import.Register", unit: "Wh" },
    ];
    const meterValue = [{ timestamp: new Date(at).toISOString(), sampledValue }];
    const id = randomUUID();
    const request = JSON.stringify([2, id, "MeterValues", { connectorId: 1, transactionId: index % 977, meterValue }]);
    const identity = identityOf(index, chargePoints);
    return [
      at,
      identity,
      "chargePoint",
      "MeterValues",
      (index % 1000) / 1000,
      "Answered",
      "",
      request,
      `[3,"${id}",{}]`,
    ];
  });
}

function identityOf(index: number, chargePoints: number): string {
  return `CP-${(index * STRIDE) % chargePoints}`;
}

/** One way to keep messages in a file of its own. */
interface Kept {
  readonly database: Database.Database;
  write(rows: readonly ExchangeRow[]): void;
  /** The newest of a charge point. */
  page(chargePointId: string): number;
}

function inBlocks(directory: string): Kept {
  const { database } = openDatabase({ directory, now: BEGUN_AT }, messageLayout);
  const tables = new ExchangeTables(database);
  return {
    database,
    write: (rows) => tables.write(rows),
    page: (chargePointId) => pageOfExchanges(database, { chargePointId, limit: PAGE }).exchanges.length,
  };
}

function inRows(directory: string): Kept {
  const database = new Database(join(directory, messageLayout.fileName));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.exec(`
    CREATE TABLE messages (number INTEGER PRIMARY KEY, at INTEGER, charge_point TEXT, sender TEXT, action TEXT,
      latency REAL, outcome TEXT, violations TEXT, request TEXT, answer TEXT);
    CREATE INDEX by_time ON messages (at);
    CREATE INDEX by_charge_point ON messages (charge_point, at);`);
  const insert = database.prepare("INSERT INTO messages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const find = database.prepare<[string]>(
    `SELECT * FROM messages WHERE charge_point = ? ORDER BY at DESC LIMIT ${PAGE}`,
  );
  const write = database.transaction((rows: readonly ExchangeRow[]) => {
    for (const row of rows) insert.run(...row);
  });
  return { database, write, page: (chargePointId) => find.all(chargePointId).length };
}

interface Costs {
  /** µs of CPU for each message. */
  readonly cpu: number;
  /** Bytes on disk for each message. */
  readonly bytes: number;
  /** ms */
  readonly page: number;
}

async function costs(open: (directory: string) => Kept, chargePoints: number, count: number): Promise<Costs> {
  const directory = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  try {
    const kept = open(directory);
    let microseconds = 0;
    for (let first = 0; first < count; first += BATCH) {
      const rows = rowsFrom(first, chargePoints);
      const before = process.threadCpuUsage();
      kept.write(rows);
      const { user, system } = process.threadCpuUsage(before);
      microseconds += user + system;
    }
    const begin = performance.now();
    if (kept.page(identityOf(0, chargePoints)) === 0) throw new Error("nothing is found of what was kept");
    const page = performance.now() - begin;
    kept.database.close();
    const { size } = await stat(join(directory, messageLayout.fileName));
    return { cpu: microseconds / count, bytes: size / count, page };
  } finally {
    await rm(directory, { recursive: true });
  }
}

export const messageBlocks: Bench = {
  name: "messageBlocks",
  title: "Messages on disk",
  method:
    "CPU and bytes on disk for each of 200,000 MeterValues with two samples, in batches of 90, in blocks as the message log keeps them, of 10,000 and of 60 charge points; and the time of a page of the newest 200 of one of them.",
  yardstick: "the same messages as rows of an SQLite table with an index by time and one by charge point.",
  targets: [],
  run,
};

async function run(length: Length): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const chargePoints of [10_000, 60]) {
    const measure = (open: (directory: string) => Kept) => costs(open, chargePoints, partOf(MESSAGES, length));
    const [blocks = [], rows = []] = await inTurns([inBlocks, inRows], length.rounds, measure);
    const of = `${chargePoints.toLocaleString("en")} charge points:`;
    for (const [key, name, unit] of [
      ["cpu", "CPU of a message", "µs"],
      ["bytes", "on disk", "bytes"],
      ["page", "a page", "ms"],
    ] as const) {
      const [inBlock, inRow] = [blocks, rows].map((side) => side.map((each) => each[key])) as [number[], number[]];
      figures.push(figure(`${of} ${name}, in blocks`, unit, inBlock), figure(`${of} ${name}, in rows`, unit, inRow));
      figures.push(ratio(`${of} ${name}, in blocks / in rows`, "in rows", inBlock, inRow));
    }
  }
  return figures;
}
