// One conformance unit of OPC 10000-7 for a server: the checks that are made here, the tests elsewhere that bear it, or why it is not claimed.
import type { Site } from "./site.ts";

/** One property of the server, checked by an independent client; throws where it does not hold. */
export interface Check {
  readonly title: string;
  readonly run: (site: Site) => Promise<void>;
}

/** Tests of another file, by a part of their names or of that of their suite. */
export interface Elsewhere {
  readonly file: string;
  readonly title: string;
}

export interface ClaimedUnit {
  /** As OPC 10000-7 and the published nodesets name it. */
  readonly name: string;
  readonly checks: readonly Check[];
  readonly elsewhere: readonly Elsewhere[];
}

/** A unit that the server does not have, and why. */
export interface UnclaimedUnit {
  readonly name: string;
  readonly notClaimed: string;
}

export type Unit = ClaimedUnit | UnclaimedUnit;

export function claimed(name: string, ...shown: readonly (Check | Elsewhere)[]): ClaimedUnit {
  return {
    name,
    checks: shown.filter((each) => "run" in each),
    elsewhere: shown.filter((each) => "file" in each),
  };
}

export function notClaimed(name: string, reason: string): UnclaimedUnit {
  return { name, notClaimed: reason };
}

export function check(title: string, run: Check["run"]): Check {
  return { title, run };
}

/** @param file below test/ */
export function elsewhere(file: string, title: string): Elsewhere {
  return { file: `test/${file}`, title };
}
