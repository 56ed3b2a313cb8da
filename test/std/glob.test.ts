// Patterns with * and ?, against what the same pattern is as a regular expression.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { glob, LONGEST_PATTERN } from "../../src/std/glob.ts";

describe("glob", () => {
  it.each([
    ["04A1B2C3", "04*", true],
    ["04A1B2C3", "*C3", true],
    ["04A1B2C3", "04??B2C3", true],
    ["04A1B2C3", "04?B2C3", false],
    ["04A1B2C3", "a*", false],
    ["", "*", true],
    ["", "?", false],
    ["a.b", "a.b", true],
    ["axb", "a.b", false],
    ["mississippi", "m*iss*ppi", true],
    ["mississippi", "m*iss*ppx", false],
  ])("%j has the form %j: %s", (text, pattern, fits) => {
    expect(glob(text, pattern)).toBe(fits);
  });

  it("is what the regular expression is", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 12 });
    const patterns = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    fc.assert(
      fc.property(letters, patterns, (text, pattern) => {
        const same = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
        expect(glob(text, pattern)).toBe(same.test(text));
      }),
    );
  });

  it("ends also where a regular expression would go through every way of dividing the text", () => {
    expect(glob("a".repeat(65_536), "*a".repeat(LONGEST_PATTERN / 2 - 1) + "b")).toBe(false);
  });
});
