// What is wrong with a rules file, and where: every fault has its line, its column and what to do.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTextFile } from "../../../src/settings/textFile.ts";
import { renderDiagnostics } from "../../../src/settings/diagnostics.ts";
import { heads, parse, rulesOf } from "../decideInTest.ts";

/** A rule on one line, at line 3. */
const rule = (fields: string, on = "Authorize"): string => `rules:\n  - { name: a, on: ${on}, ${fields} }\n`;
const ACCEPT = "then: { status: Accepted }";

describe("a rules file", () => {
  it("is taken with lists, expressions, questions to others and defaults", () => {
    const { rules, about, defaults } = rulesOf(
      `lists: { staff: [A, B], more: { file: more.yaml }, cards: { file: cards.csv, column: tag } }
rules:
  - { name: one, on: [Authorize, StartTransaction], when: idTag in lists.staff, then: { status: Accepted, expiryDate: '= now + duration("8h")' } }
  - { name: two, on: DataTransfer, ask: { module: ./x.mjs }, timeoutSeconds: 2, otherwise: { status: Rejected, data: = payload.vendorId } }
  - { name: three, on: Authorize, when: idTag in lists.cards || idTag in lists.more, ask: scada }
defaults: { Authorize: { status: Blocked } }
`,
      { "/more.yaml": "- X\n- Y\n", "/cards.csv": "name;tag\nAnn;04AA\nBob;\n" },
    );
    expect(rules.map(({ name, line, file }) => [name, line, file])).toEqual([
      ["one", 4, "/rules.yaml"],
      ["two", 5, "/rules.yaml"],
      ["three", 6, "/rules.yaml"],
    ]);
    expect(about.Authorize.map(({ name }) => name)).toEqual(["one", "three"]);
    expect(about.BootNotification).toEqual([]);
    expect(rules[1]?.verdict).toMatchObject({
      kind: "ask",
      asking: { source: { kind: "module", file: "/./x.mjs" }, name: "module ./x.mjs", timeoutSeconds: 2 },
    });
    expect(Object.keys(defaults)).toEqual(["Authorize"]);
  });

  it("may be empty but for its version", () => {
    expect(rulesOf("").rules).toEqual([]);
  });

  it("is the example that the project ships, but for its comments", () => {
    const file = new URL("../../../config/rules/example.yaml", import.meta.url);
    const read = readTextFile(file.pathname);
    const { rules, diagnostics } = parse({ "/rules.yaml": "text" in read ? read.text : "" });
    expect(renderDiagnostics(diagnostics)).toBe("");
    expect(rules?.rules.length).toBe(5);
    expect(readFileSync(file, "utf8").split("\n")[0]).toBe("# yaml-language-server: $schema=../../schemas/rules.json");
  });

  it.each([
    ["an unknown key", "rule: []\n", '2:1 error /rule | Unknown key "rule"; did you mean "rules"?'],
    [
      "an unknown key of a rule",
      rule(`whenn: x, ${ACCEPT}`),
      '3:31 error /rules/0/whenn | Unknown key "whenn"; did you mean "when"?',
    ],
    [
      "an unknown action",
      rule(ACCEPT, "Authorise"),
      '3:20 error /rules/0/on | "Authorise" is not one of Authorize, StartTransaction, StopTransaction, DataTransfer, BootNotification; did you mean Authorize?',
    ],
    [
      "an unknown action of several",
      rule(ACCEPT, "[Authorize, Boot]"),
      '3:32 error /rules/0/on/1 | "Boot" is not one of Authorize, StartTransaction, StopTransaction, DataTransfer, BootNotification; did you mean BootNotification?',
    ],
    [
      "a condition that is no text",
      rule(`when: true, ${ACCEPT}`),
      "3:37 error /rules/0/when | true is a truth value, not text; put it in quotes",
    ],
    [
      "no answer",
      rule("when: idTag == 'x'"),
      "3:5 error /rules/0 | This rule answers nothing; add then: with an answer, or ask: with who is asked",
    ],
    [
      "two answers",
      rule(`${ACCEPT}, ask: scada`),
      "3:59 error /rules/0/ask | ask has no meaning beside then; remove one of them",
    ],
    [
      "an unknown source",
      rule("ask: scda"),
      '3:36 error /rules/0/ask | "scda" is not one of scada, idTags; did you mean scada?',
    ],
    [
      "an unknown key of a module",
      rule("ask: { modul: x }"),
      '3:38 error /rules/0/ask/modul | Unknown key "modul"; did you mean "module"?',
    ],
    [
      "a list entry that is no text",
      "lists: { a: [1] }\n",
      "2:14 error /lists/a/0 | 1 is a number, not text; put it in quotes",
    ],
    ["a list that is none", "lists: { a: 5 }\n", "2:13 error /lists/a | 5 is a number, not a section (key: value)"],
    [
      "a condition that is no condition",
      rule(`when: idTag, ${ACCEPT}`),
      "3:37 error /rules/0/when | A condition is true or false, and this is of type string; compare it with something",
    ],
    [
      "a wrong status",
      rule("then: { status: Acceptd }"),
      '3:47 error /rules/0/then/status | "Acceptd" is no status of an answer to Authorize; did you mean Accepted?',
    ],
    [
      "a status of another action",
      rule("then: { status: UnknownVendorId }"),
      '3:47 error /rules/0/then/status | "UnknownVendorId" is no status of an answer to Authorize; allowed: Accepted, Blocked, Expired, Invalid, ConcurrentTx',
    ],
    [
      "a status that does not fit all actions",
      rule("then: { status: Blocked }", "[Authorize, DataTransfer]"),
      '3:63 error /rules/0/then/status | "Blocked" is no status of an answer to DataTransfer; allowed: Accepted, Rejected, UnknownMessageId, UnknownVendorId',
    ],
    [
      "a field of another action",
      rule("then: { status: Accepted, data: x }"),
      "3:57 error /rules/0/then/data | An answer to Authorize has no field data; it has status, expiryDate, parentIdTag; make a rule of its own for Authorize",
    ],
    [
      "a date that is none",
      rule("then: { status: Accepted, expiryDate: tomorrow }"),
      '3:69 error /rules/0/then/expiryDate | "tomorrow" does not fit here: expiryDate must match format "date-time"; write a time like "2026-12-31T23:00:00Z", or an expression that begins with =',
    ],
    [
      "a parent that is too long",
      rule("then: { status: Accepted, parentIdTag: ABCDEFGHIJKLMNOPQRSTU }"),
      '3:70 error /rules/0/then/parentIdTag | "ABCDEFGHIJKLMNOPQRSTU" does not fit here: parentIdTag must NOT have more than 20 characters',
    ],
    [
      "a fault in a computed field",
      rule("then: { status: Accepted, expiryDate: '= now + 5' }"),
      "3:72 error /rules/0/then/expiryDate | These do not go together: google.protobuf.Timestamp + int",
    ],
    [
      "a computed field of the wrong type",
      rule("then: { status: '= connectorId' }"),
      "3:50 error /rules/0/then/status | This expression is of type int, and status is of type string; make text of it with string(…)",
    ],
    [
      "a fault in otherwise",
      rule("ask: scada, otherwise: { status: Blokced }"),
      '3:64 error /rules/0/otherwise/status | "Blokced" is no status of an answer to Authorize; did you mean Blocked?',
    ],
    [
      "a name twice",
      `rules:\n  - { name: a, on: Authorize, when: "idTag == 'x'", ${ACCEPT} }\n  - { name: a, on: Authorize, ${ACCEPT} }\n`,
      '4:13 error /rules/1/name | There is a rule "a" already, at /rules.yaml:3; give it a name of its own',
    ],
    [
      "the name by which a default is known",
      `rules:\n  - { name: default, on: Authorize, ${ACCEPT} }\n`,
      '3:13 error /rules/0/name | The name "default" is reserved; give the rule another name',
    ],
    [
      "the name by which defaults are known",
      `rules:\n  - { name: defaults, on: Authorize, ${ACCEPT} }\n`,
      '3:13 error /rules/0/name | The name "defaults" is reserved; give the rule another name',
    ],
    [
      "a timeout out of range",
      rule("ask: scada, timeoutSeconds: 0"),
      "3:59 error /rules/0/timeoutSeconds | 0 is out of range; allowed: 0.1 to 30 s",
    ],
    ["a name of a list that no expression can say", "lists: { a-b: [x] }\n", "2:8 error /lists | a letter, then"],
    [
      "a fault in a default",
      "defaults: { DataTransfer: { status: Invalid } }\n",
      '2:37 error /defaults/DataTransfer/status | "Invalid" is no status of an answer to DataTransfer; allowed: Accepted, Rejected, UnknownMessageId, UnknownVendorId',
    ],
  ])("is refused for %s", (_, yaml, head) => {
    const found = heads(yaml);
    expect(found[0]).toContain(head.split(" | ")[0]);
    if (!head.includes("a letter, then")) expect(found).toEqual([head]);
  });

  it("needs a version", () => {
    expect(parse({ "/rules.yaml": "rules: []\n" }).diagnostics).toMatchObject([
      { message: 'Key "version" is missing' },
    ]);
    expect(parse({ "/rules.yaml": "version: 2\n" }).diagnostics).toMatchObject([{ line: 1, col: 10 }]);
  });

  it.each([
    ["plain", "when: idTag == nope", 3, 20],
    ["single quotes", "when: 'idTag == nope'", 3, 21],
    ["double quotes", String.raw`when: "\u0069dTag == nope"`, 3, 26],
    ["a literal block", "when: |\n      idTag ==\n      nope", 5, 7],
    ["a folded block", "when: >-\n      idTag ==\n\n      nope", 6, 7],
  ])("shows the place inside an expression in %s", (_, when, line, col) => {
    const yaml = `rules:\n  - ${when}\n    name: a\n    on: Authorize\n    ${ACCEPT}\n`;
    expect(heads(yaml)).toEqual([
      `${line}:${col} error /rules/0/when | There is no variable "nope"; did you mean now?`,
    ]);
  });

  it("shows the line with a caret under the place", () => {
    const { diagnostics } = parse({ "/rules.yaml": `version: 1\n${rule(`when: 'idTag == nope', ${ACCEPT}`)}` });
    expect(renderDiagnostics(diagnostics)).toBe(`/rules.yaml:3:47 error /rules/0/when
There is no variable "nope"; did you mean now?
  3 |   - { name: a, on: Authorize, when: 'idTag == nope', then: { status: Accepted } }
    |${" ".repeat(47)}^`);
  });

  it.each(["scada", "idTags", "{ module: x.mjs }"])("is refused where this version cannot ask: %s", (source) => {
    const name = source.startsWith("{") ? "a module" : source;
    expect(heads(rule(`ask: ${source}`), { askable: new Set() })).toEqual([
      `3:31 error /rules/0/ask | This version cannot ask ${name}; answer with then:`,
    ]);
  });
});

describe("rules that cannot have an effect", () => {
  const two = (first: string, second: string): string =>
    `rules:\n  - { name: a, ${first}, ${ACCEPT} }\n  - { name: b, ${second} }\n`;
  const never = '4:13 warning /rules/1/name | This rule is never reached: "a" decides before it; put it first';

  it.each([
    ["behind a rule without condition", two("on: Authorize", `on: Authorize, ${ACCEPT}`), [never]],
    ["behind a condition that is true", two('on: Authorize, when: "true"', `on: Authorize, ${ACCEPT}`), [never]],
    [
      "behind one that covers all of its actions",
      two("on: [Authorize, StopTransaction]", `on: StopTransaction, ask: scada`),
      [never],
    ],
    [
      "behind one that covers some of its actions",
      two("on: Authorize", `on: [Authorize, StopTransaction], ${ACCEPT}`),
      [],
    ],
    ["behind a condition", two("on: Authorize, when: \"idTag == 'x'\"", `on: Authorize, ${ACCEPT}`), []],
    [
      "with a condition that is false",
      two("on: StopTransaction", `on: Authorize, when: "false", ${ACCEPT}`),
      ["4:13 warning /rules/1/name | This rule never fits: its condition is false"],
    ],
  ])("are warned of: %s", (_, yaml, expected) => {
    expect(heads(yaml)).toEqual(expected);
    expect(rulesOf(yaml).rules.length).toBe(2);
  });

  it("are not those behind a question that may stay without answer", () => {
    const asks = (more: string): string =>
      `rules:\n  - { name: a, on: Authorize, ask: scada${more} }\n  - { name: b, on: Authorize, ${ACCEPT} }\n`;
    expect(heads(asks(""))).toEqual([]);
    expect(heads(asks(", otherwise: { status: Blocked }"))).toEqual([never]);
  });

  it("are those that ask for a field that the request has not", () => {
    expect(heads(rule(`when: payload.idTg == "x", ${ACCEPT}`))).toEqual([
      '3:45 warning /rules/0/when | A request of Authorize has no field "idTg"; did you mean idTag?',
    ]);
    expect(heads(rule(`when: payload.idTag == "x", ${ACCEPT}`, "[Authorize, StopTransaction]"))).toEqual([]);
  });
});

describe("several files", () => {
  const file = (name: string, more = ""): string =>
    `version: 1\nrules: [{ name: ${name}, on: Authorize, when: "idTag == 'x'", ${ACCEPT} }]\n${more}`;

  it("are asked in their order, each with its own lists", () => {
    const { rules } = parse(
      { "/a.yaml": file("one", "lists: { l: [x] }\n"), "/b.yaml": file("two", "lists: { l: [y] }\n") },
      ["/b.yaml", "/a.yaml"],
    );
    expect(rules?.rules.map(({ name }) => name)).toEqual(["two", "one"]);
  });

  it("are refused together when one has an error, also for a name that stands in both", () => {
    const { rules, diagnostics } = parse({ "/a.yaml": file("one"), "/b.yaml": file("one") }, ["/a.yaml", "/b.yaml"]);
    expect(rules).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { file: "/b.yaml", line: 2, message: 'There is a rule "one" already, at /a.yaml:2' },
    ]);
  });

  it("cannot both have a default of an action", () => {
    const more = "defaults: { Authorize: { status: Invalid } }\n";
    const { diagnostics } = parse({ "/a.yaml": file("one", more), "/b.yaml": file("two", more) }, [
      "/a.yaml",
      "/b.yaml",
    ]);
    expect(diagnostics).toMatchObject([
      { file: "/b.yaml", message: "Another file has a default of Authorize already" },
    ]);
  });

  it("are refused when one is not there", () => {
    expect(parse({}, ["/a.yaml"])).toMatchObject({
      diagnostics: [{ file: "/a.yaml", message: "There is no such file" }],
    });
  });
});

describe("whatever the text", () => {
  it("reading it never throws", () => {
    const words = [
      "version: 1",
      "rules:",
      "- name: a",
      "on: Authorize",
      "when: '",
      "then: { status: = }",
      "lists:",
      "{",
      "[",
      "&a",
      "*a",
      "|",
      ">",
      "\n  ",
      "\n",
      '"',
      "ask: scada",
      "defaults: ~",
      ": ",
      "- ",
    ];
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words)).map((parts) => `version: 1\n${parts.join("")}`),
    );
    fc.assert(
      fc.property(texts, (text) => void renderDiagnostics(parse({ "/rules.yaml": text }).diagnostics)),
      { numRuns: 500 },
    );
  });
});
