// The one place where quality is decided; every projection asks here and shows the answer in its own words.
import type { ConnState } from "../twin/twin.ts";

export type Quality =
  | "Good"
  | "Uncertain"
  | "UncertainLastUsableValue"
  | "BadWaitingForInitialData"
  | "BadNoCommunication";

/** What is wrong with a value though it is there: not renewed for three sample intervals during a transaction, or too long to be kept whole. */
export type Flaw = "stale" | "incomplete";

/**
 * Quality of a datapoint.
 * @param own a fact of the bridge itself (`Row.own`), which is there whatever the charge point does
 * @param state of the charge point's connection
 * @param received whether a value has ever been received; that there is nothing (`null`) is one too
 * @param flaw of the value; one that is whole and fresh has none
 */
export function qualityOf(own: boolean, state: ConnState, received: boolean, flaw: Flaw | undefined): Quality {
  // OPC 10000-4 §7.39 has no code for the part of a text: what is uncertain about it stands in the text.
  const quality = flaw === "incomplete" ? "Uncertain" : "Good";
  if (own) return quality;
  if (state === "NeverConnected") return "BadNoCommunication";
  if (!received) return "BadWaitingForInitialData";
  return state === "Connected" && flaw !== "stale" ? quality : "UncertainLastUsableValue";
}
