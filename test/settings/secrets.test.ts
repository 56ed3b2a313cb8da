// No password ever stands in a diagnostic, however it is spelt, placed or broken.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { passwordBytes } from "../../src/settings/password.ts";
import { accept, heads, load, say } from "./settingsInTest.ts";

const SECRET = "hunter2";

const broken: readonly (readonly [name: string, yaml: string])[] = [
  ["in a wrong row", `chargePoints:\n  - { id: A, password: ${SECRET}, conectors: 2 }`],
  ["before and behind the fault", `chargePoints: [{ id: A, password: ${SECRET} }, { idd: B, password: ${SECRET} }]`],
  ["under a misspelt key", `chargePoints:\n  - { id: A, passwrod: ${SECRET} }`],
  ["under a key of another language", `chargePoints:\n  - { id: A, Passwort: ${SECRET} }`],
  ["under another key for secrets", `chargePoints:\n  - { id: A, authorizationKey: ${SECRET}, x: 1 }`],
  ["in the wrong section", `opcua: { password: ${SECRET} }`],
  ["as a list", `chargePoints:\n  - id: A\n    password:\n      - ${SECRET}`],
  ["as a section", `chargePoints:\n  - id: A\n    password: { ${SECRET}: ${SECRET} }`],
  ["without a blank after the colon", `chargePoints:\n  - { id: A, password:${SECRET} }`],
  ["without a blank after the colon, in a block", `chargePoints:\n  - id: A\n    password:${SECRET}`],
  ["behind a fault that confuses the parser", `chargePoints:\n  - ]\n    password:${SECRET}\n    connectors: 1`],
  ["without a colon", `chargePoints:\n  - id: A\n    password ${SECRET}`],
  ["without a colon, in a row", `chargePoints:\n  - { id: A, password ${SECRET} }`],
  ["with a reserved sign in front", `chargePoints:\n  - id: A\n    password: @${SECRET}`],
  ["with a percent sign in front", `chargePoints:\n  - id: A\n    password: %${SECRET}`],
  ["that looks like an alias", `chargePoints:\n  - id: A\n    password: *${SECRET}`],
  ["that looks like a tag", `chargePoints:\n  - id: A\n    password: !${SECRET}`],
  ["that looks like an anchor", `chargePoints:\n  - id: A\n    password: &${SECRET}`],
  ["with a colon inside", `chargePoints:\n  - id: A\n    password: a: ${SECRET}`],
  ["behind its closing quote", `chargePoints:\n  - id: A\n    password: "a"${SECRET}`],
  ["whose quote is not closed", `chargePoints:\n  - id: A\n    password: "${SECRET}\n    connectors: 2\nhmi: {}`],
  ["with a wrong escape", `chargePoints:\n  - id: A\n    password: "\\q${SECRET}"`],
  ["over several lines", `chargePoints:\n  - id: A\n    password: "a\n      ${SECRET}\n      ${SECRET}" ]`],
  [
    "over several lines, as a block",
    `chargePoints:\n  - id: A\n    password: |\n      a\n      ${SECRET}\n\t${SECRET}`,
  ],
  [
    "over several lines, without indentation",
    `chargePoints:\n  - id: A\n    password: >\n${SECRET}\n    connectors: 1`,
  ],
  ["on a line of its own", `chargePoints:\n  - id: A\n    password:\n      [${SECRET}`],
  ["twice", `chargePoints:\n  - { id: A, password: ${SECRET}, password: ${SECRET} }`],
  ["as a key that stands twice inside", `chargePoints:\n  - id: A\n    password: { ${SECRET}: 1, ${SECRET}: 2 }`],
  ["twice, without a blank", `chargePoints:\n  - { id: A, password:${SECRET}, password:${SECRET} }`],
  ["in a comment", `chargePoints:\n  - { idd: A } # password: ${SECRET}`],
  ["in a comment of a broken row", `chargePoints:\n  - { id: A, } } # password: ${SECRET}`],
  ["that is too long", `chargePoints:\n  - { id: A, password: ${SECRET.repeat(100)} }`],
  ["with a control character", `chargePoints:\n  - { id: A, password: "${SECRET}\u0001" }`],
  ["in a row that is no list", `chargePoints: { A: { password: ${SECRET} } }`],
  ["in an extra document", `---\nhmi: {}\n---\npassword: ${SECRET}`],
];

describe("a password", () => {
  it.each(broken)("%s is not shown", (_, yaml) => {
    const { text, diagnostics } = load(`${yaml}\n`);
    expect(text).not.toBe("");
    expect(text).not.toContain(SECRET);
    expect(JSON.stringify(diagnostics)).not.toContain(SECRET);
  });

  it("in ISO 8859-1 is not shown", () => {
    const text = say(Buffer.from(`chargePoints:\n  - { id: A, password: ${SECRET}ä }\n`, "latin1"));
    expect(text).toContain("The text is not in UTF-8");
    expect(text).not.toContain(SECRET);
  });

  it("is covered by a mask of one length, the rest of the row stays readable", () => {
    expect(say('chargePoints:\n  - { id: A, password: "hunter2hunter2", conectors: 2 }\n')).toBe(
      [
        "bridge.yaml:2:42 error /chargePoints/0/conectors",
        'Unknown key "conectors"; did you mean "connectors"?',
        "  2 |   - { id: A, password: ***, conectors: 2 }",
        "    |                             ^",
      ].join("\n"),
    );
  });

  it("that is a number is asked to be put in quotes: 40 digits would lose most of theirs", () => {
    expect(heads("chargePoints: [{ id: A, password: 0001020304050607080910111213141516171819 }]\n")).toEqual([
      "1:35 error /chargePoints/0/password | This value is a number, not text; put it in quotes",
    ]);
  });

  it("that is broken is asked to be put in quotes", () => {
    expect(heads("chargePoints:\n  - id: A\n    password: @x\n")).toEqual([
      "3:15 error / | A secret, or what follows it, is not well-formed; put all of it in quotes",
    ]);
  });

  it("of any text comes through as it is written in quotes", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100 }), (password) => {
        const yaml = JSON.stringify([{ id: "A", password }]).replaceAll("\u007f", "\\u007f");
        expect(accept(`chargePoints: ${yaml}\n`).chargePoints[0]?.password).toBe(password);
      }),
      { numRuns: 200 },
    );
  });

  it("among any faults is not shown", () => {
    const password = "qzwhkjrtmnpl";
    const fault = fc.constantFrom(
      ..."}{][,&|%@\\'\"".split(""),
      "x: 1",
      "connectors: [",
      "id: 1",
      "\tx",
      "password: y",
      "? [",
      "- ",
      ": ",
      "\n",
      "\n   ",
      "\n  - ",
      ">-\n",
      "*a",
      "!b",
    );
    const key = fc.constantFrom(
      "password: ",
      "password:",
      ' password : "',
      "passwort: '",
      '"password": ',
      "password: |\n      ",
      "password: >\n   ",
    );
    const faults = fc.array(fault, { maxLength: 4 }).map((each) => each.join(""));
    fc.assert(
      fc.property(faults, key, faults, fc.boolean(), (before, name, after, inRow) => {
        const yaml = inRow
          ? `chargePoints:\n  - { ${before}, ${name}${password}${after} }\n`
          : `chargePoints:\n  - ${before}\n    ${name}${password}${after}\n    connectors: x\n`;
        const { text, diagnostics } = load(yaml);
        expect(text + JSON.stringify(diagnostics)).not.toContain(password);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
});

describe("passwordBytes", () => {
  it("takes 40 hexadecimal digits as a raw AuthorizationKey of 20 bytes (OCPP-J 1.6 §6.2)", () => {
    const bytes = passwordBytes("0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF");
    expect(Buffer.concat([Buffer.from("AL1000:"), bytes]).toString("base64")).toBe(
      "QUwxMDAwOgABAgMEBQYH////////////////",
    );
    expect(passwordBytes("0001020304050607ffffffffffffffffffffffff")).toEqual(bytes);
  });

  it.each([
    ["39 digits", "0".repeat(39)],
    ["41 digits", "0".repeat(41)],
    ["40 signs that are not all digits", `${"0".repeat(39)}g`],
    ["40 digits and a line break", `${"0".repeat(40)}\n`],
    ["other alphabets", "pässwörd 密码"],
  ])("takes %s as text in UTF-8", (_, password) => {
    expect(passwordBytes(password)).toEqual(new TextEncoder().encode(password));
  });
});
