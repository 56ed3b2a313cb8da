// The tables behind meterValues.ts: spellings of measurands, phases, locations, units and contexts. Pure.
import {
  locations,
  measurands,
  meterPointOf,
  meterPoints,
  phases,
  type BaseUnit,
  type PhasePath,
} from "../../twin/measurands.ts";

/** Why a sampled value is not taken, as a sentence. */
export type Refusal = string;

/** Units as OCPP 1.6 §7.48 spells them, and as OCPP 1.5 and real chargers do. Each to its base unit: value × scale + offset. */
const units: readonly (readonly [name: string, base: BaseUnit, scale: number, offset: number])[] = [
  ["Wh", "Wh", 1, 0],
  ["kWh", "Wh", 1000, 0],
  ["varh", "varh", 1, 0],
  ["kvarh", "varh", 1000, 0],
  ["W", "W", 1, 0],
  ["kW", "W", 1000, 0],
  ["var", "var", 1, 0],
  ["kvar", "var", 1000, 0],
  ["A", "A", 1, 0],
  ["Amp", "A", 1, 0],
  ["V", "V", 1, 0],
  ["Volt", "V", 1, 0],
  ["Celsius", "°C", 1, 0],
  // OCPP-J 1.6 errata 2.1: both spellings.
  ["Celcius", "°C", 1, 0],
  ["Fahrenheit", "°C", 5 / 9, -160 / 9],
  ["K", "°C", 1, -273.15],
  ["Percent", "%", 1, 0],
  ["%", "%", 1, 0],
  ["Hz", "Hz", 1, 0],
  ["Hertz", "Hz", 1, 0],
  ["RPM", "rpm", 1, 0],
];

const phasePaths: readonly (readonly [name: string, path: PhasePath])[] = [
  ...phases.filter((phase) => phase !== "").map((phase) => [phase, phase] as const),
  // Phase to neutral is how a phase is measured anyway.
  ["L1-N", "L1"],
  ["L2-N", "L2"],
  ["L3-N", "L3"],
];

/** What a reading is taken for when the same point comes twice at one time; higher wins. Absent is Sample.Periodic (§7.35). */
const ranks: Readonly<Record<string, number>> = {
  "Sample.Periodic": 2,
  "Sample.Clock": 2,
  Trigger: 2,
  Other: 1,
  "Interruption.Begin": 1,
  "Interruption.End": 1,
  "Transaction.Begin": 0,
  "Transaction.End": 0,
};

interface Conversion {
  readonly base: BaseUnit;
  readonly scale: number;
  readonly offset: number;
}

/** A table that finds a name as it is spelt, and when that fails without regard to case and blanks. */
class Spellings<T> {
  readonly #exact: Map<string, T>;
  readonly #loose: Map<string, T>;

  constructor(entries: readonly (readonly [string, T])[]) {
    this.#exact = new Map(entries);
    this.#loose = new Map(entries.map(([name, value]) => [loosen(name), value]));
  }

  find(name: string): T | undefined {
    return this.#exact.get(name) ?? this.#loose.get(loosen(name));
  }
}

function loosen(name: string): string {
  return name.slice(0, 64).replaceAll(/\s/g, "").toLowerCase();
}

const measurandNames = new Spellings(measurands.map(({ name }) => [name, name] as const));
const phaseNames = new Spellings(phasePaths);
const locationNames = new Spellings(locations.map((name) => [name, name] as const));
const conversions = new Spellings<Conversion>(
  units.map(([name, base, scale, offset]) => [name, { base, scale, offset }]),
);
const contexts = new Spellings(Object.entries(ranks));

/** Points by measurand, then phase, then location, in the spellings that have come in so far; bounded by its three tables. */
const points = new Map<string, Map<string, Map<string, number>>>();

/** The meter point of a sampled value; absent phase is the total, absent location is Outlet (§7.43). */
export function meterPointFor(
  measurand: string,
  phase: string | undefined,
  location: string | undefined,
): number | Refusal {
  const known = points
    .get(measurand)
    ?.get(phase ?? "")
    ?.get(location ?? "Outlet");
  return known ?? findPoint(measurand, phase ?? "", location ?? "Outlet");
}

function findPoint(measurand: string, phase: string, location: string): number | Refusal {
  const name = measurandNames.find(measurand);
  if (name === undefined) return `${quote(measurand)} is no measurand of OCPP 1.6`;
  const path = phase === "" ? "" : phaseNames.find(phase);
  if (path === undefined) return `${quote(phase)} is no phase of OCPP 1.6`;
  const place = locationNames.find(location);
  if (place === undefined) return `${quote(location)} is no location of OCPP 1.6`;
  const point = meterPointOf(name, path, place);
  if (point === undefined) return `${quote(measurand)} has no meter point`;
  // Only the document's own spellings are remembered, so that nobody can make the table grow.
  if (name === measurand && (path === phase || phase.endsWith("-N")) && place === location)
    remember(point, name, phase, location);
  return point;
}

function remember(point: number, measurand: string, phase: string, location: string): void {
  const ofMeasurand = points.get(measurand) ?? new Map<string, Map<string, number>>();
  points.set(measurand, ofMeasurand);
  const ofPhase = ofMeasurand.get(phase) ?? new Map<string, number>();
  ofMeasurand.set(phase, ofPhase);
  ofPhase.set(location, point);
}

/** A value as sent, in the base unit of its meter point. Without unit it is in the base unit (§7.43: Wh for energies). */
export function convert(text: string, unit: string | undefined, point: number): number | Refusal {
  const number = readNumber(text);
  if (number === undefined) return `${quote(text)} is no number`;
  if (unit === undefined) return number;
  const measurand = meterPoints[point]?.measurand;
  const conversion = conversions.find(unit);
  if (conversion === undefined || conversion.base !== measurand?.unit)
    return `${quote(unit)} is no unit of ${measurand?.name ?? "this measurand"}`;
  if (conversion.scale === 1 && conversion.offset === 0) return number;
  const value = round(number * conversion.scale + conversion.offset);
  return Number.isFinite(value) ? value : `${quote(text)} ${unit} is out of range`;
}

/** How well a reading of this context stands for its time. */
export function contextRankOf(context: string | undefined): number {
  return context === undefined ? 2 : (contexts.find(context) ?? 1);
}

/** A decimal number, with blanks around it; not what else JavaScript takes for one. */
function readNumber(text: string): number | undefined {
  const number = Number(text);
  if (!Number.isFinite(number) || !DECIMAL.test(text)) return undefined;
  return number;
}

const DECIMAL = /^\s*[-+]?(?:\d|\.\d)[\d.eE+-]*\s*$/;

/** 0.001 kWh is 1 Wh, not 1.0000000000000002. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
