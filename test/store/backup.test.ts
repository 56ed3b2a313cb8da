// Copies made while the ledger is being written, and put back: what is in them, what is refused, and that nothing is ever deleted.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/std/clock.ts";
import { backUp } from "../../src/store/backup.ts";
import { openExchangeLog } from "../../src/store/exchangeLog.ts";
import { findExchanges } from "../../src/store/findExchanges.ts";
import { restore } from "../../src/store/restore.ts";
import { NOON, start, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
afterEach(() => stores.clean());

const quiet = (): void => {};

function startsIn(path: string): number[] {
  const database = new Database(path, { readonly: true });
  const query = "SELECT meter_start FROM transactions ORDER BY transaction_id";
  const starts = database.prepare<[], number>(query).pluck().all();
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  database.close();
  return starts;
}

async function folderWith(starts: number): Promise<string> {
  const directory = await stores.folder();
  const store = await stores.open(directory);
  const records = Array.from({ length: starts }, (_, index) => start({ meterStart: index }));
  await Promise.all(records.map((record) => store.ledger.keep(record)));
  await stores.close(store);
  return directory;
}

describe("a backup", () => {
  it("holds everything that was confirmed before it, whole, though the ledger is written all the while", async () => {
    const directory = await folderWith(20_000);
    const store = await stores.open(directory);
    const over = new AbortController();
    let confirmed = 20_000;
    const write = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const receipt = await store.ledger.keep(start({ meterStart: confirmed }));
        expect(receipt.kind).toBe("started");
        confirmed++;
      }
    };
    const writing = write();
    const before = confirmed;
    const shown: [string, number, number][] = [];
    const output = join(directory, "backups", "today");
    const copies = await backUp({ directory, output, progress: (...each) => shown.push(each) });
    over.abort();
    await writing;
    expect(copies).toEqual([join(output, "state.db")]);
    expect(readdirSync(output)).toEqual(["state.db"]);
    const starts = startsIn(join(output, "state.db"));
    expect(starts).toEqual(starts.map((_, index) => index));
    expect(starts.length).toBeGreaterThanOrEqual(before);
    expect(confirmed).toBeGreaterThan(20_000);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.every(([file, done, total]) => file === "state.db" && done <= total)).toBe(true);
    expect(statSync(join(output, "state.db")).mode & 0o777).toBe(0o600);
  });

  it("overwrites nothing, leaves nothing half-made, and says what is wrong", async () => {
    const directory = await folderWith(1);
    const output = join(directory, "backup.db");
    await backUp({ directory, output, progress: quiet });
    await expect(backUp({ directory, output, progress: quiet })).rejects.toThrow(/exists already; name another place/u);
    await expect(backUp({ directory: join(directory, "none"), output, progress: quiet })).rejects.toThrow(
      /nothing to back up/u,
    );
    const below = join(directory, "backup.db", "x");
    await expect(backUp({ directory, output: below, progress: quiet })).rejects.toThrow(/the backup has failed/u);
    expect(readdirSync(directory).filter((name) => name.includes("partial"))).toEqual([]);
  });
});

describe("restoring", () => {
  it("brings back what the backup has, messages too, and keeps what was there before", async () => {
    const directory = await folderWith(3);
    const note = { chargePointId: "CP001", from: "bridge", action: "Reset", at: NOON, latencyMs: 1 } as const;
    const options = { directory, days: 3650, megabytes: 16, clock: systemClock, log: stores.log, lost: quiet };
    const log = openExchangeLog(options);
    log.note({ ...note, outcome: "Unanswered", request: "[]", answer: undefined, violations: [] });
    await log.stop();
    const backup = join(directory, "backup");
    await backUp({ directory, output: backup, progress: quiet });
    const store = await stores.open(directory);
    await store.ledger.keep(start({ meterStart: 3 }));
    await stores.close(store);

    const { files, aside } = restore({ directory, backup, now: NOON });
    expect(files).toEqual([join(directory, "state.db"), join(directory, "messages.db")]);
    expect(startsIn(join(directory, "state.db"))).toEqual([0, 1, 2]);
    expect(aside).toEqual(files.map((file) => `${file}.before-restore-2026-11-25T12-00-00-000Z`));
    expect(startsIn(aside[0] ?? "")).toEqual([0, 1, 2, 3]);
    expect([...findExchanges(directory, {}, 10)].flat()).toMatchObject([note]);
    expect(statSync(join(directory, "state.db")).mode & 0o777).toBe(0o600);
    // The bridge goes on with it, and gives no id twice.
    const again = await stores.open(directory);
    expect(again.restored.transactions).toHaveLength(3);
    expect(readdirSync(directory).filter((name) => name.includes("restoring"))).toEqual([]);
  });

  it("takes a copy of the folder with its journal for what it is, and leaves it as it was", async () => {
    const from = await stores.folder();
    const store = await stores.open(from);
    await store.ledger.keep(start());
    const copy = await stores.folder();
    for (const suffix of ["", "-wal"]) copyFileSync(join(from, `state.db${suffix}`), join(copy, `state.db${suffix}`));
    const before = readFileSync(join(copy, "state.db-wal"));
    const directory = await stores.folder();
    expect(restore({ directory, backup: copy, now: NOON }).aside).toEqual([]);
    expect(startsIn(join(directory, "state.db"))).toEqual([1000]);
    expect(readFileSync(join(copy, "state.db-wal"))).toEqual(before);
  });

  const refused: readonly (readonly [what: string, prepare: (backup: string) => void, sentence: RegExp])[] = [
    ["what is not there", () => {}, /does not exist/u],
    ["a folder without state.db", (path) => mkdirSync(path), /is no backup: it has no state\.db/u],
    [
      "what is no database",
      (path) => writeFileSync(path, "hello".repeat(5000)),
      /damaged, or no database; nothing was/u,
    ],
    ["an empty file", (path) => writeFileSync(path, ""), /is no backup of state\.db/u],
    [
      "a database of somebody else",
      (path) => new Database(path).exec("CREATE TABLE a (b)").close(),
      /it has no table transactions; nothing was changed/u,
    ],
    [
      "a newer version's",
      (path) => {
        const newer = new Database(path);
        newer.exec("CREATE TABLE transactions (a)");
        newer.pragma("user_version = 99");
        newer.close();
      },
      /newer version of this program/u,
    ],
  ];

  it.each(refused)("refuses %s, and changes nothing", async (_, prepare, sentence) => {
    const directory = await folderWith(2);
    const backup = join(await stores.folder(), "backup");
    prepare(backup);
    expect(() => restore({ directory, backup, now: NOON })).toThrow(sentence);
    expect(readdirSync(directory).toSorted()).toEqual(["state.db", "state.lock"]);
    expect(startsIn(join(directory, "state.db"))).toEqual([0, 1]);
  });

  it.each<[string, (path: string) => void]>([
    ["cut off", (path) => truncateSync(path, statSync(path).size - 8192)],
    [
      "with a flipped byte in a page",
      (path) => {
        const bytes = readFileSync(path);
        bytes.fill(0xff, 4096 * 3, 4096 * 3 + 64);
        writeFileSync(path, bytes);
      },
    ],
  ])("refuses a backup that is %s", async (_, spoil) => {
    const directory = await folderWith(500);
    const backup = join(directory, "backup.db");
    await backUp({ directory, output: backup, progress: quiet });
    spoil(backup);
    expect(() => restore({ directory, backup, now: NOON })).toThrow(/damaged/u);
    expect(startsIn(join(directory, "state.db"))).toHaveLength(500);
  });

  it("refuses a data directory on which a bridge runs, and itself", async () => {
    const directory = await folderWith(1);
    const backup = join(await stores.folder(), "backup.db");
    await backUp({ directory, output: backup, progress: quiet });
    expect(() => restore({ directory, backup: directory, now: NOON })).toThrow(/is the data directory itself/u);
    await stores.open(directory);
    expect(() => restore({ directory, backup, now: NOON })).toThrow(/a bridge is running on this data directory/u);
    expect(existsSync(join(directory, "state.db.restoring"))).toBe(false);
  });
});
