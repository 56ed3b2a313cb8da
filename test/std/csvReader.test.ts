// CSV (RFC 4180), read strictly: every record with its line, every doubt with its line.
import { describe, expect, test } from "vitest";
import { CsvReader, type CsvFault, type CsvRecord } from "../../src/std/csvReader.ts";

/** Character by character as well as at once: where a file is cut must make no difference. */
function read(text: string): [string[][], CsvFault | undefined, number[]] {
  const [whole, pieces] = [[text], text.split("")].map((chunks) => {
    const records: CsvRecord[] = [];
    const reader = new CsvReader((record) => records.push(record));
    let fault: CsvFault | undefined;
    for (const chunk of chunks) fault ??= reader.write(chunk);
    fault ??= reader.end();
    return [records.map(({ cells }) => [...cells]), fault, records.map(({ line }) => line)] as const;
  });
  expect(pieces).toEqual(whole);
  return [...(whole ?? [[], undefined, []])] as [string[][], CsvFault | undefined, number[]];
}

describe("CSV", () => {
  test.each<[string, string[][], number[]]>([
    ["", [], []],
    [
      "a,b\r\n1,2\r\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
      [1, 2],
    ],
    [
      "a,b\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
      [1, 2],
    ],
    ["a\n\n\r\nb\n", [["a"], ["b"]], [1, 4]],
    [",\n", [["", ""]], [1]],
    [
      '"a,""b""\nc",d\ne,""\n',
      [
        ['a,"b"\nc', "d"],
        ["e", ""],
      ],
      [1, 3],
    ],
    [" a , b ", [[" a ", " b "]], [1]],
    ["ä,😀", [["ä", "😀"]], [1]],
  ])("%j is %j", (text, records, lines) => {
    expect(read(text)).toEqual([records, undefined, lines]);
  });

  test.each<[string, number, string]>([
    ['a\nb"c', 2, "does not begin with one"],
    ['a\n"b"c', 2, "follows a closing quote"],
    ['a\n"b\n\n', 2, "never closed"],
    ["a\rb", 1, "carriage return"],
    ["a\r", 1, "carriage return"],
    [`a\n${"x".repeat(1001)}`, 2, "1000 characters"],
    [`"${"\n".repeat(1001)}`, 1002, "1000 characters"],
    [",".repeat(101), 1, "100 cells"],
  ])("%j is at fault on line %i: %s", (text, line, words) => {
    expect(read(text)[1]).toEqual({ line, text: expect.stringContaining(words) });
  });
});
