// Where the quantities of a connector stand among its datapoints (point list, `[<Location>/]<Measurand>[/<Phase>]`), the usual place first.
import type { DatapointValue } from "../../shapes.ts";
import { datapointOf } from "../chargePoint.ts";
import { lowerLimit } from "../limits.ts";

export const meterPaths = {
  power: ["MeterValues/Power.Active.Import", "MeterValues/Inlet/Power.Active.Import"],
  current: ["MeterValues/Current.Import", "MeterValues/Inlet/Current.Import"],
  voltage: ["MeterValues/Voltage", "MeterValues/Inlet/Voltage"],
  offered: ["MeterValues/Current.Offered", "Limit"],
  register: ["MeterValues/Energy.Active.Import.Register"],
  soc: ["MeterValues/EV/SoC", "MeterValues/SoC"],
  temperature: ["MeterValues/Body/Temperature", "MeterValues/Temperature"],
} as const;
export type Measured = keyof typeof meterPaths;
type Quality = DatapointValue["quality"];

export const phases = ["L1", "L2", "L3"] as const;

/** The first of its places that has ever been told. */
export function measuredOf(
  connector: number,
  of: Measured,
  phase?: (typeof phases)[number],
): DatapointValue | undefined {
  for (const path of meterPaths[of]) {
    const found = datapointOf(connector, phase === undefined ? path : `${path}/${phase}`);
    if (typeof found?.value === "number") return found;
  }
  return undefined;
}

/** A number, and how far it can be relied on. */
export interface Reading {
  readonly value: number;
  readonly quality: Quality;
}

/** From the best to the worst. */
const qualities = [
  "Good",
  "Uncertain",
  "UncertainLastUsableValue",
  "BadNoCommunication",
  "BadWaitingForInitialData",
] as const satisfies readonly Quality[];

/**
 * The current as it can be held against a limit, which is per phase: the largest of its phases, as good as the worst of
 * them, for that one may be the largest by now. A total over the phases is none, so it only counts where there are no phases.
 */
export function currentAt(connector: number): Reading | undefined {
  const ofPhases = phases.flatMap((phase) => readingOf(measuredOf(connector, "current", phase)) ?? []);
  if (ofPhases.length === 0) return readingOf(measuredOf(connector, "current"));
  return {
    value: Math.max(...ofPhases.map(({ value }) => value)),
    quality: worstOf(ofPhases.map(({ quality }) => quality)),
  };
}

/** The limit that counts, as good as whichever it is. */
export function limitAt(connector: number): Reading | undefined {
  const commanded = readingOf(datapointOf(connector, "LimitCommanded"));
  const offered = readingOf(measuredOf(connector, "offered"));
  const lower = lowerLimit(commanded?.value, offered?.value);
  return lower === commanded?.value ? commanded : offered;
}

function readingOf(datapoint: DatapointValue | undefined): Reading | undefined {
  const value = numberOf(datapoint);
  return datapoint === undefined || value === undefined ? undefined : { value, quality: datapoint.quality };
}

function worstOf(of: readonly Quality[]): Quality {
  return qualities.findLast((quality) => of.includes(quality)) ?? "BadWaitingForInitialData";
}

export function numberOf(datapoint: DatapointValue | undefined): number | undefined {
  return typeof datapoint?.value === "number" ? datapoint.value : undefined;
}
