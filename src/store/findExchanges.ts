// Finds exchanges in the message log, the newest first, a page at a time. It opens the file to read, whoever else writes it.
import type Database from "better-sqlite3";
import type { ExchangePage, ExchangePageQuery, ExchangePlace, ExchangeQuery, KeptExchange } from "../twin/keptPages.ts";
import type { ExchangeOutcome } from "../twin/ports.ts";
import { messageLayout } from "./database.ts";
import { openReadOnly, reading } from "./readOnly.ts";

const PAGE = 200;
/** Rows that one page looks at, and about how many characters it has: neither keeps its reader long. */
const MOST_SCANNED = 10_000;
const MOST_CHARACTERS = 1_000_000;

/** Page by page, each from a question of its own; nothing where no log is kept. Throws a StoreFault where the file cannot be read. */
export function* findExchanges(
  directory: string,
  query: ExchangeQuery,
  most = Number.MAX_SAFE_INTEGER,
): Generator<readonly KeptExchange[], undefined> {
  const database = openReadOnly(directory, messageLayout);
  if (database === undefined) return undefined;
  try {
    let left = most;
    let before: ExchangePlace | undefined;
    do {
      const asked = { ...query, before, limit: Math.min(left, PAGE) };
      const { exchanges, next } = reading(directory, messageLayout, () => pageOfExchanges(database, asked));
      yield exchanges;
      left -= exchanges.length;
      before = next;
    } while (before !== undefined && left > 0);
    return undefined;
  } finally {
    database.close();
  }
}

/** One page of one moment. */
export function pageOfExchanges(database: Database.Database, query: ExchangePageQuery): ExchangePage {
  const read = query.after === undefined ? olderExchanges : newerExchanges;
  return database.transaction(() => read(database, query))();
}

interface Row extends ExchangePlace {
  readonly charge_point: string;
  readonly sender: "chargePoint" | "bridge";
  readonly action: string;
  readonly latency_ms: number;
  readonly outcome: ExchangeOutcome;
  readonly violations: string;
  readonly request: string;
  readonly answer: string | null;
}

function olderExchanges(database: Database.Database, query: ExchangePageQuery): ExchangePage {
  const { chargePointId, since } = query;
  const statement = database.prepare<[object], Row>(olderInSql(query));
  const newest = database.prepare<[], number | null>("SELECT max(number) FROM exchanges").pluck().get() ?? 0;
  const { exchanges, last } = scan(statement.iterate({ ...endOf(query), chargePointId, since }), query);
  return { exchanges, next: last, newest };
}

/** The place before which a page begins: with two upper bounds the index might be entered at the wrong one. */
function endOf({ before, until }: ExchangePageQuery): ExchangePlace {
  const end = { at: until ?? Number.MAX_SAFE_INTEGER, number: 0 };
  return before === undefined || before.at >= end.at ? end : before;
}

/** What an index helps with; the rest is judged row by row, so that no page looks at all that there is. */
function olderInSql({ chargePointId, since, isFaulty }: ExchangeQuery): string {
  const conditions = [
    "(at, number) < (@at, @number)",
    ...(chargePointId === undefined ? [] : ["charge_point = @chargePointId"]),
    ...(since === undefined ? [] : ["at >= @since"]),
    // As the partial index has it, word for word. The one of a charge point does not tell them apart.
    ...(isFaulty === true && chargePointId === undefined ? ["(outcome <> 'Answered' OR violations <> '')"] : []),
  ];
  return `SELECT * FROM exchanges WHERE ${conditions.join(" AND ")} ORDER BY at DESC, number DESC`;
}

/** In the order in which they were kept none is missed: one that was asked earlier may have ended later. */
function newerExchanges(database: Database.Database, query: ExchangePageQuery): ExchangePage {
  const { after = 0 } = query;
  const statement = database.prepare<[number], Row>("SELECT * FROM exchanges WHERE number > ? ORDER BY number");
  const newest = database.prepare<[], number | null>("SELECT max(number) FROM exchanges").pluck().get() ?? 0;
  const { exchanges, last } = scan(statement.iterate(after), query);
  return { exchanges: exchanges.toReversed(), next: undefined, newest: last?.number ?? newest };
}

/** What fits, and the row that ended the page; undefined where there was no more. */
function scan(
  rows: Iterable<Row>,
  query: ExchangePageQuery,
): { readonly exchanges: KeptExchange[]; readonly last: ExchangePlace | undefined } {
  const exchanges: KeptExchange[] = [];
  let scanned = 0;
  let characters = 0;
  for (const row of rows) {
    if (fits(row, query)) {
      exchanges.push(exchangeFrom(row));
      characters += row.request.length + row.violations.length + (row.answer?.length ?? 0);
    }
    const isFull = exchanges.length >= query.limit || characters >= MOST_CHARACTERS;
    if (isFull || ++scanned >= MOST_SCANNED) return { exchanges, last: { at: row.at, number: row.number } };
  }
  return { exchanges, last: undefined };
}

function fits(row: Row, { chargePointId, action, since, until, isFaulty }: ExchangeQuery): boolean {
  return (
    (chargePointId === undefined || row.charge_point === chargePointId) &&
    (action === undefined || row.action === action) &&
    (since === undefined || row.at >= since) &&
    (until === undefined || row.at < until) &&
    (isFaulty !== true || row.outcome !== "Answered" || row.violations !== "")
  );
}

/** As one line of a file of JSON lines. */
export function jsonLineOf({ number: _number, at, ...exchange }: KeptExchange): string {
  return JSON.stringify({ at: new Date(at).toISOString(), ...exchange });
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
