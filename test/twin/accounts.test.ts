// Names of accounts: which can be one, and which are the same.
import { expect, test } from "vitest";
import { accountKey, LONGEST_SPELLING } from "../../src/twin/accounts.ts";

test.each([
  ["Anna", "aNNA"],
  ["\u00e9mile", "e\u0301mile"],
  ["\u00c9".repeat(64), "e\u0301".repeat(64)],
])("%s and %s are one name", (one, other) => {
  expect(accountKey(one)).toBe(accountKey(other));
  expect(accountKey(one)).toBeDefined();
});

test.each(["", ".anna", "an na", "anonymous", "ANONYMOUS", "a".repeat(65), "e\u0301".repeat(65), "a\u0334"])(
  "%j can be no name",
  (name) => expect(accountKey(name)).toBeUndefined(),
);

test("what is far too long is not even looked at", () => {
  const normalize = Object.assign(Object("a".repeat(LONGEST_SPELLING + 1)) as string, {
    normalize: () => {
      throw new Error("it was looked at");
    },
  });
  expect(accountKey(normalize)).toBeUndefined();
});
