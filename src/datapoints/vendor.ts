// The datapoints below Vendor: values from the vendors' own messages. They stand behind all other columns, because every site has vendor
// files of its own. Pure; called for every message, so it must be cheap.
import type { Twin, VendorValues } from "../twin/twin.ts";
import type { VendorDatapoint, VendorValueType } from "../twin/vendorProfile.ts";
import type { Sink } from "./project.ts";
import type { Datapoint } from "./row.ts";
import { tableFor } from "./table.ts";
import { unitOf } from "./units.ts";

/** The group under which they are browsed. */
export const VENDOR_GROUP = "Vendor";

/** Columns between the table and them: the most that limits.maxConfigurationKeys allows, and the password, which is kept beyond it. */
export const MOST_KEY_COLUMNS = 1001;

/** The column of the first of them; the others follow in the order of the list. */
export function firstVendorColumn(connector: number): number {
  return tableFor(connector).datapoints.length + MOST_KEY_COLUMNS;
}

/** The one at a column; undefined where there is none. */
export function vendorDatapointAt(
  list: readonly VendorDatapoint[],
  connector: number,
  column: number,
): VendorDatapoint | undefined {
  return list[column - firstVendorColumn(connector)];
}

/** The path of a column, in the table or behind it. */
export function pathAt(list: readonly VendorDatapoint[], connector: number, column: number): string | undefined {
  const inTable = tableFor(connector).datapoints[column]?.path;
  const name = vendorDatapointAt(list, connector, column)?.name;
  return inTable ?? (name === undefined ? undefined : `${VENDOR_GROUP}/${name}`);
}

/** They are the same below a charge point as below a connector, and each exists once it has been received. */
export function vendorDatapoints(list: readonly VendorDatapoint[], connector: number): Datapoint[] {
  const first = firstVendorColumn(connector);
  return list.map(({ name, type, unit, history }, place) => ({
    path: `${VENDOR_GROUP}/${name}`,
    column: first + place,
    meterPoint: undefined,
    row: {
      type,
      description: "From the vendor's own messages, as the vendor profile says",
      ...(unit !== undefined && { unit: unitOf(unit) }),
      ...(history === true && { history }),
    },
  }));
}

/** Hands every one that differs between `before` and `after` to `sink`; with no `before`, everything that is known. */
export function projectVendorValues(
  list: readonly VendorDatapoint[],
  before: Twin | undefined,
  after: Twin,
  sink: Sink,
): void {
  if (list.length === 0) return;
  projectValues(list, { connector: 0, before: before?.vendorValues, after: after.vendorValues }, sink);
  if (before?.connectors === after.connectors) return;
  for (const { id, vendorValues } of after.connectors.values())
    projectValues(list, { connector: id, before: before?.connectors.get(id)?.vendorValues, after: vendorValues }, sink);
}

interface Change {
  readonly connector: number;
  readonly before: VendorValues | undefined;
  readonly after: VendorValues | undefined;
}

function projectValues(list: readonly VendorDatapoint[], { connector, before, after }: Change, sink: Sink): void {
  if (before === after || after === undefined) return;
  const first = firstVendorColumn(connector);
  for (const [place, { name, type }] of list.entries()) {
    const reported = after.get(name);
    // What was kept before a file has changed may be of another type.
    if (reported === undefined || reported === before?.get(name) || typeof reported.value !== jsTypes[type]) continue;
    const { value, at, received, stale } = reported;
    sink.sample(connector, first + place, { value, at, received, stale: stale === true });
  }
}

const jsTypes: Readonly<Record<VendorValueType, string>> = {
  Double: "number",
  Int32: "number",
  Boolean: "boolean",
  String: "string",
};
