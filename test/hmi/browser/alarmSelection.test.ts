import { beforeEach, expect, it } from "vitest";
import { keyOf, takeAlarms } from "../../../src/hmi/browser/alarms.ts";
import { tick, ticks, toggle } from "../../../src/hmi/browser/alarms/selection.ts";
import type { AlarmRow } from "../../../src/hmi/shapes.ts";

const alarm = (changes: Partial<AlarmRow> = {}): AlarmRow => ({
  chargePointId: "CP1",
  connector: 1,
  name: "GroundFailure",
  active: true,
  acknowledged: false,
  confirmed: true,
  enabled: true,
  suppressed: false,
  shelving: "Unshelved",
  shelvedUntil: 0,
  severity: 900,
  message: "leak",
  comment: "",
  user: "",
  sequence: 7,
  at: 7,
  activeAt: 7,
  ...changes,
});
const other = alarm({ name: "OverVoltage" });
const told = (...alarms: readonly AlarmRow[]) => takeAlarms({ whole: false, alarms });
const ticked = () => [...ticks.value.keys()];

beforeEach(() => {
  takeAlarms({ whole: true, alarms: [alarm(), other] });
  tick([alarm(), other]);
});

it("a tick goes with the alarm: one that has gone and comes again is not ticked", () => {
  told(alarm({ calm: true }));
  told(alarm({ activeAt: 9, sequence: 9 }));
  expect(ticked()).toEqual([keyOf(other)]);
});

it("a tick is for the activation that was seen, though the end of it was told together with the next", () => {
  told(alarm({ activeAt: 9, sequence: 9 }));
  expect(ticked()).toEqual([keyOf(other)]);
});

it.each([
  ["acknowledged", { acknowledged: true, sequence: 8, at: 8 }],
  ["over", { active: false, activeAt: 8, sequence: 8 }],
  ["of another severity", { severity: 100, sequence: 8 }],
])("an alarm that was ticked still is when it is %s meanwhile", (_, changes) => {
  told(alarm(changes));
  expect(ticked()).toEqual([keyOf(alarm()), keyOf(other)]);
});

it("nothing stays ticked once nobody is logged in", () => {
  takeAlarms({ whole: true, alarms: [] });
  expect(ticked()).toEqual([]);
});

it("a second click takes the tick away", () => {
  toggle(other);
  expect(ticked()).toEqual([keyOf(alarm())]);
});
