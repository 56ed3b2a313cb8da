// Named lists from files: what is wrong with them is said at its place, in the rules file or in the file of the list.
import { describe, expect, it } from "vitest";
import { heads, rulesOf } from "../decideInTest.ts";

const ACCEPT = "then: { status: Accepted }";

describe("lists in files", () => {
  const csv = (column = ", column: tag"): string => `lists: { l: { file: l.csv${column} } }\n`;

  it.each([
    ["that is not there", csv(), undefined, "2:21 error /lists/l/file | There is no such file: /l.csv"],
    [
      "of another kind",
      "lists: { l: { file: l.txt } }\n",
      "",
      "2:21 error /lists/l/file | A list is read from a .csv or a .yaml file",
    ],
    [
      "without the column",
      csv(),
      "name,tagg\n1,2\n",
      '2:36 error /lists/l/column | The file has no column "tag"; did you mean "tagg"?',
    ],
    [
      "with several columns, of which none is named",
      csv(""),
      "a,b\n1,2\n",
      "2:21 error /lists/l/file | This file has several columns; add column: one of a, b",
    ],
    [
      "with a line of more columns",
      csv(),
      "name,tag\n1,2\n1,2,3\n",
      "/l.csv:3:1 error / | This line has 3 columns, the first has 2",
    ],
    [
      "with a line of fewer columns",
      csv(),
      "name,tag\n1\n",
      "/l.csv:2:1 error / | This line has 1 columns, the first has 2",
    ],
    [
      "with an endless entry",
      csv(""),
      `tag\n${"x".repeat(256)}\n`,
      "/l.csv:2:1 error / | An entry has more than 255 characters",
    ],
    [
      "with too many entries",
      csv(""),
      `tag\n${"x\n".repeat(101)}`,
      '2:10 error /lists/l | The list "l" has 101 entries, more than 100; raise limits.maxListEntries',
    ],
    [
      "with columns of a .yaml file",
      "lists: { l: { file: l.yaml, column: a } }\n",
      "- x\n",
      "2:37 error /lists/l/column | Only a .csv file has columns; remove the key",
    ],
    [
      "that is no list",
      "lists: { l: { file: l.yaml } }\n",
      "a: 1\n",
      '/l.yaml:1:1 error / | This file is no list; begin each entry with "- "',
    ],
    [
      "with digits",
      "lists: { l: { file: l.yaml } }\n",
      "- 0412\n",
      "/l.yaml:1:3 error /0 | An entry is a text of 1 to 255 characters; put digits in quotes",
    ],
  ])("are refused: one %s", (_, yaml, text, head) => {
    const name = /l\.\w+/u.exec(yaml)?.[0] ?? "";
    const found = heads(yaml, {}, text === undefined ? {} : { [`/${name}`]: text });
    expect(found[0]?.startsWith(head)).toBe(true);
  });

  it.each([
    ["a column of several", csv(), "name,tag\nAnn,04AA\nBob,04BB\n"],
    ["the only column", csv(""), "tag\n04AA\n04BB\n"],
    ["a .yaml file", "lists: { l: { file: l.yaml } }\n", '- 04AA\n- "04BB"\n'],
  ])("are read: %s", (_, yaml, text) => {
    const name = /l\.\w+/u.exec(yaml)?.[0] ?? "";
    const { rules } = rulesOf(`${yaml}rules:\n  - { name: a, on: Authorize, when: lists.l.size() == 2, ${ACCEPT} }\n`, {
      [`/${name}`]: text,
    });
    expect(rules[0]?.when?.evaluate({} as never)).toBe(true);
  });
});
