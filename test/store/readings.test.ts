// What is kept, read for others on threads of their own: while it is written, where nothing is there yet, where the file is broken, and
// when it is over.
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/std/clock.ts";
import { exportKept } from "../../src/store/exportKept.ts";
import { openReadings } from "../../src/store/readings.ts";
import type { ExchangePage, TransactionPage } from "../../src/twin/keptPages.ts";
import { NOON, start, stop, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
const open = new Set<ReturnType<typeof openReadings>>();
afterEach(async () => {
  for (const each of open) await each.stop();
  open.clear();
  await stores.clean();
});

function readingsOf(directory: string): ReturnType<typeof openReadings> {
  const readings = openReadings(directory, systemClock);
  open.add(readings);
  return readings;
}

/** The next thread that is made. */
async function nextThread(): Promise<Worker> {
  const [worker] = (await once(process, "worker")) as [Worker];
  return worker;
}

async function answerOf<T>(read: Promise<{ readonly answer: T } | { readonly fault: string }>): Promise<T> {
  const answered = await read;
  if ("fault" in answered) throw new Error(answered.fault);
  return answered.answer;
}

describe("readings", () => {
  it("are empty where nothing has been kept, and find what is kept then", async () => {
    const directory = await stores.folder();
    const { state, messages } = readingsOf(directory);
    const none: TransactionPage = JSON.parse(await answerOf(state.transactions({ limit: 10 })));
    const nothing: ExchangePage = JSON.parse(await answerOf(messages.exchanges({ limit: 10 })));
    expect([none.transactions, nothing.exchanges, nothing.newest]).toEqual([[], [], 0]);
    const store = await stores.open(directory);
    await store.ledger.keep(start());
    const one: TransactionPage = JSON.parse(await answerOf(state.transactions({ limit: 10 })));
    expect(one.transactions).toMatchObject([{ chargePointId: "CP001", idTag: "TAG", meterStart: 1000 }]);
  });

  it("sum up the energy of what has ended since a time, as far as it was received before another", async () => {
    const directory = await stores.folder();
    const { ledger } = await stores.open(directory);
    const kept = await ledger.keep(start());
    if (kept.kind !== "started") throw new Error(kept.kind);
    await ledger.keep(stop(kept.transactionId, { received: NOON + 9_000_000 }));
    const { state } = readingsOf(directory);
    const read = (since: number, receivedBefore: number) => answerOf(state.energyEnded({ since, receivedBefore }));
    const sum = async (since: number, receivedBefore: number) => (await read(since, receivedBefore)).energy;
    expect(await sum(NOON, NOON + 9_000_001)).toBe(2000);
    expect(await sum(NOON, NOON + 9_000_000)).toBe(0);
    expect(await sum(NOON + 3_600_001, NOON + 9_000_001)).toBe(0);
    const other = await ledger.keep(start({ timestamp: "2026-11-25T13:00:00Z" }));
    if (other.kind !== "started") throw new Error(other.kind);
    const { transactionId } = other;
    const presumed = { at: NOON + 8_000_000, received: NOON + 8_000_000, sampledEnergy: 300 };
    await ledger.keep({ kind: "end", chargePointId: "CP001", transactionId, ...presumed });
    expect(await read(NOON, NOON + 9_000_001)).toEqual({ energy: 2300, presumed: new Map([[transactionId, 300]]) });
    await ledger.keep(stop(transactionId, { at: NOON + 8_100_000, received: NOON + 8_500_000 }));
    expect(await read(NOON, NOON + 9_000_001)).toEqual({ energy: 4000, presumed: new Map() });
  });

  it("say in a sentence why a file cannot be read, and go on answering", async () => {
    const directory = await stores.folder();
    writeFileSync(join(directory, "state.db"), "no database at all, ".repeat(500));
    const { state } = readingsOf(directory);
    for (let count = 0; count < 2; count++)
      expect(await state.transaction(1)).toEqual({
        fault: expect.stringMatching(/state\.db cannot be read: it is damaged/u),
      });
  });

  it("find what is in the file that has taken the place of one that was moved aside", async () => {
    const directory = await stores.folder();
    const first = await stores.open(directory);
    await first.ledger.keep(start());
    const { state } = readingsOf(directory);
    const tags = async (): Promise<string[]> => {
      const page: TransactionPage = JSON.parse(await answerOf(state.transactions({ limit: 10 })));
      return page.transactions.map(({ idTag }) => idTag);
    };
    expect(await tags()).toEqual(["TAG"]);
    await stores.close(first);
    renameSync(join(directory, "state.db"), join(directory, "aside.db"));
    expect(await tags()).toEqual([]);
    const second = await stores.open(directory);
    await second.ledger.keep(start({ idTag: "OTHER" }));
    expect(await tags()).toEqual(["OTHER"]);
  });

  it("answer with a fault when their thread fails, and hand nobody what that one still says", async () => {
    const directory = await stores.folder();
    const { state } = readingsOf(directory);
    const made = nextThread();
    const asked = state.idTags({ beginning: "", after: "", limit: 1 });
    const thread = await made;
    thread.emit("error", new Error("no memory"));
    expect(await asked).toEqual({ fault: "the thread that reads has failed: Error: no memory" });
    const again = state.transaction(1);
    thread.emit("message", { answer: "of somebody else" });
    expect(await again).toEqual({ answer: undefined });
    await thread.terminate();
  });

  it("refuse in a sentence what is too much at once, and whatever comes after the end", async () => {
    const readings = readingsOf(await stores.folder());
    const asked = await Promise.all(Array.from({ length: 100 }, () => readings.state.transaction(1)));
    const refused = asked.filter((each) => "fault" in each);
    expect(refused).toHaveLength(100 - 32);
    expect(refused[0]).toEqual({ fault: "too many questions wait for the disk already; try again later" });
    const last = readings.state.transaction(1);
    await readings.stop();
    expect([await last, await readings.state.transaction(1)]).toEqual(
      Array.from({ length: 2 }, () => ({ fault: "the bridge is stopping" })),
    );
  });
});

describe("an export", () => {
  it("ends with a fault when its thread ends between two pages", async () => {
    const directory = await stores.folder();
    await stores.open(directory);
    const made = nextThread();
    const pages = exportKept(directory, { kind: "idTags" }, systemClock);
    expect((await pages.next()).value).toMatch(/^idTag,/u);
    await (await made).terminate();
    await expect(pages.next()).rejects.toThrow("the thread that exports has ended");
  });
});
