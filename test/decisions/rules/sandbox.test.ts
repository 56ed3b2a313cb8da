// No way out of an expression: it reaches nothing but its variables, takes bounded time, and never throws.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../src/decisions/rules/expression.ts";
import { asked, factsOf, faultOf, language, valueOf } from "./expressionsInTest.ts";

const PROTOTYPES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
];
const HOSTS = [
  "payload",
  "payload.deep",
  "chargePoint",
  "connector",
  "transaction",
  "site",
  "lists",
  "lists.staff",
  "now",
];

describe("an expression stays inside", () => {
  const reaches = HOSTS.flatMap((host) =>
    PROTOTYPES.flatMap((name) => [`${host}.${name}`, `${host}["${name}"]`, `${host}["" + "${name}"]`]),
  );
  it.each(reaches)("%s is refused or has no value", (text) => {
    const said = faultOf(text) ?? valueOf(text);
    expect(typeof said).toBe("string");
    if (faultOf(text) === undefined) expect(said).toMatch(/^no value: /u);
  });

  it.each([
    "globalThis",
    "process",
    "this",
    "require('fs')",
    "import('fs')",
    "payload.constructor.constructor('return process')()",
    "eval('1')",
    "Function('return 1')",
    "idTag.constructor('x')",
    "idTag.__proto__",
    "[].constructor",
    "cel.bind(x, 1, x)",
    "cel.bind(a, 'aaaaaaaa', cel.bind(b, a + a, b + b))",
    "bytes('a').json()",
    "dyn(payload).constructor",
    "type(idTag) == string",
    "optional.of(1)",
    "payload.?x",
    "chargePoint.twin",
    "(false ? payload.x : now).__proto__",
    "(false ? payload.x : now)['__pro' + 'to__']",
    "(false ? payload.x : chargePoint)[idTag]",
    "has(now.__proto__)",
    "has(payload.__proto__)",
    "[now].map(x, x)[0].constructor",
    "now.getTime",
    "duration('1s').nanos",
    "payload[payload.name]",
    "zonedgetHours(now)",
    "now.zonedgetHours('Nowhere/Never')",
  ])("%s is refused", (text) => {
    expect(faultOf(text)).toBeDefined();
  });

  it("does not take a field called __proto__ of a payload for the prototype", () => {
    const payload = JSON.parse('{"__proto__": {"admin": true}, "a": 1}') as unknown;
    const facts = factsOf({ ...asked, payload });
    expect(valueOf("has(payload.admin)", facts)).toBe(false);
    expect(valueOf('{"__proto__": "x", "a": "y"}.a', facts)).toBe("y");
    expect(valueOf("payload.a", facts)).toBe(1);
    expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
  });
});

describe("an expression ends soon", () => {
  it.each([
    ["a regular expression", 'idTag.matches("(a+)+$")', "Rules have no function"],
    ["a duration from outside", "duration(idTag) == duration('1s')", "must be written out"],
    ["a pattern from outside", "glob(idTag, payload.pattern)", "must be written out"],
    ["a long list looked through", "lists.big.exists(x, x == idTag)", "more than 50000 steps"],
    ["a list inside a list", "payload.a.all(x, payload.b.all(y, x == y))", "more than 50000 steps"],
    ["lists three deep", "[1,2,3].all(x, payload.a.all(y, payload.b.all(z, y == z)))", "more than 50000 steps"],
    ["a text that is multiplied", "payload.a.map(x, payload.t).join('')", "too large a value"],
    ["a text that is cut into its letters", 'payload.t.split("").exists(c, c == "x")', "more than 50000 steps"],
    [
      "lists that are joined again and again",
      Array.from({ length: 60 }, () => "lists.big").join(" + ") + " == []",
      "too large a value",
    ],
  ])("%s is refused", (_, text, fault) => {
    expect(faultOf(text)).toContain(fault);
  });

  it.each([
    "idTag in lists.big",
    "payload.tags.exists(t, string(t) in lists.big)",
    "payload.tags.exists(t, t in lists.staff)",
    "payload.sampledValue.all(v, v.values.exists(w, w == 'x'))",
    'payload.t.split(",", 20).exists(c, c == "x")',
    'payload.t.contains("x") && payload.t.startsWith("y")',
    "payload.a.map(x, x.y).filter(y, y > 1).size() > 3",
  ])("%s is allowed", (text) => {
    expect(faultOf(text)).toBeUndefined();
  });

  it.each([
    ["more elements than are reckoned with", { a: Array.from({ length: 1001 }, () => 1) }],
    ["more parts", { a: Array.from({ length: 900 }, () => Array.from({ length: 30 }, () => 1)) }],
    ["a longer text", { a: "x".repeat(65_537) }],
    ["deeper nesting", JSON.parse(`{"a":${"[".repeat(70)}${"]".repeat(70)}}`) as object],
  ])("a payload with %s has no value", (_, payload) => {
    expect(valueOf("payload.a", factsOf({ ...asked, payload }))).toBe("no value: The payload is too large for rules");
  });

  it("an id tag that is longer than any has no value", () => {
    expect(valueOf("idTag", factsOf({ ...asked, idTag: "x".repeat(256) }))).toMatch(/^no value: The id tag has more/u);
  });
});

describe("whatever the text", () => {
  const words = [
    "idTag",
    "payload",
    ".",
    "a",
    "[",
    "]",
    "(",
    ")",
    "lists",
    "staff",
    "in",
    "==",
    "&&",
    "!",
    "?",
    ":",
    "1",
    "0",
    "/",
    '"x"',
    "'",
    "\\",
    "map",
    "exists",
    "all",
    ",",
    "x",
    "+",
    "{",
    "}",
    "now",
    "getHours",
    "\n",
    "//",
    "-",
    "has",
    "json",
    "timestamp",
    "duration",
    "split",
    "__proto__",
    "constructor",
    "b",
    "1u",
    "1e9",
  ];
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join(" ")),
    fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join("")),
  );

  it("an expression is refused, or has a value, or none: it never throws and changes nothing", () => {
    const before = JSON.stringify(asked);
    fc.assert(
      fc.property(texts, (text) => {
        const compiled = compileExpression(text, language);
        if ("fault" in compiled) {
          expect(compiled.fault.message).not.toBe("");
          expect(compiled.fault.index).toBeLessThanOrEqual(Math.max(text.length, 4000));
        } else compiled.expression.evaluate(factsOf());
      }),
      { numRuns: 3000 },
    );
    expect(JSON.stringify(asked)).toBe(before);
  });

  it("a payload of any shape does no harm to any condition", () => {
    const conditions = [
      "payload.a == payload.b",
      "payload.a.b.c > 1",
      "payload.a.exists(x, x == payload.b)",
      "payload.a in lists.staff",
      "json(payload.a).b == 1",
      "payload.a.split(',', 5).size() > 1",
      "timestamp(payload.a) > now",
      "payload.a + payload.b == 'x'",
      "payload.a ? true : false",
      "payload == payload",
      "[payload.a].exists(x, x == idTag)",
    ];
    const compiled = conditions.map((text) => compileExpression(text, language));
    expect(compiled.filter((each) => "fault" in each)).toEqual([]);
    fc.assert(
      fc.property(fc.record({ a: fc.jsonValue(), b: fc.jsonValue() }, { requiredKeys: [] }), (payload) => {
        const facts = factsOf({ ...asked, payload });
        for (const each of compiled) if ("expression" in each) each.expression.evaluate(facts);
      }),
    );
  });
});
