// One of the published test cases of the OCPP compliancy testing tool (OCTT) for a central system of OCPP 1.6: its number, its title,
// and the steps of the charge point and of the operator in our own words.
import { boots, connects, type Step } from "./steps.ts";

interface Named {
  /** As published: `TC_001_CSMS`. */
  readonly id: string;
  readonly title: string;
}

export interface PlayedCase extends Named {
  /** What the charge point has to know to get in; it needs none where absent. */
  readonly password?: string;
  readonly steps: readonly Step[];
}

/** A case that is not played, and why. */
export interface OpenCase extends Named {
  readonly notCovered: string;
}

export type Case = PlayedCase | OpenCase;

/** A case whose charge point is connected and has booted before it begins. */
export function played(number: string, title: string, ...steps: readonly (Step | readonly Step[])[]): PlayedCase {
  return playedFromTheStart(number, title, connects(), boots(), ...steps);
}

/** A case that connects by itself. */
export function playedFromTheStart(
  number: string,
  title: string,
  ...steps: readonly (Step | readonly Step[])[]
): PlayedCase {
  return { id: `TC_${number}_CSMS`, title, steps: steps.flat() };
}

export function notCovered(number: string, title: string, reason: string): OpenCase {
  return { id: `TC_${number}_CSMS`, title, notCovered: reason };
}
