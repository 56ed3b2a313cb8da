// `npm run conformance`: plays the published test cases, says case by case what passes, and writes CONFORMANCE.md from what it has seen.
import { writeFileSync } from "node:fs";
import { startVitest, type TestCase } from "vitest/node";
import { reportOf, type Seen } from "./report.ts";

const FOLDER = "test/conformance/ocpp16";
const REPORT = new URL("../../CONFORMANCE.md", import.meta.url);
const seen: Seen[] = [];

function note(test: TestCase): void {
  const { state, errors } = test.result();
  const group = test.parent.type === "suite" ? test.parent.name : undefined;
  const [id = "", ...title] = test.name.split(" ");
  // What was skipped was to be played, and could not: the bridge has not come up.
  const result = state === "passed" ? "passed" : "failed";
  const why = errors?.[0]?.message;
  process.stdout.write(`${result.padEnd(6)} ${test.name}${why === undefined ? "" : `: ${why}`}\n`);
  if (group !== undefined) seen.push({ group, id, title: title.join(" "), result });
}

const vitest = await startVitest([FOLDER], { watch: false, reporters: [{ onTestCaseResult: note }] });
await vitest.close();
const { text, summary } = reportOf(seen);
process.stdout.write(`\n${summary}\n`);
// A run that has broken off says nothing about the cases that it has not come to.
if (vitest.state.getUnhandledErrors().length === 0 && seen.length > 0) writeFileSync(REPORT, text);
if (seen.some(({ result }) => result === "failed")) process.exitCode = 1;
