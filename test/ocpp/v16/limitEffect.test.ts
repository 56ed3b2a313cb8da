// SetChargingProfile was accepted: what is measured afterwards shows whether the limit is kept.
import { describe, expect, test } from "vitest";
import { meterPointOf, type PhasePath } from "../../../src/twin/measurands.ts";
import type { TwinEvent } from "../../../src/twin/events.ts";
import type { Twin } from "../../../src/twin/twin.ts";
import { exchange, happened, LATER, profileOf, SENT, stamp, started, stopped, twinAfter } from "./exchanges.ts";

const BEFORE = SENT - 60_000;

/** Readings as `Current.Import/L1`. */
function sampled(connector: number, values: Readonly<Record<string, number>>, received: number): TwinEvent {
  const readings = Object.entries(values).map(([path, value]) => {
    const [measurand = "", phase = ""] = path.split("/");
    return { point: meterPointOf(measurand, phase as PhasePath, "Outlet") ?? -1, value, ...stamp(received) };
  });
  return { type: "MeterSampled", connector, readings, ...stamp(received) };
}

function effectOf(profile: object, twin: Twin, connectorId = 1) {
  const request = { connectorId, csChargingProfiles: profile };
  return exchange("SetChargingProfile", request, { status: "Accepted" }, twin).effect;
}

function sightOf(profile: object, twin: Twin, sample: TwinEvent, connectorId = 1): string | undefined {
  const effect = effectOf(profile, twin, connectorId);
  if (effect === undefined) throw new Error("nothing is awaited");
  expect(effect.seen(twin, SENT)).toBeUndefined();
  return effect.seen(happened(twin, sample), SENT);
}

const phases = (l1: number, l2: number, l3: number) => ({
  "Current.Import/L1": l1,
  "Current.Import/L2": l2,
  "Current.Import/L3": l3,
});
const chargingWith = (values: Readonly<Record<string, number>>, connector = 1) =>
  twinAfter(started(connector, 11, BEFORE), sampled(connector, values, BEFORE));
const onPhases = chargingWith(phases(32, 32, 32));

describe("a limit in A", () => {
  test.each([
    ["at the limit", phases(16, 16, 16), "connector 1 draws 16 A, the limit is 16 A"],
    ["within 5 % and 0.5 A", phases(17.3, 0, 0), "connector 1 draws 17.3 A, the limit is 16 A"],
    ["nothing", phases(0, 0, 0), "connector 1 draws 0 A, the limit is 16 A"],
    ["more on one phase", phases(6, 6, 17.4), undefined],
    ["on one phase alone", { "Current.Import/L1": 15 }, "connector 1 draws 15 A, the limit is 16 A"],
    ["something else", { Voltage: 230 }, undefined],
    ["what is offered alone", { "Current.Offered": 16 }, undefined],
  ])("holds for each phase (errata 3.68): %s", (_, values, sight) => {
    expect(sightOf(profileOf(), onPhases, sampled(1, values, LATER))).toBe(sight);
  });

  test("is seen in a total that is sent, but not in one that we add up", () => {
    const twin = chargingWith({ "Current.Import": 32 });
    expect(sightOf(profileOf(), twin, sampled(1, { "Current.Import": 16 }, LATER))).toContain("16 A");
    expect(sightOf(profileOf(), onPhases, sampled(1, phases(16, 16, 16), LATER))).toContain("draws 16 A");
  });

  test("is seen in the power of phases, and in a total power where the number of phases is given", () => {
    const power = chargingWith({ "Power.Active.Import/L1": 7000 });
    expect(sightOf(profileOf(), power, sampled(1, { "Power.Active.Import/L1": 3680 }, LATER))).toContain("16 A");
    const total = chargingWith({ "Power.Active.Import": 22_000 });
    const numbered = (numberPhases: number) =>
      profileOf({
        chargingSchedule: {
          chargingRateUnit: "A",
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases }],
        },
      });
    const sample = sampled(1, { "Power.Active.Import": 11_040 }, LATER);
    expect(sightOf(numbered(3), total, sample)).toContain("draws 16 A");
    expect(sightOf(numbered(1), total, sample)).toBeUndefined();
    expect(effectOf(numbered(0), total)).toBeUndefined();
    expect(effectOf(profileOf(), total)).toBeUndefined();
  });

  test("is that of the period that is in force", () => {
    const chargingSchedulePeriod = [
      { startPeriod: 0, limit: 32 },
      { startPeriod: 30, limit: 6 },
    ];
    const profile = profileOf({ chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod } });
    expect(effectOf(profile, onPhases)?.awaited).toBe("connector 1 at or below 6 A");
  });
});

describe("a limit in W", () => {
  const power = chargingWith({ "Power.Active.Import": 22_000 });
  test.each([
    [11_000, "connector 1 draws 11000 W, the limit is 11000 W"],
    [11_600, "connector 1 draws 11600 W, the limit is 11000 W"],
    [11_700, undefined],
  ])("holds for all phases together (errata 3.68): %d W", (watts, sight) => {
    const sample = sampled(1, { "Power.Active.Import": watts }, LATER);
    expect(sightOf(profileOf({}, 11_000, "W"), power, sample)).toBe(sight);
  });

  test("is seen in the sum of the phases", () => {
    const values = (watts: number) => ({ "Power.Active.Import/L1": watts, "Power.Active.Import/L2": watts });
    const twin = chargingWith(values(7000));
    expect(sightOf(profileOf({}, 8000, "W"), twin, sampled(1, values(4000), LATER))).toContain("draws 8000 W");
  });
});

describe("the places that a limit holds for", () => {
  const txProfile = (transactionId?: number) =>
    profileOf({ chargingProfilePurpose: "TxProfile", ...(transactionId !== undefined && { transactionId }) });
  const two = happened(onPhases, started(2, 12, BEFORE), sampled(2, phases(32, 32, 32), BEFORE));

  test("are all connectors that charge, for a TxDefaultProfile of connector 0 (errata 3.53)", () => {
    const effect = effectOf(profileOf(), two, 0);
    expect(effect?.awaited).toBe("connector 1 at or below 16 A, connector 2 at or below 16 A");
    const one = happened(two, sampled(1, phases(16, 0, 0), LATER));
    expect(effect?.seen(one, SENT)).toBeUndefined();
    const both = happened(one, sampled(2, phases(6, 0, 0), LATER));
    expect(effect?.seen(both, SENT)).toMatch(/connector 1 draws 16 A.*connector 2 draws 6 A/);
  });

  test("are the main meter, for a ChargePointMaxProfile", () => {
    const profile = profileOf({ chargingProfilePurpose: "ChargePointMaxProfile" });
    expect(effectOf(profile, two, 0)).toBeUndefined();
    const withMain = happened(two, sampled(0, phases(64, 64, 64), BEFORE));
    expect(sightOf(profile, withMain, sampled(0, phases(16, 16, 16), LATER), 0)).toContain(
      "the charge point draws 16 A",
    );
    expect(effectOf(profile, twinAfter(sampled(0, phases(64, 64, 64), BEFORE)), 0)).toBeUndefined();
  });

  test("are none where the transaction of a TxProfile does not run", () => {
    expect(effectOf(txProfile(11), onPhases)?.awaited).toBe("connector 1 at or below 16 A");
    expect(effectOf(txProfile(), onPhases)).toBeDefined();
    expect(effectOf(txProfile(99), onPhases)).toBeUndefined();
  });

  test.each<[string, object, Twin]>([
    ["no transaction runs", profileOf(), happened(onPhases, stopped(1, 11, SENT - 1000))],
    ["no transaction runs on this connector", profileOf(), chargingWith(phases(1, 1, 1), 2)],
    ["nothing is measured", profileOf(), twinAfter(started(1, 11, BEFORE))],
    ["the profile is not valid yet", profileOf({ validFrom: "2027-01-01T00:00:00Z" }), onPhases],
  ])("are none where %s", (_, profile, twin) => {
    expect(effectOf(profile, twin)).toBeUndefined();
  });

  test("are at zero when the transaction ends", () => {
    expect(sightOf(profileOf(), onPhases, stopped(1, 11, LATER))).toContain("draws 0 A");
  });
});
