// What an id tag is, and what the list says of one at a given time (OCPP 1.6 §7.2, §7.28).
import { describe, expect, it, test } from "vitest";
import { idTagKey, statusAt, type IdTagStatus } from "../../src/twin/idTags.ts";

describe("the key of an id tag", () => {
  test.each([
    ["04A1b2C3", "04a1b2c3"],
    ["A B", "a b"],
    ["=1+1", "=1+1"],
    ["x".repeat(20), "x".repeat(20)],
  ])("%j is %j: case does not matter (CiString20)", (text, key) => {
    expect(idTagKey(text)).toBe(key);
  });

  it.each(["", "x".repeat(21), " A", "A ", " ", "A\n", "\u0000", "\u212A", "ä", "A\u200B"])(
    "is refused to %j, which is no IdToken or looks like another one",
    (text) => {
      expect(idTagKey(text)).toBeUndefined();
    },
  );
});

describe("the status at a time", () => {
  test.each<[IdTagStatus, number | undefined, IdTagStatus]>([
    ["Accepted", undefined, "Accepted"],
    ["Accepted", 1001, "Accepted"],
    ["Accepted", 1000, "Expired"],
    ["Blocked", 999, "Blocked"],
    ["Invalid", 999, "Invalid"],
    ["Expired", 2000, "Expired"],
  ])("of one that is %s, until %s, is %s at 1000", (status, expiresAt, expected) => {
    expect(statusAt({ idTag: "A", status, ...(expiresAt !== undefined && { expiresAt }) }, 1000)).toBe(expected);
  });
});
