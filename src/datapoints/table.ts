// THE TABLE: every datapoint of a charge point and of a connector, by column and by path.
import { chargePointSections } from "./chargePoint.ts";
import { connectorSections } from "./connector.ts";
import { meterDatapoints } from "./meter.ts";
import type { Datapoint } from "./row.ts";
import type { Section } from "./section.ts";

export interface Table {
  /** Fixed rows first, then one per meter point. */
  readonly datapoints: readonly Datapoint[];
  readonly byPath: ReadonlyMap<string, Datapoint>;
  /** How many fixed rows there are; the column of meter point p is `fixedCount + p`. */
  readonly fixedCount: number;
}

function tableOf(sections: readonly Section<never>[]): Table {
  const fixed = sections
    .flatMap(({ rows }) => Object.entries(rows))
    .map(([path, row], column): Datapoint => ({ path, row, column, meterPoint: undefined }));
  const datapoints = [...fixed, ...meterDatapoints(fixed.length)];
  return {
    datapoints,
    byPath: new Map(datapoints.map((d) => [d.path, d])),
    fixedCount: fixed.length,
  };
}

export const chargePointTable = tableOf(chargePointSections);
export const connectorTable = tableOf(connectorSections);

/** The table of a connector number; 0 is the charge point itself. */
export function tableFor(connector: number): Table {
  return connector === 0 ? chargePointTable : connectorTable;
}
