// Why a rule fits or does not: every part of its condition with its value, in the author's own spelling.
import { describe, expect, it } from "vitest";
import { explainRules } from "../../../src/decisions/rules/explain.ts";
import { Facts } from "../../../src/decisions/rules/facts.ts";
import { circumstances, question, rulesOf, site } from "../decideInTest.ts";

function explain(when: string, more = ""): string[] {
  const rules = rulesOf(
    `${more}rules:\n  - name: a\n    on: Authorize\n    when: |-\n      ${when}\n    then: { status: Accepted }\n`,
  );
  const facts = new Facts(question(), circumstances, site);
  return [...explainRules(rules, "Authorize", facts)].flatMap(({ fits, fault, parts }) => [
    fits ? "fits" : `does not fit${fault === undefined ? "" : `: ${fault}`}`,
    ...parts.map(({ text, value }) => `${text} ${value}`),
  ]);
}

describe("the explanation of a rule", () => {
  it.each([
    ["idTag == 'X'", ["does not fit", "idTag == 'X' is false", 'idTag is "04A1B2C3"']],
    [
      "idTag == 'X' && chargePoint.id == 'Y'",
      [
        "does not fit",
        "idTag == 'X' && chargePoint.id == 'Y' is false",
        "idTag == 'X' is false",
        'idTag is "04A1B2C3"',
      ],
    ],
    [
      "idTag != 'X' && (connectorId == 0 || chargePoint.id == 'Y')",
      [
        "fits",
        "idTag != 'X' && (connectorId == 0 || chargePoint.id == 'Y') is true",
        "idTag != 'X' is true",
        'idTag is "04A1B2C3"',
        "connectorId == 0 || chargePoint.id == 'Y' is true",
        "connectorId == 0 is true",
        "connectorId is 0",
      ],
    ],
    [
      "(connectorId + 1) * 2 == 3",
      [
        "does not fit",
        "(connectorId + 1) * 2 == 3 is false",
        "(connectorId + 1) * 2 is 2",
        "connectorId + 1 is 1",
        "connectorId is 0",
      ],
    ],
    [
      "idTag == '((' || !(idTag == ')')",
      [
        "fits",
        "idTag == '((' || !(idTag == ')') is true",
        "idTag == '((' is false",
        'idTag is "04A1B2C3"',
        "!(idTag == ')') is true",
        "idTag == ')' is false",
      ],
    ],
    [
      "chargePoint.connectors.exists(c, c.id == 1)",
      ["does not fit", "chargePoint.connectors.exists(c, c.id == 1) is false"],
    ],
    [
      "payload.missing == 1",
      [
        "does not fit: No such key: missing",
        "payload.missing == 1 has no value (No such key: missing)",
        "payload.missing has no value (No such key: missing)",
      ],
    ],
    [
      'now.getHours("Europe/Berlin") < 12',
      [
        "does not fit",
        'now.getHours("Europe/Berlin") < 12 is false',
        'now.getHours("Europe/Berlin") is 13',
        'now is timestamp("2026-11-25T12:00:00.000Z")',
      ],
    ],
  ])("%s", (when, lines) => {
    expect(explain(when)).toEqual(lines);
  });

  it("shows how long a list is, not what is in it", () => {
    expect(explain("idTag in lists.l", "lists: { l: [X, Y] }\n")).toContain("lists.l is a list of 2");
  });

  it("ends with the first rule that fits", () => {
    const rule = (name: string, when: string): string =>
      `  - { name: ${name}, on: Authorize, when: "${when}", then: { status: Accepted } }\n`;
    const rules = rulesOf(`rules:\n${rule("a", "false")}${rule("b", "connectorId == 0")}${rule("c", "true")}`);
    const explained = [...explainRules(rules, "Authorize", new Facts(question(), circumstances, site))];
    expect(explained.map(({ rule: { name }, fits }) => [name, fits])).toEqual([
      ["a", false],
      ["b", true],
    ]);
  });
});
