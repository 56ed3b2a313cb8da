// CSV as RFC 4180 has it and as spreadsheets write it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCsv } from "../../../src/decisions/rules/csv.ts";

describe("a CSV text", () => {
  it.each([
    [
      "commas",
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "semicolons",
      "a;b\r\n1;2\r\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["no line break at the end", "a\n1", [["a"], ["1"]]],
    ["empty lines", "a\n\n1\n\n", [["a"], ["1"]]],
    [
      "quotes",
      'a,b\n"x, ""y""",2\n',
      [
        ["a", "b"],
        ['x, "y"', "2"],
      ],
    ],
    [
      "a line break in quotes",
      'a,b\n"x\ny",2\n',
      [
        ["a", "b"],
        ["x\ny", "2"],
      ],
    ],
    [
      "empty cells",
      "a,b\n,\n",
      [
        ["a", "b"],
        ["", ""],
      ],
    ],
    ["a quote that is not closed", 'a\n"x\ny', [["a"], ["x\ny"]]],
    [
      "blanks around cells",
      "a , b\n 1 ,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["nothing", "", []],
  ])("with %s", (_, text, rows) => {
    expect(parseCsv(text).map(({ cells }) => cells)).toEqual(rows);
  });

  it("tells the line in which a row begins", () => {
    expect(parseCsv('a\n"x\ny"\n\nz\n').map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it("comes back from any table that is written with quotes", () => {
    const table = fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), { minLength: 1 });
    fc.assert(
      fc.property(table, (rows) => {
        const head = ["h", "h"];
        const text = [head, ...rows]
          .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(","))
          .join("\n");
        expect(parseCsv(text).map(({ cells }) => cells)).toEqual([head, ...rows]);
      }),
    );
  });

  it("ends for any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", ",", ";", '"', "\r", "\n", " ") }),
        (text) => void parseCsv(text),
      ),
    );
  });
});
