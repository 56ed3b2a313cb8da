// CONFORMANCE.md says what is so: its form, and, without playing the cases again, that it has each of them.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { groups } from "./ocpp16/groups.ts";
import { reportOf, type Seen } from "./report.ts";

const written = readFileSync(new URL("../../CONFORMANCE.md", import.meta.url), "utf8");

/** As after a run in which nothing has failed. */
const seen = Object.entries(groups).flatMap(([group, cases]) =>
  cases.map(({ id, title }): Seen => ({ group, id, title, result: "passed" })),
);

test("CONFORMANCE.md has each case as it is here: `npm run conformance` writes it", () => {
  expect(written).toBe(reportOf(seen).text);
});

test("what has failed is told", () => {
  const [first, ...others] = seen;
  const { text, summary } = reportOf([{ ...(first as Seen), result: "failed" }, ...others]);
  expect(summary).toContain("1 failed");
  expect(text).toContain(`| ${first?.title}`);
  expect(text).toMatch(/\| failed +\|/u);
});
