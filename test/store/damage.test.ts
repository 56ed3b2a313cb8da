// Files as a power cut or a bad disk leaves them: a page half written, a log that ends anywhere, a bit that has turned over, in each of the
// three files of the store. Nothing stops, nothing that was confirmed is lost by a cut, and what is damaged is kept beside (guarantee G1).
import { cpSync, readFileSync, readdirSync, renameSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/std/clock.ts";
import { openExchangeLog } from "../../src/store/exchangeLog.ts";
import { findExchanges } from "../../src/store/findExchanges.ts";
import type { Restored } from "../../src/store/messages.ts";
import type { Receipt } from "../../src/twin/ledger.ts";
import { HandClock, HistoriesInTest, NOON, sample, type FileInTest } from "./history/historyInTest.ts";
import { start, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
const histories = new HistoriesInTest();
afterEach(async () => {
  await stores.clean();
  await histories.clean();
});

const PAGE = 4096;
/** https://sqlite.org/fileformat2.html §4: header of the log, and of each page in it, which begins with the page's number. */
const LOG_HEADER = 32;
const FRAME_HEADER = 24;
const FRAME = FRAME_HEADER + PAGE;

const startOf = (index: number) => start({}, { chargePointId: `CP${index}` });

const SEED = 20_261_128;
/** Deterministic, so that a failure comes again. */
function* chances(): Generator<number, never> {
  for (let seed = SEED; ; seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) yield seed;
}

/** A store with so many transactions as a power cut leaves it, its log not yet taken into the file; and their ids. */
async function leftOpen(count: number): Promise<{ directory: string; ids: number[] }> {
  const directory = await stores.folder();
  const store = await stores.open(directory);
  const receipts = await Promise.all(Array.from({ length: count }, (_, index) => store.ledger.keep(startOf(index))));
  const copy = await stores.folder();
  for (const name of ["state.db", "state.db-wal"]) cpSync(join(directory, name), join(copy, name));
  await stores.close(store);
  return { directory: copy, ids: receipts.map(idOf) };
}

const idOf = (receipt: Receipt): number => (receipt.kind === "started" ? receipt.transactionId : -1);

/** Opens the store of a folder and repeats the starts: which were known. */
async function knownIn(
  directory: string,
  count: number,
  look: (restored: Restored) => void = () => {},
): Promise<(number | undefined)[]> {
  const store = await stores.open(directory);
  look(store.restored);
  const receipts = await Promise.all(Array.from({ length: count }, (_, index) => store.ledger.keep(startOf(index))));
  await stores.close(store);
  expect(receipts.every(({ kind }) => kind === "started")).toBe(true);
  return receipts.map((each) => (each.kind === "started" && each.isRepeated ? each.transactionId : undefined));
}

describe("state.db", () => {
  it("with any page half written while the log was taken into it has everything that was confirmed", async () => {
    const { directory, ids } = await leftOpen(60);
    const log = readFileSync(join(directory, "state.db-wal"));
    const pages = new Set<number>();
    for (let at = LOG_HEADER; at + FRAME <= log.length; at += FRAME) pages.add(log.readUInt32BE(at));
    expect(pages.size).toBeGreaterThan(3);
    for (const page of pages) {
      const torn = await stores.folder();
      cpSync(directory, torn, { recursive: true });
      const path = join(torn, "state.db");
      const bytes = readFileSync(path);
      const file = Buffer.alloc(Math.max(bytes.length, page * PAGE));
      bytes.copy(file);
      file.fill(0xa5, (page - 1) * PAGE + PAGE / 2, page * PAGE);
      writeFileSync(path, file);
      expect(await knownIn(torn, ids.length), `page ${page}`).toEqual(ids);
    }
    expect(stores.lines).toEqual([]);
  }, 180_000);

  it("with one bit turned over in every second page is used or kept beside, and goes on", async () => {
    const written = await stores.folder();
    const first = await stores.open(written);
    await Promise.all(Array.from({ length: 100 }, (_, index) => first.ledger.keep(startOf(index))));
    await stores.close(first);
    const chance = chances();
    const { size } = statSync(join(written, "state.db"));
    for (let page = 0; page * PAGE < size; page += 2) {
      const directory = await stores.folder();
      cpSync(written, directory, { recursive: true });
      const path = join(directory, "state.db");
      const bytes = turnOver(path, page * PAGE + (chance.next().value % PAGE), chance.next().value % 8);
      const store = await stores.open(directory).catch((error: unknown) => error as Error);
      if (store instanceof Error) {
        // The number of the layout itself has become that of a newer version: nothing is touched.
        expect(store.message).toMatch(/newer version/u);
        continue;
      }
      expect((await store.ledger.keep(start({}, { chargePointId: "NEW" }))).kind, `page ${page}`).toBe("started");
      await stores.close(store);
      const [aside] = readdirSync(directory).filter((name) => /^state\.db\.corrupt-[^.]*Z$/u.test(name));
      if (aside !== undefined) expect(readFileSync(join(directory, aside)).equals(bytes)).toBe(true);
    }
  }, 180_000);
});

describe("of a state.db", () => {
  const COUNT = 100;
  /** A page has up to 48 transactions, and some thirty entries of the register. */
  const LEAST = 50;

  async function written(): Promise<string> {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    await Promise.all(Array.from({ length: COUNT }, (_, index) => store.ledger.keep(startOf(index))));
    await Promise.all(
      Array.from({ length: COUNT }, (_, index) =>
        store.register(`CP${index}`, JSON.stringify({ note: "x".repeat(100) })),
      ),
    );
    await stores.close(store);
    return directory;
  }

  it("with any page destroyed all that stands on the others is taken over, and the file is kept beside", async () => {
    const whole = await written();
    const { size } = statSync(join(whole, "state.db"));
    const poor: number[] = [];
    for (let page = 0; page * PAGE < size; page++) {
      const directory = await stores.folder();
      cpSync(join(whole, "state.db"), join(directory, "state.db"));
      const bytes = readFileSync(join(directory, "state.db")).fill(0xa5, page * PAGE, (page + 1) * PAGE);
      writeFileSync(join(directory, "state.db"), bytes);
      let registered = 0;
      const ids = await knownIn(directory, COUNT, ({ register }) => (registered = register.size));
      const known = ids.filter((id) => id !== undefined).length;
      if (known < LEAST || registered < LEAST) poor.push(page);
      const aside = readdirSync(directory).filter((name) => /^state\.db\.corrupt-[^.]*Z$/u.test(name));
      // A page that nothing was written to is missed by nobody.
      for (const name of aside) expect(readFileSync(join(directory, name)).equals(bytes)).toBe(true);
      if (aside.length === 0) expect([known, registered], `page ${page}`).toEqual([COUNT, COUNT]);
    }
    // Those of the schema, without which no other one means anything, and the roots of the two tables.
    expect(poor.length, `pages ${poor.join(", ")}`).toBeLessThanOrEqual(5);
  }, 180_000);

  it("what is taken over is whole before it takes the place of the damaged one, whenever the bridge is ended", async () => {
    const directory = await written();
    const path = join(directory, "state.db");
    writeFileSync(path, readFileSync(path).fill(0xa5, 3 * PAGE, 4 * PAGE));
    // It was ended while it took over: what it had begun is of no use.
    writeFileSync(`${path}.salvaged`, "begun");
    expect((await knownIn(directory, COUNT)).filter((id) => id !== undefined).length).toBeGreaterThan(0);
    // It was ended when the damaged one had gone and the other one had not come.
    renameSync(path, `${path}.salvaged`);
    expect((await knownIn(directory, COUNT)).every((id) => id !== undefined)).toBe(true);
    expect(readdirSync(directory).filter((name) => name.includes("salvaged"))).toEqual([]);
  }, 60_000);
});

/** Gives the bytes as they are then. */
function turnOver(path: string, at: number, bit: number): Buffer {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  writeFileSync(path, bytes);
  return bytes;
}

describe("history.db", () => {
  const samples = Array.from({ length: 400 }, (_, index) => sample(NOON + index * 1000, index));

  async function filled(): Promise<FileInTest> {
    const file = await histories.file({ sealAt: 150 }, new HandClock());
    for (let first = 0; first < samples.length; first += 50) {
      file.keep(samples.slice(first, first + 50));
      file.clock.pass(2000);
    }
    return file;
  }

  it("with a log that ends anywhere has what was written before, without a gap", async () => {
    const { directory } = await filled();
    const log = statSync(join(directory, "history.db-wal")).size;
    let fewest = samples.length;
    for (let bytes = 0; bytes <= log; bytes += Math.ceil(log / 60)) {
      const cut = await histories.file({}, new HandClock());
      cut.close();
      for (const name of ["history.db", "history.db-wal"]) cpSync(join(directory, name), join(cut.directory, name));
      truncateSync(join(cut.directory, "history.db-wal"), bytes);
      cut.open();
      const found = cut.samples();
      expect(found, `${bytes} bytes`).toEqual(samples.slice(0, found.length));
      expect([cut.damaged, cut.moved]).toEqual([[], []]);
      fewest = Math.min(fewest, found.length);
    }
    expect(fewest).toBe(0);
  }, 180_000);

  it("with one bit turned over in any page is read without what is damaged, or kept beside, and goes on", async () => {
    const written = await filled();
    written.clock.pass(120_000);
    written.close();
    const chance = chances();
    const { size } = statSync(join(written.directory, "history.db"));
    for (let page = 0; page * PAGE < size; page++) {
      const file = await histories.file({}, new HandClock());
      file.close();
      cpSync(join(written.directory, "history.db"), join(file.directory, "history.db"));
      turnOver(join(file.directory, "history.db"), page * PAGE + (chance.next().value % PAGE), chance.next().value % 8);
      try {
        file.open();
      } catch (error) {
        expect((error as Error).message).toMatch(/newer version/u);
        continue;
      }
      file.keep([sample(NOON + 86_400_000, 7)]);
      file.clock.pass(120_000);
      const found = file.samples();
      expect(found.at(-1)?.value, `page ${page}`).toBe(7);
    }
  }, 180_000);
});

describe("messages.db", () => {
  const COUNT = 200;
  const PATIENTLY = { timeout: 60_000 };

  async function written(): Promise<string> {
    const directory = await stores.folder();
    const log = openLog(directory);
    for (let index = 0; index < COUNT; index++) log.note(exchangeOf(index));
    await expect.poll(() => lastKept(directory), PATIENTLY).toContain(`"${COUNT - 1}"`);
    await log.stop();
    return directory;
  }

  /** The frame of the newest exchange. The end of a log waits for its thread for some seconds only, its beginning need not. */
  const lastKept = (directory: string): string => [...findExchanges(directory, {}, 1)].flat()[0]?.request ?? "";

  const openLog = (directory: string) =>
    openExchangeLog({ directory, days: 30, megabytes: 16, clock: systemClock, log: stores.log, lost: () => {} });

  const exchangeOf = (index: number) => ({
    chargePointId: "CP001",
    from: "chargePoint" as const,
    action: "Heartbeat",
    at: Date.now() - 1_000_000 + index,
    latencyMs: 0.5,
    outcome: "Answered" as const,
    request: `[2,"${index}","Heartbeat",{}]`,
    answer: `[3,"${index}",{}]`,
    violations: [],
  });

  it("with one bit turned over in any page is used or kept beside, and goes on", async () => {
    const whole = await written();
    const chance = chances();
    const { size } = statSync(join(whole, "messages.db"));
    for (let page = 0; page * PAGE < size; page++) {
      const directory = await stores.folder();
      cpSync(join(whole, "messages.db"), join(directory, "messages.db"));
      turnOver(join(directory, "messages.db"), page * PAGE + (chance.next().value % PAGE), chance.next().value % 8);
      const log = openLog(directory);
      log.note(exchangeOf(COUNT));
      const isNewer = () => stores.lines.some(({ fields }) => /newer version/u.test(String(fields["reason"])));
      const goesOn = () => isNewer() || lastKept(directory).includes(`"${COUNT}"`);
      await expect.poll(goesOn, { ...PATIENTLY, message: `page ${page}` }).toBe(true);
      await log.stop();
      stores.lines.length = 0;
    }
  }, 180_000);

  it("with a log that ends anywhere has what was written before", async () => {
    const directory = await stores.folder();
    const log = openLog(directory);
    for (let index = 0; index < COUNT; index++) {
      log.note(exchangeOf(index));
      if (index % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const copy = await stores.folder();
    await expect.poll(() => [...findExchanges(directory, {}, COUNT)].flat().length, PATIENTLY).toBe(COUNT);
    for (const name of ["messages.db", "messages.db-wal"]) cpSync(join(directory, name), join(copy, name));
    await log.stop();
    const size = statSync(join(copy, "messages.db-wal")).size;
    for (let bytes = 0; bytes <= size; bytes += Math.ceil(size / 10)) {
      const cut = await stores.folder();
      cpSync(copy, cut, { recursive: true });
      truncateSync(join(cut, "messages.db-wal"), bytes);
      const again = openLog(cut);
      again.note(exchangeOf(COUNT));
      await expect.poll(() => lastKept(cut), PATIENTLY).toContain(`"${COUNT}"`);
      await again.stop();
      const found = [...findExchanges(cut, {}, 2 * COUNT)]
        .flat()
        .map(({ request }) => request)
        .toReversed();
      const before = found.slice(0, -1);
      expect(found.at(-1)).toContain(`"${COUNT}"`);
      expect(before).toEqual(before.map((_, index) => `[2,"${index}","Heartbeat",{}]`));
    }
    expect(stores.lines).toEqual([]);
  }, 180_000);
});
