// Finds exchanges in the message log, the newest first, a page at a time. It opens the file to read, whoever else writes it.
import type Database from "better-sqlite3";
import type { EpochMs } from "../std/clock.ts";
import type { ExchangeOutcome } from "../twin/ports.ts";
import { messageLayout } from "./database.ts";
import { openReadOnly, reading } from "./readOnly.ts";

export interface ExchangeQuery {
  readonly chargePointId?: string | undefined;
  readonly action?: string | undefined;
  /** From this time on. */
  readonly since?: EpochMs | undefined;
  /** Before this time. */
  readonly until?: EpochMs | undefined;
  /** Only what was not answered as it should be, or broke the schema. */
  readonly isFaulty?: boolean | undefined;
}

/** As it is kept. */
export interface KeptExchange {
  /** Ascends in the order in which they ended. */
  readonly number: number;
  readonly at: EpochMs;
  readonly chargePointId: string;
  readonly from: "chargePoint" | "bridge";
  readonly action: string;
  readonly latencyMs: number;
  readonly outcome: ExchangeOutcome;
  readonly violations: readonly string[];
  readonly request: string;
  readonly answer: string | undefined;
}

const PAGE = 200;

/** Page by page, each from a question of its own; nothing where no log is kept. Throws a StoreFault where the file cannot be read. */
export function* findExchanges(directory: string, query: ExchangeQuery, most: number): Generator<KeptExchange[]> {
  const database = openReadOnly(directory, messageLayout);
  if (database === undefined) return;
  try {
    let left = most;
    let before: Cursor = { at: Number.MAX_SAFE_INTEGER, number: 0 };
    while (left > 0) {
      const limit = Math.min(left, PAGE);
      const from = before;
      const rows = reading(directory, messageLayout, () => page(database, { query, before: from, limit }));
      if (rows.length > 0) yield rows.map(exchangeFrom);
      const last = rows.at(-1);
      if (last === undefined || rows.length < limit) return;
      before = last;
      left -= rows.length;
    }
  } finally {
    database.close();
  }
}

interface Cursor {
  readonly at: EpochMs;
  readonly number: number;
}

interface Row extends Cursor {
  readonly charge_point: string;
  readonly sender: "chargePoint" | "bridge";
  readonly action: string;
  readonly latency_ms: number;
  readonly outcome: ExchangeOutcome;
  readonly violations: string;
  readonly request: string;
  readonly answer: string | null;
}

interface Page {
  readonly query: ExchangeQuery;
  readonly before: Cursor;
  readonly limit: number;
}

function page(database: Database.Database, { query, before, limit }: Page): Row[] {
  const { chargePointId, action, since, until, isFaulty } = query;
  const conditions = [
    "(at, number) < (@at, @number)",
    ...(chargePointId === undefined ? [] : ["charge_point = @chargePointId"]),
    ...(action === undefined ? [] : ["action = @action"]),
    ...(since === undefined ? [] : ["at >= @since"]),
    ...(until === undefined ? [] : ["at < @until"]),
    // As the partial index has it, word for word.
    ...(isFaulty === true ? ["(outcome <> 'Answered' OR violations <> '')"] : []),
  ];
  const statement = database.prepare<[object], Row>(
    `SELECT * FROM exchanges WHERE ${conditions.join(" AND ")} ORDER BY at DESC, number DESC LIMIT @limit`,
  );
  return statement.all({ ...query, isFaulty: null, at: before.at, number: before.number, limit });
}

function exchangeFrom(row: Row): KeptExchange {
  const { number, at, action, outcome, request } = row;
  return {
    number,
    at,
    chargePointId: row.charge_point,
    from: row.sender,
    action,
    latencyMs: row.latency_ms,
    outcome,
    violations: row.violations === "" ? [] : row.violations.split("\n"),
    request,
    answer: row.answer ?? undefined,
  };
}
