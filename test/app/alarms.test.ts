// All alarms of a bridge: what twins show is sensed, delayed, told, kept, acted upon and taken up again.
import { afterEach, describe, expect, it } from "vitest";
import { forget } from "../../src/app/apply.ts";
import type { Effect } from "../../src/twin/commands.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import { AlarmsInTest, wordsOf } from "./alarmsInTest.ts";

let open: AlarmsInTest[] = [];

function opened(...args: ConstructorParameters<typeof AlarmsInTest>): AlarmsInTest {
  const alarms = new AlarmsInTest(...args);
  open.push(alarms);
  return alarms;
}

afterEach(async () => {
  for (const { alarms } of open) await alarms.stop();
  for (const { clock } of open) expect(clock.running).toBe(0);
  open = [];
});

function status(bridge: AlarmsInTest, connector: number, name: string, errorCode = "NoError"): TwinEvent {
  const now = bridge.clock.now();
  return { type: "StatusReported", connector, status: name, errorCode, at: now, received: now };
}

const stamp = (bridge: AlarmsInTest) => ({ at: bridge.clock.now(), received: bridge.clock.now() });

describe("alarms", () => {
  it("come with the message that shows them and go once that is over for the delay, at connectors as at the charge point", () => {
    const bridge = opened();
    bridge.happen(status(bridge, 1, "Faulted", "GroundFailure"), status(bridge, 0, "Available", "WeakSignal"));
    expect(bridge.news()).toEqual([
      "CP001/0 WeakSignal active unacknowledged",
      "CP001/1 GroundFailure active unacknowledged",
    ]);
    bridge.clock.move(5000);
    bridge.happen(status(bridge, 1, "Available"));
    bridge.clock.move(9000);
    expect(bridge.news()).toEqual([]);
    bridge.clock.move(2000);
    expect(bridge.news()).toEqual(["CP001/1 GroundFailure over unacknowledged"]);
  });

  it("are not told twice when a fault comes and goes faster than the delay", () => {
    const bridge = opened();
    for (let second = 0; second < 60; second++) {
      bridge.happen(
        second % 2 === 0 ? status(bridge, 1, "Faulted", "HighTemperature") : status(bridge, 1, "Available"),
      );
      bridge.clock.move(1000);
    }
    expect(bridge.news()).toEqual(["CP001/1 HighTemperature active unacknowledged"]);
  });

  it("of a connector are suppressed while the charge point is offline for longer than the settings say", () => {
    const bridge = opened();
    bridge.happen(status(bridge, 1, "Faulted", "GroundFailure"));
    bridge.happen({ type: "Unlinked", ...stamp(bridge) });
    bridge.clock.move(119_000);
    expect(bridge.news()).toEqual(["CP001/1 GroundFailure active unacknowledged"]);
    bridge.clock.move(2000);
    expect(bridge.news()).toEqual([
      "CP001/0 Offline active unacknowledged",
      "CP001/1 GroundFailure active unacknowledged suppressed",
    ]);
    bridge.happen({ type: "Linked", ...stamp(bridge) });
    expect(bridge.news()).toEqual([
      "CP001/0 Offline over unacknowledged",
      "CP001/1 GroundFailure active unacknowledged",
    ]);
  });

  it("tell with a greater severity that a charge point with a running transaction is away", () => {
    const bridge = opened();
    const start = { transactionId: 7, idTag: "TAG", meterStart: 0, idTagStatus: "Accepted", timestamp: "" };
    bridge.happen({ type: "TransactionStarted", connector: 1, ...start, ...stamp(bridge) });
    bridge.happen({ type: "Unlinked", ...stamp(bridge) });
    bridge.clock.move(121_000);
    expect(bridge.states.get("CP001/0 Offline")).toMatchObject({ severity: 700, lastSeverity: 0 });
    bridge.happen({ type: "TransactionStopped", connector: 1, transactionId: 7, reason: "Other", ...stamp(bridge) });
    expect(bridge.states.get("CP001/0 Offline")).toMatchObject({ severity: 500, lastSeverity: 700, active: true });
  });

  it("of a transaction without meter values count from the last that came", () => {
    const bridge = opened();
    const start = { transactionId: 7, idTag: "TAG", meterStart: 0, idTagStatus: "Accepted", timestamp: "" };
    bridge.happen({ type: "TransactionStarted", connector: 2, ...start, ...stamp(bridge) });
    for (let minute = 0; minute < 30; minute++) {
      bridge.clock.move(60_000);
      bridge.happen({ type: "MeterSampled", connector: 2, readings: [], telegram: "[]", ...stamp(bridge) });
    }
    bridge.clock.move(899_000);
    expect(bridge.news()).toEqual([]);
    bridge.clock.move(2000);
    expect(bridge.news()).toEqual(["CP001/2 MeterValuesMissing active unacknowledged"]);
    bridge.happen({ type: "MeterSampled", connector: 2, readings: [], telegram: "[]", ...stamp(bridge) });
    expect(bridge.news()).toEqual(["CP001/2 MeterValuesMissing over unacknowledged"]);
  });

  it("of the bridge say that changed rules are refused, and that a decision has failed, until neither is so", () => {
    const bridge = opened();
    bridge.facts = {
      ...bridge.facts,
      rulesError: "rules.yaml:3:1 wrong",
      decisionFault: "Authorize of CP001: too late",
    };
    bridge.clock.move(1000);
    expect(bridge.news()).toEqual([
      "/0 RulesRefused active unacknowledged",
      "/0 DecisionFailing active unacknowledged",
    ]);
    bridge.facts = { ...bridge.facts, rulesError: "", decisionFault: undefined };
    bridge.clock.move(1000);
    expect(bridge.news()).toEqual(["/0 RulesRefused over unacknowledged", "/0 DecisionFailing over unacknowledged"]);
  });

  it("of the bridge say that the store cannot write, and can be acknowledged all the same", async () => {
    const bridge = opened();
    bridge.facts = { ...bridge.facts, storeState: "failing" };
    bridge.clock.move(1000);
    expect(bridge.news()).toEqual(["/0 StoreFailing active unacknowledged"]);
    const sequence = bridge.sequence("/0 StoreFailing");
    expect(await bridge.act({ kind: "acknowledge", sequence }, "StoreFailing", 0, "operator", "")).toBe("Done");
    expect(bridge.news()).toEqual(["/0 StoreFailing active unconfirmed"]);
    bridge.facts = { ...bridge.facts, storeState: "ok" };
    bridge.clock.move(1000);
    expect(bridge.news()).toEqual(["/0 StoreFailing over unconfirmed"]);
    await bridge.alarms.stop();
    expect(bridge.onDisk()).toMatchObject([{ chargePointId: "", name: "StoreFailing", state: { confirmed: false } }]);
  });

  it("of thousands of charge points at once are told a few at a time", () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `CP${index}`);
    const bridge = opened([], {}, ids);
    for (const id of ids) bridge.happenAt(id, { type: "Unlinked", ...stamp(bridge) });
    bridge.clock.move(120_000);
    expect(bridge.news()).toHaveLength(100);
    bridge.clock.move(25);
    expect(bridge.news()).toHaveLength(100);
    bridge.clock.move(1000);
    expect(bridge.news()).toHaveLength(800);
  });

  it("are forgotten with their charge point", async () => {
    const bridge = opened();
    bridge.happen(status(bridge, 1, "Faulted", "GroundFailure"));
    bridge.clock.move(300);
    expect([...bridge.disk.keys()]).toEqual(["CP001/1/GroundFailure"]);
    bridge.clock.move(5000);
    const before = bridge.states.get("CP001/1 GroundFailure")!;
    bridge.news();
    forget(bridge.house, "CP001", bridge.clock.now());
    expect(bridge.news()).toEqual(["CP001/1 GroundFailure over"]);
    const last = bridge.states.get("CP001/1 GroundFailure")!;
    expect(last).toMatchObject({ at: bridge.clock.now(), message: "The charge point was removed" });
    expect(last.sequence).toBeGreaterThan(before.sequence);
    await bridge.alarms.stop();
    expect([[...bridge.alarms.all()], bridge.disk.size]).toEqual([[], 0]);
  });

  it("are told to be over when their charge point was taken out while no bridge ran, and only to those who knew of them", async () => {
    const first = opened();
    first.happen(status(first, 1, "Faulted", "GroundFailure"));
    await first.act({ kind: "oneShotShelve" }, "HighTemperature");
    await first.alarms.stop();
    const next = opened(first.onDisk(), {}, []);
    expect(next.news()).toEqual(["CP001/1 GroundFailure over"]);
    expect(next.states.get("CP001/1 GroundFailure")).toMatchObject({
      at: next.clock.now(),
      message: "The charge point was removed",
    });
    await next.alarms.stop();
    expect([...next.alarms.all()]).toEqual([]);
  });

  it("leave nothing in memory and on disk once they are calm", async () => {
    const bridge = opened();
    bridge.happen(status(bridge, 1, "Faulted", "HighTemperature"));
    const sequence = bridge.sequence("CP001/1 HighTemperature");
    expect(await bridge.act({ kind: "acknowledge", sequence }, "HighTemperature")).toBe("Done");
    expect(bridge.onDisk()).toMatchObject([{ state: { acknowledged: true, user: "anna" } }]);
    bridge.happen(status(bridge, 1, "Available"));
    bridge.clock.move(11_000);
    await bridge.alarms.stop();
    expect([[...bridge.alarms.all()], bridge.disk.size]).toEqual([[], 0]);
  });
});

describe("a command without its effect", () => {
  const effect: Effect = {
    awaited: "connector 1 Charging",
    seen: ({ connectors }) => (connectors.get(1)?.status?.status === "Charging" ? "Charging" : undefined),
  };
  const miss = (bridge: AlarmsInTest) => {
    const missing = { text: "it was accepted, but not seen", since: bridge.clock.now() };
    bridge.alarms.effectMissed("CP001", { connector: 1, effect, sentAt: bridge.clock.now(), missing });
    expect(bridge.news()).toEqual(["CP001/1 CommandEffectMissing active unacknowledged"]);
  };
  const over = ["CP001/1 CommandEffectMissing over unacknowledged"];

  it("is an alarm until the effect is seen after all", () => {
    const bridge = opened();
    miss(bridge);
    bridge.happen(status(bridge, 1, "Preparing"));
    expect(bridge.news()).toEqual([]);
    bridge.happen(status(bridge, 1, "Charging"));
    expect(bridge.news()).toEqual(over);
  });

  it("also where the effect shows elsewhere than at the connector of the command", () => {
    const bridge = opened();
    const elsewhere: Effect = {
      awaited: "connector 2 Charging",
      seen: ({ connectors }) => (connectors.get(2)?.status?.status === "Charging" ? "Charging" : undefined),
    };
    const missing = { text: "it was accepted, but not seen", since: bridge.clock.now() };
    const missed = { connector: 1, effect: elsewhere, sentAt: bridge.clock.now(), missing };
    bridge.alarms.effectMissed("CP001", missed);
    expect(bridge.news()).toEqual(["CP001/1 CommandEffectMissing active unacknowledged"]);
    bridge.happen(status(bridge, 2, "Charging"));
    expect(bridge.news()).toEqual(over);
  });

  it("or another command there has had its own", () => {
    const bridge = opened();
    miss(bridge);
    bridge.alarms.effectSeen("CP001", 2);
    expect(bridge.news()).toEqual([]);
    bridge.alarms.effectSeen("CP001", 1);
    expect(bridge.news()).toEqual(over);
  });

  it("or an hour has passed", () => {
    const bridge = opened();
    miss(bridge);
    bridge.clock.move(3_599_000);
    expect(bridge.news()).toEqual([]);
    bridge.clock.move(2000);
    expect(bridge.news()).toEqual(over);
  });

  it("or an hour has passed, and another connector is the first to say something", () => {
    const bridge = opened();
    // All alarms are looked at every second: this ends between two looks.
    bridge.clock.move(500);
    miss(bridge);
    bridge.clock.move(3_600_100);
    expect(bridge.news()).toEqual([]);
    bridge.happen(status(bridge, 2, "Available"));
    expect(bridge.news()).toEqual(over);
  });
});

describe("after a restart", () => {
  it("what was acknowledged, commented, shelved and disabled still is, and what is over is told", async () => {
    const first = opened();
    first.happen(status(first, 1, "Faulted", "GroundFailure"), status(first, 2, "Unavailable"));
    const key = "CP001/1 GroundFailure";
    await first.act({ kind: "acknowledge", sequence: first.sequence(key), comment: "on my way" });
    await first.act({ kind: "timedShelve", milliseconds: 3_600_000 });
    await first.act({ kind: "disable" }, "WeakSignal", 0, "engineer");
    await first.alarms.stop();
    const second = opened(first.onDisk());
    expect(Object.fromEntries([...second.alarms.all()].map(({ name, state }) => [name, wordsOf(state)]))).toEqual({
      GroundFailure: "active unconfirmed TimedShelved",
      Unavailable: "active unacknowledged",
      WeakSignal: "disabled over",
    });
    const known = [...second.alarms.all()].find(({ name }) => name === "GroundFailure");
    expect(known?.state).toMatchObject({ comment: "on my way", user: "anna", activeAt: 1000, pendingSince: 1000 });
    // The twins of this one show no fault.
    second.clock.move(11_000);
    expect(second.news().toSorted()).toEqual([
      "CP001/1 GroundFailure over unconfirmed TimedShelved",
      "CP001/2 Unavailable over unacknowledged",
    ]);
  });

  it("alarms of a charge point or of a kind that is no more are dropped", async () => {
    const first = opened();
    first.happen(status(first, 1, "Faulted", "GroundFailure"));
    await first.alarms.stop();
    const [alarm] = first.onDisk();
    const strangers = [
      { ...alarm!, chargePointId: "CP9" },
      { ...alarm!, connector: 9 },
      { ...alarm!, name: "NoSuchAlarm" },
    ];
    const second = opened(strangers);
    for (const stranger of strangers)
      second.disk.set(`${stranger.chargePointId}/${stranger.connector}/${stranger.name}`, {
        ...stranger,
        kind: "alarm",
        state: "{}",
      });
    expect([...second.alarms.all()]).toEqual([]);
    await second.alarms.stop();
    expect(second.disk.size).toBe(0);
  });
});

describe("who acts", () => {
  it.each<[string, Promise<unknown> | ((bridge: AlarmsInTest) => Promise<unknown>), string]>([
    ["may not", (b) => b.act({ kind: "oneShotShelve" }, "GroundFailure", 1, "observer"), "Denied"],
    ["may not configure", (b) => b.act({ kind: "disable" }, "GroundFailure", 1, "operator"), "Denied"],
    ["names no alarm", (b) => b.act({ kind: "oneShotShelve" }, "Nothing"), "NotKnown"],
    ["names an alarm of another place", (b) => b.act({ kind: "oneShotShelve" }, "Offline", 1), "NotKnown"],
    ["names no connector", (b) => b.act({ kind: "oneShotShelve" }, "GroundFailure", 3), "NotKnown"],
    ["names no charge point", (b) => b.act({ kind: "oneShotShelve" }, "Offline", 0, "operator", "CP9"), "NotKnown"],
    ["names a change that never was", (b) => b.act({ kind: "acknowledge", sequence: 7 }), "EventUnknown"],
    [
      "says too much",
      (b) => b.act({ kind: "addComment", sequence: b.sequence("CP001/1 GroundFailure"), comment: "x".repeat(1001) }),
      "CommentTooLong",
    ],
  ])("is refused when he %s", async (_, act, why) => {
    const bridge = opened();
    bridge.happen(status(bridge, 1, "Faulted", "GroundFailure"));
    expect(await (act as (bridge: AlarmsInTest) => Promise<unknown>)(bridge)).toBe(why);
    expect(bridge.news()).toHaveLength(1);
  });

  it("is said where all that is denied is said, when he may not", async () => {
    const bridge = opened();
    await bridge.act({ kind: "oneShotShelve" });
    await bridge.act({ kind: "disable" });
    const place = { chargePoint: "CP001", connector: 1, alarm: "GroundFailure" };
    const who = { user: "anna", role: "operator", via: "method" };
    expect(bridge.denied).toEqual([{ ...place, act: "disable", outcome: "Denied", ...who }]);
  });

  it("sees at once what he has enabled", async () => {
    const bridge = opened();
    await bridge.act({ kind: "disable" }, "GroundFailure", 1, "engineer");
    bridge.happen(status(bridge, 1, "Faulted", "GroundFailure"));
    expect(bridge.news()).toEqual(["CP001/1 GroundFailure disabled over"]);
    await bridge.act({ kind: "enable" }, "GroundFailure", 1, "engineer");
    expect(bridge.news()).toEqual(["CP001/1 GroundFailure over", "CP001/1 GroundFailure active unacknowledged"]);
  });

  it("shelves for a time, after which it comes back", async () => {
    const bridge = opened();
    bridge.happen(status(bridge, 1, "Faulted", "GroundFailure"));
    await bridge.act({ kind: "timedShelve", milliseconds: 60_000 });
    bridge.news();
    bridge.clock.move(59_000);
    expect(bridge.news()).toEqual([]);
    bridge.clock.move(2000);
    expect(bridge.news()).toEqual(["CP001/1 GroundFailure active unacknowledged"]);
  });
});
