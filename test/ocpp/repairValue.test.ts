// What is kept of a single value: bounded, and nothing of the rest stays in memory behind it.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { repairValue } from "../../src/ocpp/repairValue.ts";
import type { Shape } from "../../src/schema/field.ts";

const shapes: readonly (readonly [string, Shape])[] = [
  ["text", { type: "string", maxLength: 20 }],
  ["code", { type: "enum", values: ["Available"], enumeration: "ChargePointStatus" }],
  ["time", { type: "dateTime" }],
];

test.each(shapes)("a %s that is too long is cut to 512 characters, also between the halves of a letter", (_, shape) => {
  const long = `${"x".repeat(511)}\u{1F600}${"y".repeat(1000)}`;
  const kept = repairValue(shape, long, false) as { kind: string; value: string };
  expect(kept.kind).toBe("usable");
  expect(kept.value.slice(0, 512)).toBe(long.slice(0, 512));
  // A text that is shown says so itself; of a code and a time nothing but their meaning is shown.
  expect(kept.value.slice(512)).toBe(shape.type === "string" ? "… (cut from 1513 characters)" : "");
});

test.each(shapes)("a %s that was cut does not keep the rest of it in memory", (_, shape) => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  const kept = Array.from({ length: 400 }, (__, index) =>
    // As it comes in: a value of its own in parsed JSON.
    repairValue(shape, JSON.parse(JSON.stringify(`${index} ${"x".repeat(60_000)}`)), false),
  );
  // 400 texts of 60,000 characters would be 24 MB; 400 of 512 are 0.4 MB at most.
  expect(used() - before).toBeLessThan(6_000_000);
  expect(kept).toHaveLength(400);
});

test.each(["16", " 16 ", "+16", "16.0", "1.6e1", "016", "16."])("%j is taken for the number 16", (text) => {
  expect(repairValue({ type: "integer" }, text, false)).toMatchObject({ kind: "usable", value: 16 });
});

test("a run of digits as long as a frame is looked at once", () => {
  // Looked at again for each digit, it would take longer than the whole suite may.
  const text = `${"1".repeat(1_000_000)}x`;
  expect(repairValue({ type: "integer" }, text, false)).toMatchObject({ kind: "unusable", demand: "must be integer" });
});

test.each(["0x10", "0b10000", "0o20", "", " ", "Infinity", "1e999", "16 Wh", "1,6", "."])(
  "%j is taken for no number",
  (text) => {
    expect(repairValue({ type: "integer" }, text, false)).toMatchObject({
      kind: "unusable",
      demand: "must be integer",
    });
  },
);
