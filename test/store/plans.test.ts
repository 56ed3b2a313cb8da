// How SQLite finds a page of what is kept: by an index in the order of the page, so that the bound of rows looked at is one of rows read.
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { lockDirectory, messageLayout, openDatabase, stateLayout, type Layout } from "../../src/store/database.ts";
import { pageOfExchanges } from "../../src/store/findExchanges.ts";
import { findTransactions } from "../../src/store/findTransactions.ts";
import { findIdTags } from "../../src/store/idTagsIn.ts";
import { migrations } from "../../src/store/migrations.ts";
import type { ExchangePageQuery, TransactionQuery } from "../../src/twin/keptPages.ts";
import { NOON, start, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
afterEach(() => stores.clean());

/** What SQLite says of the last statement that `read` runs from the table, on a file as a bridge makes it. */
async function planOf(layout: Layout, table: string, read: (kept: Database.Database) => unknown): Promise<string> {
  const directory = await stores.folder();
  const lock = lockDirectory(directory);
  openDatabase({ directory, now: NOON }, layout).database.close();
  lock.close();
  const run: string[] = [];
  const kept = new Database(join(directory, layout.fileName), { verbose: (sql) => run.push(String(sql)) });
  read(kept);
  const found = run.findLast(
    (sql) => sql.startsWith("SELECT") && sql.includes(`FROM ${table} `) && !sql.includes("max("),
  );
  const plan = kept.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${found}`).all();
  kept.close();
  return plan.map(({ detail }) => detail).join("; ");
}

describe("a page", () => {
  it.each<[Omit<TransactionQuery, "limit">, string]>([
    [{}, "SEARCH transactions USING INTEGER PRIMARY KEY (rowid<?)"],
    [{ isRunning: false }, "SEARCH transactions USING INTEGER PRIMARY KEY (rowid<?)"],
    [
      { chargePointId: "CP001" },
      "SEARCH transactions USING INDEX transactions_of_charge_point (charge_point=? AND transaction_id<?)",
    ],
    [
      { chargePointId: "CP001", isRunning: true },
      "SEARCH transactions USING INDEX transactions_running (charge_point=? AND rowid<?)",
    ],
    [{ isRunning: true }, "SCAN transactions USING INDEX transactions_running; USE TEMP B-TREE FOR ORDER BY"],
  ])("of transactions by %j is found by an index", async (query, plan) => {
    const read = (kept: Database.Database) => findTransactions(kept, { ...query, limit: 10 });
    expect(await planOf(stateLayout, "transactions", read)).toBe(plan);
  });

  it.each<Omit<ExchangePageQuery, "limit">>([
    {},
    { since: 1, until: 2, before: { at: 1, number: 5 } },
    { isFaulty: true },
  ])("of messages by %j is chosen by an index that holds what it is chosen by", async (query) => {
    const read = (kept: Database.Database) => pageOfExchanges(kept, { ...query, limit: 10 });
    const index = "COVERING INDEX exchanges_by_time (latest>?)";
    expect(await planOf(messageLayout, "exchanges", read)).toBe(`SEARCH exchanges USING ${index}`);
  });

  it.each([
    { beginning: "ab", after: "" },
    { beginning: "", after: "AB" },
  ])("of id tags by %j begins where it is", async (query) => {
    const read = (kept: Database.Database) => findIdTags(kept, { ...query, limit: 10 });
    const plan = await planOf(stateLayout, "id_tags", read);
    expect(plan).toBe("SEARCH id_tags USING PRIMARY KEY (key>? AND key<?)");
  });

  it("of transactions is found in a file of the version before", async () => {
    const directory = await stores.folder();
    const old = new Database(join(directory, "state.db"));
    const before = migrations.slice(0, -1);
    for (const step of before) if (typeof step === "string") old.exec(step);
    old.pragma(`user_version = ${before.length}`);
    old.exec(`INSERT INTO transactions (transaction_id, charge_point, connector, id_tag, timestamp, meter_start, occurrence,
      started_at, start_received, start_assumed, id_tag_status, flags)
      VALUES (7, 'CP001', 1, 'OLD', '', 0, 0, 1, 1, 0, 'Accepted', '')`);
    old.close();
    const store = await stores.open(directory);
    expect((await store.ledger.keep(start())).kind).toBe("started");
    const kept = new Database(join(directory, "state.db"), { readonly: true });
    const { transactions } = findTransactions(kept, { chargePointId: "CP001", limit: 10 });
    expect(transactions.map(({ idTag }) => idTag)).toEqual(["TAG", "OLD"]);
    kept.close();
  });
});
