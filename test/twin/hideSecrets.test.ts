import { describe, expect, it } from "vitest";
import { bearsSecret, hideInFrame, hideSecrets, isTooDeep } from "../../src/twin/hideSecrets.ts";
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
    [
      "what a messageId calls a secret",
      { vendorId: "v", messageId: "SetWifiPassword", data: "s" },
      { messageId: "SetWifiPassword", data: "***" },
    ],
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

describe("a frame as the message log keeps it", () => {
  const kept = [
    '[2,"1","Heartbeat",{}]',
    '[2, "1",\t"MeterValues", {"connectorId": 1.0}]',
    "no JSON at all",
    '[2,"1","StatusNotification",{"info":"ünclear"}]',
  ];
  it.each(kept)("is %s to the letter where it can hold no secret", (text) => expect(hideInFrame(text)).toBe(text));

  const key = "000102030405060708090A0B0C0D0E0F10111213";
  it.each([
    `[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"${key}"}]`,
    `[2,"1","ChangeConfiguration",{"value":"${key}","key":" AUTHORIZATIONKEY "}]`,
    // JSON has more than one way to write a name, and the last of two members counts.
    `[2,"1","ChangeConfiguration",{"key":"\\u0041uthorizationKey","value":"${key}"}]`,
    `[2,"1","ChangeConfiguration",{"value":"${key}","value":"x","key":"AuthorizationKey"}]`,
    `[2,"1","ChangeConfiguration",{"key":"WiFiPassword","value":"${key}"}]`,
    `[2,"1","ChangeConfiguration",{"key":"SimPIN","value":"${key}"}]`,
    `[2,"1","ChangeConfiguration",{"value":"${key}","key":"NetworkPsk "}]`,
    `[2,"1","ChangeConfiguration",{"key":"CloudToken","value":"${key}"}]`,
    `[2,"1","ChangeConfiguration",{"key":"CloudToken","value":"${key}"`,
    `[3,"1",{"configurationKey":[{"key":"AuthorizationKey","readonly":false,"value":"${key}"}]}]\0`,
    `[2,"1","DataTransfer",{"vendorId":"v","data":"{\\"password\\":\\"${key}\\"}"}]`,
    `[2,"1","DataTransfer",{"vendorId":"v","data":"secret=${key}"}]`,
    `[2,"1","DataTransfer",{"vendorId":"v","messageId":"SetPin","data":"${key}"}]`,
    `[2,"1","DataTransfer",{"data":"${key}","vendorId":"v","messageId":"\\u0041uthorizationKey"}]`,
    `[2,"1","GetDiagnostics",{"location":"ftp:\\/\\/ann:${key}@h\\/x"}]`,
    `[2,"1","GetDiagnostics",{"location":"ftp://ann:${key}@h/x"}]`,
    `[2,"1","GetDiagnostics",{"location":"http://h/up/${key.slice(0, 32).toLowerCase()}/x"}]`,
    `[4,"1","InternalError","AuthorizationKey ${key} is refused",{}]`,
    // What is cut off is no JSON any more.
    `[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"${key}"`,
    `[2,"1","ChangeConfiguration",{"key":"\\u0041uthorizationKey","value":"${key}"`,
    `[2,"1","GetDiagnostics",{"location":"ftp:\\/\\/ann:${key}@h`,
    `${"[".repeat(30_000)}"AuthorizationKey ${key}"${"]".repeat(30_000)}`,
  ])("is without the secret of %.80s", (text) => {
    const shown = hideInFrame(text);
    expect(shown).not.toContain(key);
    expect(shown).not.toContain(key.slice(0, 32).toLowerCase());
    expect(shown).toContain("***");
  });
});
