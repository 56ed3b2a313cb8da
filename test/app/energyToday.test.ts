// The energy of the day, with a clock that is moved by hand and a ledger that answers as it is told.
import { expect, it } from "vitest";
import { EnergyToday } from "../../src/app/energyToday.ts";
import { createTwin, emptyMeter, type Transaction, type Twin } from "../../src/twin/twin.ts";

const HOUR_MS = 3_600_000;
/** In Berlin the day has begun two hours before. */
const NOON = Date.parse("2026-07-01T10:00:00Z");

function transaction(
  energy: number,
  startedAt: number,
  stop?: { readonly at: number; readonly received: number },
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

function open(transactions: readonly Transaction[]) {
  let now = NOON;
  const asked: { since: number; receivedBefore: number }[] = [];
  const ledger = { answer: { answer: 1000 } as { answer: number } | { fault: string } };
  const connectors = new Map(
    transactions.map((each, id) => [id + 1, { id: id + 1, meter: emptyMeter, transaction: each }]),
  );
  const twin: Twin = { ...createTwin("A", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 0), connectors };
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
  return { asked, ledger, settle, move: (milliseconds: number) => (now += milliseconds) };
}

it("is what has ended since midnight at the site, and what has begun since and runs", async () => {
  const running = transaction(700, NOON - HOUR_MS);
  const overnight = transaction(50_000, NOON - 20 * HOUR_MS);
  const justEnded = transaction(20, NOON - HOUR_MS, { at: NOON, received: NOON });
  const { asked, settle } = open([running, overnight, justEnded]);
  expect(await settle()).toBe(1720);
  expect(asked[0]?.since).toBe(Date.parse("2026-06-30T22:00:00Z"));
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
