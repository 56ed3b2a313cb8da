// OCPP-J 1.6 §3.1.1: the identity is the last segment of the URL, percent-decoded.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseIdentity } from "../../src/ocpp/identity.ts";

test.each([
  ["/CP001", "CP001"],
  ["/ocpp/1.6/CP001", "CP001"],
  ["/CP001/", "CP001"],
  ["//ocpp///CP001///", "CP001"],
  ["/ocpp/CP001?token=a/b", "CP001"],
  ["/ocpp/CP001/?x", "CP001"],
  ["/CP%20001", "CP 001"],
  ["/RDAM%7C123", "RDAM|123"],
  ["/a%2Fb", "a/b"],
  ["/100%25", "100%"],
  ["/S%C3%A4ule", "Säule"],
  ["ws://host:9000/ocpp/CP001", "CP001"],
  ["/..CP", "..CP"],
  [`/${"x".repeat(48)}`, "x".repeat(48)],
])("behaviour 21: %s is dialled by %s", (url, identity) => {
  expect(parseIdentity(url, 48)).toEqual({ kind: "identity", identity });
});

test.each([
  ["broken percent-encoding", "/CP%2"],
  ["no hexadecimal digits", "/CP%zz"],
  ["broken UTF-8", "/CP%ff"],
  ["nothing", "/"],
  ["an empty URL", ""],
  ["only a query", "/?id=CP001"],
  ["a path segment ..", "/ocpp/.."],
  ["an encoded path", "/..%2F..%2Fetc%2Fpasswd"],
  ["an encoded path with backslashes", "/..%5C..%5Cetc"],
  ["a path in the middle", "/a%2F..%2Fb"],
  ["NUL", "/CP%00"],
  ["a newline", "/CP%0A001"],
  ["a delete character", "/CP%7F"],
  ["a right-to-left override", "/CP%E2%80%AE100"],
  ["a line separator", "/CP%E2%80%A8"],
  ["a blank at its end", "/CP001%20"],
  ["49 characters", `/${"x".repeat(49)}`],
  ["60,000 characters", `/${"x".repeat(60_000)}`],
])("behaviour 21: an identity with %s is hostile", (_, url) => {
  expect(parseIdentity(url, 48).kind).toBe("hostile");
});

// With an expression that begins anew at each of them it would take minutes.
test("a million slashes before something else take one pass", () => {
  expect(parseIdentity(`${"/".repeat(1_000_000)}x`, 48)).toEqual({ kind: "identity", identity: "x" });
  expect(parseIdentity("/".repeat(1_000_000), 48).kind).toBe("hostile");
});

test("every readable identity survives the URL", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 40, unit: "grapheme-composite" }), (text) => {
      const parsed = parseIdentity(`/ocpp/${encodeURIComponent(text)}`, 48);
      if (parsed.kind === "identity") expect(parsed.identity).toBe(text);
    }),
  );
});

test("no URL makes it throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (url) => {
      expect(["identity", "hostile"]).toContain(parseIdentity(`/${url}`, 48).kind);
    }),
  );
});
