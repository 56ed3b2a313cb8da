// JSON with what firmware puts around it.
import { expect, test } from "vitest";
import { parseFirmwareJson } from "../../src/std/firmwareJson.ts";

test.each<[string, string, unknown]>([
  ["as it should be", "[1]", [1]],
  ["null", "null", null],
  ["behind a byte order mark", "\uFEFF[1]", [1]],
  ["before the NUL that ends a text in C, and what stands around that", "[1]\r\n\0\0 \0", [1]],
  ["cut off", "[1", undefined],
  ["cut off before blanks", "[1  \0", undefined],
  ["nothing", "", undefined],
  ["nothing but filling", "\uFEFF \0", undefined],
])("%s", (_, text, value) => {
  expect(parseFirmwareJson(text)).toEqual(value);
});

// With an expression that begins anew at each of them it would take minutes.
test.each([" ", "\0", "\n", "\uFEFF"])("a million of %j before something else take one pass", (filling) => {
  expect(parseFirmwareJson(`${filling.repeat(1_000_000)}x`)).toBeUndefined();
  expect(parseFirmwareJson(`[${filling.repeat(1_000_000)}`)).toBeUndefined();
});
