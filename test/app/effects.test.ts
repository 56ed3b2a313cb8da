import { describe, expect, it } from "vitest";
import { Effects, type EffectsOptions, type Sight } from "../../src/app/effects.ts";
import type { Effect } from "../../src/twin/commands.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";
import { HandClock } from "../ocpp/handClock.ts";
import { silentLog } from "../../src/std/log.ts";

const stamp = { at: 1000, received: 1000 };
const known = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 1000);
const after = (twin: Twin, ...events: TwinEvent[]): Twin => events.reduce(reduce, twin);
const connected = after(known, {
  type: "Linked",
  remoteAddress: "::1",
  securityProfile: 0,
  ocppVersion: "1.6",
  ...stamp,
});
const charging = after(connected, {
  type: "StatusReported",
  connector: 1,
  status: "Charging",
  errorCode: "NoError",
  ...stamp,
});

/** Seen when connector 1 charges. */
const effect: Effect = {
  awaited: "Charging on connector 1",
  seen: (twin) => (twin.connectors.get(1)?.status?.status === "Charging" ? "connector 1 is Charging" : undefined),
};

function open(more: Partial<EffectsOptions> = {}): { effects: Effects; clock: HandClock; sights: Sight[] } {
  const clock = new HandClock();
  const options = { clock, log: silentLog, timeoutSeconds: 120, most: 1000, mostPerChargePoint: 32 };
  return { effects: new Effects({ ...options, ...more }), clock, sights: [] };
}

describe("an effect", () => {
  it("is observed when the twin shows it, once, with the time of that", () => {
    const { effects, clock, sights } = open();
    effects.follow(connected, effect, 1000, (sight) => sights.push(sight));
    effects.publish(connected, connected);
    clock.move(5000);
    expect(sights).toEqual([]);
    effects.publish(connected, charging);
    effects.publish(charging, charging);
    expect(sights).toEqual([{ kind: "Observed", text: "connector 1 is Charging", at: 6000 }]);
    expect([effects.size, clock.running]).toEqual([0, 0]);
  });

  it("is observed at once when the twin shows it before the answer is there", () => {
    const { effects, clock, sights } = open();
    effects.follow(charging, effect, 1000, (sight) => sights.push(sight));
    expect(sights.map(({ kind }) => kind)).toEqual(["Observed"]);
    expect(clock.running).toBe(0);
  });

  it("is none where it was so before the command: nothing is awaited", () => {
    const { effects, clock, sights } = open();
    effects.follow(charging, { ...effect, before: "connector 1 was Charging before" }, 1000, (sight) =>
      sights.push(sight),
    );
    expect(sights).toEqual([{ kind: "None", text: "connector 1 was Charging before" }]);
    expect([effects.size, clock.running]).toEqual([0, 0]);
  });

  it("is none, and no failure, when it may stay away and does; it is observed when it comes", () => {
    const { effects, clock, sights } = open();
    for (let count = 0; count < 2; count++) {
      effects.follow(connected, { ...effect, isOptional: true }, 1000, (sight) => sights.push(sight));
      if (count === 0) clock.move(120_000);
    }
    effects.publish(connected, charging);
    expect(sights).toEqual([
      { kind: "None", text: "Charging on connector 1: not seen, and it need not be" },
      expect.objectContaining({ kind: "Observed" }),
    ]);
  });

  it.each([
    ["the settings'", effect, 120],
    ["its own", { ...effect, withinSeconds: 7 }, 7],
  ])("is not observed when %s time is up", (_, awaited, seconds) => {
    const { effects, clock, sights } = open();
    effects.follow(connected, awaited, 1000, (sight) => sights.push(sight));
    clock.move(seconds * 1000 - 1);
    expect(sights).toEqual([]);
    clock.move(1);
    expect(sights).toEqual([{ kind: "NotObserved", text: "Charging on connector 1: not seen in time" }]);
    effects.publish(connected, charging);
    expect(sights).toHaveLength(1);
  });

  it("is unknown when the link is lost and nothing is seen in time; a charge point that comes back may still show it", () => {
    const { effects, clock, sights } = open();
    const lost = after(connected, { type: "Unlinked", ...stamp });
    effects.follow(connected, effect, 1000, (sight) => sights.push(sight));
    effects.follow(connected, { ...effect, withinSeconds: 10 }, 1000, (sight) => sights.push(sight));
    effects.publish(connected, lost);
    clock.move(10_000);
    expect(sights.map(({ kind }) => kind)).toEqual(["Unknown"]);
    effects.publish(lost, charging);
    expect(sights.map(({ kind }) => kind)).toEqual(["Unknown", "Observed"]);
  });

  it("is unknown when the charge point is removed", () => {
    const { effects, clock, sights } = open();
    effects.follow(connected, effect, 1000, (sight) => sights.push(sight));
    effects.forget("CP001");
    expect(sights.map(({ kind }) => kind)).toEqual(["Unknown"]);
    expect([effects.size, clock.running]).toEqual([0, 0]);
  });

  it.each([
    ["of one charge point", { mostPerChargePoint: 2 }],
    ["of all together", { most: 2 }],
  ])("is unknown when too many %s are awaited", (_, limits) => {
    const { effects, sights } = open(limits);
    for (let count = 0; count < 3; count++) effects.follow(connected, effect, 1000, (sight) => sights.push(sight));
    expect(sights).toEqual([{ kind: "Unknown", text: expect.stringContaining("limits") }]);
    expect(effects.size).toBe(2);
    effects.publish(connected, charging);
    expect(sights).toHaveLength(3);
  });

  it("of one charge point says nothing about another", () => {
    const { effects, sights } = open();
    effects.follow(connected, effect, 1000, (sight) => sights.push(sight));
    effects.publish(undefined, { ...charging, id: "CP002" });
    expect(sights).toEqual([]);
  });

  it("that cannot be looked for does not fail the change of the twin", () => {
    const { effects, sights } = open();
    let isBroken = false;
    const seen = (): undefined => {
      if (isBroken) throw new Error("broken part");
    };
    effects.follow(connected, { awaited: "anything", seen }, 1000, (sight) => sights.push(sight));
    isBroken = true;
    effects.publish(connected, charging);
    expect(sights.map(({ kind }) => kind)).toEqual(["Unknown"]);
  });

  it("is let go of when the bridge stops", () => {
    const { effects, clock, sights } = open();
    effects.follow(connected, effect, 1000, (sight) => sights.push(sight));
    effects.stop();
    expect([effects.size, clock.running, sights.length]).toEqual([0, 0, 0]);
  });
});
