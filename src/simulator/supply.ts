// What a connector can deliver and what a car takes of it: the physics of a charge, as pure functions of time.
// Powers are measured at the meter in W, energies in Wh, durations in ms of the cars' time (see LifeSpeed in options.ts).

/** The electrical side of one connector. */
export interface Supply {
  kind: "AC" | "DC";
  /** Grid phases in use, 1 or 3. */
  phases: 1 | 3;
  /** Rated current per grid phase in A. */
  maxCurrentA: number;
  /** Rated power in W; for AC it follows from current and phases. */
  maxPowerW: number;
}

/** A car: its battery is the only thing that changes while it charges. */
export interface Car {
  name: string;
  capacityWh: number;
  /** On-board charger: phases it uses and current it takes per phase, in A. */
  acPhases: 1 | 3;
  acCurrentA: number;
  /** Largest DC power in W; 0 = no DC inlet. */
  dcPowerW: number;
  /** State of charge, 0 to 1; changed by `takeEnergy`. */
  soc: number;
  /** Where the driver's setting ends the charge, 0 to 1. */
  targetSoc: number;
}

/** Nominal voltage between a phase and neutral (IEC 60038). */
export const PHASE_VOLTAGE_V = 230;
/** Below 6 A per phase an AC connector cannot signal a current and has to pause (IEC 61851-1, table A.8). */
export const LEAST_CURRENT_A = 6;

const AC_EFFICIENCY = 0.91;
const DC_EFFICIENCY = 0.96;
/** Steps of the integration: fine enough for the taper, bounded for long spans. */
const STEP_MS = 10_000;
const MOST_STEPS = 5_000;
const HOUR_MS = 3_600_000;

/** Power in W that a current per phase in A stands for on this supply. */
export function powerOfCurrent(supply: Supply, currentA: number): number {
  return currentA * PHASE_VOLTAGE_V * supply.phases;
}

/** What the supply can offer under a limit in W; 0 when it has to pause. */
export function offeredPower(supply: Supply, limitW: number): number {
  const offeredW = Math.min(supply.maxPowerW, limitW);
  if (supply.kind === "AC" && offeredW < powerOfCurrent(supply, LEAST_CURRENT_A)) return 0;
  return Math.max(offeredW, 0);
}

/** Grid phases through which this car charges here. */
export function phasesInUse(supply: Supply, car: Car): 1 | 3 {
  return supply.kind === "DC" ? supply.phases : supply.phases === 1 ? 1 : car.acPhases;
}

/** Power in W that the car takes now: the least of offer, on-board charger and what the battery accepts. */
export function takenPower(supply: Supply, car: Car, offeredW: number): number {
  if (offeredW <= 0 || isFull(car)) return 0;
  if (supply.kind === "DC") return Math.min(offeredW, car.dcPowerW * dcTaper(car.soc));
  const phases = phasesInUse(supply, car);
  const currentA = Math.min(offeredW / (PHASE_VOLTAGE_V * supply.phases), car.acCurrentA);
  return currentA * PHASE_VOLTAGE_V * phases * acTaper(car.soc);
}

/** Charges for `spanMs`, stopping when full; returns the energy through the meter in Wh. */
export function takeEnergy(supply: Supply, car: Car, offeredW: number, spanMs: number): number {
  const stepMs = Math.max(STEP_MS, spanMs / MOST_STEPS);
  let energyWh = 0;
  for (let leftMs = spanMs; leftMs > 0; leftMs -= stepMs) {
    const stepWh = stepEnergy(supply, car, offeredW, Math.min(stepMs, leftMs));
    if (stepWh <= 0) break;
    energyWh += stepWh;
  }
  return energyWh;
}

/** Ms until the car has what it wants at this offer; Infinity when it never gets there. The car is left as it is. */
export function timeUntilFull(supply: Supply, car: Car, offeredW: number): number {
  const copy = { ...car };
  let spanMs = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    if (isFull(copy)) return spanMs;
    if (stepEnergy(supply, copy, offeredW, STEP_MS) <= 0) return Infinity;
    spanMs += STEP_MS;
  }
  return Infinity;
}

/** Whether the car has reached its target. */
export function isFull(car: Car): boolean {
  return car.soc >= car.targetSoc - 1e-9;
}

function stepEnergy(supply: Supply, car: Car, offeredW: number, stepMs: number): number {
  const efficiency = supply.kind === "DC" ? DC_EFFICIENCY : AC_EFFICIENCY;
  const missingWh = ((car.targetSoc - car.soc) * car.capacityWh) / efficiency;
  const stepWh = Math.min((takenPower(supply, car, offeredW) * stepMs) / HOUR_MS, missingWh);
  if (stepWh <= 0) return 0;
  car.soc = stepWh >= missingWh ? car.targetSoc : car.soc + (stepWh * efficiency) / car.capacityWh;
  return stepWh;
}

/** Constant power up to 55 %, then falling to 35 % at 80 % and to 6 % at the end: the usual shape of a fast charge. */
function dcTaper(soc: number): number {
  if (soc <= 0.55) return 1;
  if (soc <= 0.8) return 1 - ((soc - 0.55) / 0.25) * 0.65;
  return 0.35 - ((Math.min(soc, 1) - 0.8) / 0.2) * 0.29;
}

/** An on-board charger is small against the battery: it only slows down at the very end. */
function acTaper(soc: number): number {
  return soc <= 0.94 ? 1 : 1 - ((Math.min(soc, 1) - 0.94) / 0.06) * 0.7;
}
