// Charge detail records: the ledger as CSV (RFC 4180), in pages, whatever its length. It reads; whoever writes meanwhile is not held up.
import type Database from "better-sqlite3";
import type { EpochMs } from "../std/clock.ts";
import type { TransactionFilter } from "../twin/ports.ts";
import { harmless, quoted } from "../std/csvCells.ts";
import { stateLayout } from "./database.ts";
import { StoreFault } from "./faults.ts";
import { fitsFilter } from "./findTransactions.ts";
import { openReadOnly, reading } from "./readOnly.ts";

const SCANNED_AT_ONCE = 1000;

/** Lines of one page, and how many records they are. */
export interface CsvPage {
  readonly text: string;
  readonly records: number;
}

type Row = Readonly<Record<string, string | number | null>>;

interface Column {
  readonly name: string;
  readonly cell: (row: Row) => string;
}

const text =
  (column: string) =>
  (row: Row): string =>
    quoted(harmless(row[column]));
const time =
  (column: string) =>
  (row: Row): string =>
    dateTime(row[column]);
const flag =
  (...words: readonly string[]) =>
  (row: Row): string =>
    String(words.some((word) => String(row["flags"]).split(" ").includes(word)));

/** Energies in Wh; times in UTC (RFC 3339). */
const columns: readonly Column[] = [
  { name: "transactionId", cell: text("transaction_id") },
  { name: "chargePointId", cell: text("charge_point") },
  { name: "connectorId", cell: text("connector") },
  { name: "idTag", cell: text("id_tag") },
  { name: "idTagStatus", cell: text("id_tag_status") },
  { name: "reservationId", cell: text("reservation_id") },
  { name: "startTime", cell: time("started_at") },
  { name: "stopTime", cell: time("ended_at") },
  { name: "meterStartWh", cell: text("meter_start") },
  { name: "meterStopWh", cell: text("meter_stop") },
  { name: "energyWh", cell: text("energy") },
  { name: "reason", cell: text("reason") },
  { name: "stopIdTag", cell: text("stop_id_tag") },
  /** The bridge has concluded the end; no StopTransaction has come. */
  { name: "presumed", cell: (row) => String(row["ended_by"] === "bridge") },
  { name: "presumedBecause", cell: text("ended_because") },
  { name: "startedOffline", cell: flag("offline") },
  { name: "stoppedOffline", cell: flag("offlineStop") },
  { name: "flags", cell: text("flags") },
];

/** `transaction_data` may be long, and is not asked for. */
const STARTED = `SELECT transaction_id AS cursor, transaction_id, charge_point, connector, id_tag, id_tag_status, reservation_id,
  started_at, ended_at, meter_start, meter_stop, energy, reason, stop_id_tag, ended_by, ended_because, flags
  FROM transactions WHERE transaction_id > ? ORDER BY transaction_id LIMIT ${SCANNED_AT_ONCE}`;
/** Ends of transactions whose start nobody knows; their ids are the charge point's. */
const STOPPED = `SELECT stop_number AS cursor, transaction_id, charge_point, ended_at, meter_stop, reason,
  id_tag AS stop_id_tag, 'withoutStart' AS flags
  FROM stops_without_start WHERE stop_number > ? ORDER BY stop_number LIMIT ${SCANNED_AT_ONCE}`;

/** The heading, then every transaction that fits, then the ends without a start. Throws a StoreFault where the file cannot be read. */
export function* transactionsCsv(directory: string, filter: TransactionFilter): Generator<CsvPage, undefined> {
  const database = openReadOnly(directory, stateLayout);
  if (database === undefined) throw new StoreFault(`no bridge has run here yet: ${directory} has no state.db`);
  try {
    yield { text: `${columns.map(({ name }) => name).join(",")}\r\n`, records: 0 };
    for (const query of [STARTED, STOPPED]) yield* pages(directory, database.prepare<[number], Row>(query), filter);
  } finally {
    database.close();
  }
}

/** Each page is a question of its own: a snapshot that lasts would let the journal grow meanwhile. */
function* pages(
  directory: string,
  statement: Database.Statement<[number], Row>,
  filter: TransactionFilter,
): Generator<CsvPage, undefined> {
  for (let cursor = Number.MIN_SAFE_INTEGER; ;) {
    const after = cursor;
    const rows = reading(directory, stateLayout, () => statement.all(after));
    const fitting = rows.filter((row) => fits(row, filter));
    yield {
      text: fitting.map((row) => `${columns.map(({ cell }) => cell(row)).join(",")}\r\n`).join(""),
      records: fitting.length,
    };
    if (rows.length < SCANNED_AT_ONCE) return;
    cursor = Number(rows.at(-1)?.["cursor"]);
  }
}

function fits(row: Row, filter: TransactionFilter): boolean {
  return fitsFilter(filter, {
    chargePointId: String(row["charge_point"]),
    connectorId: Number(row["connector"]),
    at: Number(row["started_at"] ?? row["ended_at"]),
    idTag: String(row["id_tag"] ?? ""),
    isRunning: row["ended_at"] === null,
  });
}

const MOST_MS: EpochMs = 8_640_000_000_000_000;

function dateTime(value: string | number | null | undefined): string {
  return typeof value === "number" && Math.abs(value) <= MOST_MS ? new Date(value).toISOString() : "";
}
