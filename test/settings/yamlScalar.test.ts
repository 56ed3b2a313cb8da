// The caret stands under the right character of a text, whatever way YAML has of writing it (YAML 1.2.2 §7, §8).
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Scalar, stringify } from "yaml";
import { parseYaml } from "../../src/settings/yamlDocument.ts";

const styles = [
  Scalar.PLAIN,
  Scalar.QUOTE_SINGLE,
  Scalar.QUOTE_DOUBLE,
  Scalar.BLOCK_LITERAL,
  Scalar.BLOCK_FOLDED,
] as const;

const SIGNS = Array.from("ab=&|\"'\\(){}[]#:,- \n\té😀\u0001");

/** What stands at the place that is found for a character, with escapes read. */
function signAt(yaml: string, offset: number): string {
  const sign = yaml.slice(offset);
  const escape = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/u.exec(sign)?.[0];
  return escape === undefined ? sign.charAt(0) : escape;
}

describe("the place of a character in a YAML text", () => {
  it.each([
    ["plain", "a: one two", "t", 7],
    ["plain over two lines", "a: one\n  two", "t", 9],
    ["single quotes", "a: 'it''s'", "s", 8],
    ["the second of two single quotes", "a: 'it''s'", "'", 6],
    ["double quotes", String.raw`a: "\"x\" z"`, "z", 10],
    ["a code in double quotes", String.raw`a: "\u0041z"`, "z", 10],
    ["a line break that is no part of it", 'a: "x\\\n  z"', "z", 9],
    ["a literal block", "a: |\n  one\n  two\n", "t", 13],
    ["a literal block with more indentation", "a: |\n  one\n    two\n", "w", 16],
    ["a folded block", "a: >-\n  one\n  two\n", "t", 14],
    ["a folded block with empty lines", "a: >-\n  one\n\n\n  two\n", "t", 16],
    ["a block with Windows line ends", "a: |\r\n  one\r\n  two\r\n", "t", 15],
  ])("is found in %s", (_, yaml, sign, offset) => {
    const { value, findCharacter } = parseYaml(yaml);
    const text = (value as { a: string }).a;
    expect(findCharacter(["a"], text.indexOf(sign))).toBe(offset);
  });

  it("is found for every character but blanks, in every style", () => {
    const texts = fc.string({ unit: fc.constantFrom(...SIGNS), maxLength: 200 });
    fc.assert(
      fc.property(texts, fc.constantFrom(...styles), fc.integer({ min: 20, max: 80 }), (written, type, lineWidth) => {
        const options = { defaultStringType: type, defaultKeyType: Scalar.PLAIN, lineWidth } as const;
        const yaml = stringify({ deep: [{ a: written }] }, options);
        const { value, findCharacter } = parseYaml(yaml);
        const [{ a: text = "" } = {}] = (value as { deep: { a?: string }[] }).deep;
        for (const [index, unit] of text.split("").entries()) {
          if (/[ \t\r\n]/u.test(unit) || /[\ud800-\udfff]/u.test(unit)) continue;
          const offset = findCharacter(["deep", "0", "a"], index) ?? -1;
          const there = signAt(yaml, offset);
          const read = there.startsWith("\\") && there.length > 1 ? (parseYaml(`"${there}"`).value ?? there) : there;
          // A backslash is only in double quotes an escape.
          expect([there.charAt(0), read]).toContain(unit);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is not there for what is no text", () => {
    const { findCharacter } = parseYaml("a: 5\nb: [x]\n");
    expect([findCharacter(["a"], 0), findCharacter(["b"], 0), findCharacter(["c"], 0)]).toEqual(
      Array(3).fill(undefined),
    );
  });

  it("is within the text for an index beyond its end", () => {
    const { findCharacter } = parseYaml('a: "xy"\n');
    expect(findCharacter(["a"], 99)).toBe(6);
  });
});
