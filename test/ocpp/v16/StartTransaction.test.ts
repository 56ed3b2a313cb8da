// When a StartTransaction is the same one again (behaviour 2), and when it only looks like it.
import { describe, expect, test } from "vitest";
import type { Moment } from "../../../src/ocpp/v16/message.ts";
import { StartTransaction } from "../../../src/ocpp/v16/messages/StartTransaction.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../../src/twin/twin.ts";

const NOW = Date.UTC(2026, 2, 1, 12);

function momentOf(twin: Twin, transactionId: number): Moment {
  return {
    twin,
    received: NOW,
    verdict: { status: "Accepted", source: "test" },
    transactionId,
    pendingRetrySeconds: 30,
    maxConnectors: 8,
    maxKeptCharacters: 1000,
    payload: "{}",
  };
}

/** Start, stop, and the very same start again. */
function startTwice(timestamp: string): unknown {
  const request = { connectorId: 1, idTag: "TAG", meterStart: 0, timestamp };
  let twin = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, NOW);
  for (const event of StartTransaction.happen(request, momentOf(twin, 7))) twin = reduce(twin, event);
  const stop = { transactionId: 7, reason: "Local", at: NOW, received: NOW };
  twin = reduce(twin, { type: "TransactionStopped", connector: 1, ...stop });
  const moment = momentOf(twin, 8);
  for (const event of StartTransaction.happen(request, moment)) twin = reduce(twin, event);
  return StartTransaction.reply(request, moment, twin).transactionId;
}

describe("a StartTransaction that has been seen", () => {
  test("is the same transaction when it bears the same time", () => expect(startTwice("2026-03-01T11:00:00Z")).toBe(7));

  test.each(["1970-01-01T00:00:00Z", ""])("is another one when its time, %j, says nothing (errata 3.54)", (timestamp) =>
    expect(startTwice(timestamp)).toBe(8),
  );
});
