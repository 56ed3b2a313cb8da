// `ocpp-opcua datapoints`: the point list, from the same table that makes the address space.
import { bridgeDatapoints, certificateDatapoints, folderDatapoints, idTagDatapoints } from "../datapoints/bridge.ts";
import { decisionDatapoints } from "../datapoints/decisions.ts";
import { scalarTypes, type Datapoint } from "../datapoints/row.ts";
import { chargePointTable, connectorTable } from "../datapoints/table.ts";

export const pointListFormats = ["csv", "markdown"] as const;
export type PointListFormat = (typeof pointListFormats)[number];

const COLUMNS = ["NodeId", "DataType", "Unit", "EURange", "Access", "History", "Exists", "Description"] as const;

/** The whole point list; `<id>` and `<n>` stand for a charge point and a connector. */
export function renderPointList(format: PointListFormat): string {
  const rows = [
    ...chargePointTable.datapoints.map((datapoint) => cells("<id>", datapoint)),
    ...connectorTable.datapoints.map((datapoint) => cells("<id>/Connector<n>", datapoint)),
    ...folderDatapoints.map((datapoint) => cells("/ChargePoints", datapoint)),
    ...[...bridgeDatapoints, ...certificateDatapoints].map((datapoint) => cells("/Bridge", datapoint)),
    ...idTagDatapoints.map((datapoint) => cells("/IdTags", datapoint)),
    ...decisionDatapoints.map((datapoint) => cells("/Decisions", datapoint)),
  ];
  return format === "csv" ? renderCsv(rows) : renderMarkdown(rows);
}

function cells(owner: string, { path, row, meterPoint }: Datapoint): string[] {
  return [
    `ns=4;s=${owner}/${path}`,
    (scalarTypes as readonly string[]).includes(row.type) ? row.type : `${row.type} (enumeration)`,
    row.unit?.symbol ?? "",
    row.range === undefined ? "" : `${row.range[0]} to ${row.range[1]}`,
    row.write === undefined ? "R" : "RW",
    row.history === true ? "yes" : "",
    meterPoint === undefined ? "always" : "once reported",
    row.description,
  ];
}

function renderCsv(rows: readonly string[][]): string {
  const quote = (cell: string): string => (/[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [COLUMNS, ...rows].map((row) => `${row.map(quote).join(",")}\r\n`).join("");
}

function renderMarkdown(rows: readonly string[][]): string {
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell) => cell.replaceAll("|", "\\|").replaceAll("<", "&lt;")).join(" | ")} |\n`;
  return line(COLUMNS) + line(COLUMNS.map(() => "---")) + rows.map(line).join("");
}
