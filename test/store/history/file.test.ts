import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import type { HistorySample } from "../../../src/twin/ports.ts";
import { DAY_MS, HandClock, HistoriesInTest, NOON, POWER, sample, type FileInTest } from "./historyInTest.ts";

const histories = new HistoriesInTest();
afterEach(() => histories.clean());

const MINUTE_MS = 60_000;
const series = (count: number, first = NOON, distanceMs = 10_000): HistorySample[] =>
  Array.from({ length: count }, (_, index) => sample(first + index * distanceMs, index * 1.01));

describe("what is too old", () => {
  /** Samples of 100 days, every 15 minutes, in chunks. */
  async function hundredDays(historyDays: number): Promise<FileInTest> {
    const file = await histories.file({ historyDays, sealAt: 500 });
    file.keep(series(9600, NOON - 100 * DAY_MS, 15 * MINUTE_MS));
    file.clock.pass(MINUTE_MS);
    return file;
  }

  it("is removed, and nothing that is younger", async () => {
    const file = await hundredDays(90);
    file.clock.pass(3_700_000);
    const samples = file.samples();
    expect(samples.length).toBeLessThan(9600);
    expect(samples.at(-1)?.at).toBe(NOON - 15 * MINUTE_MS);
    // Chunks go as a whole: a few days more than promised may be left.
    expect(samples[0]?.at).toBeLessThanOrEqual(NOON - 90 * DAY_MS + 3_700_000);
    expect(samples[0]?.at).toBeGreaterThan(NOON - 97 * DAY_MS);
  });

  it("stays when the settings want all of it", async () => {
    const file = await hundredDays(3650);
    file.clock.pass(10 * 3_600_000);
    expect(file.samples()).toHaveLength(9600);
  });

  it.each([
    ["ten years ahead", 3650 * DAY_MS],
    ["ten years back", -3650 * DAY_MS],
  ])("is not what a clock makes so that is set %s for some hours", async (_, jumpMs) => {
    const file = await hundredDays(200);
    file.clock.set(NOON + jumpMs);
    file.clock.pass(5 * 3_600_000);
    file.keep([sample(NOON + jumpMs, 5)]);
    file.clock.set(NOON + 5 * 3_600_000);
    file.clock.pass(5 * 3_600_000);
    file.reopen();
    expect(file.samples({ from: NOON - 101 * DAY_MS, to: NOON - 1 })).toHaveLength(9600);
  });
});

describe("a disk that refuses", () => {
  it("lets samples wait, drops the oldest beyond the bound, and says so once", async () => {
    const file = await histories.file({ maxQueuedSamples: 20_000 }, new HandClock());
    file.keep([sample(NOON - 1)]);
    file.clock.pass(2000);
    file.maxPages = 20;
    file.reopen();
    const random = (index: number): number => Math.sin(index) * 1e9;
    const many = Array.from({ length: 60_000 }, (_, index) => sample(NOON + index, random(index)));
    for (let first = 0; first < many.length; first += 5000) {
      file.keep(many.slice(first, first + 5000));
      file.clock.pass(1500);
    }
    expect(file.faults).toHaveLength(1);
    expect(file.faults[0]).toMatch(/the disk is full/);
    expect(file.lost).toBeGreaterThan(0);
    // What was there before can be read all the while.
    expect(file.samples({ to: NOON - 1 })).toEqual([sample(NOON - 1)]);
    const before = file.kept + file.lost;
    expect(before).toBeLessThanOrEqual(many.length + 1);
    expect(many.length + 1 - before).toBeLessThanOrEqual(20_000);
  });

  it("is tried again until it recovers, without a restart", async () => {
    const file = await histories.file({}, new HandClock());
    const holder = new Database(join(file.directory, "history.db"), { timeout: 0 });
    holder.exec("BEGIN IMMEDIATE");
    file.keep(series(100));
    file.clock.pass(1500);
    expect(file.faults).toEqual([expect.stringMatching(/another program holds it/)]);
    holder.exec("ROLLBACK");
    holder.close();
    file.clock.pass(20_000);
    expect(file.faults).toEqual([expect.anything(), undefined]);
    expect(file.samples()).toEqual(series(100));
    expect(file.lost).toBe(0);
  }, 20_000);
});

describe("a file that is", () => {
  const path = ({ directory }: FileInTest): string => join(directory, "history.db");

  it("no database is moved aside, and an empty one begun", async () => {
    const file = await histories.file();
    file.close();
    writeFileSync(path(file), "this is no database".repeat(1000));
    file.reopen();
    expect(file.moved).toHaveLength(1);
    expect(readFileSync(file.moved[0] ?? "", "latin1")).toMatch(/^this is no database/);
    file.keep(series(10));
    expect(file.samples()).toEqual(series(10));
  });

  it("of a newer version is left as it is", async () => {
    const file = await histories.file();
    file.close();
    const database = new Database(path(file));
    database.pragma("user_version = 99");
    database.close();
    const before = readFileSync(path(file));
    expect(() => file.reopen()).toThrow(/history\.db was written by a newer version/);
    expect(readFileSync(path(file))).toEqual(before);
    expect(readdirSync(file.directory)).toEqual(["history.db"]);
  });

  it("damaged in the bytes of a chunk is read without it, and says so", async () => {
    const file = await histories.file({ sealAt: 500 });
    file.keep(series(2000));
    file.clock.pass(MINUTE_MS);
    file.close();
    const database = new Database(path(file));
    const bytes = database.prepare("SELECT samples FROM chunks WHERE chunk_id = 2").pluck().get() as Buffer;
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    const { changes } = database.prepare("UPDATE chunks SET samples = ? WHERE chunk_id = 2").run(bytes);
    expect(changes).toBe(1);
    const left = database.prepare("SELECT sum(count) FROM chunks WHERE chunk_id <> 2").pluck().get();
    database.close();
    file.reopen();
    expect(file.samples()).toHaveLength(Number(left));
    expect(file.damaged[0]).toMatch(/a chunk/);
  });

  it("damaged in the log is read without that part", async () => {
    const file = await histories.file();
    file.keep(series(10));
    file.clock.pass(2000);
    file.keep(series(10, NOON + DAY_MS));
    file.close();
    const database = new Database(path(file));
    database.prepare("UPDATE log SET samples = zeroblob(20) WHERE block_id = 1").run();
    database.close();
    file.reopen();
    expect(file.samples()).toEqual(series(10, NOON + DAY_MS));
    expect(file.damaged).toEqual(["a part of the log (1)"]);
  });

  it("damaged everywhere is moved aside, and samples go on into an empty one", async () => {
    const file = await histories.file({ sealAt: 500 });
    for (let place = 0; place < 40; place++) file.keep(series(200), { ...POWER, connector: place });
    file.clock.pass(MINUTE_MS);
    file.close();
    const bytes = readFileSync(path(file));
    // Whatever page it is but the first, which holds the header and the schema.
    bytes.fill(0xff, 4096);
    writeFileSync(path(file), bytes);
    file.moved.length = 0;
    file.reopen();
    file.keep(series(10));
    file.clock.pass(MINUTE_MS);
    file.keep(series(10, NOON + DAY_MS));
    file.clock.pass(MINUTE_MS);
    expect(file.moved).toHaveLength(1);
    expect(file.samples({ from: NOON + DAY_MS })).toEqual(series(10, NOON + DAY_MS));
  });
});
