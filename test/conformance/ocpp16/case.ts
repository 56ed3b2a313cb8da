// One of the published test cases of the OCPP compliancy testing tool (OCTT) for a central system of OCPP 1.6: its number, its title,
// and the steps of the charge point and of the operator in our own words.
import { boots, connects, type Step } from "./steps.ts";

export interface Case {
  /** As published: `TC_001_CSMS`. */
  readonly id: string;
  readonly title: string;
  /** What the charge point has to know to get in; it needs none where absent. */
  readonly password?: string;
  readonly steps: readonly Step[];
}

/** A case whose charge point is connected and has booted before it begins. */
export function played(number: string, title: string, ...steps: readonly (Step | readonly Step[])[]): Case {
  return playedFromTheStart(number, title, connects(), boots(), ...steps);
}

/** A case that connects by itself. */
export function playedFromTheStart(number: string, title: string, ...steps: readonly (Step | readonly Step[])[]): Case {
  return { id: `TC_${number}_CSMS`, title, steps: steps.flat() };
}
