// Offline behaviour: what is kept, what is lost, and what is said again after the reconnect (OCPP 1.6 §4.7 to §4.10, errata 3.18).
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SimulatedChargePointOptions } from "../../src/simulator/options.ts";
import { SimulatedChargePoint } from "../../src/simulator/simulatedChargePoint.ts";
import type { Clock } from "../../src/std/clock.ts";
import { fastClock, StrictCentralSystem } from "./strictCentralSystem.ts";

let centralSystem: StrictCentralSystem;
let chargePoint: SimulatedChargePoint;
let problems: string[];
let clock: Clock;
/** Times of the charge point's clock at which its links opened. */
let connectedAt: number[];

beforeEach(async () => {
  centralSystem = await StrictCentralSystem.open();
  problems = [];
  clock = fastClock(50);
  connectedAt = [];
});
afterEach(async () => {
  await chargePoint.stop();
  await centralSystem.close();
  expect(centralSystem.violations).toEqual([]);
});

async function start(options: Partial<SimulatedChargePointOptions> = {}): Promise<void> {
  chargePoint = new SimulatedChargePoint({
    url: centralSystem.url,
    id: "CP001",
    clock,
    speed: 20,
    timing: { callTimeoutMs: 600_000 },
    ...options,
    configuration: {
      MeterValueSampleInterval: "2",
      TransactionMessageRetryInterval: "1",
      ...options.configuration,
    },
    listener: {
      ...centralSystem.listener,
      connected: () => {
        connectedAt.push(clock.now());
        centralSystem.listener.connected?.(chargePoint);
      },
      problem: (_cp, text) => {
        problems.push(text);
        centralSystem.listener.problem?.(chargePoint, text);
      },
    },
  });
  chargePoint.start();
  await centralSystem.status(2, "Available");
}

const transactionActions = (): string[] =>
  centralSystem.received.flatMap(({ action }) =>
    ["StartTransaction", "MeterValues", "StopTransaction"].includes(action) ? [action] : [],
  );

test("a transaction made entirely offline is replayed in order, with its original times", async () => {
  await start();
  chargePoint.goOffline(40_000);
  const offlineAt = clock.now();
  await chargePoint.startCharging(1, "OFFLINE");
  await centralSystem.until("samples in the queue", () => chargePoint.keptMessages >= 3 || poll());
  chargePoint.stopCharging(1);
  chargePoint.unplug(1);
  const kept = chargePoint.keptMessages;
  expect(transactionActions()).toEqual([]);
  await centralSystem.first("StopTransaction");

  expect(transactionActions()).toEqual([
    "StartTransaction",
    ...Array.from({ length: kept - 2 }, () => "MeterValues"),
    "StopTransaction",
  ]);
  const [begun] = centralSystem.of("StartTransaction");
  const [ended] = centralSystem.of("StopTransaction");
  const times = [
    begun?.payload.timestamp,
    ...centralSystem.of("MeterValues").map((each) => each.payload.meterValue[0].timestamp),
    ended?.payload.timestamp,
  ];
  const sorted = times.map((each) => Date.parse(each)).toSorted((a, b) => a - b);
  expect(times.map((each) => Date.parse(each))).toEqual(sorted);
  expect(Date.parse(times[0])).toBeGreaterThanOrEqual(offlineAt);
  // All of it bears the time when it happened, before the link was back.
  expect(sorted.at(-1)).toBeLessThanOrEqual(connectedAt[1] ?? 0);
  expect(new Set(centralSystem.of("MeterValues").map((each) => each.payload.transactionId))).toEqual(new Set([1]));
  expect(ended?.payload.transactionId).toBe(1);
  expect(centralSystem.of("BootNotification")).toHaveLength(1);
  await centralSystem.until("an empty queue", () => chargePoint.keptMessages === 0);
});

/** Lets `until` look again a little later: nothing is sent while offline that could make it. */
function poll(): undefined {
  setTimeout(() => centralSystem.listener.connected?.(chargePoint), 10);
  return undefined;
}

test("a StartTransaction whose answer was lost is sent again, with the same content", async () => {
  let calls = 0;
  centralSystem.answers["StartTransaction"] = async () => {
    if (++calls > 1) return { transactionId: 77, idTagInfo: { status: "Accepted" } };
    await centralSystem.hangUp("CP001");
    return new Promise(() => {});
  };
  await start();
  await chargePoint.startCharging(1, "LOST");
  const [first, second] = await centralSystem.first("StartTransaction", 2);
  expect(second?.payload).toEqual(first?.payload);
  expect(second?.messageId).not.toBe(first?.messageId);
  const [sample] = await centralSystem.first("MeterValues");
  expect(sample?.payload.transactionId).toBe(77);
});

test("a repeated message keeps its message id where that is wanted", async () => {
  let calls = 0;
  centralSystem.answers["StartTransaction"] = async () => {
    if (++calls > 1) return { transactionId: 5, idTagInfo: { status: "Accepted" } };
    await centralSystem.hangUp("CP001");
    return new Promise(() => {});
  };
  await start({ renewsMessageIds: false });
  await chargePoint.startCharging(1, "LOST");
  const [first, second] = await centralSystem.first("StartTransaction", 2);
  expect(second?.messageId).toBe(first?.messageId);
});

test("a refused transaction message is repeated as often as TransactionMessageAttempts says, then given up as -1", async () => {
  centralSystem.answers["StartTransaction"] = () => {
    throw new Error("database is full");
  };
  await start({ configuration: { TransactionMessageAttempts: "3" } });
  await chargePoint.startCharging(1, "TAG");
  const [sample] = await centralSystem.first("MeterValues");
  expect(centralSystem.of("StartTransaction")).toHaveLength(3);
  expect(sample?.payload.transactionId).toBe(-1);
  expect(problems).toContain("StartTransaction given up after 3 attempts");
});

test("a repeated StartTransaction has the same content under a new message id", async () => {
  await start();
  await chargePoint.startCharging(1, "TWICE");
  await centralSystem.first("StartTransaction");
  expect(chargePoint.repeatStartTransaction(1)).toBe(true);
  const [first, second] = await centralSystem.first("StartTransaction", 2);
  expect(second?.payload).toEqual(first?.payload);
  expect(second?.messageId).not.toBe(first?.messageId);
  expect(chargePoint.repeatStartTransaction(2)).toBe(false);
});

test("while offline, what is not about a transaction is not kept", async () => {
  await start();
  chargePoint.goOffline(10_000);
  expect(await chargePoint.call("Heartbeat", {})).toEqual({ kind: "notSent" });
  expect(chargePoint.keptMessages).toBe(0);
  await centralSystem.until("reconnect", () => centralSystem.handshakes.length === 2);
});

test("an unknown idTag charges offline only with AllowOfflineTxForUnknownId", async () => {
  await start({ configuration: { AllowOfflineTxForUnknownId: "false" } });
  await chargePoint.startCharging(1, "KNOWN");
  chargePoint.stopCharging(1);
  chargePoint.goOffline(60_000);
  expect(await chargePoint.presentIdTag(2, "STRANGER")).toBe("Invalid");
  // The cache remembers what Authorize has answered (§3.5.2).
  expect(await chargePoint.presentIdTag(1, "KNOWN")).toBe("Accepted");
});

test("a full queue loses meter values first and says so", async () => {
  await start({ mostKeptMessages: 3 });
  chargePoint.goOffline(60_000);
  await chargePoint.startCharging(1, "TAG");
  await centralSystem.until("a lost sample", () => problems.some((each) => each.includes("MeterValues is lost")));
  chargePoint.stopCharging(1);
  await centralSystem.first("StopTransaction");
  expect(transactionActions()).toEqual(["StartTransaction", "MeterValues", "StopTransaction"]);
});

test("a half-open link answers no ping and ends by itself", async () => {
  await start();
  chargePoint.freeze(20_000);
  // The central system's command meets silence; the charge point comes back on a new link.
  const command = centralSystem.command("CP001", "GetLocalListVersion").catch((error: unknown) => error);
  await centralSystem.until("second link", () => centralSystem.handshakes.length === 2);
  expect(await command).toBeInstanceOf(Error);
});
