// The conformance units of OPC 10000-7: the checks that are made here, each by an independent client against the bridge's server.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { groups } from "./groups.ts";
import { Site } from "./site.ts";

let site: Site;

beforeAll(async () => {
  site = await Site.open();
}, 60_000);
afterAll(() => site.close());

const units = Object.values(groups).flat();

test("every unit is there once", () => {
  expect(new Set(units.map(({ name }) => name)).size).toBe(units.length);
});

test("every unit that is claimed is shown by something", () => {
  const bare = units.filter((unit) => "checks" in unit && unit.checks.length + unit.elsewhere.length === 0);
  expect(bare).toEqual([]);
});

const checked = units.flatMap((unit) =>
  "checks" in unit && unit.checks.length > 0 ? [[unit.name, unit.checks] as const] : [],
);

describe.each(checked)("%s", (_, checks) => {
  const named = checks.map(({ title, run }) => [title, run] as const);
  test.for(named)("%s", { timeout: 60_000 }, ([, run]) => run(site));
});
