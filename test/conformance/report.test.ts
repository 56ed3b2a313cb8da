// CONFORMANCE.md says what is so: its form, and, without playing the cases again, that it has each of them.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { groups as ocpp } from "./ocpp16/groups.ts";
import { groups as opcua } from "./opcua/groups.ts";
import { OWN_FILE, seenOf, type TestResult } from "./opcua/results.ts";
import { reportOf, type Seen } from "./report.ts";

const rootFile = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const written = rootFile("CONFORMANCE.md");

/** As after a run in which nothing has failed. */
const cases = Object.entries(ocpp).flatMap(([group, ofGroup]) =>
  ofGroup.map(({ id, title }): Seen => ({ group, id, title, result: "passed", reason: undefined })),
);
const units = Object.values(opcua).flat();
const elsewhere = units.flatMap((unit) => ("elsewhere" in unit ? unit.elsewhere : []));
const passed: TestResult[] = [
  ...units.flatMap((unit) =>
    "checks" in unit
      ? unit.checks.map(({ title }) => ({ file: OWN_FILE, name: `${unit.name} > ${title}`, hasPassed: true }))
      : [],
  ),
  ...elsewhere.map(({ file, title }) => ({ file, name: `Suite > ${title}, and more`, hasPassed: true })),
];

test("CONFORMANCE.md has each case and each unit as it is here: `npm run conformance` writes it", () => {
  expect(written).toBe(reportOf(cases, seenOf(opcua, passed)).text);
});

test("what has failed is told", () => {
  const [first, ...others] = cases;
  const { text, summary } = reportOf([{ ...(first as Seen), result: "failed" }, ...others], []);
  expect(summary).toContain("1 failed");
  expect(text).toContain(`| ${first?.title}`);
  expect(text).toMatch(/\| failed +\|/u);
});

test.each(elsewhere.map(({ file, title }) => [title, file]))("the test %j is in %s", (title, file) => {
  expect(rootFile(file)).toContain(title);
});

test("a unit of which a test has failed or was not run is not shown", () => {
  const resultOf = (name: string, results: readonly TestResult[]): string | undefined =>
    seenOf(opcua, results).find(({ id }) => id === name)?.result;
  const shown = units.filter((unit) => "checks" in unit);
  for (const { name, checks } of shown) {
    expect(resultOf(name, [])).toBe("failed");
    const own = passed.findIndex((each) => each.name === `${name} > ${checks[0]?.title}`);
    if (own < 0) continue;
    expect(resultOf(name, passed.toSpliced(own, 1))).toBe("failed");
    expect(resultOf(name, passed.with(own, { ...(passed[own] as TestResult), hasPassed: false }))).toBe("failed");
  }
});
