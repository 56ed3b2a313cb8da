// The physics of a charge: what a supply offers, what a car takes, and how the two meet over time.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AC_22_KW, DC_150_KW } from "../../src/simulator/options.ts";
import { isFull, offeredPower, takeEnergy, takenPower, timeUntilFull } from "../../src/simulator/supply.ts";
import type { Car, Supply } from "../../src/simulator/supply.ts";

const HOUR_MS = 3_600_000;
const car: Car = {
  name: "car",
  capacityWh: 60_000,
  acPhases: 3,
  acCurrentA: 16,
  dcPowerW: 120_000,
  soc: 0.2,
  targetSoc: 0.8,
};
const AC_7_KW: Supply = { kind: "AC", phases: 1, maxCurrentA: 32, maxPowerW: 7_360 };

test.each<[string, Supply, Partial<Car>, number, number]>([
  ["three-phase 16 A car at 22 kW", AC_22_KW, {}, Infinity, 11_040],
  ["three-phase 32 A car at 22 kW", AC_22_KW, { acCurrentA: 32 }, Infinity, 22_080],
  ["single-phase car at 22 kW", AC_22_KW, { acPhases: 1, acCurrentA: 32 }, Infinity, 7_360],
  ["three-phase car at a single-phase socket", AC_7_KW, {}, Infinity, 3_680],
  ["limit of 10 A", AC_22_KW, {}, 6_900, 6_900],
  ["limit of 6 A, the least there is", AC_22_KW, {}, 4_140, 4_140],
  ["limit below 6 A pauses an AC charge (IEC 61851-1)", AC_22_KW, {}, 4_000, 0],
  ["DC car at its own limit", DC_150_KW, {}, Infinity, 120_000],
  ["DC limit of 1 kW", DC_150_KW, {}, 1_000, 1_000],
  ["car without DC inlet", DC_150_KW, { dcPowerW: 0 }, Infinity, 0],
  ["full car", AC_22_KW, { soc: 0.8 }, Infinity, 0],
])("%s", (_what, supply, differing, limitW, expectedW) => {
  expect(takenPower(supply, { ...car, ...differing }, offeredPower(supply, limitW))).toBeCloseTo(expectedW, 6);
});

test("constant power is power times time, in whatever pieces it is asked for", () => {
  const whole = { ...car };
  const pieces = { ...car };
  const energyWh = takeEnergy(AC_22_KW, whole, 22_080, HOUR_MS);
  let sumWh = 0;
  for (let i = 0; i < 100; i++) sumWh += takeEnergy(AC_22_KW, pieces, 22_080, HOUR_MS / 100);
  expect(energyWh).toBeCloseTo(11_040, 6);
  expect(sumWh).toBeCloseTo(energyWh, 6);
  expect(pieces.soc).toBeCloseTo(whole.soc, 9);
});

test("energy ends at the target, never beyond, and no more than losses explain", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(AC_22_KW, DC_150_KW, AC_7_KW),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 100 * HOUR_MS }),
      (supply, soc, targetSoc, spanMs) => {
        const driven = { ...car, soc, targetSoc };
        const energyWh = takeEnergy(supply, driven, supply.maxPowerW, spanMs);
        expect(energyWh).toBeGreaterThanOrEqual(0);
        expect(energyWh).toBeLessThanOrEqual((supply.maxPowerW * spanMs) / HOUR_MS + 1e-6);
        expect(driven.soc).toBeGreaterThanOrEqual(soc);
        expect(driven.soc).toBeLessThanOrEqual(Math.max(soc, targetSoc));
        const storedWh = (driven.soc - soc) * car.capacityWh;
        expect(storedWh).toBeLessThanOrEqual(energyWh + 1e-6);
        expect(energyWh).toBeLessThanOrEqual(storedWh / 0.9 + 1e-6);
      },
    ),
  );
});

test("the power of a fast charge never rises with the state of charge", () => {
  const powers = Array.from({ length: 100 }, (_, soc) =>
    takenPower(DC_150_KW, { ...car, soc: soc / 100, targetSoc: 1 }, 150_000),
  );
  expect(powers).toEqual(powers.toSorted((a, b) => b - a));
  expect(powers[0]).toBe(120_000);
  expect(powers[99]).toBeLessThan(15_000);
});

test.each([AC_22_KW, DC_150_KW])("the time until full is when the car is full, on $kind", (supply) => {
  const driven = { ...car, targetSoc: 0.97 };
  const fullInMs = timeUntilFull(supply, driven, supply.maxPowerW);
  expect(driven.soc).toBe(0.2);
  takeEnergy(supply, driven, supply.maxPowerW, fullInMs - 20_000);
  expect(isFull(driven)).toBe(false);
  takeEnergy(supply, driven, supply.maxPowerW, 20_000);
  expect(isFull(driven)).toBe(true);
});

test("a car that gets nothing is never full", () => {
  expect(timeUntilFull(AC_22_KW, car, 0)).toBe(Infinity);
});
