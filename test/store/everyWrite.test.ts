// The disk refuses one write after the other, for each of the writes that opening a file, keeping transactions, samples and messages consist
// of: whatever was confirmed is there, exactly once, and what was not is kept when it is repeated (guarantees G1 and G2).
import { cpSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { messageLayout, openDatabase, stateLayout } from "../../src/store/database.ts";
import { StoreFault } from "../../src/store/faults.ts";
import { GroupCommit } from "../../src/store/groupCommit.ts";
import { historyLayout } from "../../src/store/history/historyTables.ts";
import type { Receipt } from "../../src/twin/ledger.ts";
import { HandClock, HistoriesInTest, NOON, sample } from "./history/historyInTest.ts";
import { canLimitFiles, withFilesUpTo } from "./limitedFiles.ts";
import { start, stop, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
const histories = new HistoriesInTest();
afterEach(async () => {
  await stores.clean();
  await histories.clean();
});

/** https://sqlite.org/fileformat2.html §4: what each page in the log takes, and what stands before the first. */
const LOG_HEADER = 32;
const FRAME_HEADER = 24;
const PAGE = 4096;

const TRANSACTIONS = 2;

/** A ledger without its thread, so that each of its steps falls under the limit of the moment. */
class LedgerInTest {
  readonly clock = new HandClock();
  readonly #receipts = new Map<number, Receipt>();
  readonly #commits: GroupCommit;
  #number = 0;
  state = "ok";

  constructor(directory: string) {
    const open = (): Database.Database => openDatabase({ directory, now: NOON }, stateLayout).database;
    this.#commits = new GroupCommit(open(), {
      clock: this.clock,
      open,
      acknowledge: (all) => all.forEach(({ number, receipt }) => this.#receipts.set(number, receipt)),
      changed: (state) => (this.state = state),
      rejected: (_, error) => {
        throw error;
      },
    });
  }

  keep(record: ReturnType<typeof start> | ReturnType<typeof stop>): Receipt | undefined {
    const number = ++this.#number;
    this.#commits.add([{ number, record }]);
    this.clock.pass(5);
    return this.#receipts.get(number);
  }

  close(): void {
    this.#commits.close();
  }
}

const startOf = (index: number) => start({}, { chargePointId: `CP${index}` });
const stopOf = (index: number, transactionId: number) => stop(transactionId, {}, { chargePointId: `CP${index}` });

/** Starts and ends one transaction after the other; gives the receipts. */
function transact(ledger: LedgerInTest): (Receipt | undefined)[] {
  return Array.from({ length: TRANSACTIONS }, (_, index) => {
    const begun = ledger.keep(startOf(index));
    if (begun?.kind !== "started") return [begun];
    return [begun, ledger.keep(stopOf(index, begun.transactionId))];
  }).flat();
}

interface Row {
  readonly charge_point: string;
  readonly transaction_id: number;
  readonly meter_stop: number | null;
}

function rowsOf(directory: string): Row[] {
  const database = new Database(join(directory, "state.db"), { readonly: true });
  const rows = database
    .prepare<[], Row>("SELECT charge_point, transaction_id, meter_stop FROM transactions ORDER BY transaction_id")
    .all();
  database.close();
  return rows;
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** A folder with a store in which nothing has happened, and how far its log grows when all is kept. */
async function prepared(): Promise<{ empty: string; logBytes: number }> {
  const empty = await stores.folder();
  openDatabase({ directory: empty, now: NOON }, stateLayout).database.close();
  const full = await stores.folder();
  cpSync(empty, full, { recursive: true });
  const ledger = new LedgerInTest(full);
  transact(ledger);
  const logBytes = sizeOf(join(full, "state.db-wal"));
  ledger.close();
  return { empty, logBytes };
}

/** Before each page of the log, behind its header, and in its middle. */
const limitsUpTo = (bytes: number): number[] =>
  Array.from({ length: Math.ceil((bytes - LOG_HEADER) / (FRAME_HEADER + PAGE)) }, (_, frame) => {
    const begin = LOG_HEADER + frame * (FRAME_HEADER + PAGE);
    return [begin, begin + FRAME_HEADER, begin + FRAME_HEADER + PAGE / 2];
  }).flat();

describe.runIf(canLimitFiles())("a disk that refuses", () => {
  it(
    "any write of a transaction loses none that was confirmed, and makes none twice",
    { timeout: 120_000 },
    async () => {
      const { empty, logBytes } = await prepared();
      const limits = limitsUpTo(logBytes);
      expect(limits.length).toBeGreaterThan(30);
      for (const bytes of limits) {
        const directory = await stores.folder();
        cpSync(empty, directory, { recursive: true });
        const ledger = new LedgerInTest(directory);
        const before = withFilesUpTo(bytes, () => transact(ledger));
        expect(before.at(-1)?.kind, `up to ${bytes} bytes`).toBe("failing");
        expect(ledger.state).toBe("failing");
        const confirmed = before.flatMap((receipt) => (receipt?.kind === "started" ? [receipt.transactionId] : []));
        const ended = before.filter((receipt) => receipt?.kind === "stopped");

        ledger.clock.pass(60_000);
        expect(ledger.state).toBe("ok");
        // What was confirmed is there, and no end that was not.
        const found = rowsOf(directory);
        expect(found.map(({ transaction_id }) => transaction_id)).toEqual(expect.arrayContaining(confirmed));
        expect(found.filter(({ meter_stop }) => meter_stop !== null).length).toBeGreaterThanOrEqual(ended.length);
        // Each is repeated by its charge point.
        const after = transact(ledger).flatMap((receipt) => (receipt?.kind === "started" ? [receipt] : []));
        expect(after.map(({ transactionId }) => transactionId)).toEqual(expect.arrayContaining(confirmed));
        expect(after.filter(({ isRepeated }) => isRepeated).length).toBeGreaterThanOrEqual(confirmed.length);
        ledger.close();
        const kept = rowsOf(directory);
        expect(kept).toHaveLength(TRANSACTIONS);
        expect(new Set(kept.map(({ charge_point }) => charge_point)).size).toBe(TRANSACTIONS);
        expect(kept.every(({ meter_stop }) => meter_stop === 3000)).toBe(true);
      }
    },
  );

  it.each([stateLayout, historyLayout, messageLayout])(
    "any write with which $fileName is made is told in one sentence, and leaves what the next start can use",
    { timeout: 120_000 },
    async (layout) => {
      const full = await stores.folder();
      openDatabase({ directory: full, now: NOON }, layout).database.close();
      const largest = statSync(join(full, layout.fileName)).size;
      let refused = 0;
      for (let bytes = 0; bytes <= largest + PAGE; bytes += PAGE / 2) {
        const directory = await stores.folder();
        try {
          withFilesUpTo(bytes, () => openDatabase({ directory, now: NOON }, layout).database.close());
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(StoreFault);
          expect((error as Error).message).toMatch(
            /^store\.directory: .*(?:the disk reports an error|the disk is full)/u,
          );
        }
        const { database, movedTo } = openDatabase({ directory, now: NOON }, layout);
        expect(movedTo).toBeUndefined();
        expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
        expect(database.prepare(`SELECT count(*) FROM ${layout.table}`).pluck().get()).toBe(0);
        database.close();
      }
      expect(refused).toBeGreaterThan(5);
    },
  );

  it("any write of the history loses no sample: it waits, and is written later", { timeout: 120_000 }, async () => {
    const samples = Array.from({ length: 600 }, (_, index) => sample(NOON + index * 1000, index));
    const keep = async (bytes: number | undefined): Promise<number> => {
      const file = await histories.file({ sealAt: 200 }, new HandClock());
      const work = (): void => {
        for (let first = 0; first < samples.length; first += 100) {
          file.keep(samples.slice(first, first + 100));
          file.clock.pass(2000);
        }
      };
      if (bytes === undefined) work();
      else withFilesUpTo(bytes, work);
      const logBytes = sizeOf(join(file.directory, "history.db-wal"));
      if (bytes !== undefined) expect(file.faults.length, `up to ${bytes} bytes`).toBe(1);
      file.clock.pass(120_000);
      file.reopen();
      expect(file.samples()).toEqual(samples);
      expect([file.lost, file.damaged, file.moved]).toEqual([0, [], []]);
      return logBytes;
    };
    const logBytes = await keep(undefined);
    const limits = limitsUpTo(logBytes).filter((_, index) => index % 3 !== 2);
    expect(limits.length).toBeGreaterThan(20);
    for (const bytes of limits) await keep(bytes);
  });
});
