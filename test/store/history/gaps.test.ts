// What was dropped because the disk refused: whoever reads is told that something is missing, while it refuses, afterwards, and after a restart
// (OPC 10000-11 §4.3).
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CountName } from "../../../src/std/counts.ts";
import { energyRegisterPoint } from "../../../src/twin/measurands.ts";
import { createTwin } from "../../../src/twin/twin.ts";
import type { HistoryQuery, HistorySample } from "../../../src/twin/ports.ts";
import { DAY_MS, HistoriesInTest, NOON, POWER, sample, type FileInTest } from "./historyInTest.ts";

const histories = new HistoriesInTest();
afterEach(() => {
  vi.restoreAllMocks();
  return histories.clean();
});

const OTHER = { ...POWER, connector: 2 };
const BEFORE = [sample(NOON - 20_000), sample(NOON - 10_000)];
/** More than may wait: the first part of them is dropped. */
const MANY = Array.from({ length: 30_000 }, (_, index) => sample(NOON + index * 1000, index));
const DROPPED = 16_384;
const LAST_LOST = NOON + (DROPPED - 1) * 1000;
const mark = (at: number): HistorySample => ({ at, received: at, value: null, quality: "Lost" });

async function filled(options = {}): Promise<FileInTest> {
  const file = await histories.file({ maxQueuedSamples: 20_000, ...options });
  file.keep(BEFORE);
  file.keep(BEFORE, OTHER);
  file.clock.pass(2000);
  return file;
}

/** A file whose disk is full. */
async function full(): Promise<FileInTest> {
  const file = await filled();
  file.maxPages = 20;
  file.reopen();
  return file;
}

/** A file that another program holds until it is let go; it cannot be read either. */
async function held(options = {}): Promise<{ file: FileInTest; letGo: () => void }> {
  const file = await filled(options);
  const holder = new Database(join(file.directory, "history.db"), { timeout: 0 });
  holder.exec("BEGIN IMMEDIATE");
  file.keep(MANY.slice(0, 1));
  file.clock.pass(1500);
  expect(file.faults).toHaveLength(1);
  file.keep(MANY.slice(1));
  expect(file.lost).toBe(DROPPED);
  const letGo = (): void => {
    holder.exec("ROLLBACK");
    holder.close();
    file.clock.pass(20_000);
    expect(file.faults).toEqual([expect.anything(), undefined]);
  };
  return { file, letGo };
}

const WHOLE = [...BEFORE, mark(NOON), mark(LAST_LOST), ...MANY.slice(DROPPED)];

/** Every range that has to do with the gap, and what is read of it. */
function expectGap(file: FileInTest): void {
  const second = (number: number): number => NOON + number * 1000;
  expect(file.samples()).toEqual(WHOLE);
  expect(file.samples({ from: NOON * 2, to: 0 })).toEqual(WHOLE.toReversed());
  const read = (from: number, to: number, more: Partial<HistoryQuery> = {}): readonly HistorySample[] =>
    file.samples({ from, to, ...more });
  // Within the gap: nothing is there, and that is said.
  expect(read(second(100), second(200))).toEqual([mark(second(100))]);
  expect(read(second(200), second(100))).toEqual([mark(second(100))]);
  // It begins in the gap, it ends in it.
  expect(read(second(16_000), second(DROPPED))).toEqual([mark(second(16_000)), mark(LAST_LOST), MANY[DROPPED]]);
  expect(read(second(DROPPED), second(16_000))).toEqual([MANY[DROPPED], mark(LAST_LOST), mark(second(16_000))]);
  expect(read(second(-10), second(5))).toEqual([BEFORE[1], mark(NOON)]);
  expect(read(LAST_LOST, LAST_LOST)).toEqual([mark(LAST_LOST)]);
  // Before it, behind it, and elsewhere nothing is missing.
  expect(read(0, NOON - 1)).toEqual(BEFORE);
  expect(read(second(DROPPED), second(DROPPED + 1))).toEqual(MANY.slice(DROPPED, DROPPED + 2));
  expect(file.samples(OTHER)).toEqual(BEFORE);
  for (const [from, to] of [
    [second(-30), second(DROPPED + 3)],
    [second(DROPPED + 3), second(-30)],
    [second(50), second(DROPPED + 3)],
    [second(DROPPED + 3), second(50)],
  ] as const)
    for (const limit of [1, 2, 3]) expect(inPages(file, { from, to, limit })).toEqual(read(from, to));
}

function inPages(file: FileInTest, query: Pick<HistoryQuery, "from" | "to" | "limit">): HistorySample[] {
  const read: HistorySample[] = [];
  for (let page = file.read(query); ;) {
    expect(page.samples.length).toBeLessThanOrEqual(query.limit);
    read.push(...page.samples);
    const after = page.samples.at(-1)?.at;
    if (!page.more || after === undefined) return read;
    page = file.read({ ...query, after });
  }
}

describe("what was dropped because the disk refused is told of as missing", () => {
  it("while it refuses: what waits can be read, and what is missing is told of", async () => {
    const file = await full();
    file.keep(MANY);
    expectGap(file);
    expect([file.faults.length, file.lost]).toEqual([1, DROPPED]);
  });

  it.each([
    ["once it can be written again", 0],
    ["when everything stands in chunks", 60_000],
  ])("%s, and after a restart", async (_, passedMs) => {
    const { file, letGo } = await held({ sealAt: 500 });
    letGo();
    file.clock.pass(passedMs);
    expectGap(file);
    file.reopen();
    expectGap(file);
  });

  it("of a place of which nothing has ever been written", async () => {
    const file = await full();
    const fresh = { ...POWER, path: "Status/Status" };
    file.keep([sample(NOON + 1, "Faulted")], fresh);
    expect(file.samples(fresh)).toEqual([sample(NOON + 1, "Faulted")]);
    file.keep([sample(NOON + 2, "Available")], { ...fresh, connector: 2 });
    file.keep(MANY);
    expect(file.samples({ ...fresh, connector: 2 })).toEqual([mark(NOON + 2)]);
    expect(file.samples({ ...fresh, connector: 3 })).toEqual([]);
  });

  it("of such a place as well when it can be written again", async () => {
    const { file, letGo } = await held();
    const fresh = { ...POWER, path: "Status/Status" };
    file.keep([sample(NOON + 1, "Faulted")], fresh);
    file.keep(MANY.map((each) => ({ ...each, at: each.at + DAY_MS })));
    letGo();
    file.reopen();
    expect(file.samples(fresh)).toEqual([mark(NOON + 1)]);
  });

  it("but not where a sample of the same time is there", async () => {
    const { file, letGo } = await held();
    letGo();
    const again = [sample(NOON, 7), sample(LAST_LOST, 8)];
    file.keep(again);
    expect(file.samples({ from: NOON, to: LAST_LOST })).toEqual(again);
  });

  it("until it is too old", async () => {
    const { file, letGo } = await held({ historyDays: 1 });
    letGo();
    file.clock.pass(3 * DAY_MS);
    file.close();
    const database = new Database(join(file.directory, "history.db"), { readonly: true });
    expect(database.prepare("SELECT count(*) FROM gaps").pluck().get()).toBe(0);
    database.close();
  });
});

describe("a sample that has no time that can be kept", () => {
  it("is missing when it was so, or else when it came", async () => {
    const file = await filled();
    file.keep([sample(NOON, 1, { received: -1 }), sample(NOON + 0.5, 1, { received: NOON + 5000 })]);
    file.keep([sample(Number.NaN, 1, { received: Infinity })]);
    expect(file.lost).toBe(3);
    expect(file.samples()).toEqual([...BEFORE, mark(NOON), mark(NOON + 5000)]);
  });
});

describe("what could not be handed to the history's thread", () => {
  it("is told of as missing as well: whatever is not there lies between two marks", async () => {
    const history = await histories.history(await histories.folder(), { maxQueuedSamples: 10_000 });
    const twin = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 0);
    const count = 50_000;
    for (let index = 0; index < count; index++) {
      const stamp = { at: NOON + index * 1000, received: NOON + index * 1000 };
      const reading = { point: energyRegisterPoint, value: index, ...stamp };
      history.projection.publish(twin, twin, [{ type: "MeterSampled", connector: 1, readings: [reading], ...stamp }]);
    }
    const place = { ...POWER, path: "MeterValues/Energy.Active.Import.Register" };
    const read = () => history.read({ ...place, from: 0, to: NOON * 2, limit: 1_000_000 });
    const counted = (name: "samplesKept" | "samplesLost"): number => histories.counts.entries().get(name) ?? 0;
    // What has no room on its way is handed over when some has arrived.
    await expect
      .poll(async () => {
        await read();
        return counted("samplesKept") + counted("samplesLost");
      })
      .toBe(count);
    const { samples } = await read();
    const lost = counted("samplesLost");
    expect(lost).toBeGreaterThan(0);
    const there = samples.filter(({ quality }) => quality === "Good");
    const marks = samples.filter(({ quality }) => quality === "Lost").map(({ at }) => at);
    expect(there).toHaveLength(count - lost);
    expect(marks.length).toBeLessThanOrEqual(4);
    const times = new Set(there.map(({ at }) => at));
    for (let index = 0; index < count; index++) {
      const at = NOON + index * 1000;
      if (times.has(at)) continue;
      expect([marks.some((time) => time <= at), marks.some((time) => time >= at)]).toEqual([true, true]);
    }
  });
});

describe("what a thread that ends has not written", () => {
  it("is counted, and told of as missing by the next one; the others are there", async () => {
    const post = vi.spyOn(Worker.prototype, "postMessage");
    const history = await histories.history(await histories.folder());
    const thread = post.mock.contexts.at(-1) as Worker;
    const twin = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 0);
    const publish = (from: number, to: number): void => {
      for (let index = from; index < to; index++) {
        const stamp = { at: NOON + index * 1000, received: NOON + index * 1000 };
        const reading = { point: energyRegisterPoint, value: index, ...stamp };
        history.projection.publish(twin, twin, [{ type: "MeterSampled", connector: 1, readings: [reading], ...stamp }]);
      }
    };
    const before = new Map(histories.counts.entries());
    const counted = (name: CountName): number => (histories.counts.entries().get(name) ?? 0) - (before.get(name) ?? 0);
    const place = { ...POWER, path: "MeterValues/Energy.Active.Import.Register" };
    const read = () => history.read({ ...place, from: 0, to: NOON * 2, limit: 1_000_000 });
    const said = { chargePointId: "CP001", severity: 100, message: "", fields: {}, at: NOON, received: NOON };
    publish(0, 5000);
    await read();
    await expect.poll(() => counted("samplesKept")).toBe(5000);
    publish(5000, 12_000);
    history.projection.announce({ type: "CommandFinishedEventType", ...said });
    const hasEnded = new Promise((done) => thread.once("exit", done));
    void thread.terminate();
    await hasEnded;
    publish(12_000, 12_010);
    await expect.poll(read, { timeout: 15_000 }).toMatchObject({ more: false });
    const { samples } = await read();
    const there = samples.filter(({ quality }) => quality === "Good").map(({ value }) => Number(value));
    expect(counted("samplesLost")).toBe(12_010 - there.length);
    expect(counted("samplesLost")).toBeGreaterThan(0);
    expect(counted("samplesKept")).toBe(there.length);
    const firstLost = there.findIndex((value, index) => value !== index);
    const marks = samples.filter(({ quality }) => quality === "Lost").map(({ at }) => (at - NOON) / 1000);
    expect(marks).toEqual([firstLost, firstLost + counted("samplesLost") - 1]);
    const { kept } = await history.readOccurrences({ from: 0, to: NOON * 2, limit: 10 });
    expect(kept.length + counted("eventsLost")).toBe(1);
  });
});
