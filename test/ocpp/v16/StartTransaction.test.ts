// What a start, an end and a status say of a transaction that the charge point has lost, and what the ledger is asked to keep.
import { describe, expect, test } from "vitest";
import type { Moment } from "../../../src/ocpp/v16/message.ts";
import { StartTransaction } from "../../../src/ocpp/v16/messages/StartTransaction.ts";
import { StatusNotification } from "../../../src/ocpp/v16/messages/StatusNotification.ts";
import { StopTransaction } from "../../../src/ocpp/v16/messages/StopTransaction.ts";
import type { Receipt } from "../../../src/twin/ledger.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../../src/twin/twin.ts";

const NOW = Date.UTC(2026, 2, 1, 12);
const TEN_YEARS_MS = 10 * 365 * 24 * 3_600_000;
const fresh = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, NOW);
const request = { connectorId: 1, idTag: "TAG", meterStart: 0, timestamp: "2026-03-01T11:00:00Z" };
const startedAs = (transactionId: number): Receipt => ({
  kind: "started",
  transactionId,
  isRepeated: false,
  isOpen: true,
});

function momentOf(twin: Twin, receipt?: Receipt): Moment {
  const verdict = { status: "Accepted", source: "test" };
  const bounds = { pendingRetrySeconds: 30, maxConnectors: 8, maxKeptCharacters: 1000 };
  return { twin, received: NOW, verdict, receipt, ...bounds, payload: "{}" };
}

function start(twin: Twin, id: number, more: object = {}): Twin {
  return StartTransaction.happen({ ...request, ...more }, momentOf(twin, startedAs(id))).reduce(reduce, twin);
}

describe("a start while another transaction of the connector runs", () => {
  const later = { timestamp: "2026-03-01T11:30:00Z", meterStart: 500 };

  test("says that the charge point has lost the other one", () => {
    const running = start(fresh, 7);
    expect(StartTransaction.keep?.({ ...request, ...later }, momentOf(running))).toMatchObject({
      supersedes: { transactionId: 7 },
    });
    const events = StartTransaction.happen({ ...request, ...later }, momentOf(running, startedAs(8)));
    expect(events).toMatchObject([
      { type: "TransactionStopped", transactionId: 7, presumed: true, reason: "Other" },
      { type: "TransactionStarted", transactionId: 8 },
    ]);
  });

  test.each([
    ["queued while offline, and older than what runs (behaviour 6)", { timestamp: "2026-03-01T10:00:00Z" }],
    ["the same one again (behaviour 2)", {}],
    ["on another connector", { ...later, connectorId: 2 }],
  ])("says nothing of it when it is %s", (_, more) => {
    const kept = StartTransaction.keep?.({ ...request, ...more }, momentOf(start(fresh, 7)));
    expect(kept).not.toHaveProperty("supersedes");
  });
});

describe("a repeated start", () => {
  test("that runs, and that the twin has never shown, is shown", () => {
    const receipt: Receipt = { kind: "started", transactionId: 7, isRepeated: true, isOpen: true };
    expect(StartTransaction.happen(request, momentOf(fresh, receipt))).toMatchObject([{ transactionId: 7 }]);
  });
});

describe("a connector that becomes Available while its transaction runs", () => {
  const available = { connectorId: 1, status: "Available", errorCode: "NoError" } as const;
  const boot = (twin: Twin): Twin => reduce(twin, { type: "Booted", at: NOW + 1, received: NOW + 1 });

  test("after a boot has lost it; its own stop, should it come, is right (behaviour 6)", () => {
    const booted = boot(start(fresh, 7));
    const lost = StatusNotification.happen(available, { ...momentOf(booted), received: NOW + 2 }).reduce(
      reduce,
      booted,
    );
    expect(lost.connectors.get(1)?.transaction).toMatchObject({ active: false, stop: { presumed: true } });
    const stop = { transactionId: 7, meterStop: 900, timestamp: "2026-03-01T11:50:00Z", reason: "PowerLoss" } as const;
    const receipt: Receipt = { kind: "stopped", transactionId: 7, isKnown: true };
    const ended = StopTransaction.happen(stop, momentOf(lost, receipt)).reduce(reduce, lost);
    expect(ended.connectors.get(1)?.transaction).toMatchObject({ energy: 900, stop: { reason: "PowerLoss" } });
    expect(ended.connectors.get(1)?.transaction?.stop).not.toHaveProperty("presumed");
  });

  test("without a boot since it began may still send its stop, and runs on although our clock was set back before it", () => {
    const running = start(reduce(fresh, { type: "Booted", at: NOW + TEN_YEARS_MS, received: NOW + TEN_YEARS_MS }), 7);
    const after = StatusNotification.happen(available, momentOf(running)).reduce(reduce, running);
    expect(after.connectors.get(1)?.transaction?.active).toBe(true);
  });

  test("without a boot may still send its stop, and runs on", () => {
    const running = start(fresh, 7);
    const after = StatusNotification.happen(available, momentOf(running)).reduce(reduce, running);
    expect(after.connectors.get(1)?.transaction?.active).toBe(true);
  });
});

describe("a stop without an id", () => {
  test("ends the transaction that the ledger has found for it", () => {
    const running = start(fresh, 7);
    const receipt: Receipt = { kind: "stopped", transactionId: 7, isKnown: true };
    const stop = { transactionId: -1, meterStop: 900, timestamp: "2026-03-01T11:50:00Z" };
    const ended = StopTransaction.happen(stop, momentOf(running, receipt)).reduce(reduce, running);
    expect(ended.connectors.get(1)?.transaction).toMatchObject({ active: false, energy: 900 });
  });
});
