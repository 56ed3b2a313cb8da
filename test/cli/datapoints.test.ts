// The point list that SCADA engineers import: every row has its columns, in both formats the same.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Workplace } from "./programInTest.ts";

const workplace = new Workplace();
afterAll(() => workplace.clean());

const COLUMNS = ["NodeId", "DataType", "Unit", "EURange", "Access", "History", "Exists", "Description"];

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  expect(text.endsWith("\r\n")).toBe(true);
  return text
    .slice(0, -2)
    .split("\r\n")
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/gu), ([, quoted, plain]) =>
        quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
      ),
    );
}

function parseMarkdown(text: string): string[][] {
  const rows = text
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .replace(/^\| (.*) \|$/u, "$1")
        .split(/ \| /u)
        .map((cell) => cell.replaceAll("\\|", "|").replaceAll("&lt;", "<")),
    );
  expect(rows[1]).toEqual(COLUMNS.map(() => "---"));
  return rows.toSpliced(1, 1);
}

let csv: string[][];

beforeAll(async () => {
  const { code, out, errors } = await workplace.run(["datapoints", "--format", "csv"]);
  expect([code, errors]).toEqual([0, ""]);
  csv = parseCsv(out);
});

describe("the point list", () => {
  it("has a header and rows of the same width", () => {
    expect(csv[0]).toEqual(COLUMNS);
    expect(csv.length).toBeGreaterThan(100);
    expect(csv.filter((row) => row.length !== COLUMNS.length)).toEqual([]);
    const isOfSite = /^ns=4;s=(?:<id>|\/Bridge|\/ChargePoints|\/IdTags|\/Decisions)\//u;
    expect(csv.filter(([nodeId = ""], index) => index > 0 && !isOfSite.test(nodeId))).toEqual([]);
  });

  it.each([
    ["ns=4;s=<id>/ClientId", "String"],
    ["ns=4;s=<id>/State/Connected", "Boolean"],
    ["ns=4;s=<id>/Connector<n>/Status/Status", "ChargePointStatus (enumeration)"],
    ["ns=4;s=<id>/Connector<n>/MeterValues/Power.Active.Import", "Double"],
    ["ns=4;s=<id>/Connector<n>/MeterValues/Current.Import/L1", "Double"],
    ["ns=4;s=<id>/Connector<n>/Transaction/Start/Timestamp", "DateTime"],
    ["ns=4;s=<id>/Configuration/<key>", "String"],
    ["ns=4;s=/Bridge/StartTime", "DateTime"],
    ["ns=4;s=/ChargePoints/PendingCount", "UInt32"],
  ])("contains %s once, as %s", (nodeId, dataType) => {
    expect(csv.filter(([first]) => first === nodeId).map((row) => row[1])).toEqual([dataType]);
  });

  it("gives active power its unit, its access and its history", () => {
    const row = csv.find(([first]) => first === "ns=4;s=<id>/Connector<n>/MeterValues/Power.Active.Import");
    expect([row?.[2], row?.[4], row?.[5], row?.[6]]).toEqual(["W", "R", "yes", "once reported"]);
  });

  it("says of which fixed datapoints there is a history", () => {
    const named = csv.slice(1).filter((row) => row[5] === "yes" && row[6] === "always");
    expect(named.map(([nodeId = ""]) => nodeId.replace("ns=4;s=<id>/", "")).toSorted()).toEqual([
      "Connector<n>/Status/ErrorCode",
      "Connector<n>/Status/Status",
      "Connector<n>/Transaction/Energy",
      "Connector<n>/Transaction/TransactionId",
      "State/Connected",
      "State/DiagnosticsStatusNotification",
      "State/ErrorCode",
      "State/FirmwareStatusNotification",
      "State/LogStatusNotification",
      "State/SignedFirmwareStatusNotification",
      "State/Status",
    ]);
  });

  it("names every node once", () => {
    expect(new Set(csv.map(([nodeId]) => nodeId)).size).toBe(csv.length);
  });

  it("is the same in Markdown, and CSV unless asked", async () => {
    expect(parseMarkdown((await workplace.run(["datapoints", "--format", "markdown"])).out)).toEqual(csv);
    expect(parseCsv((await workplace.run(["datapoints"])).out)).toEqual(csv);
  });
});
