// The state of one alarm (OPC 10000-9): delays, Retain, acknowledging, shelving, and that nothing flaps.
import { describe, expect, it } from "vitest";
import {
  MAX_SHELVED_MS,
  actOn,
  alarmFrom,
  alarmText,
  calm,
  dueAt,
  isCalm,
  isRetained,
  sense,
  type AlarmAct,
  type AlarmState,
  type Sensed,
} from "../../src/twin/alarms.ts";

const T0 = Date.UTC(2026, 10, 25, 12);
const at = (seconds: number) => T0 + seconds * 1000;

const quiet: Sensed = { finding: undefined, isSuppressed: false, onDelayMs: 10_000, offDelayMs: 5000, moves: false };
const found: Sensed = { ...quiet, finding: { text: "Too hot", severity: 600 } };
const instant: Sensed = { ...found, onDelayMs: 0, offDelayMs: 0 };
const over: Sensed = { ...instant, finding: undefined };

const raised = sense(calm, instant, at(0));

function acted(state: AlarmState, act: AlarmAct, seconds: number, needsConfirmation = false): AlarmState {
  const after = actOn(state, act, { now: at(seconds), user: "anna", needsConfirmation });
  if (typeof after === "string") throw new Error(after);
  return after;
}

const refused = (state: AlarmState, act: AlarmAct, needsConfirmation = false) =>
  actOn(state, act, { now: at(100), user: "anna", needsConfirmation });

const acknowledge = ({ sequence }: AlarmState, comment?: string): AlarmAct => ({
  kind: "acknowledge",
  sequence,
  comment,
});

describe("an alarm", () => {
  it("becomes active once it has been found for the whole delay, and inactive in the same way", () => {
    let state = sense(calm, found, at(0));
    expect([state.active, state.sequence, dueAt(state, found)]).toEqual([false, 0, at(10)]);
    state = sense(state, found, at(9.999));
    expect(state.active).toBe(false);
    state = sense(state, found, at(10));
    expect(state).toMatchObject({
      active: true,
      acknowledged: false,
      confirmed: true,
      severity: 600,
      message: "Too hot",
    });
    expect(isRetained(state)).toBe(true);
    state = sense(state, quiet, at(20));
    expect([state.active, dueAt(state, quiet)]).toEqual([true, at(25)]);
    state = sense(state, quiet, at(25));
    expect(state).toMatchObject({ active: false, activeAt: at(25), message: "Over: Too hot" });
    expect(isRetained(state)).toBe(true);
  });

  it("does not flap: what comes and goes within the delays is told once", () => {
    let state = calm;
    const told = new Set<number>();
    for (let second = 0; second < 60; second++) {
      state = sense(state, second % 4 === 0 ? quiet : found, at(second));
      told.add(state.sequence);
    }
    expect([...told]).toEqual([0]);
    for (let second = 60; second < 120; second++) {
      state = sense(state, second < 75 || second % 4 === 0 ? found : quiet, at(second));
      told.add(state.sequence);
    }
    expect([...told]).toEqual([0, state.sequence]);
    expect(state.active).toBe(true);
  });

  it("counts from when it has been so, where that is known, and from the last finding where that moves", () => {
    const early = { ...found, finding: { text: "Away", severity: 500, since: at(-20) } };
    expect(sense(calm, early, at(0)).active).toBe(true);
    const moving = { ...found, moves: true };
    const first = sense(calm, { ...moving, finding: { ...moving.finding!, since: at(0) } }, at(5));
    const next = sense(first, { ...moving, finding: { ...moving.finding!, since: at(8) } }, at(9));
    expect([dueAt(first, moving), dueAt(next, moving)]).toEqual([at(10), at(18)]);
  });

  it("tells when its severity changes, and what it was", () => {
    const worse = sense(raised, { ...instant, finding: { text: "Too hot", severity: 700 } }, at(3));
    expect(worse).toMatchObject({ severity: 700, lastSeverity: 600, severityAt: at(3), sequence: at(3) });
    expect(sense(worse, { ...instant, finding: { text: "Hotter", severity: 700 } }, at(4))).toBe(worse);
  });

  it("numbers its changes by their time, and never twice the same", () => {
    const twice = sense(sense(raised, over, at(0)), instant, at(0));
    expect([raised.sequence, twice.sequence]).toEqual([at(0), at(0) + 2]);
    const back = sense(twice, over, at(-3600));
    expect(back.sequence).toBe(at(0) + 3);
  });

  it("is suppressed and released by its charge point, and says so while it is retained", () => {
    const hidden = sense(raised, { ...instant, isSuppressed: true }, at(2));
    expect(hidden).toMatchObject({ suppressed: true, suppressedAt: at(2), sequence: at(2) });
    expect(sense(hidden, instant, at(3))).toMatchObject({ suppressed: false, sequence: at(3) });
    expect(sense(calm, { ...over, isSuppressed: true }, at(2))).toBe(calm);
  });
});

describe("who acknowledges", () => {
  it("keeps an active alarm retained, and lets go of it once it is over (§5.5.2)", () => {
    const known = acted(raised, acknowledge(raised, "on my way"), 5);
    expect(known).toMatchObject({ acknowledged: true, acknowledgedAt: at(5), comment: "on my way", user: "anna" });
    expect([isRetained(known), isCalm(known)]).toEqual([true, false]);
    const done = sense(known, over, at(9));
    expect([isRetained(done), isCalm(done)]).toEqual([false, true]);
  });

  it("may do so when it is over already", () => {
    const done = sense(raised, over, at(9));
    expect(isRetained(done)).toBe(true);
    expect(isCalm(acted(done, acknowledge(raised), 10))).toBe(true);
  });

  it("has to confirm where the alarm asks for it, and only then", () => {
    const known = acted(raised, acknowledge(raised), 5, true);
    expect(known.confirmed).toBe(false);
    const done = sense(known, over, at(9));
    expect(isRetained(done)).toBe(true);
    expect(isCalm(acted(done, { kind: "confirm", sequence: done.sequence }, 11, true))).toBe(true);
    expect(refused(raised, { kind: "confirm", sequence: raised.sequence }, true)).toBe("AlreadyConfirmed");
  });

  it("is refused twice, and for what has been told before the alarm came anew", () => {
    const known = acted(raised, acknowledge(raised), 5);
    expect(refused(known, acknowledge(raised))).toBe("AlreadyAcknowledged");
    const anew = sense(sense(known, over, at(9)), instant, at(12));
    expect(refused(anew, acknowledge(raised))).toBe("EventUnknown");
    expect(refused(anew, { kind: "acknowledge", sequence: anew.sequence + 1 })).toBe("EventUnknown");
    expect(refused(calm, { kind: "addComment", sequence: 0, comment: "?" })).toBe("EventUnknown");
  });

  it("may name any change since the alarm came", () => {
    const commented = acted(raised, { kind: "addComment", sequence: raised.sequence, comment: "seen" }, 2);
    expect(acted(commented, acknowledge(raised), 5)).toMatchObject({ acknowledged: true, comment: "seen" });
    expect(acted(commented, acknowledge(commented, ""), 5).comment).toBe("");
  });
});

describe("who shelves", () => {
  it("for a time: it comes back by itself", () => {
    const shelved = acted(raised, { kind: "timedShelve", milliseconds: 60_000 }, 5);
    expect(shelved).toMatchObject({ shelving: "TimedShelved", shelvedUntil: at(65) });
    expect(dueAt(shelved, instant)).toBe(at(65));
    expect(sense(shelved, instant, at(64.9)).shelving).toBe("TimedShelved");
    expect(sense(shelved, instant, at(65))).toMatchObject({ shelving: "Unshelved", sequence: at(65) });
  });

  it("once: until the alarm is over, or for the longest time", () => {
    const shelved = acted(raised, { kind: "oneShotShelve" }, 5);
    expect(sense(shelved, over, at(20))).toMatchObject({ shelving: "Unshelved", active: false });
    expect(sense(shelved, instant, at(5) + MAX_SHELVED_MS)).toMatchObject({ shelving: "Unshelved", active: true });
  });

  it.each([
    [
      "shelved in the same way",
      acted(raised, { kind: "oneShotShelve" }, 5),
      { kind: "oneShotShelve" },
      "AlreadyShelved",
    ],
    ["not shelved", raised, { kind: "unshelve" }, "NotShelved"],
    ["for no time", raised, { kind: "timedShelve", milliseconds: 0 }, "ShelvingTimeOutOfRange"],
    ["for too long", raised, { kind: "timedShelve", milliseconds: MAX_SHELVED_MS + 1 }, "ShelvingTimeOutOfRange"],
    ["for NaN", raised, { kind: "timedShelve", milliseconds: NaN }, "ShelvingTimeOutOfRange"],
    ["disabled", acted(raised, { kind: "disable" }, 5), { kind: "oneShotShelve" }, "Disabled"],
  ] as const)("is refused what is %s", (_, state, act, why) => expect(refused(state, act)).toBe(why));
});

describe("who disables", () => {
  it("ends it, and it is looked for anew once it is enabled", () => {
    const off = acted(raised, { kind: "disable" }, 5);
    expect(off).toMatchObject({ enabled: false, active: false, sequence: at(5) });
    expect([isRetained(off), isCalm(off)]).toEqual([false, false]);
    expect(sense(off, instant, at(6))).toBe(off);
    expect(refused(off, { kind: "disable" })).toBe("AlreadyDisabled");
    const on = acted(off, { kind: "enable" }, 9);
    expect(refused(on, { kind: "enable" })).toBe("AlreadyEnabled");
    expect(sense(on, instant, at(9))).toMatchObject({ active: true, sequence: at(9) + 1 });
  });
});

describe("an alarm about a certificate", () => {
  const expiring = (der: string): Sensed => ({
    ...instant,
    finding: { text: der, severity: 300, certificate: { der, expiresAt: at(1000), expirationLimitMs: 1000 } },
  });
  const first = sense(calm, expiring("AAAA"), at(0));

  it("bears it, also once it is over (OPC 10000-9 §5.8.24.7)", () => {
    expect(first.certificate).toEqual({ der: "AAAA", expiresAt: at(1000), expirationLimitMs: 1000 });
    expect(sense(first, over, at(1)).certificate).toEqual(first.certificate);
  });

  it("is raised anew once it is about another, and not for the same", () => {
    const known = acted(first, acknowledge(first), 1);
    expect(sense(known, expiring("AAAA"), at(2))).toBe(known);
    const another = sense(known, expiring("BBBB"), at(2));
    expect(another).toMatchObject({ active: true, acknowledged: false, message: "BBBB", raisedBy: at(2) });
    expect(another.certificate?.der).toBe("BBBB");
  });

  it("is the same when it is read", () => expect(alarmFrom(alarmText(first))).toEqual(first));
});

describe("an alarm as text", () => {
  it("is the same when it is read", () => {
    for (const state of [calm, raised, acted(raised, acknowledge(raised, "x"), 5), acted(calm, { kind: "disable" }, 5)])
      expect(alarmFrom(alarmText(state))).toEqual(state);
  });

  it.each(["", "null", "7", '{"certificate":{"der":7}}', '{"active":1}', '{"shelving":"Lost"}', '{"sequence":"1"}'])(
    "is not read from %s",
    (text) => expect(alarmFrom(text)).toBeUndefined(),
  );
});
