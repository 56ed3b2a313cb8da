// What became of each conformance unit, from the tests that have been run. It runs nothing.
import type { Seen } from "../report.ts";
import type { ClaimedUnit, Unit } from "./unit.ts";

/** Where the checks of the units themselves are made. */
export const OWN_FILE = "test/conformance/opcua/conformance.test.ts";

export interface TestResult {
  readonly file: string;
  /** With the names of its suites. */
  readonly name: string;
  readonly hasPassed: boolean;
}

/** Every file with a test that shows a unit. */
export function filesOf(groups: Readonly<Record<string, readonly Unit[]>>): string[] {
  const units = Object.values(groups).flat();
  const named = units.flatMap((unit) => ("elsewhere" in unit ? unit.elsewhere.map(({ file }) => file) : []));
  return [...new Set([OWN_FILE, ...named])];
}

export function seenOf(groups: Readonly<Record<string, readonly Unit[]>>, results: readonly TestResult[]): Seen[] {
  return Object.entries(groups).flatMap(([group, units]) => units.map((unit) => seenUnit(group, unit, results)));
}

function seenUnit(group: string, unit: Unit, results: readonly TestResult[]): Seen {
  const { name: id } = unit;
  if ("notClaimed" in unit) return { group, id, title: "", result: "left out", reason: unit.notClaimed };
  return { group, id, title: shownBy(unit), result: isShown(unit, results) ? "passed" : "failed", reason: undefined };
}

function shownBy({ checks, elsewhere }: ClaimedUnit): string {
  const own = checks.length === 0 ? [] : [checks.length === 1 ? "1 check" : `${checks.length} checks`];
  const files = new Set(elsewhere.map(({ file }) => `\`${file}\``));
  return [...own, ...files].join(", ");
}

/** Whether each check and each named test has been run and has passed; what has not been run shows nothing. */
function isShown({ name, checks, elsewhere }: ClaimedUnit, results: readonly TestResult[]): boolean {
  const wanted = [
    ...checks.map(({ title }) => ({ file: OWN_FILE, fits: (test: string) => test === `${name} > ${title}` })),
    ...elsewhere.map(({ file, title }) => ({ file, fits: (test: string) => test.includes(title) })),
  ];
  return wanted.every(({ file, fits }) => {
    const found = results.filter((each) => each.file === file && fits(each.name));
    return found.length > 0 && found.every(({ hasPassed }) => hasPassed);
  });
}
