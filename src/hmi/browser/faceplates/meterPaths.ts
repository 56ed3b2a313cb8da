// Where the quantities of a connector stand among its datapoints (point list, `[<Location>/]<Measurand>[/<Phase>]`), the usual place first.
import type { DatapointValue } from "../../shapes.ts";
import { datapointOf } from "../chargePoint.ts";

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

/**
 * A current as it can be held against a limit, which is per phase: the largest of its phases. A total over the phases is
 * none, so it only counts where there are no phases.
 */
export function numberAt(connector: number, of: Measured): number | undefined {
  const ofPhases = phases.flatMap((phase) => numberOf(measuredOf(connector, of, phase)) ?? []);
  return ofPhases.length > 0 ? Math.max(...ofPhases) : numberOf(measuredOf(connector, of));
}

export function numberOf(datapoint: DatapointValue | undefined): number | undefined {
  return typeof datapoint?.value === "number" ? datapoint.value : undefined;
}
