// Finds transactions in the ledger, the newest first, a page at a time. Whoever opens the file decides on which thread; it only reads.
import type Database from "better-sqlite3";
import type { EpochMs } from "../std/clock.ts";
import type { EndedEnergy, LedgerEntry, TransactionPage, TransactionQuery } from "../twin/keptPages.ts";
import type { TransactionFilter } from "../twin/ports.ts";
import { lowestIdGivenAt } from "./ledgerTables.ts";

/** Rows that one page looks at: some 50 ms. */
const MOST_SCANNED = 20_000;
/** A transaction that began longer before does not count in the energy of a day: the ledger need not be read from its beginning. */
const LONGEST_TRANSACTION_MS = 7 * 86_400_000;
/** More than a site has connectors that lose their power at once. */
const MOST_PRESUMED = 20_000;

interface Row {
  readonly transaction_id: number;
  readonly charge_point: string;
  readonly connector: number;
  readonly id_tag: string;
  readonly id_tag_status: string;
  readonly reservation_id: number | null;
  readonly started_at: EpochMs;
  readonly start_received: EpochMs;
  readonly meter_start: number;
  readonly ended_at: EpochMs | null;
  readonly end_received: EpochMs | null;
  readonly ended_by: "chargePoint" | "bridge" | null;
  readonly ended_because: string | null;
  readonly meter_stop: number | null;
  readonly reason: string | null;
  readonly stop_id_tag: string | null;
  readonly energy: number | null;
  readonly flags: string;
}

/** `transaction_data` may be long, and is not asked for. */
const COLUMNS = `transaction_id, charge_point, connector, id_tag, id_tag_status, reservation_id, started_at, start_received,
  meter_start, ended_at, end_received, ended_by, ended_because, meter_stop, reason, stop_id_tag, energy, flags`;

export function findTransactions(database: Database.Database, query: TransactionQuery): TransactionPage {
  const { chargePointId, before = Number.MAX_SAFE_INTEGER, limit } = query;
  const statement = database.prepare<[object], Row>(pageInSql(query));
  const transactions: LedgerEntry[] = [];
  let scanned = 0;
  for (const row of statement.iterate({ before, chargePointId })) {
    if (fitsFilter(query, factsOf(row))) transactions.push(entryFrom(row));
    if (++scanned >= MOST_SCANNED || transactions.length >= limit) return { transactions, next: row.transaction_id };
  }
  return { transactions, next: undefined };
}

/**
 * What an index helps with; the rest is judged row by row, so that no page looks at all that there is. Those that run are few: they are
 * sorted where they are of several charge points.
 */
function pageInSql({ chargePointId, isRunning }: TransactionQuery): string {
  const conditions = [
    "transaction_id < @before",
    ...(chargePointId === undefined ? [] : ["charge_point = @chargePointId"]),
    ...(isRunning === true ? ["ended_by IS NULL"] : []),
  ];
  // Left to itself, SQLite would look for them in the whole ledger.
  const index = isRunning === true ? "INDEXED BY transactions_running" : "";
  return `SELECT ${COLUMNS} FROM transactions ${index} WHERE ${conditions.join(" AND ")} ORDER BY transaction_id DESC`;
}

export function findTransaction(database: Database.Database, transactionId: number): LedgerEntry | undefined {
  const row = database
    .prepare<[number], Row>(`SELECT ${COLUMNS} FROM transactions WHERE transaction_id = ?`)
    .get(transactionId);
  return row === undefined ? undefined : entryFrom(row);
}

/** Of the transactions that have ended from `since` on, as far as that was received before `receivedBefore`; all of one moment. */
export function energyEnded(
  database: Database.Database,
  { since, receivedBefore }: { readonly since: EpochMs; readonly receivedBefore: EpochMs },
): EndedEnergy {
  const range = "FROM transactions WHERE transaction_id >= ? AND ended_at >= ? AND end_received < ?";
  const total = database.prepare<[number, EpochMs, EpochMs], number>(`SELECT total(energy) ${range}`).pluck();
  const presumed = database.prepare<[number, EpochMs, EpochMs], { readonly id: number; readonly energy: number }>(
    `SELECT transaction_id AS id, energy ${range} AND ended_because = 'lost' AND energy > 0
     ORDER BY transaction_id DESC LIMIT ${MOST_PRESUMED}`,
  );
  const bounds = [lowestIdGivenAt(since - LONGEST_TRANSACTION_MS), since, receivedBefore] as const;
  const read = database.transaction(() => ({
    energy: total.get(...bounds) ?? 0,
    presumed: new Map(presumed.all(...bounds).map(({ id, energy }) => [id, energy])),
  }));
  return read();
}

interface FilteredFacts {
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly at: EpochMs;
  readonly idTag: string;
  readonly isRunning: boolean;
}

export function fitsFilter(
  { since, until, chargePointId, connectorId, idTag, isRunning }: TransactionFilter,
  facts: FilteredFacts,
): boolean {
  return (
    (since === undefined || facts.at >= since) &&
    (until === undefined || facts.at < until) &&
    (chargePointId === undefined || facts.chargePointId === chargePointId) &&
    (connectorId === undefined || facts.connectorId === connectorId) &&
    (idTag === undefined || facts.idTag.toLowerCase() === idTag.toLowerCase()) &&
    (isRunning === undefined || facts.isRunning === isRunning)
  );
}

function factsOf({ charge_point, connector, started_at, id_tag, ended_by }: Row): FilteredFacts {
  return {
    chargePointId: charge_point,
    connectorId: connector,
    at: started_at,
    idTag: id_tag,
    isRunning: ended_by === null,
  };
}

function entryFrom(row: Row): LedgerEntry {
  const { ended_at, end_received, ended_by, ended_because, meter_stop, reason, stop_id_tag, energy } = row;
  return {
    transactionId: row.transaction_id,
    chargePointId: row.charge_point,
    connectorId: row.connector,
    idTag: row.id_tag,
    idTagStatus: row.id_tag_status,
    ...(row.reservation_id !== null && { reservationId: row.reservation_id }),
    startedAt: row.started_at,
    startReceived: row.start_received,
    meterStart: row.meter_start,
    ...(ended_at !== null && { endedAt: ended_at }),
    ...(end_received !== null && { endReceived: end_received }),
    ...(ended_by !== null && { endedBy: ended_by }),
    ...(ended_because !== null && { endedBecause: ended_because }),
    ...(meter_stop !== null && { meterStop: meter_stop }),
    ...(reason !== null && { reason }),
    ...(stop_id_tag !== null && { stopIdTag: stop_id_tag }),
    ...(energy !== null && { energy }),
    flags: row.flags.split(" ").filter((word) => word !== ""),
  };
}
