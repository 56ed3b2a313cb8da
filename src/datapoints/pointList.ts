// THE POINT LIST that SCADA engineers import, from the same table that makes the address space: of the whole site, or of one charge point
// as it is. Pure; what is spelt of identities in NodeIds is handed in.
import { bridgeDatapoints, certificateDatapoints, folderDatapoints, idTagDatapoints } from "./bridge.ts";
import { CONFIGURATION_GROUP, rowOfKey, type ListedKey } from "./configuration.ts";
import { decisionDatapoints } from "./decisions.ts";
import { scalarTypes, type Datapoint } from "./row.ts";
import { chargePointTable, connectorTable, type Table } from "./table.ts";
import { vendorDatapoints } from "./vendor.ts";
import type { VendorDatapoint } from "../twin/vendorProfile.ts";
import { quoted } from "../std/csvCells.ts";

/** One line, all of it text. */
export interface Point {
  readonly nodeId: string;
  readonly dataType: string;
  readonly unit: string;
  /** `0 to 100` */
  readonly range: string;
  /** R or RW. */
  readonly access: string;
  /** `yes`, or empty. */
  readonly history: string;
  /** `always`; `once reported` of what the charge point has still to tell; `reported`. */
  readonly exists: string;
  readonly description: string;
}

/** The columns, by their headings. */
export const pointColumns = {
  nodeId: "NodeId",
  dataType: "DataType",
  unit: "Unit",
  range: "EURange",
  access: "Access",
  history: "History",
  exists: "Exists",
  description: "Description",
} as const satisfies Readonly<Record<keyof Point, string>>;

/** What there is of one charge point. */
export interface PointOwner {
  /** Its identity as it stands in NodeIds. */
  readonly id: string;
  readonly keys: readonly (ListedKey & { /** As it stands in NodeIds. */ readonly name: string })[];
  readonly parts: readonly PointPart[];
}

/** A charge point itself, which is 0, or one of its connectors. */
export interface PointPart {
  readonly connector: number;
  /** Meter points that have been reported. */
  readonly meterPoints: readonly number[];
  /** Names of values from the vendor's own messages that have been reported. */
  readonly vendorValues: readonly string[];
}

/**
 * The whole list; `<id>`, `<n>` and `<key>` stand for a charge point, a connector and a configuration key. `vendor` are the datapoints of the
 * site's vendor files, which any charge point may have.
 */
export function pointList(vendor: readonly VendorDatapoint[]): Point[] {
  const vendorPointsOf = (owner: string, connector: number): Point[] =>
    vendorDatapoints(vendor, connector).map((datapoint) => pointOf(owner, datapoint, "once reported"));
  return [
    ...pointsOf("<id>", chargePointTable),
    ...vendorPointsOf("<id>", 0),
    pointOf("<id>", anyKey, "once reported"),
    ...pointsOf("<id>/Connector<n>", connectorTable),
    ...vendorPointsOf("<id>/Connector<n>", 1),
    ...folderDatapoints.map((datapoint) => pointOf("/ChargePoints", datapoint)),
    ...[...bridgeDatapoints, ...certificateDatapoints].map((datapoint) => pointOf("/Bridge", datapoint)),
    ...idTagDatapoints.map((datapoint) => pointOf("/IdTags", datapoint)),
    ...decisionDatapoints.map((datapoint) => pointOf("/Decisions", datapoint)),
  ];
}

const anyKey = {
  path: `${CONFIGURATION_GROUP}/<key>`,
  row: {
    ...rowOfKey({ key: "<key>", readonly: false }),
    description: "Configuration key, as the charge point reports it; R where it is read-only",
  },
};

/** The list of one charge point, with its connectors and configuration keys. */
export function pointsOfChargePoint({ id, keys, parts }: PointOwner, vendor: readonly VendorDatapoint[]): Point[] {
  return parts.flatMap((part) => {
    const { connector } = part;
    const owner = connector === 0 ? id : `${id}/Connector${connector}`;
    const table = connector === 0 ? chargePointTable : connectorTable;
    const reported = new Set(part.meterPoints);
    const told = new Set(part.vendorValues);
    return [
      ...pointsOf(owner, table, (meterPoint) => reported.has(meterPoint)),
      ...vendorDatapoints(vendor, connector).map((datapoint, index) =>
        pointOf(owner, datapoint, told.has(vendor[index]?.name ?? "") ? "reported" : "once reported"),
      ),
      ...(connector === 0 ? keys.map((key) => pointOfKey(owner, key)) : []),
    ];
  });
}

function pointsOf(owner: string, { datapoints }: Table, isReported?: (meterPoint: number) => boolean): Point[] {
  return datapoints.map((datapoint) => {
    const { meterPoint } = datapoint;
    if (meterPoint === undefined) return pointOf(owner, datapoint);
    return pointOf(owner, datapoint, isReported?.(meterPoint) === true ? "reported" : "once reported");
  });
}

function pointOfKey(owner: string, { name, ...key }: PointOwner["keys"][number]): Point {
  return pointOf(owner, { path: `${CONFIGURATION_GROUP}/${name}`, row: rowOfKey(key) }, "reported");
}

function pointOf(owner: string, { path, row }: Pick<Datapoint, "path" | "row">, exists = "always"): Point {
  return {
    nodeId: `ns=4;s=${owner}/${path}`,
    dataType: (scalarTypes as readonly string[]).includes(row.type) ? row.type : `${row.type} (enumeration)`,
    unit: row.unit?.symbol ?? "",
    range: row.range === undefined ? "" : `${row.range[0]} to ${row.range[1]}`,
    access: row.write === undefined ? "R" : "RW",
    history: row.history === true ? "yes" : "",
    exists,
    description: row.description,
  };
}

/** As CSV (RFC 4180), with its heading. */
export function pointListCsv(points: readonly Point[]): string {
  const names = Object.keys(pointColumns) as (keyof Point)[];
  const rows = points.map((point) => names.map((name) => point[name]));
  return [Object.values(pointColumns), ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}
