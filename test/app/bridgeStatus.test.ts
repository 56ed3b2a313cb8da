// What the bridge says of itself: counted over its charge points, rates over the time that has really passed.
import { describe, expect, it } from "vitest";
import { bridgeStatus, reportStatus, type Observation } from "../../src/app/bridgeStatus.ts";
import { IdTags } from "../../src/app/idTags.ts";
import { Sequences } from "../../src/app/announce.ts";
import { Twins } from "../../src/app/twins.ts";
import type { BridgeStatus } from "../../src/datapoints/bridge.ts";
import { Counts } from "../../src/std/counts.ts";
import { createTwin, type RegistrationStatus, type Twin } from "../../src/twin/twin.ts";
import { HandClock } from "../ocpp/handClock.ts";

const gauges = {
  chargePointsKnown: 5,
  chargePointsConnected: 4,
  chargePointsRegistered: 3,
  chargePointsPending: 2,
  transactionsActive: 1,
};
const START: Observation = {
  storeState: "ok",
  notReady: [],
  scadaMethodState: "off",
  idTags: 3,
  certificates: "[]",
  at: 1_000_000,
  monotonic: 500,
  gauges,
  framesReceived: 100,
  framesSent: 50,
  rules: { inUse: 7, loadedAt: 900_000, error: "" },
  decisions: { count: 10, totalMs: 100 },
};

const decided = { rules: () => START.rules, decisions: () => START.decisions, whenReloaded: () => {} };
const readiness = { reasons: () => [], watch: () => {} };
const trust = { shown: () => "[]", watch: () => {} };

describe("the status of the bridge", () => {
  it.each([
    ["a second", 1000, 20, 10],
    ["a quarter of a second", 250, 80, 40],
    ["ten seconds, after a pause of the machine", 10_000, 2, 1],
    ["no time at all", 0, 0, 0],
  ])("has the rates of %s", (_, elapsedMs, received, sent) => {
    // The wall clock jumps back an hour meanwhile; rates do not notice.
    const now: Observation = {
      ...START,
      at: START.at - 3_600_000,
      monotonic: START.monotonic + elapsedMs,
      framesReceived: 120,
      framesSent: 60,
      decisions: { count: 14, totalMs: 110 },
    };
    const status = bridgeStatus(7, START, now);
    expect([status.messagesReceivedPerSecond, status.messagesSentPerSecond]).toEqual([received, sent]);
    expect(status).toMatchObject({ at: now.at, startedAt: 7, knownChargePoints: 5, connectedChargePoints: 4 });
    expect(status).toMatchObject({ registeredChargePoints: 3, pendingChargePoints: 2, activeTransactions: 1 });
    expect(status).toMatchObject({ rulesInUse: 7, rulesLoadedAt: 900_000, rulesError: "" });
    expect(status.decisionLatencyMilliseconds).toBe(2.5);
    expect(bridgeStatus(7, START, START).decisionLatencyMilliseconds).toBe(0);
  });

  it("is reported at once and then every second, until it is cancelled", () => {
    const clock = new HandClock();
    const counts = new Counts();
    const house = { twins: new Twins(), projections: [], sequences: new Sequences() };
    const reported: BridgeStatus[] = [];
    const startedAt = clock.now();
    const sources = {
      house,
      counts,
      clock,
      startedAt,
      storeState: () => "ok" as const,
      scadaMethodState: () => "off" as const,
      idTags: new IdTags(10),
    };
    const timer = reportStatus({ ...sources, ...decided, trust, readiness }, (status) => reported.push(status));
    expect(reported).toMatchObject([{ at: startedAt, startedAt, knownChargePoints: 0, messagesReceivedPerSecond: 0 }]);

    for (const [id, status] of [
      ["A", "Accepted"],
      ["B", "Accepted"],
      ["P", "Pending"],
      ["R", "Rejected"],
    ] as const)
      house.twins.set(twinOf(id, status));
    counts.add("framesReceived", 30);
    counts.add("framesSent", 20);
    clock.move(1000);
    expect(reported[1]).toMatchObject({
      at: startedAt + 1000,
      knownChargePoints: 4,
      connectedChargePoints: 1,
      registeredChargePoints: 2,
      pendingChargePoints: 1,
      messagesReceivedPerSecond: 30,
      messagesSentPerSecond: 20,
    });

    clock.move(1000);
    expect(reported[2]).toMatchObject({ messagesReceivedPerSecond: 0, messagesSentPerSecond: 0 });
    timer.cancel();
    clock.move(5000);
    expect(reported.length).toBe(3);
  });

  it("is reported again when an id tag was added, before whoever has added it hears of it, and not when one was only changed", async () => {
    const idTags = new IdTags(10);
    const clock = new HandClock();
    const house = { twins: new Twins(), projections: [], sequences: new Sequences() };
    const reported: BridgeStatus[] = [];
    const sources = {
      house,
      counts: new Counts(),
      clock,
      startedAt: 0,
      storeState: () => "ok" as const,
      scadaMethodState: () => "off" as const,
      idTags,
    };
    reportStatus({ ...sources, ...decided, trust, readiness }, (status) => reported.push(status)).cancel();
    await idTags.set([{ idTag: "A", status: "Accepted" }]);
    expect(reported.map((status) => status.idTags)).toEqual([0, 1]);
    await idTags.set([{ idTag: "a", status: "Blocked" }]);
    expect(reported.length).toBe(2);
  });

  it("is reported again when others are trusted than before", () => {
    const clock = new HandClock();
    const reported: BridgeStatus[] = [];
    let shown = "[]";
    let changed = (): void => {};
    const watched = { shown: () => shown, watch: (told: () => void) => (changed = told) };
    const sources = {
      house: { twins: new Twins(), projections: [], sequences: new Sequences() },
      counts: new Counts(),
      clock,
      startedAt: 0,
      storeState: () => "ok" as const,
      scadaMethodState: () => "off" as const,
      idTags: new IdTags(10),
      trust: watched,
    };
    reportStatus({ ...sources, ...decided, readiness }, (status) => reported.push(status)).cancel();
    shown = "[1]";
    changed();
    expect(reported.map(({ certificates }) => certificates)).toEqual(["[]", "[1]"]);
  });
});

function twinOf(id: string, status: RegistrationStatus): Twin {
  const twin = createTwin(id, { status, heartbeatIntervalSeconds: 300 }, 0);
  return id === "A" ? { ...twin, link: { ...twin.link, state: "Connected" } } : twin;
}
