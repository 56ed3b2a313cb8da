// A step of the layout of messages.db: exchanges that stood in a row each are joined to blocks (exchangeBlock.ts).
import type Database from "better-sqlite3";
import { blockOf, merged, type ExchangeRow } from "./exchangeBlock.ts";

const ROWS = 2048;

export function packExchanges(database: Database.Database): void {
  database.exec(`
    ALTER TABLE exchanges RENAME TO single_exchanges;
    DROP INDEX exchanges_by_time;
    DROP INDEX exchanges_of_charge_point;
    DROP INDEX exchanges_that_failed;

    -- A block of exchanges a row, in the order in which they ended.
    CREATE TABLE exchanges (
      -- Of the last exchange of the block.
      number INTEGER PRIMARY KEY,
      count INTEGER NOT NULL,
      -- When the first request of the block came in or went out, and the last one.
      earliest INTEGER NOT NULL,
      latest INTEGER NOT NULL,
      -- How many were not answered as they should be, or broke the schema.
      faulty INTEGER NOT NULL,
      -- 1 until it is joined with others.
      is_young INTEGER NOT NULL,
      -- CRC-32 of the identities of the charge points, 4 bytes each.
      identities BLOB NOT NULL,
      -- [number, at, identity, sender, action, latency in ms, outcome, violations one a line, request, answer]: a line of JSON each; with zstd where they are joined.
      lines BLOB NOT NULL
    );
    CREATE INDEX exchanges_by_time ON exchanges (latest, earliest, faulty);
    CREATE INDEX exchanges_to_join ON exchanges (number) WHERE is_young = 1;
  `);
  const rows = database
    .prepare<[number], ExchangeRow & { readonly [place: number]: unknown }>(
      `SELECT at, charge_point, sender, action, latency_ms, outcome, violations, request, answer
     FROM single_exchanges WHERE number > ? ORDER BY number LIMIT ${ROWS}`,
    )
    .raw();
  const lastOf = database
    .prepare<[number], number | null>(
      `SELECT max(number) FROM (SELECT number FROM single_exchanges WHERE number > ? ORDER BY number LIMIT ${ROWS})`,
    )
    .pluck();
  const insert = database.prepare(
    `INSERT INTO exchanges VALUES (@number, @count, @earliest, @latest, @faulty, 0, @identities, @lines)`,
  );
  let done = 0;
  for (let last = lastOf.get(done); typeof last === "number"; last = lastOf.get(done)) {
    const packed = rows.all(done);
    insert.run(merged([blockOf(packed, last - packed.length + 1)]));
    done = last;
  }
  database.exec("DROP TABLE single_exchanges");
}
