// The datapoints of one charge point as the page shows them: the same paths, values and qualities as in OPC UA. Pure.
import { CONFIGURATION_GROUP, firstKeyColumn, rowOfKey } from "../datapoints/configuration.ts";
import { project, type Sample, type Sink } from "../datapoints/project.ts";
import { qualityOf } from "../datapoints/quality.ts";
import { tableFor } from "../datapoints/table.ts";
import { pathAt, projectVendorValues } from "../datapoints/vendor.ts";
import { isIncomplete } from "../twin/incompleteTexts.ts";
import { isSecretKey } from "../twin/secretKeys.ts";
import type { ConfigurationKey, Twin } from "../twin/twin.ts";
import type { VendorDatapoint } from "../twin/vendorProfile.ts";
import type { DatapointValue } from "./shapes.ts";

/** What differs from `before`; without it all that has ever been received. */
export function valuesOf(
  vendorDatapoints: readonly VendorDatapoint[],
  before: Twin | undefined,
  after: Twin,
): DatapointValue[] {
  const values: DatapointValue[] = [];
  const keys = [...(after.configuration?.values() ?? [])];
  const sink: Sink = {
    sample: (connector, column, sample) => {
      const key = connector === 0 ? keys[column - firstKeyColumn] : undefined;
      const path =
        key === undefined ? pathAt(vendorDatapoints, connector, column) : `${CONFIGURATION_GROUP}/${key.key}`;
      if (path !== undefined)
        values.push({ connector, path, ...shown(connector, column, { sample, after }), ...ofKey(key) });
    },
  };
  project(before, after, sink);
  projectVendorValues(vendorDatapoints, before, after, sink);
  return values;
}

function ofKey(key: ConfigurationKey | undefined): Pick<DatapointValue, "writableBy" | "isSecret"> {
  if (key === undefined) return {};
  const role = rowOfKey(key).write?.role;
  return { ...(role !== undefined && { writableBy: role }), ...(isSecretKey(key.key) && { isSecret: true }) };
}

function shown(
  connector: number,
  column: number,
  { sample: { value, at, stale }, after }: { readonly sample: Sample; readonly after: Twin },
): Omit<DatapointValue, "connector" | "path"> {
  const own = tableFor(connector).datapoints[column]?.row.own === true;
  const isCut = typeof value === "string" && isIncomplete(value);
  const flaw = stale ? "stale" : isCut ? "incomplete" : undefined;
  const quality = qualityOf(own, after.link.state, value !== undefined, flaw);
  return value === undefined ? { quality } : { value, quality, at };
}
