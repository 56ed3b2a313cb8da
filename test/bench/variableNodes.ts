// The NodeIds of the variables that the two servers of a bench serve, by their number.
import { PER_CHARGE_POINT } from "./variables.ts";

/** Ten that have no phases, as MeterValues would name them. */
export const MEASURANDS = [
  "Power.Active.Import",
  "Power.Active.Export",
  "Power.Reactive.Import",
  "Power.Reactive.Export",
  "Power.Offered",
  "Energy.Active.Import.Register",
  "Energy.Active.Export.Register",
  "Current.Offered",
  "Temperature",
  "SoC",
] as const;

export function ownNodeId(index: number): string {
  const place = MEASURANDS[index % PER_CHARGE_POINT] ?? "";
  return `ns=4;s=B${Math.floor(index / PER_CHARGE_POINT)}/Connector1/MeterValues/${place}`;
}

export function plainNodeId(index: number): string {
  return `ns=2;s=V${index}`;
}
