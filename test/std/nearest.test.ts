// "Did you mean …?" helps where a word is misspelt and is silent where it would only guess.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../src/std/nearest.ts";

const known = ["port", "host", "securityProfile", "heartbeatIntervalSeconds", "id"];

describe("nearest", () => {
  it.each([
    ["prot", "port"],
    ["PORT", "port"],
    ["ports", "port"],
    ["hots", "host"],
    ["security_profile", "securityProfile"],
    ["heartbeatInterval", "heartbeatIntervalSeconds"],
    ["Id", "id"],
  ])("of %s is %s", (word, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });

  it.each(["", "colour", "zz", "x", "sec", "heartbeat".repeat(1000)])("of %j is nothing", (word) => {
    expect(nearest(word, known)).toBeUndefined();
  });

  it("of a known word is the word itself", () => {
    for (const word of known) expect(nearest(word, known)).toBe(word);
  });
});

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["abc", "", 3],
    ["kitten", "sitting", 3],
    ["flaw", "lawn", 2],
  ])("from %j to %j is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it("is a metric", () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});
