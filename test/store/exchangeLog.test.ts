// The message log on its real thread and in real files: what is kept, found, deleted, and what a disk that refuses costs.
import { randomBytes } from "node:crypto";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/std/clock.ts";
import { openExchangeLog, type ExchangeLogOptions } from "../../src/store/exchangeLog.ts";
import { findExchanges } from "../../src/store/findExchanges.ts";
import type { ExchangeQuery, KeptExchange } from "../../src/twin/keptPages.ts";
import type { Exchange, MessageLog } from "../../src/twin/ports.ts";
import type { Running } from "../../src/std/lifecycle.ts";
import { NOON, StoresInTest, until } from "./storeInTest.ts";

const stores = new StoresInTest();
const open = new Set<Running>();
let lost = 0;

afterEach(async () => {
  for (const each of open) await each.stop();
  open.clear();
  lost = 0;
  await stores.clean();
});

function openLog(directory: string, more: Partial<ExchangeLogOptions> = {}): MessageLog & Running {
  const options = { directory, days: 30, megabytes: 16, clock: systemClock, log: stores.log };
  const log = openExchangeLog({ ...options, lost: (count) => (lost += count), ...more });
  open.add(log);
  return log;
}

function exchange(index: number, more: Partial<Exchange> = {}): Exchange {
  return {
    chargePointId: `CP00${index % 2}`,
    from: "chargePoint",
    action: "Heartbeat",
    at: Date.now() - 1_000_000 + index,
    latencyMs: 0.5,
    outcome: "Answered",
    request: `[2,"${index}","Heartbeat",{}]`,
    answer: `[3,"${index}",{}]`,
    violations: [],
    ...more,
  };
}

function incompressible(characters: number): string {
  return randomBytes(characters).toString("base64").slice(0, characters);
}

async function close(log: Running): Promise<void> {
  open.delete(log);
  await log.stop();
}

function find(directory: string, query: ExchangeQuery = {}, most = 1_000_000): KeptExchange[] {
  return [...findExchanges(directory, query, most)].flat();
}

describe("the message log", () => {
  it("keeps every exchange as it was, also those that wait when it is closed, and finds them newest first", async () => {
    const directory = await stores.folder();
    const log = openLog(directory);
    for (let index = 0; index < 4500; index++) log.note(exchange(index));
    await until(() => find(directory).length === 4500);
    const last = exchange(4500, { from: "bridge", action: "Reset", answer: undefined, violations: ["a: b", "c: d"] });
    log.note(last);
    await close(log);
    const all = find(directory);
    expect(all.map(({ request }) => request)).toEqual(
      Array.from({ length: 4501 }, (_, index) => `[2,"${4500 - index}","Heartbeat",{}]`),
    );
    expect(all[0]).toEqual({ ...last, at: Math.round(last.at), number: 4501 });
    expect(lost).toBe(0);
    expect(statSync(join(directory, "messages.db")).mode & 0o777).toBe(0o600);
  });

  it.each<[string, ExchangeQuery, number[]]>([
    ["a charge point", { chargePointId: "CP001" }, [5, 3, 1]],
    ["an action", { action: "Reset" }, [2]],
    ["a range of time, without its end", { since: NOON + 1, until: NOON + 3 }, [2, 1]],
    ["what was not answered as it should be or broke the schema", { isFaulty: true }, [4, 3]],
    ["both", { isFaulty: true, chargePointId: "CP000" }, [4]],
    ["nothing, by a name that would be SQL", { chargePointId: "' OR 1=1 --" }, []],
  ])("finds by %s", async (_, query, numbers) => {
    const directory = await stores.folder();
    const log = openLog(directory, { days: 3650 });
    const at = (index: number): { at: number } => ({ at: NOON + index });
    log.note(exchange(0, at(0)));
    log.note(exchange(1, at(1)));
    log.note(exchange(2, { ...at(2), action: "Reset" }));
    log.note(exchange(3, { ...at(3), violations: ["x: y"] }));
    log.note(exchange(4, { ...at(4), outcome: "CallError" }));
    log.note(exchange(5, at(5)));
    await close(log);
    expect(find(directory, query).map(({ number }) => number - 1)).toEqual(numbers);
    expect(find(directory, query, 1).map(({ number }) => number - 1)).toEqual(numbers.slice(0, 1));
  });

  it("goes through pages of exchanges of the same moment without leaving one out or showing one twice", async () => {
    const directory = await stores.folder();
    const log = openLog(directory);
    const at = Date.now();
    for (let index = 0; index < 1001; index++) log.note(exchange(index, { at }));
    await close(log);
    expect(find(directory).map(({ number }) => number)).toEqual(Array.from({ length: 1001 }, (_, i) => 1001 - i));
  });

  it("bounds what it keeps of a frame", async () => {
    const directory = await stores.folder();
    const log = openLog(directory);
    log.note(exchange(0, { request: "x".repeat(1_000_000), action: "a".repeat(1000), answer: "ü".repeat(16_384) }));
    await close(log);
    const [kept] = find(directory);
    expect(kept?.request).toBe(`${"x".repeat(16_384)}… (1000000 characters)`);
    expect(kept?.answer).toBe("ü".repeat(16_384));
    expect(kept?.action).toHaveLength(255);
  });

  it("deletes what is too old, and the oldest where the file would become too large", async () => {
    const directory = await stores.folder();
    const log = openLog(directory, { days: 1, megabytes: 10 });
    for (let index = 0; index < 700; index++) log.note(exchange(index, { at: Date.now() - 2 * 86_400_000 }));
    await until(() => find(directory).length > 0);
    log.note(exchange(700));
    await until(() => find(directory).length === 1);
    for (let index = 701; index < 3701; index++) log.note(exchange(index, { request: incompressible(10_000) }));
    await until(() => find(directory, {}, 1)[0]?.number === 3701 && find(directory).length < 1700);
    // Before the journal is taken into it, the file says nothing about its size.
    await close(log);
    const kept = find(directory);
    expect(kept.length).toBeGreaterThan(500);
    expect(kept.at(-1)?.number).toBe(3701 - kept.length + 1);
    expect(statSync(join(directory, "messages.db")).size).toBeLessThan(12_000_000);
  });

  it("drops the oldest and counts them where more come than it can write, and holds nobody up", async () => {
    const directory = await stores.folder();
    const log = openLog(directory);
    // In one turn of the event loop: the thread cannot even say that it is ready.
    for (let index = 0; index < 50_000; index++) log.note(exchange(index));
    await close(log);
    const kept = find(directory);
    // What was too much and what could not be written any more is either kept or counted.
    expect(kept.length + lost).toBe(50_000);
    expect(lost).toBeGreaterThan(29_000);
    expect(kept.every(({ request }, index) => request === `[2,"${49_999 - index}","Heartbeat",{}]`)).toBe(true);
  });
});

describe("a disk or a file that cannot be used", () => {
  it("costs the messages that it refuses, each counted, one line in the log, and nothing afterwards", async () => {
    const directory = await stores.folder();
    const log = openLog(directory, { maxPages: 40 });
    for (let index = 0; index < 300; index++) log.note(exchange(index, { request: incompressible(2000) }));
    await until(() => lost > 0);
    for (let index = 0; index < 300; index++) log.note(exchange(index, { request: incompressible(2000) }));
    await until(() => lost === 600);
    log.note(exchange(1));
    await close(log);
    expect(find(directory)).toHaveLength(1);
    const errors = stores.lines.filter(({ level }) => level === "error");
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the message log cannot be written/u),
    ]);
    expect(errors[0]?.fields["reason"]).toMatch(/^the disk is full/u);
    expect(stores.lines.at(-1)?.message).toBe("the message log can be written again");
  });

  it("is moved aside where it is damaged, and an empty one is begun", async () => {
    const directory = await stores.folder();
    writeFileSync(join(directory, "messages.db"), "this is no database".repeat(1000));
    const log = openLog(directory);
    log.note(exchange(0));
    await close(log);
    expect(find(directory)).toHaveLength(1);
    expect(stores.lines[0]).toMatchObject({ level: "error", message: expect.stringMatching(/moved aside/u) });
  });

  it("is left alone where a newer version has written it; what would stand there is counted", async () => {
    const directory = await stores.folder();
    const newer = new Database(join(directory, "messages.db"));
    newer.exec("CREATE TABLE of_the_future (a)");
    newer.pragma("user_version = 99");
    newer.close();
    const log = openLog(directory);
    log.note(exchange(0));
    await until(() => stores.lines.length > 0);
    log.note(exchange(1));
    expect(stores.lines[0]).toMatchObject({ level: "error", message: "no messages are kept" });
    expect(stores.lines[0]?.fields["reason"]).toMatch(/newer version of this program \(layout 99/u);
    // The first may be on its way to the thread when the thread says so; it is counted once it comes back.
    await until(() => lost >= 2);
    expect(lost).toBe(2);
    expect(() => find(directory)).toThrow(/newer version/u);
  });

  it("is said in a sentence to whoever searches it", async () => {
    const directory = await stores.folder();
    expect(find(directory)).toEqual([]);
    writeFileSync(join(directory, "messages.db"), "this is no database".repeat(1000));
    expect(() => find(directory)).toThrow(/messages\.db cannot be read: it is damaged/u);
    writeFileSync(join(directory, "messages.db"), "");
    expect(find(directory)).toEqual([]);
    const other = new Database(join(directory, "messages.db"));
    other.exec("CREATE TABLE of_somebody_else (a)");
    other.close();
    expect(() => find(directory)).toThrow(/none of this program's files/u);
  });
});
