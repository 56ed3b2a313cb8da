// The message log in blocks: which are read, in which order what is in them is found, and what a damaged one costs.
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDirectory, messageLayout, openDatabase } from "../../src/store/database.ts";
import type { ExchangeRow } from "../../src/store/exchangeBlock.ts";
import { ExchangeTables } from "../../src/store/exchangeTables.ts";
import { findExchanges, pageOfExchanges } from "../../src/store/findExchanges.ts";
import { messageMigrations } from "../../src/store/migrations.ts";
import type { ExchangePageQuery, ExchangeQuery, KeptExchange } from "../../src/twin/keptPages.ts";
import { NOON, StoresInTest } from "./storeInTest.ts";

/** A batch that is joined to one block as soon as it is written. */
const WHOLE = 2048;

/** What is said of a block that began and ended at these seconds. */
const told = (first: string, last: string): RegExp =>
  new RegExp(
    `^what messages\\.db has kept from \\S+:${first}Z to \\S+:${last}Z is damaged; what was before or after that can be asked for by its time$`,
    "u",
  );

const stores = new StoresInTest();
let directory = "";
let database: Database.Database;
let tables: ExchangeTables;

beforeEach(async () => {
  directory = await stores.folder();
  open();
});
afterEach(async () => {
  database.close();
  await stores.clean();
});

function open(): void {
  const lock = lockDirectory(directory);
  ({ database } = openDatabase({ directory, now: NOON }, messageLayout));
  tables = new ExchangeTables(database);
  lock.close();
}

function row(
  at: number,
  more: { readonly id?: string; readonly action?: string; readonly isFaulty?: boolean } = {},
): ExchangeRow {
  const { id = "CP001", action = "Heartbeat", isFaulty = false } = more;
  return [
    at,
    id,
    "chargePoint",
    action,
    1.5,
    isFaulty ? "CallError" : "Answered",
    "",
    `[2,"${at}","${action}",{}]`,
    null,
  ];
}

const rowsFrom = (first: number, count: number): ExchangeRow[] =>
  Array.from({ length: count }, (_, index) => row(first + index));

const blocks = (): unknown[] =>
  database.prepare("SELECT number, count, is_young FROM exchanges ORDER BY number").raw().all();

const find = (query: ExchangeQuery = {}): KeptExchange[] => [...findExchanges(directory, query)].flat();
const numbers = (query?: ExchangeQuery): number[] => find(query).map(({ number }) => number);

/** Page by page to the end: how many each has. */
function pages(query: ExchangeQuery, limit = 200): number[] {
  const sizes: number[] = [];
  let before: ExchangePageQuery["before"];
  do {
    const { exchanges, next } = pageOfExchanges(database, { ...query, before, limit });
    sizes.push(exchanges.length);
    before = next;
  } while (before !== undefined && sizes.length < 1000);
  return sizes;
}

describe("young blocks", () => {
  it("become one when they have so many exchanges, and all of them are found as before", () => {
    for (let index = 0; index < WHOLE + 3; index++) {
      tables.write([row(NOON + index, { id: `CP${index % 7}`, isFaulty: index === 5 })]);
      if (index === 254) expect(blocks()).toHaveLength(255);
    }
    // 256 blocks of one exchange each are joined as well.
    expect(blocks()).toEqual([
      ...Array.from({ length: 8 }, (_, index) => [(index + 1) * 256, 256, 0]),
      [2049, 1, 1],
      [2050, 1, 1],
      [2051, 1, 1],
    ]);
    expect(numbers()).toEqual(Array.from({ length: WHOLE + 3 }, (_, index) => WHOLE + 3 - index));
    expect(numbers({ isFaulty: true })).toEqual([6]);
    expect(numbers({ chargePointId: "CP3" })).toEqual(
      Array.from({ length: 293 }, (_, index) => 4 + index * 7).toReversed(),
    );
    tables.write(rowsFrom(NOON + 5000, WHOLE));
    expect(blocks().at(-1)).toEqual([2051 + WHOLE, 3 + WHOLE, 0]);
  });

  it("become one before they reach over an hour, so that none is kept long beyond its days", () => {
    tables.write([row(NOON)]);
    tables.write([row(NOON + 3_599_999)]);
    expect(blocks()).toHaveLength(2);
    tables.write([row(NOON + 3_600_000)]);
    const last = [3, 1, 1];
    expect(blocks()).toEqual([[2, 2, 0], last]);
    const retention = { days: 1, megabytes: 16 };
    tables.limitAge(retention, NOON + 3_599_999 + 86_400_000);
    expect(blocks()).toHaveLength(2);
    tables.limitAge(retention, NOON + 3_600_000 + 86_400_000);
    expect(blocks()).toEqual([last]);
    tables.limitAge(retention, NOON + 3_600_001 + 86_400_000);
    expect(blocks()).toEqual([]);
    // Numbers go on: who follows waits for a higher one.
    tables.write([row(NOON + 86_400_000)]);
    expect(blocks()).toEqual([[4, 1, 1]]);
  });

  it("of which one is damaged stay as they are: the others are found, and of it is said where it stands", () => {
    tables.write(rowsFrom(NOON, 10));
    tables.write(rowsFrom(NOON + 100, 10));
    database.exec("UPDATE exchanges SET lines = x'00' || substr(lines, 2) WHERE number = 10");
    tables.write(rowsFrom(NOON + 200, WHOLE));
    expect(blocks()).toEqual([
      [10, 10, 0],
      [20, 10, 0],
      [20 + WHOLE, WHOLE, 0],
    ]);
    expect(numbers({ since: NOON + 50 })).toHaveLength(10 + WHOLE);
    expect(() => find()).toThrow(told("00.000", "00.009"));
  });
});

describe("a block", () => {
  it.each<[string, (lines: Buffer) => Buffer]>([
    ["of which some bytes are lost", (lines) => Buffer.concat([lines.subarray(0, 200), lines.subarray(203)])],
    [
      "of which one bit is turned over",
      (lines) => lines.map((byte, index) => (index === 1000 ? byte ^ 1 : byte)) as Buffer,
    ],
    ["that is cut off", (lines) => lines.subarray(0, 100)],
    ["that is empty", () => Buffer.alloc(0)],
    ["that holds something else", () => Buffer.from("[1,2\n")],
    ["that holds a line of another kind", () => Buffer.from("[1,2]\n")],
  ])("%s is said with its time, and what is before and after it is found", (_, damage) => {
    for (const second of [0, 100, 200]) tables.write(rowsFrom(NOON + second * 1000, WHOLE));
    const lines = database.prepare<[], Buffer>("SELECT lines FROM exchanges").pluck().all()[1] as Buffer;
    database.prepare("UPDATE exchanges SET lines = ? WHERE number = ?").run(damage(lines), 2 * WHOLE);
    expect(() => find()).toThrow(told("40.000", "42.047"));
    expect(numbers({ since: NOON + 200_000 })).toHaveLength(WHOLE);
    expect(numbers({ until: NOON + 100_000 })).toHaveLength(WHOLE);
  });
});

describe("exchanges are found", () => {
  it("by the time of their requests, whichever block they ended in", () => {
    tables.write([row(NOON + 3), row(NOON + 4), row(NOON + 8)]);
    tables.write([row(NOON + 5), row(NOON + 1)]);
    tables.write([row(NOON + 6), row(NOON + 4), row(NOON + 2)]);
    const sorted = [3, 6, 4, 7, 2, 1, 8, 5];
    expect(numbers()).toEqual(sorted);
    for (const limit of [1, 2, 3])
      expect(pages({}, limit)).toEqual([...Array.from({ length: Math.floor(8 / limit) }, () => limit), 8 % limit]);
    expect(numbers({ since: NOON + 2, until: NOON + 5 })).toEqual([7, 2, 1, 8]);
  });

  it("in the order in which they ended by who follows", () => {
    tables.write([row(NOON + 9), row(NOON + 1)]);
    tables.write([row(NOON + 5, { id: "CP002" }), row(NOON + 2)]);
    const follow = (after: number, query: ExchangeQuery = {}, limit = 10) => {
      const { exchanges, next, newest } = pageOfExchanges(database, { ...query, after, limit });
      return { numbers: exchanges.map(({ number }) => number), next, newest };
    };
    expect(follow(1)).toEqual({ numbers: [4, 3, 2], next: undefined, newest: 4 });
    expect(follow(1, {}, 2)).toEqual({ numbers: [3, 2], next: undefined, newest: 3 });
    expect(follow(1, { chargePointId: "CP002" })).toEqual({ numbers: [3], next: undefined, newest: 4 });
    expect(follow(4)).toEqual({ numbers: [], next: undefined, newest: 4 });
    tables.write(rowsFrom(NOON + 10, WHOLE));
    expect(follow(4, {}, 1)).toEqual({ numbers: [5], next: undefined, newest: 5 });
  });

  it.each(['","', 'CP"001', "CP\\001", "Heartbeat", "chargePoint", "Answered", "é", "A,B"])(
    "by the identity %j and by no other value that is written like it",
    (id) => {
      tables.write([
        row(NOON, { id }),
        row(NOON + 1, { id: "other", action: "Reset" }),
        row(NOON + 2, { id: "other", action: id }),
      ]);
      expect(numbers({ chargePointId: id })).toEqual([1]);
      expect(numbers({ chargePointId: "other", action: id })).toEqual([3]);
      expect(numbers({ chargePointId: id.slice(1) })).toEqual([]);
    },
  );

  it("a page at a time, none of which reads more than so many blocks", () => {
    tables.write([row(NOON, { action: "Reset" })]);
    for (let index = 1; index <= 130; index++) tables.write(rowsFrom(NOON + index * WHOLE, WHOLE));
    expect(pages({ action: "Reset" })).toEqual([0, 0, 1]);
    // No block of these needs to be read.
    expect(pages({ chargePointId: "CP002" })).toEqual([0]);
    expect(pages({ isFaulty: true })).toEqual([0]);
  });

  it("to the end though a clock was set back over and over, so that all blocks overlap", () => {
    for (let index = 0; index < 130; index++)
      tables.write([...rowsFrom(NOON + index, WHOLE - 1), row(NOON + 1_000_000)]);
    expect(pages({ action: "Reset" }).every((size) => size === 0)).toBe(true);
    expect(pages({ since: NOON + 1_000_000 }, 100).filter((size) => size > 0)).toEqual([100, 30]);
  });
});

describe("a messages.db of the version before", () => {
  const COUNT = 5000;

  function makeOld(): void {
    database.close();
    database = new Database(join(directory, "messages.db"));
    database.exec("DROP TABLE exchanges");
    database.exec(messageMigrations[0] as string);
    database.pragma("user_version = 1");
    // Some in the middle are missing: those that were too old went by the time of their requests.
    database.exec(`INSERT INTO exchanges
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${COUNT})
      SELECT i, ${NOON} + i, iif(i % 2, 'CP001', 'CP"2'), 'chargePoint', 'Heartbeat', 1.25,
        iif(i = 4321, 'CallError', 'Answered'), iif(i = 17, 'a' || char(10) || 'b', ''), '[2,"' || i || '"]',
        iif(i % 3, NULL, '[3,"' || i || '"]')
      FROM n WHERE i NOT BETWEEN 3000 AND 3009`);
  }

  it("is taken over whole, once", () => {
    makeOld();
    database.close();
    for (let times = 0; times < 2; times++) {
      open();
      const all = find();
      expect(all.map(({ request }) => request)).toEqual(
        Array.from({ length: COUNT }, (_, index) => `[2,"${COUNT - index}"]`).filter((_, index) => {
          const number = COUNT - index;
          return number < 3000 || number > 3009;
        }),
      );
      expect(all[0]).toEqual({
        number: COUNT,
        at: NOON + COUNT,
        chargePointId: 'CP"2',
        from: "chargePoint",
        action: "Heartbeat",
        latencyMs: 1.25,
        outcome: "Answered",
        violations: [],
        request: `[2,"${COUNT}"]`,
        answer: undefined,
      });
      expect(find({ isFaulty: true }).map(({ at, violations }) => [at - NOON, violations])).toEqual([
        [4321, []],
        [17, ["a", "b"]],
      ]);
      expect(find({ chargePointId: 'CP"2' })).toHaveLength((COUNT - 10) / 2);
      database.close();
    }
    open();
    tables.write([row(NOON + COUNT + 1)]);
    expect(find()[0]?.number).toBe(COUNT + 1);
  });

  it("is read by nobody before, who is told what to do", () => {
    makeOld();
    expect(() => find()).toThrow(/messages\.db was written by an older version of this program: start the bridge/u);
  });
});
