// A text that is not kept whole is known for one, and no other is.
import { expect, it, test } from "vitest";
import { cutFrom, isIncomplete, leftOutText } from "../../src/twin/incompleteTexts.ts";

test("what stands for a JSON text is JSON that says how long it was and which setting has left it out", () => {
  const text = leftOutText(70_000, "limits.maxKeptCharacters");
  expect(JSON.parse(text)).toEqual({ leftOut: "70000 characters, more than limits.maxKeptCharacters" });
  expect(isIncomplete(text)).toBe(true);
});

test("the beginning of a text says how long it was", () => {
  expect(cutFrom("The begin", 12)).toBe("The begin… (cut from 12 characters)");
  expect(isIncomplete(cutFrom("", 1))).toBe(true);
  expect(isIncomplete(cutFrom("line\nline", 12))).toBe(true);
});

it.each([
  "",
  "Good",
  "{}",
  '{"vendorId":"leftOut"}',
  "… (cut from many characters)",
  "… (cut from 12 characters) and more",
])("%j is whole", (text) => {
  expect(isIncomplete(text)).toBe(false);
});
