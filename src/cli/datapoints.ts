// `ocpp-opcua datapoints`: the point list, as CSV or Markdown.
import { pointColumns, pointList, pointListCsv, type Point } from "../datapoints/pointList.ts";

export const pointListFormats = ["csv", "markdown"] as const;
export type PointListFormat = (typeof pointListFormats)[number];

/** The point list of any site, without what its own vendor files add; `<id>` and `<n>` stand for a charge point and a connector. */
export function renderPointList(format: PointListFormat): string {
  const points = pointList([]);
  return format === "csv" ? pointListCsv(points) : renderMarkdown(points);
}

function renderMarkdown(points: readonly Point[]): string {
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell) => cell.replaceAll("|", "\\|").replaceAll("<", "&lt;")).join(" | ")} |\n`;
  const names = Object.keys(pointColumns) as (keyof Point)[];
  const headings = Object.values(pointColumns);
  const rows = points.map((point) => line(names.map((name) => point[name])));
  return line(headings) + line(headings.map(() => "---")) + rows.join("");
}
