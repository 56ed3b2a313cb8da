// Files that are damaged, newer, taken or missing, and disks that refuse: one clear sentence, nothing destroyed, nothing confirmed that is not kept.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/std/clock.ts";
import { openDatabase, stateLayout } from "../../src/store/database.ts";
import { GroupCommit } from "../../src/store/groupCommit.ts";
import type { Store } from "../../src/store/store.ts";
import { migrations } from "../../src/store/migrations.ts";
import type { Receipt } from "../../src/twin/ledger.ts";
import { start, StoresInTest, until } from "./storeInTest.ts";

const stores = new StoresInTest();
afterEach(() => stores.clean());

/** A disk of its own, as small as wanted. */
async function mounted(size: string): Promise<string> {
  const directory = await stores.folder();
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", directory]);
  stores.beforeRemoval.push(() => execFileSync("umount", [directory]));
  return directory;
}

const startOf = (index: number) => start({}, { chargePointId: `CP${index}` });

async function fill(store: Store, count: number, from = 0): Promise<Receipt[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => store.ledger.keep(startOf(from + index))));
}

/** A store with some transactions, closed. */
async function written(count = 300): Promise<string> {
  const directory = await stores.folder();
  const store = await stores.open(directory);
  await fill(store, count);
  await stores.close(store);
  return directory;
}

const filesIn = (directory: string) =>
  Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name)).toString("hex")]));

describe("a file of a newer version", () => {
  it("is refused in one sentence, and not a byte of the folder changes", async () => {
    const directory = await written(3);
    const database = new Database(join(directory, "state.db"));
    database.pragma("user_version = 99");
    database.pragma("wal_checkpoint(TRUNCATE)");
    database.close();
    const before = filesIn(directory);
    await expect(stores.open(directory)).rejects.toThrow(
      `store.directory: ${join(directory, "state.db")} was written by a newer version of this program (layout 99; this one knows up to ${migrations.length}); nothing was changed: start the newer version, or name another folder`,
    );
    expect(filesIn(directory)).toEqual(before);
  });
});

describe("a damaged file", () => {
  it.each<[string, (path: string) => void]>([
    // The root of the table of transactions.
    ["with flipped bytes", (path) => flip(path, 4096 * 2, 4096 * 3)],
    ["with a broken header", (path) => flip(path, 0, 100)],
    ["cut in the middle", (path) => truncateSync(path, statSync(path).size / 2 - 100)],
    ["that is no database", (path) => writeFileSync(path, "this is a diary\n".repeat(1000))],
  ])("%s is moved aside with its bytes, the log says so, and another one is begun", async (_, damage) => {
    const directory = await written();
    const path = join(directory, "state.db");
    damage(path);
    const damaged = readFileSync(path);
    const store = await stores.open(directory);
    const aside = readdirSync(directory).filter((name) => /^state\.db\.corrupt-\d{4}-\d\d-\d\dT[\d-]+Z$/.test(name));
    expect(aside.length).toBe(1);
    expect(readFileSync(join(directory, aside[0] ?? "")).equals(damaged)).toBe(true);
    expect(stores.lines).toMatchObject([{ level: "error", fields: { movedTo: join(directory, aside[0] ?? "") } }]);
    expect(await store.ledger.keep(startOf(1))).toMatchObject({ kind: "started", isRepeated: false });
  });

  it.each(["cut", "flipped"])("with a log that is %s keeps everything before the damage", async (how) => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    for (let batch = 0; batch < 20; batch++) await fill(store, 20, batch * 20);
    // As a power cut leaves it: nobody has closed it.
    const copy = await stores.folder();
    for (const name of ["state.db", "state.db-wal"]) cpSync(join(directory, name), join(copy, name));
    const log = join(copy, "state.db-wal");
    const { size } = statSync(log);
    if (how === "cut") truncateSync(log, Math.floor(size * 0.6));
    else flip(log, size * 0.6, size * 0.6 + 8);
    const opened = await stores.open(copy);
    expect(stores.lines).toEqual([]);
    const receipts = (await fill(opened, 400)) as Extract<Receipt, { kind: "started" }>[];
    const kept = receipts.findIndex(({ isRepeated }) => !isRepeated);
    expect(kept).toBeGreaterThan(100);
    expect(receipts.slice(kept).every(({ isRepeated }) => !isRepeated)).toBe(true);
    expect(new Set(receipts.map(({ transactionId }) => transactionId)).size).toBe(400);
  });
});

function flip(path: string, from: number, to: number): void {
  const bytes = readFileSync(path);
  for (let at = Math.floor(from); at < to; at++) bytes[at] = ~(bytes[at] ?? 0) & 0xff;
  writeFileSync(path, bytes);
}

describe("a folder", () => {
  it("that is missing is made", async () => {
    const directory = join(await stores.folder(), "a", "b");
    await stores.open(directory);
    expect(existsSync(join(directory, "state.db"))).toBe(true);
  });

  it("belongs to one bridge at a time; the next one is told so", async () => {
    const directory = await stores.folder();
    const first = await stores.open(directory);
    await expect(stores.open(directory)).rejects.toMatchObject({
      isElsewhere: true,
      message: `a bridge is running on this data directory already: ${directory}; stop it, or name another one with --data`,
    });
    await stores.close(first);
    await stores.open(directory);
  });

  it("below a file is refused, naming the setting", async () => {
    const file = join(await stores.folder(), "file");
    writeFileSync(file, "");
    await expect(stores.open(join(file, "data"))).rejects.toThrow("store.directory: ");
  });

  it("shows its passwords to nobody else", async () => {
    const directory = await written(1);
    expect(statSync(join(directory, "state.db")).mode & 0o077).toBe(0);
  });
});

/** Free again: as an operator would do it who deletes other files. */
type Free = () => void;

const fullDisks: [
  string,
  () => Promise<{ directory: string; maxPages?: number; free: (directory: string) => Free }>,
][] = [
  [
    "at its bound of pages",
    async () => ({ directory: await stores.folder(), maxPages: 110, free: (directory) => ballast(directory) }),
  ],
];
if (canMount())
  fullDisks.push([
    "on a small disk",
    async () => {
      const directory = await mounted("1m");
      return { directory, free: () => () => execFileSync("mount", ["-o", "remount,size=64m", directory]) };
    },
  ]);

/** Pages that belong to nobody: they go into a table of another connection, and come back when that is emptied. */
function ballast(directory: string): Free {
  const database = new Database(join(directory, "state.db"));
  database.exec("CREATE TABLE ballast (filler)");
  database.prepare("INSERT INTO ballast VALUES (zeroblob(?))").run(35 * 4096);
  database.close();
  return () => {
    const again = new Database(join(directory, "state.db"), { timeout: 5000 });
    again.exec("DELETE FROM ballast");
    again.close();
  };
}

function canMount(): boolean {
  try {
    execFileSync("unshare", ["--mount", "true"], { stdio: "ignore" });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

describe("a full disk", () => {
  it.each(fullDisks)("%s: nothing is confirmed that is not kept, and it recovers by itself", async (_, prepare) => {
    const { directory, free, ...bound } = await prepare();
    const first = await stores.open(directory);
    await stores.close(first);
    const release = free(directory);
    const store = await stores.open(directory, bound);
    const receipts: Receipt[] = [];
    for (let batch = 0; store.state() === "ok"; batch++) receipts.push(...(await fill(store, 100, batch * 100)));
    const count = receipts.length;
    expect(receipts.at(-1)).toEqual({ kind: "failing" });
    expect(await fill(store, 5)).toEqual(Array.from({ length: 5 }, () => ({ kind: "failing" })));
    expect(await store.register("CP1", "{}")).toBe(false);
    expect(stores.lines.map(({ level }) => level)).toEqual(["error"]);
    expect(String(stores.lines[0]?.fields["reason"])).toContain("the disk is full");

    release();
    await until(() => store.state() === "ok");
    expect(stores.lines.map(({ level }) => level)).toEqual(["error", "info"]);
    // Whatever was confirmed is there; what was not is kept now, when it is repeated.
    for (let index = 0; index < count; index += 100) {
      const again = await fill(store, 100, index);
      const before = receipts.slice(index, index + 100);
      expect(again.map((receipt) => receipt.kind === "started" && receipt.isRepeated)).toEqual(
        before.map(({ kind }) => kind === "started"),
      );
    }
  });

  it.runIf(canMount())("that may only be read is refused at the start, naming the setting", async () => {
    const directory = await mounted("4m");
    await stores.close(await stores.open(directory));
    execFileSync("mount", ["-o", "remount,ro", directory]);
    await expect(stores.open(directory)).rejects.toThrow("store.directory: ");
  });
});

describe("an error of fsync", () => {
  it("confirms nothing more until the file has been opened anew and checked", async () => {
    const directory = await stores.folder();
    const receipts: Receipt[] = [];
    const states: string[] = [];
    let opened = 0;
    let isBroken = false;
    /** The library reports what the disk does: here the commit after which nobody knows what is on it. */
    const open = (): Database.Database => {
      opened++;
      const { database } = openDatabase({ directory, now: Date.now() }, stateLayout);
      const transaction = database.transaction.bind(database);
      return Object.assign(database, {
        transaction: (work: () => unknown) => {
          const run = transaction(work);
          const immediate = (): unknown => {
            const result = run.immediate();
            if (isBroken) throw Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR_FSYNC" });
            return result;
          };
          return Object.assign(immediate, { immediate });
        },
      });
    };
    const commits = new GroupCommit(open(), {
      clock: systemClock,
      open,
      acknowledge: (all) => receipts.push(...all.map(({ receipt }) => receipt)),
      changed: (state, reason) => states.push(`${state} ${reason}`.trim()),
      rejected: () => {},
    });
    isBroken = true;
    commits.add([{ number: 1, record: startOf(1) }]);
    await until(() => opened > 1);
    expect(receipts).toEqual([{ kind: "failing" }]);
    isBroken = false;
    await until(() => states.length === 2);
    expect(states).toEqual(["failing the disk reports an error (SQLITE_IOERR_FSYNC: disk I/O error)", "ok"]);
    commits.add([{ number: 2, record: startOf(1) }]);
    await until(() => receipts.length === 2);
    // The disk had it after all: the repeated one is the same.
    expect(receipts[1]).toMatchObject({ kind: "started", isRepeated: true });
    commits.close();
  });
});

describe("a record that cannot be written", () => {
  it("does not hold back the others of its batch", async () => {
    const store = await stores.open(await stores.folder());
    const broken = start({ meterStart: NaN });
    const [first, second, third] = await Promise.all(
      [startOf(1), broken, startOf(2)].map((each) => store.ledger.keep(each)),
    );
    expect([first?.kind, second?.kind, third?.kind]).toEqual(["started", "failing", "started"]);
    expect(store.state()).toBe("ok");
    expect(stores.lines).toMatchObject([{ level: "error", fields: { record: "start" } }]);
  });
});
