// Finds exchanges in the message log, the newest first, a page at a time. It opens the file to read, whoever else writes it.
import Database from "better-sqlite3";
import type { EpochMs } from "../std/clock.ts";
import type { ExchangePage, ExchangePageQuery, ExchangePlace, ExchangeQuery, KeptExchange } from "../twin/keptPages.ts";
import { messageLayout } from "./database.ts";
import { exchangesIn, mayHold, type BlockHead } from "./exchangeBlock.ts";
import { StoreFault } from "./faults.ts";
import { openReadOnly, reading } from "./readOnly.ts";

const PAGE = 200;
/** Blocks that one page reads, blocks that it passes over, and about how many characters it has: none keeps its reader long. */
const MOST_READ = 64;
const MOST_PASSED = 5000;
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

function olderExchanges(database: Database.Database, query: ExchangePageQuery): ExchangePage {
  const blocks = new Blocks(database, query);
  const page = new Page(query.limit);
  const end = endOf(query);
  /** The newest last. */
  const waiting: KeptExchange[] = [];
  const takeNewerThan = (at: EpochMs): void => {
    while (!page.isFull && (waiting.at(-1)?.at ?? -1) > at) page.take(waiting.pop() as KeptExchange);
  };
  for (const head of blocks.newestFirst(end)) {
    takeNewerThan(head.latest);
    if (page.isFull) break;
    // Where a clock was set back, blocks overlap: then it would end where it has begun.
    if (blocks.isTiring && head.latest + 1 < end.at) {
      page.next = { at: head.latest + 1, number: 0 };
      break;
    }
    for (const exchange of blocks.exchangesOf(head)) if (compare(exchange, end) < 0) waiting.push(exchange);
    waiting.sort(compare);
  }
  if (page.next === undefined) takeNewerThan(-1);
  return { exchanges: page.exchanges, next: page.next, newest: blocks.newest };
}

/** The place before which a page begins. */
function endOf({ before, until }: ExchangePageQuery): ExchangePlace {
  const end = { at: until ?? Number.MAX_SAFE_INTEGER, number: 0 };
  return before === undefined || before.at >= end.at ? end : before;
}

function compare(a: ExchangePlace, b: ExchangePlace): number {
  return a.at - b.at || a.number - b.number;
}

/** In the order in which they were kept none is missed: one that was asked earlier may have ended later. */
function newerExchanges(database: Database.Database, query: ExchangePageQuery): ExchangePage {
  const { after = 0 } = query;
  const blocks = new Blocks(database, query);
  const page = new Page(query.limit);
  const pageUpTo = (newest: number): ExchangePage => ({
    exchanges: page.exchanges.toReversed(),
    next: undefined,
    newest,
  });
  for (const head of blocks.after(after)) {
    for (const exchange of blocks.exchangesOf(head)) {
      if (exchange.number <= after) continue;
      page.take(exchange);
      if (page.isFull) return pageUpTo(exchange.number);
    }
    if (blocks.isTiring) return pageUpTo(head.number);
  }
  return pageUpTo(blocks.newest);
}

class Page {
  readonly exchanges: KeptExchange[] = [];
  /** Where the next one begins, as far as is known. */
  next: ExchangePlace | undefined;
  isFull = false;
  readonly #limit: number;
  #characters = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(exchange: KeptExchange): void {
    const { at, number, request, violations, answer } = exchange;
    this.exchanges.push(exchange);
    this.#characters += request.length + violations.join("\n").length + (answer?.length ?? 0);
    this.isFull = this.exchanges.length >= this.#limit || this.#characters >= MOST_CHARACTERS;
    if (this.isFull) this.next = { at, number };
  }
}

/** The blocks in which there may be what is asked for. */
class Blocks {
  readonly newest: number;
  readonly #query: ExchangeQuery;
  readonly #database: Database.Database;
  readonly #identities: Database.Statement<[number], Uint8Array>;
  readonly #lines: Database.Statement<[number], Uint8Array>;
  #read = 0;
  #passed = 0;

  constructor(database: Database.Database, query: ExchangeQuery) {
    this.#database = database;
    this.#query = query;
    this.newest = database.prepare<[], number | null>("SELECT max(number) FROM exchanges").pluck().get() ?? 0;
    const column = (name: string): Database.Statement<[number], Uint8Array> =>
      database.prepare<[number], Uint8Array>(`SELECT ${name} FROM exchanges WHERE number = ?`).pluck();
    this.#identities = column("identities");
    this.#lines = column("lines");
  }

  /** Whether a page has seen so much that another one should go on. */
  get isTiring(): boolean {
    return this.#read >= MOST_READ || this.#passed >= MOST_PASSED;
  }

  newestFirst({ at, number }: ExchangePlace): Iterable<BlockHead> {
    return this.#database
      .prepare<[object], BlockHead>(
        `SELECT number, earliest, latest, faulty 
         FROM exchanges WHERE latest >= @since AND earliest <= @last ORDER BY latest DESC`,
      )
      .iterate({ last: number > 0 ? at : at - 1, since: this.#query.since ?? 0 });
  }

  after(number: number): Iterable<BlockHead> {
    return this.#database
      .prepare<[number], BlockHead>(
        "SELECT number, earliest, latest, faulty FROM exchanges WHERE number > ? ORDER BY number",
      )
      .iterate(number);
  }

  /** Those that are asked for, in the order in which they ended. Throws a StoreFault where the block is damaged. */
  *exchangesOf({ number, earliest, latest, faulty }: BlockHead): Generator<KeptExchange, undefined> {
    const { chargePointId, action, isFaulty } = this.#query;
    this.#passed++;
    if (isFaulty === true && faulty === 0) return undefined;
    if (chargePointId !== undefined && !mayHold(this.#identities.get(number) as Uint8Array, chargePointId))
      return undefined;
    this.#read++;
    try {
      for (const exchange of exchangesIn(this.#lines.get(number) as Uint8Array, chargePointId ?? action))
        if (fits(exchange, this.#query)) yield exchange;
    } catch (error) {
      if (error instanceof Database.SqliteError) throw error;
      const [from, to] = [earliest, latest].map((at) => new Date(at).toISOString());
      throw new StoreFault(
        `what messages.db has kept from ${from} to ${to} is damaged; what was before or after that can be asked for by its time`,
      );
    }
    return undefined;
  }
}

function fits(exchange: KeptExchange, { chargePointId, action, since, until, isFaulty }: ExchangeQuery): boolean {
  return (
    (chargePointId === undefined || exchange.chargePointId === chargePointId) &&
    (action === undefined || exchange.action === action) &&
    (since === undefined || exchange.at >= since) &&
    (until === undefined || exchange.at < until) &&
    (isFaulty !== true || exchange.outcome !== "Answered" || exchange.violations.length > 0)
  );
}

/** As one line of a file of JSON lines. */
export function jsonLineOf({ number: _number, at, ...exchange }: KeptExchange): string {
  return JSON.stringify({ at: new Date(at).toISOString(), ...exchange });
}
