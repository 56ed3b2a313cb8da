// `npm run conformance`: plays the published test cases of OCPP and the tests of the conformance units of OPC UA, says one by one what passes,
// and writes CONFORMANCE.md from what it has seen.
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { startVitest, type TestCase } from "vitest/node";
import { groups } from "./opcua/groups.ts";
import { filesOf, seenOf, type TestResult } from "./opcua/results.ts";
import { reportOf, type Seen } from "./report.ts";

const OCPP_FOLDER = "test/conformance/ocpp16";
const ROOT = new URL("../../", import.meta.url);
const REPORT = new URL("CONFORMANCE.md", ROOT);
const cases: Seen[] = [];
const tests: TestResult[] = [];

function note(test: TestCase): void {
  const file = relative(fileURLToPath(ROOT), test.module.moduleId);
  if (file.startsWith(OCPP_FOLDER)) noteCase(test);
  else noteTest(test, file);
}

function noteCase(test: TestCase): void {
  const { state, note: reason, errors } = test.result() as ReturnType<TestCase["result"]> & { readonly note?: string };
  const group = test.parent.type === "suite" ? test.parent.name : undefined;
  const [id = "", ...title] = test.name.split(" ");
  // What was skipped without a reason was to be played, and could not: the bridge has not come up.
  const notPlayed = state === "skipped" && reason !== undefined ? "left out" : "failed";
  const result = state === "passed" ? "passed" : notPlayed;
  const why = result === "failed" ? errors?.[0]?.message : reason;
  process.stdout.write(`${result.padEnd(12)} ${test.name}${why === undefined ? "" : `: ${why}`}\n`);
  if (group !== undefined) cases.push({ group, id, title: title.join(" "), result, reason });
}

function noteTest(test: TestCase, file: string): void {
  const { state, errors } = test.result();
  const hasPassed = state === "passed";
  tests.push({ file, name: test.fullName, hasPassed });
  if (!hasPassed) process.stdout.write(`failed       ${file}: ${test.fullName}: ${errors?.[0]?.message ?? state}\n`);
}

const vitest = await startVitest([OCPP_FOLDER, ...filesOf(groups)], {
  watch: false,
  // How fast the machine is has nothing to do with it.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  reporters: [{ onTestCaseResult: note }],
});
await vitest.close();
const units = seenOf(groups, tests);
for (const { id, result, reason } of units)
  process.stdout.write(`${result.padEnd(12)} ${id}${reason === undefined ? "" : `: ${reason}`}\n`);
const { text, summary } = reportOf(cases, units);
process.stdout.write(`\n${summary}\n`);
// A run that has broken off says nothing about what it has not come to.
if (vitest.state.getUnhandledErrors().length === 0 && cases.length > 0) writeFileSync(REPORT, text);
if ([...cases, ...units].some(({ result }) => result === "failed")) process.exitCode = 1;
