// CONFORMANCE.md from the results of a run: without times, so that the same results make the same file. It runs nothing.

/** What became of one published case of OCPP, or of one conformance unit of OPC UA. */
export interface Seen {
  readonly group: string;
  readonly id: string;
  /** Of a unit: by what it is shown. */
  readonly title: string;
  readonly result: "passed" | "failed" | "left out";
  /** Why it is left out. */
  readonly reason: string | undefined;
}

/** What is reported of one standard. */
interface Part {
  readonly heading: string;
  readonly introduction: string;
  readonly noun: string;
  readonly columns: readonly [string, string, string];
  /** What it is called when one is left out. */
  readonly leftOut: string;
}

const ocppPart: Part = {
  heading: "OCPP 1.6",
  introduction:
    "The 77 test cases of the OCPP 1.6 compliancy testing tool (OCTT) of the Open Charge Alliance whose system under test is the central system, with their numbers and titles, and steps in our own words (`test/conformance/ocpp16`). Each is played against a whole bridge by an independent OCPP client on a real socket, which refuses whatever breaks the schemas of OCPP; what the operator does is a method call of an OPC UA client, and after each step the datapoints are read over OPC UA. This is our own test, not the tool itself, and no certificate.",
  noun: "cases",
  columns: ["case", "title", "result"],
  leftOut: "not covered",
};

const opcuaPart: Part = {
  heading: "OPC UA",
  introduction:
    "The conformance units of OPC 10000-7 that concern this server, by their published names (`test/conformance/opcua`). A unit that is claimed is shown by checks of its own, by the tests that are named, or by both, each with a real OPC UA client; the server claims these units and no others in ServerCapabilities, and the profiles of which every unit is shown. This is our own test, not the compliance test tool of the OPC Foundation, and no certificate.",
  noun: "units",
  columns: ["unit", "shown by", "result"],
  leftOut: "not claimed",
};

export interface Report {
  readonly text: string;
  /** Of each standard, one line. */
  readonly summary: string;
}

export function reportOf(ocpp: readonly Seen[], opcua: readonly Seen[]): Report {
  const parts: [Part, readonly Seen[]][] = [
    [ocppPart, ocpp],
    [opcuaPart, opcua],
  ];
  const text = ["# Conformance\n\nWritten by `npm run conformance`; do not edit.\n", ...parts.map(sectionOf)].join(
    "\n",
  );
  return { text, summary: parts.map(([part, seen]) => `${part.heading}, ${summaryOf(part, seen)}`).join("\n") };
}

function sectionOf([part, seen]: readonly [Part, readonly Seen[]]): string {
  const groups = [...new Set(seen.map(({ group }) => group))];
  const tables = groups.map((group) => {
    const ofGroup = seen.filter((one) => one.group === group);
    return `### ${group}\n\n${summaryOf(part, ofGroup)}\n\n${tableOf(part, ofGroup)}`;
  });
  return [`## ${part.heading}\n\n${part.introduction}\n\n${summaryOf(part, seen)}\n`, ...tables].join("\n");
}

function summaryOf({ noun, leftOut }: Part, seen: readonly Seen[]): string {
  const count = (result: Seen["result"]): number => seen.filter((one) => one.result === result).length;
  return `${seen.length} ${noun}: ${count("passed")} passed, ${count("failed")} failed, ${count("left out")} ${leftOut}.`;
}

function tableOf({ columns, leftOut }: Part, seen: readonly Seen[]): string {
  const rows = seen.map(({ id, title, result, reason }) => {
    const told = result === "left out" ? leftOut : result;
    return [id, title, reason === undefined ? told : `${told}: ${reason}`];
  });
  const all = [[...columns], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], fill = " "): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |\n`;
  const [header = [], ...body] = all;
  return `${line(header)}${line(["", "", ""], "-")}${body.map((row) => line(row)).join("")}`;
}
