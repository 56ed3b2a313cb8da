// The datapoints of one charge point as the page shows them: the same paths, values and qualities as in OPC UA. Pure.
import { CONFIGURATION_GROUP, firstKeyColumn } from "../datapoints/configuration.ts";
import { project, type Sample, type Sink } from "../datapoints/project.ts";
import { qualityOf } from "../datapoints/quality.ts";
import { tableFor } from "../datapoints/table.ts";
import { pathAt, projectVendorValues } from "../datapoints/vendor.ts";
import { isIncomplete } from "../twin/incompleteTexts.ts";
import type { Twin } from "../twin/twin.ts";
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
  const pathOf = (connector: number, column: number): string | undefined => {
    const key = connector === 0 ? keys[column - firstKeyColumn] : undefined;
    return key === undefined ? pathAt(vendorDatapoints, connector, column) : `${CONFIGURATION_GROUP}/${key.key}`;
  };
  const sink: Sink = {
    sample: (connector, column, sample) => {
      const path = pathOf(connector, column);
      if (path !== undefined) values.push({ connector, path, ...shown(connector, column, { sample, after }) });
    },
  };
  project(before, after, sink);
  projectVendorValues(vendorDatapoints, before, after, sink);
  return values;
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
