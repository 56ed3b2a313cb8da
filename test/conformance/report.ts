// CONFORMANCE.md from the results of a run: without times, so that the same results make the same file. It runs nothing.

/** What became of one published case. */
export interface Seen {
  readonly group: string;
  readonly id: string;
  readonly title: string;
  readonly result: "passed" | "failed";
}

const HEAD = `# Conformance

Written by \`npm run conformance\`; do not edit.

The 77 test cases of the OCPP 1.6 compliancy testing tool (OCTT) of the Open Charge Alliance whose system under test is the central system, with their numbers and titles, and steps in our own words (\`test/conformance/ocpp16\`). Each is played against a whole bridge by an independent OCPP client on a real socket, which refuses whatever breaks the schemas of OCPP; what the operator does is a method call of an OPC UA client, and after each step the datapoints are read over OPC UA. This is our own test, not the tool itself, and no certificate.
`;

export function reportOf(seen: readonly Seen[]): { readonly text: string; readonly summary: string } {
  const summary = summaryOf(seen);
  const groups = [...new Set(seen.map(({ group }) => group))];
  const tables = groups.map((group) => {
    const cases = seen.filter((one) => one.group === group);
    return `## ${group}\n\n${summaryOf(cases)}\n\n${tableOf(cases)}`;
  });
  return { text: [HEAD, `${summary}\n`, ...tables].join("\n"), summary };
}

function summaryOf(seen: readonly Seen[]): string {
  const count = (result: Seen["result"]): number => seen.filter((one) => one.result === result).length;
  return `${seen.length} cases: ${count("passed")} passed, ${count("failed")} failed.`;
}

function tableOf(cases: readonly Seen[]): string {
  const rows = cases.map(({ id, title, result }) => [id, title, result]);
  const all = [["case", "title", "result"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], fill = " "): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |\n`;
  const [header = [], ...body] = all;
  return `${line(header)}${line(["", "", ""], "-")}${body.map((row) => line(row)).join("")}`;
}
