// What is wrong in a settings file is said with its exact place, in a sentence that says what to do.
import { describe, expect, it } from "vitest";
import { heads, load, say } from "./settingsInTest.ts";

describe("a diagnostic", () => {
  it("has a line with the place, a sentence, and the source line with a caret", () => {
    expect(say("ocpp:\n  listeners:\n    - { host: 0.0.0.0, prot: 9000 }\n")).toBe(
      [
        "bridge.yaml:3:24 error /ocpp/listeners/0/prot",
        'Unknown key "prot"; did you mean "port"?',
        "  3 |     - { host: 0.0.0.0, prot: 9000 }",
        "    |                        ^",
      ].join("\n"),
    );
  });

  it("ends its sentence with one full stop", () => {
    expect(say("hmi: { port: -1 }\n")).toContain("\n-1 is out of range; allowed: 0 to 65535.\n");
  });

  it("stands in the order of the file, whatever the order of the checks", () => {
    const places = heads("hmi: { port: x }\nocpp: { validation: x }\nopcua: { port: x }\nsite: { nam: x }\n");
    expect(places.map((head) => head.split(" ")[0])).toEqual(["1:14", "2:21", "3:16", "4:9"]);
  });

  it("is one of at most twenty that are printed; the rest is counted", () => {
    const text = say(Array.from({ length: 50 }, (_, index) => `unknown${index}: 1\n`).join(""));
    expect(text.match(/^bridge\.yaml:/gmu)).toHaveLength(20);
    expect(text.split("\n").at(-1)).toBe("… and 30 further ones");
  });

  it("shows only the part of a long line that matters", () => {
    const text = say(`hmi: { host: ${"a".repeat(300)}, prt: 1, ${"b".repeat(300)}: 2 }\n`);
    const [, , line = "", caret = ""] = text.split("\n").slice(4);
    expect(line).toMatch(/^ {2}1 \| …a+, prt: 1, b+…$/u);
    expect(line.slice(caret.indexOf("^"))).toMatch(/^prt: 1/u);
    expect(line.length).toBeLessThan(160);
  });

  it("puts the caret under the place behind tabs, wide characters and emojis", () => {
    expect(say('site: { name:\t"日本", nam: 1 }\n').split("\n").slice(2)).toEqual([
      '  1 | site: { name: "日本", nam: 1 }',
      "    |                       ^",
    ]);
    expect(say('site: { name: "🔌", nam: 1 }\n').split("\n")[3]).toBe("    |                     ^");
  });

  it("never lets a file steer the terminal or turn the direction of writing", () => {
    const text = say('hmi: { "a\u202eb\u2066\u200bc": 1, "x\\u001b[31my\\u0000": 2 }\n');
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).toContain('Unknown key "x\uFFFD[31my\uFFFD"');
  });
});

const faults: readonly (readonly [name: string, yaml: string, head: string])[] = [
  ["a misspelt section", "opcau: {}", '1:1 error /opcau | Unknown key "opcau"; did you mean "opcua"?'],
  ["a key of another case", "OPCUA: {}", '1:1 error /OPCUA | Unknown key "OPCUA"; did you mean "opcua"?'],
  [
    "an unknown key that resembles nothing",
    "hmi: { colour: red }",
    '1:8 error /hmi/colour | Unknown key "colour"; known here: host, port, anonymousRole, metricsOpen',
  ],
  [
    "a missing blank",
    "hmi: { port:80 }",
    '1:8 error /hmi/port:80 | Unknown key "port:80"; write a blank after "port:"',
  ],
  ["a missing key", "chargePoints: [{ connectors: 1 }]", '1:16 error /chargePoints/0 | Key "id" is missing'],
  [
    "a misspelt key, without the missing one",
    "chargePoints: [{ ID: A }]",
    '1:18 error /chargePoints/0/ID | Unknown key "ID"; did you mean "id"?',
  ],
  [
    "a port as text",
    'hmi: { port: "8080" }',
    '1:14 error /hmi/port | "8080" is text, not a whole number; write 8080 without quotes',
  ],
  ["a port with a fraction", "hmi: { port: 80.5 }", "1:14 error /hmi/port | 80.5 is no whole number"],
  ["an infinite port", "hmi: { port: .inf }", "1:14 error /hmi/port | Infinity is no whole number"],
  [
    "a port that is too large",
    "hmi: { port: 65536 }",
    "1:14 error /hmi/port | 65536 is out of range; allowed: 0 to 65535",
  ],
  [
    "a number out of its range, with the unit",
    "ocpp: { pendingRetrySeconds: 0 }",
    "1:30 error /ocpp/pendingRetrySeconds | 0 is out of range; allowed: 1 to 86400 s",
  ],
  [
    "a stop that would take ten seconds",
    "limits: { stopTimeoutSeconds: 10 }",
    "1:31 error /limits/stopTimeoutSeconds | 10 is out of range; allowed: 1 to 9 s",
  ],
  [
    "a misspelt value",
    "ocpp: { validation: tolerent }",
    '1:21 error /ocpp/validation | "tolerent" is not one of tolerant, strict; did you mean tolerant?',
  ],
  [
    "a value of another case",
    "chargePoints: [{ id: A, registration: accepted }]",
    '1:39 error /chargePoints/0/registration | "accepted" is not one of Accepted, Pending, Rejected; did you mean Accepted?',
  ],
  [
    "a profile as text",
    'ocpp: { listeners: [{ securityProfile: "1" }] }',
    '1:40 error /ocpp/listeners/0/securityProfile | "1" is not one of 0, 1, 2, 3; did you mean 1?',
  ],
  [
    "an unknown security policy",
    "opcua: { securityPolicies: [Basic128Rsa15] }",
    '1:29 error /opcua/securityPolicies/0 | "Basic128Rsa15" is not one of None, Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss',
  ],
  [
    "no security policy",
    "opcua: { securityPolicies: [] }",
    "1:28 error /opcua/securityPolicies | Security policies needs at least 1 entry",
  ],
  [
    "a security policy twice",
    "opcua: { securityPolicies: [None, None] }",
    "1:28 error /opcua/securityPolicies | Security policies has an entry twice; keep one",
  ],
  [
    "yes for true (YAML 1.2 §10.3.2)",
    "chargePoints: [{ id: A, ping: yes }]",
    '1:31 error /chargePoints/0/ping | "yes" is text, not true or false; did you mean true?',
  ],
  [
    "off for false",
    "hmi: { metricsOpen: off }",
    '1:21 error /hmi/metricsOpen | "off" is text, not true or false; did you mean false?',
  ],
  [
    "a number as identity",
    "chargePoints: [{ id: 0123 }]",
    "1:22 error /chargePoints/0/id | 123 is a number, not text; put it in quotes",
  ],
  [
    "a section that is empty",
    "hmi:\nsite:\n  name: x",
    "1:1 error /hmi | This is empty, not a section (key: value); give it a value, or remove the key to have its default",
  ],
  ["a list for a section", "hmi: []", "1:6 error /hmi | This is a list, not a section (key: value)"],
  [
    "a section for a list",
    "chargePoints:\n  CP001: {}",
    '2:3 error /chargePoints | This is a section, not a list; begin each entry with "- ", or write [a, b]',
  ],
  ["a text for the whole", "hello", '1:1 error / | "hello" is text, not a section (key: value)'],
  ["a list for the whole", "- a", "1:1 error / | This is a list, not a section (key: value)"],
  ["an empty name", 'site: { name: "" }', "1:15 error /site/name | Name must not be empty"],
  ["a long name", `site: { name: ${"x".repeat(129)} }`, "1:15 error /site/name | Name has more than 128 characters"],
  [
    "a pointer with special characters",
    '"a/b~c": 1',
    '1:1 error /a~1b~0c | Unknown key "a/b~c"; known here: site, ocpp, chargePoints, vendors, opcua, hmi, store, files, rules, decisions, idTags, alarms, simulation, limits',
  ],
];

describe("the place and the hint", () => {
  it.each(faults)("of %s", (_, yaml, head) => {
    expect(heads(`${yaml}\n`)).toEqual([head]);
  });

  it("of a host that is none tell what is expected", () => {
    expect(heads('hmi: { host: "http://x" }\n')).toEqual([
      expect.stringMatching(/^1:14 error \/hmi\/host \| "http:\/\/x" does not fit here; expected: Address or name /u),
    ]);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "of the key %s are those of any unknown key",
    (key) => {
      expect(heads(`hmi: { ${key}: { port: 99 } }\n`)).toEqual([
        `1:8 error /hmi/${key} | Unknown key "${key}"; known here: host, port, anonymousRole, metricsOpen`,
      ]);
      expect(({} as Record<string, unknown>)["port"]).toBeUndefined();
    },
  );

  it("of what an alias repeats are those of the alias", () => {
    expect(heads("opcua: &x { port: 1, anonymousRole: none }\nhmi: *x\nsite: { nme: *x }\n")).toEqual([
      '3:9 error /site/nme | Unknown key "nme"; did you mean "name"?',
    ]);
    expect(heads("opcua: &x { port: 70000 }\nhmi: *x\n").map((head) => head.split(" ")[0])).toEqual(["1:19", "2:6"]);
  });

  it("refuse the file only for errors, not for warnings", () => {
    expect(load("rules: []\n")).toHaveProperty("settings");
    expect(load("rules: []\nhmi: 1\n")).not.toHaveProperty("settings");
  });
});
