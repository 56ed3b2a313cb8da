// "Improved security for OCPP 1.6-J" §3, OCPP-J 1.6 §6.2: who proves an identity by HTTP Basic authentication.
import fc from "fast-check";
import { expect, test } from "vitest";
import { provesIdentity } from "../../src/ocpp/credentials.ts";

const KEY = "0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF";

function basic(user: string, password: Uint8Array | string): string {
  const pair = Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password as string)]);
  return `Basic ${pair.toString("base64")}`;
}

test("behaviour 22: the vector of the document: identity AL1000 with a raw AuthorizationKey", () => {
  expect(provesIdentity("Basic QUwxMDAwOgABAgMEBQYH////////////////", "AL1000", KEY)).toBe(true);
});

test.each([
  ["the key as bytes", "AL1000", Buffer.from(KEY, "hex"), KEY],
  ["the key as hexadecimal text", "AL1000", KEY, KEY],
  ["the key as text in small letters", "AL1000", KEY.toLowerCase(), KEY],
  ["a text", "AL1000", "geheim:mit:Doppelpunkt", "geheim:mit:Doppelpunkt"],
  ["a text in UTF-8", "AL1000", "pässwörd", "pässwörd"],
  ["an identity with a colon", "a:b", "secret", "secret"],
])("behaviour 22: %s is taken", (_, identity, sent, expected) => {
  expect(provesIdentity(basic(identity, sent), identity, expected)).toBe(true);
});

test.each([
  ["no header", undefined],
  ["an empty header", ""],
  ["another scheme", "Bearer QUwxMDAwOgABAgMEBQYH////////////////"],
  ["no base64", "Basic ???"],
  ["no colon", `Basic ${Buffer.from("AL1000").toString("base64")}`],
  ["another user", basic("AL1001", Buffer.from(KEY, "hex"))],
  ["a user in small letters", basic("al1000", Buffer.from(KEY, "hex"))],
  ["no user", basic("", Buffer.from(KEY, "hex"))],
  ["an empty password", basic("AL1000", "")],
  ["a key that is cut", basic("AL1000", Buffer.from(KEY, "hex").subarray(0, 19))],
  ["a key with something behind it", basic("AL1000", `${KEY}0`)],
  ["another key", basic("AL1000", KEY.replace("07", "08"))],
])("behaviour 22: %s is refused", (_, header) => {
  expect(provesIdentity(header, "AL1000", KEY)).toBe(false);
});

test("a password proves an identity exactly when it is the expected one", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (expected, sent) => {
      expect(provesIdentity(basic("CP", sent), "CP", expected)).toBe(sent === expected);
    }),
  );
});
