// What a twin is after a restart: what the snapshot says, what the ledger says, and what can no longer be so.
import { describe, expect, it } from "vitest";
import type { KeptTransaction } from "../../src/twin/ledger.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { restoreTwin } from "../../src/twin/restore.ts";
import { snapshotText, twinFrom } from "../../src/twin/snapshot.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";

const T0 = Date.UTC(2026, 10, 25, 12);
const at = (minutes: number) => ({ at: T0 + minutes * 60_000, received: T0 + minutes * 60_000 });

const fresh = createTwin("CP1", { status: "Accepted", heartbeatIntervalSeconds: 300 }, T0);
const start = (transactionId: number, minutes: number): KeptTransaction["start"] => ({
  transactionId,
  idTag: "TAG",
  meterStart: 1000,
  idTagStatus: "Accepted",
  timestamp: new Date(T0 + minutes * 60_000).toISOString(),
  ...at(minutes),
});
const kept = (transactionId: number, minutes: number, stoppedAt?: number): KeptTransaction => ({
  chargePointId: "CP1",
  connectorId: 1,
  start: start(transactionId, minutes),
  ...(stoppedAt !== undefined && { stop: { transactionId, reason: "Local", meterStop: 1500, ...at(stoppedAt) } }),
});
const running = (twin: Twin, transactionId: number, minutes: number): Twin =>
  reduce(twin, { type: "TransactionStarted", connector: 1, ...start(transactionId, minutes) });
const transactionOf = (twin: Twin) => twin.connectors.get(1)?.transaction;

describe("a restored twin", () => {
  it("is without a link, and waits for no answer to a command any more", () => {
    const linked = reduce(fresh, {
      type: "Linked",
      remoteAddress: "::1",
      securityProfile: 1,
      ocppVersion: "1.6",
      ...at(1),
    });
    const waiting = reduce(linked, { type: "CommandTriggered", ...at(2) });
    const restored = restoreTwin(waiting, [], T0 + 600_000);
    // When the bridge went down nobody has seen; the last that was heard is what is known.
    const since = { at: at(1).at, received: T0 + 600_000 };
    expect(restored.link).toMatchObject({ state: "Disconnected", ...since });
    expect(restored.presence).toMatchObject({ connected: false, ...since });
    const heard = reduce(waiting, { type: "Heard", ...at(5) });
    expect(restoreTwin(heard, [], T0 + 600_000).presence.at).toBe(at(5).at);
    const clockSetBack = restoreTwin(heard, [], T0);
    expect(clockSetBack.presence.at).toBe(T0);
    expect(restored.command).toMatchObject({ triggered: false, result: "BadTimeout", sequence: 1 });
  });

  it("that was never connected has still never been", () =>
    expect(restoreTwin(fresh, [], T0 + 600_000).link.state).toBe("NeverConnected"));

  it.each<[string, Twin, KeptTransaction[], object]>([
    ["goes on with the transaction of both", running(fresh, 5, 1), [kept(5, 1)], { transactionId: 5, active: true }],
    ["has one that began after the snapshot", fresh, [kept(5, 1)], { transactionId: 5, active: true }],
    [
      "has one that replaced another",
      running(fresh, 5, 1),
      [kept(5, 1, 2), kept(6, 3)],
      { transactionId: 6, active: true },
    ],
    ["has an end after the snapshot", running(fresh, 5, 1), [kept(5, 1, 2)], { active: false, energy: 500 }],
    [
      "keeps one that is newer than the ledger",
      running(fresh, 7, 3),
      [kept(5, 1, 2)],
      { transactionId: 7, active: true },
    ],
    [
      "takes back an end that the ledger does not have",
      reduce(running(fresh, 5, 1), {
        type: "TransactionStopped",
        connector: 1,
        transactionId: 5,
        reason: "Other",
        presumed: true,
        ...at(2),
      }),
      [kept(5, 1)],
      { transactionId: 5, active: true },
    ],
  ])("%s", (_, twin, transactions, expected) => {
    expect(transactionOf(restoreTwin(twin, transactions, T0 + 600_000))).toMatchObject(expected);
  });
});

describe("a snapshot", () => {
  it("of an earlier version, which lacks what twins have now, is as in a new twin there", () => {
    const { command: _, ...earlier } = running(fresh, 5, 1);
    expect(twinFrom(snapshotText(earlier as Twin))).toEqual(running(fresh, 5, 1));
  });

  it.each([
    "",
    "null",
    "[]",
    "{}",
    "{",
    '{"id":"CP1"}',
    '{"$map":1}',
    snapshotText({ ...fresh, connectors: [] as never }),
  ])("that is none is no twin: %s", (text) => expect(twinFrom(text)).toBeUndefined());
});
