import { describe, expect, it } from "vitest";
import { bearsSecret, hideSecrets, isTooDeep } from "../../src/app/hideSecrets.ts";
import { namesSecret } from "../../src/twin/secretKeys.ts";

describe("what everybody may read of a payload", () => {
  it.each<[string, unknown, unknown]>([
    ["a key that is no secret", { key: "HeartbeatInterval", value: "60" }, { key: "HeartbeatInterval", value: "60" }],
    ["the AuthorizationKey in whatever spelling", { key: "authorizationKEY ", value: "s" }, { value: "***" }],
    [
      "the AuthorizationKey among the keys of GetConfiguration.conf",
      { configurationKey: [{ key: "AuthorizationKey", readonly: false, value: "s" }] },
      { configurationKey: [{ key: "AuthorizationKey", readonly: false, value: "***" }] },
    ],
    ["its bare name, as GetConfiguration.req has it", { key: ["AuthorizationKey"] }, { key: ["AuthorizationKey"] }],
    ["a key that a vendor calls a secret", { key: "WiFi.Passwd", value: "s" }, { key: "WiFi.Passwd", value: "***" }],
    ["a text that sets one", { data: '[{"key":"WifiPassword","value":"s"}]' }, { data: "***" }],
    ["a text that names both", { data: '{"authorizationkey":"s","token":1}' }, { data: "***" }],
    ["a field of that name", { AuthorizationKey: "s" }, { AuthorizationKey: "***" }],
    ["a text that names it and goes on", { data: '{"authorizationkey":"s"}' }, { data: "***" }],
    ["a password", { password: "s" }, { password: "***" }],
    ["the password in a URL", { location: "ftp://ann:s:e@cret@h/x?y=z@1" }, { location: "ftp://ann:***@h/x?y=z@1" }],
    ["a password that should have been escaped", "ftp://ann:s/e?c r@et@h/x", "ftp://ann:***@h/x"],
    ["an address of IPv6 with a port", "http://[::1]:80/a@b", "http://[::1]:80/a@b"],
    ["the password in a URL without a user", "http://:s@h/", "http://:***@h/"],
    ["a URL without a password", "http://ann@h:80/a:b@c", "http://ann@h:80/a:b@c"],
    ["a private key", "a-----BEGIN EC PRIVATE KEY-----\nAB\n-----END EC PRIVATE KEY-----b", "a***b"],
    ["a private key that is cut off", "a-----BEGIN PRIVATE KEY-----\nAB", "a***"],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nAB\n-----END", "-----BEGIN CERTIFICATE-----\nAB\n-----END"],
    ["no object", null, null],
    ["a number", 5, 5],
  ])("is %s", (_, value, shown) => {
    if (typeof shown === "object" && shown !== null) expect(hideSecrets(value)).toMatchObject(shown);
    else expect(hideSecrets(value)).toEqual(shown);
    expect(JSON.stringify(hideSecrets(value))).not.toContain('"s"');
  });

  it.each([
    ["the password", { key: "AuthorizationKey", value: "x" }, true],
    ["its name in a text", { data: '{"authorization\\u004bey":1}' }, true],
    ["what a vendor calls a secret, also within", { list: [{ key: "SimPIN", value: "1" }] }, true],
    ["a key that is asked for", { key: ["WifiPassword"] }, false],
    ["another key", { key: "WebSocketPingInterval", value: "1" }, false],
    ["nothing", {}, false],
  ])("is all of it but of a payload with a secret: %s", (_, payload, isSecret) => {
    expect(bearsSecret(payload)).toBe(isSecret);
  });

  it("is nothing of what is nested so deeply that the stack would not do", () => {
    const deep: unknown = JSON.parse("[".repeat(30_000) + "]".repeat(30_000));
    expect(isTooDeep(deep)).toBe(true);
    expect(hideSecrets(deep)).toBe("***");
    expect(isTooDeep({ a: [{ b: [1] }] })).toBe(false);
  });

  // One of these took minutes with an expression that began at each letter of a word.
  it.each(["x", "://", ":", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "PRIVATE KEY ", "http://a:b", "@"])(
    "is found in one pass also in a million characters of %j",
    (piece) => {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      expect(typeof hideSecrets(text)).toBe("string");
      expect(namesSecret(text)).toBe(false);
    },
  );
});
