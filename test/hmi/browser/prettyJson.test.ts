// JSON laid out for people: what was sent stays as it was, token by token, also where it is no JSON.
import fc from "fast-check";
import { expect, it } from "vitest";
import { prettyJson } from "../../../src/hmi/browser/messages/prettyJson.ts";

it.each([
  [`[2,"1","Reset",{}]`, `[\n  2,\n  "1",\n  "Reset",\n  {}\n]`],
  [`{"a":[],"b":{"c":1.0}}`, `{\n  "a": [],\n  "b": {\n    "c": 1.0\n  }\n}`],
  [
    "numbers keep their digits: [1.00,9007199254740993]",
    "numbers keep their digits: [\n  1.00,\n  9007199254740993\n]",
  ],
  [`{"a":1,"a":2}`, `{\n  "a": 1,\n  "a": 2\n}`],
  [`["cut… (20000 characters)`, `[\n  "cut… (20000 characters)`],
  [`"a, { b \\" ]"`, `"a, { b \\" ]"`],
  ["", ""],
])("%j", (raw, laidOut) => expect(prettyJson(raw)).toBe(laidOut));

it("says the same as it was given, whatever JSON that is", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(prettyJson(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it("ends, and leaves nothing but blanks out, whatever it is given", () => {
  const bare = (text: string) => text.replaceAll(/\s/gu, "");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (raw) => {
      expect(bare(prettyJson(raw))).toBe(bare(raw));
    }),
  );
});
