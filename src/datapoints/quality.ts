// The one place where quality is decided; every projection asks here and shows the answer in its own words.
import type { ConnState } from "../twin/twin.ts";

export type Quality = "Good" | "UncertainLastUsableValue" | "BadWaitingForInitialData" | "BadNoCommunication";

/**
 * Quality of a datapoint.
 * @param own a fact of the bridge itself (`Row.own`), Good whatever the charge point does
 * @param state of the charge point's connection
 * @param received whether a value has ever been received; that there is nothing (`null`) is one too
 * @param stale not renewed for three sample intervals during a transaction
 */
export function qualityOf(own: boolean, state: ConnState, received: boolean, stale: boolean): Quality {
  if (own) return "Good";
  if (state === "NeverConnected") return "BadNoCommunication";
  if (!received) return "BadWaitingForInitialData";
  return state === "Connected" && !stale ? "Good" : "UncertainLastUsableValue";
}
