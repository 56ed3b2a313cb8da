// The energy of the day, with a clock that is moved by hand and a ledger that answers as it is told.
import { expect, it } from "vitest";
import { EnergyToday } from "../../src/app/energyToday.ts";
import type { EndedEnergy } from "../../src/twin/keptPages.ts";
import { createTwin, emptyMeter, type Transaction, type Twin } from "../../src/twin/twin.ts";

const HOUR_MS = 3_600_000;
/** In Berlin the day has begun two hours before. */
const NOON = Date.parse("2026-07-01T10:00:00Z");

function transaction(
  energy: number,
  startedAt: number,
  stop?: { readonly at: number; readonly received: number; readonly presumed?: true },
): Transaction {
  const stamp = { at: startedAt, received: startedAt };
  const start = { ...stamp, transactionId: 1, idTag: "A", meterStart: 0, idTagStatus: "Accepted", timestamp: "" };
  const ended = stop === undefined ? {} : { stop: { ...stop, transactionId: 1, reason: "Local" } };
  return {
    ...stamp,
    active: stop === undefined,
    transactionId: 1,
    idTag: "A",
    energy,
    durationSeconds: 0,
    start,
    ...ended,
  };
}

const nothingPresumed: EndedEnergy = { energy: 1000, presumed: new Map() };

function open(transactions: readonly Transaction[]) {
  let now = NOON;
  const asked: { since: number; receivedBefore: number }[] = [];
  const ledger = { answer: { answer: nothingPresumed } as { answer: EndedEnergy } | { fault: string } };
  const connectors = new Map(
    transactions.map((each, id) => [id + 1, { id: id + 1, meter: emptyMeter, transaction: each }]),
  );
  const twin: Twin = { ...createTwin("A", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 0), connectors };
  const become = (id: number, of: Transaction) => void connectors.set(id, { id, meter: emptyMeter, transaction: of });
  const energy = new EnergyToday({
    clock: { now: () => now, monotonic: () => now, after: () => ({ cancel: () => {} }) },
    timeZone: "Europe/Berlin",
    ledger: {
      energyEnded: async (query) => {
        asked.push(query);
        return ledger.answer;
      },
    },
    twins: () => [twin],
  });
  /** As asked again and again, once a second. */
  const settle = async (): Promise<number | undefined> => {
    energy.current();
    await Promise.resolve();
    await Promise.resolve();
    return energy.current();
  };
  return { asked, ledger, settle, become, move: (milliseconds: number) => (now += milliseconds) };
}

it("is what has ended since midnight at the site, and what has begun since and runs", async () => {
  const running = transaction(700, NOON - HOUR_MS);
  const overnight = transaction(50_000, NOON - 20 * HOUR_MS);
  const justEnded = transaction(20, NOON - HOUR_MS, { at: NOON, received: NOON });
  const { asked, settle } = open([running, overnight, justEnded]);
  expect(await settle()).toBe(1720);
  expect(asked[0]?.since).toBe(Date.parse("2026-06-30T22:00:00Z"));
});

it("counts a transaction once whose presumed end gives way to the one that the charge point says", async () => {
  const presumed = transaction(300, NOON - HOUR_MS, { at: NOON - 60_000, received: NOON - 60_000, presumed: true });
  const { ledger, settle, become, move } = open([presumed]);
  ledger.answer = { answer: { energy: 1000, presumed: new Map([[1, 300]]) } };
  expect(await settle()).toBe(1000);
  move(10_000);
  become(1, transaction(450, NOON - HOUR_MS, { at: NOON - 90_000, received: NOON + 10_000 }));
  expect(await settle()).toBe(1150);
  // The ledger has it as well.
  ledger.answer = { answer: { energy: 1150, presumed: new Map() } };
  move(60_000);
  expect(await settle()).toBe(1150);
});

it("does not count what has ended before midnight after all", async () => {
  const presumed = transaction(300, NOON - 20 * HOUR_MS, { at: NOON, received: NOON - 60_000, presumed: true });
  const { ledger, settle, become, move } = open([presumed]);
  ledger.answer = { answer: { energy: 1000, presumed: new Map([[1, 300]]) } };
  expect(await settle()).toBe(1000);
  move(10_000);
  become(1, transaction(450, NOON - 20 * HOUR_MS, { at: NOON - 15 * HOUR_MS, received: NOON + 10_000 }));
  expect(await settle()).toBe(700);
});

it("stays what it was while the ledger cannot be read, and begins anew with the day", async () => {
  const { ledger, settle, move } = open([]);
  expect(await settle()).toBe(1000);
  ledger.answer = { fault: "the disk has gone" };
  move(2 * HOUR_MS);
  expect(await settle()).toBe(1000);
  move(12 * HOUR_MS);
  expect(await settle()).toBeUndefined();
});
