// The one table of what a meter can measure: 22 measurands × 8 phases × 5 locations, each in its base unit (OCPP 1.6 §7.31, §7.32, §7.23).
// A "meter point" is the index of one cell. Meter rows, normalisation and totals are all derived from here.

/** Base unit of a quantity. */
export type BaseUnit = "Wh" | "varh" | "W" | "var" | "A" | "V" | "Hz" | "%" | "°C" | "rpm" | "1";

export interface Measurand {
  /** As OCPP spells it; BrowseName. */
  readonly name: string;
  readonly unit: BaseUnit;
  /** Usual range in base units, for EURange. */
  readonly range: readonly [low: number, high: number];
  /** How a total follows from L1, L2 and L3 when the charge point sends none. */
  readonly total: "sum" | "mean";
  /** Falls to zero when a transaction ends or the connector becomes Available: nothing else will come. */
  readonly zeroAtEnd: boolean;
  readonly description: string;
}

const energy = { range: [0, 1e10], total: "sum", zeroAtEnd: false } as const;
const interval = { range: [0, 1e6], total: "sum", zeroAtEnd: false } as const;
const power = { range: [0, 1e6], total: "sum", zeroAtEnd: true } as const;
const current = { unit: "A", range: [0, 1000], total: "sum", zeroAtEnd: true } as const;
const level = { total: "mean", zeroAtEnd: false } as const;

/** In the order of OCPP 1.6 §7.31. */
export const measurands: readonly Measurand[] = [
  {
    name: "Current.Export",
    ...current,
    description: "Instantaneous current flow from the vehicle",
  },
  { name: "Current.Import", ...current, description: "Instantaneous current flow to the vehicle" },
  {
    name: "Current.Offered",
    ...current,
    zeroAtEnd: false,
    description: "Largest current offered to the vehicle",
  },
  {
    name: "Energy.Active.Export.Register",
    unit: "Wh",
    ...energy,
    description: "Meter register of energy exported",
  },
  {
    name: "Energy.Active.Import.Register",
    unit: "Wh",
    ...energy,
    description: "Meter register of energy imported",
  },
  {
    name: "Energy.Reactive.Export.Register",
    unit: "varh",
    ...energy,
    description: "Meter register of reactive energy exported",
  },
  {
    name: "Energy.Reactive.Import.Register",
    unit: "varh",
    ...energy,
    description: "Meter register of reactive energy imported",
  },
  {
    name: "Energy.Active.Export.Interval",
    unit: "Wh",
    ...interval,
    description: "Energy exported in the last interval",
  },
  {
    name: "Energy.Active.Import.Interval",
    unit: "Wh",
    ...interval,
    description: "Energy imported in the last interval",
  },
  {
    name: "Energy.Reactive.Export.Interval",
    unit: "varh",
    ...interval,
    description: "Reactive energy exported in the last interval",
  },
  {
    name: "Energy.Reactive.Import.Interval",
    unit: "varh",
    ...interval,
    description: "Reactive energy imported in the last interval",
  },
  {
    name: "Frequency",
    unit: "Hz",
    range: [0, 100],
    ...level,
    description: "Frequency of the supply",
  },
  {
    name: "Power.Active.Export",
    unit: "W",
    ...power,
    description: "Instantaneous active power exported",
  },
  {
    name: "Power.Active.Import",
    unit: "W",
    ...power,
    description: "Instantaneous active power imported",
  },
  {
    name: "Power.Factor",
    unit: "1",
    range: [-1, 1],
    ...level,
    description: "Instantaneous power factor of the total flow",
  },
  {
    name: "Power.Offered",
    unit: "W",
    ...power,
    zeroAtEnd: false,
    description: "Largest power offered to the vehicle",
  },
  {
    name: "Power.Reactive.Export",
    unit: "var",
    ...power,
    description: "Instantaneous reactive power exported",
  },
  {
    name: "Power.Reactive.Import",
    unit: "var",
    ...power,
    description: "Instantaneous reactive power imported",
  },
  { name: "RPM", unit: "rpm", range: [0, 20_000], ...level, description: "Fan speed" },
  {
    name: "SoC",
    unit: "%",
    range: [0, 100],
    ...level,
    description: "State of charge of the vehicle",
  },
  {
    name: "Temperature",
    unit: "°C",
    range: [-50, 200],
    ...level,
    description: "Temperature inside the charge point",
  },
  {
    name: "Voltage",
    unit: "V",
    range: [0, 1500],
    ...level,
    description: "Instantaneous supply voltage (RMS)",
  },
];

/** Phases as they are spelt in paths; the empty one is the measurand itself. L1-N is written L1. */
export const phases = ["", "L1", "L2", "L3", "N", "L1-L2", "L2-L3", "L3-L1"] as const;
export type PhasePath = (typeof phases)[number];

/** OCPP 1.6 §7.23, Outlet first because it is the default and is not written in paths. */
export const locations = ["Outlet", "Body", "Cable", "EV", "Inlet"] as const;
export type Location = (typeof locations)[number];

const measurandIndex = new Map(measurands.map((measurand, index) => [measurand.name, index]));

/** The meter point of a measurand, phase path and location; undefined for a measurand that OCPP does not know. */
export function meterPointOf(measurand: string, phase: PhasePath, location: Location): number | undefined {
  const index = measurandIndex.get(measurand);
  if (index === undefined) return undefined;
  return (locations.indexOf(location) * measurands.length + index) * phases.length + phases.indexOf(phase);
}

export interface MeterPoint {
  readonly measurand: Measurand;
  readonly phase: PhasePath;
  readonly location: Location;
  /** Below `MeterValues/`: `[<Location>/]<Measurand>[/<Phase>]`. */
  readonly path: string;
}

/** Every meter point by its index. */
export const meterPoints: readonly MeterPoint[] = locations.flatMap((location) =>
  measurands.flatMap((measurand) =>
    phases.map((phase) => ({
      measurand,
      phase,
      location,
      path: pathOf(measurand.name, phase, location),
    })),
  ),
);

function pathOf(measurand: string, phase: PhasePath, location: Location): string {
  return [location === "Outlet" ? "" : location, measurand, phase].filter((part) => part !== "").join("/");
}

/** The point that carries the total over the phases of `point`; the point itself when it has no phase. */
export function totalPointOf(point: number): number {
  return point - (point % phases.length);
}

/** The first meter point of Current.Offered at the outlet: what a connector offers, A. */
export const currentOfferedPoint = measurands.findIndex(({ name }) => name === "Current.Offered") * phases.length;

/** The meter point of the imported active energy register at the outlet: what a transaction is counted from, Wh. */
export const energyRegisterPoint =
  measurands.findIndex(({ name }) => name === "Energy.Active.Import.Register") * phases.length;
