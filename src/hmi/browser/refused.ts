// Why something was not done, and in whose words.
import type { Refusal } from "../shapes.ts";

export interface Refused extends Refusal {
  /** The sentence is the bridge's; else it is one of the page, in the language that is chosen, or what a charge point itself has said. */
  readonly isOfBridge?: true;
}
