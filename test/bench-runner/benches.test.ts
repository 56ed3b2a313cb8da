// The benches as they are declared; none of them runs.
import { expect, test } from "vitest";
import { benches } from "../bench/benches.ts";

test("all have different names, and say in sentences what they measure and against what", () => {
  expect(new Set(benches.map(({ name }) => name)).size).toBe(benches.length);
  for (const { method, yardstick } of benches) expect([method.at(-1), yardstick.at(-1)]).toEqual([".", "."]);
});

test("no target judges twice, and each says a bound", () => {
  for (const { targets } of benches) {
    expect(new Set(targets.map(({ figure }) => figure)).size).toBe(targets.length);
    for (const target of targets) expect("atMost" in target ? target.atMost : target.atLeast).toBeGreaterThan(0);
  }
});
