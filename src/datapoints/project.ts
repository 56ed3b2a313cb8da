// What a change of a twin changes in the table: the datapoints whose value or time is new. Pure; called for every message, so it must be cheap.
import type { Connector, Meter, Twin } from "../twin/twin.ts";
import type { EpochMs } from "../std/clock.ts";
import { chargePointSections } from "./chargePoint.ts";
import { firstKeyColumn } from "./configuration.ts";
import { connectorSections } from "./connector.ts";
import type { Row, Value } from "./row.ts";
import type { Section } from "./section.ts";
import { chargePointTable, connectorTable } from "./table.ts";

/** Takes one changed datapoint; `connector` 0 is the charge point itself. */
export interface Sink {
  sample(connector: number, column: number, sample: Sample): void;
}

export interface Sample {
  readonly value: Value;
  /** Source time. */
  readonly at: EpochMs;
  /** Time of receipt. */
  readonly received: EpochMs;
  readonly stale: boolean;
}

/** Hands every datapoint that differs between `before` and `after` to `sink`; with no `before`, everything that is known. */
export function project(before: Twin | undefined, after: Twin, sink: Sink): void {
  if (before === after) return;
  projectSections(chargePointPlan, before, after, (column, sample) => sink.sample(0, column, sample));
  projectMeter(chargePointTable.fixedCount, before?.meter, after.meter, (column, sample) =>
    sink.sample(0, column, sample),
  );
  projectConfiguration(before?.configuration, after.configuration, (column, sample) => sink.sample(0, column, sample));
  if (before?.connectors === after.connectors) return;
  for (const connector of after.connectors.values()) {
    const old = before?.connectors.get(connector.id);
    if (old !== connector) projectConnector(old, connector, sink);
  }
}

type Emit = (column: number, sample: Sample) => void;

function projectConnector(before: Connector | undefined, after: Connector, sink: Sink): void {
  const emit: Emit = (column, sample) => sink.sample(after.id, column, sample);
  projectSections(connectorPlan, before, after, emit);
  projectMeter(connectorTable.fixedCount, before?.meter, after.meter, emit);
}

function projectMeter(firstColumn: number, before: Meter | undefined, after: Meter, emit: Emit): void {
  if (before?.readings === after.readings) return;
  for (const [place, reading] of after.readings.entries()) {
    if (before?.readings[place] === reading) continue;
    const { point, value, at, received } = reading;
    emit(firstColumn + point, { value, at, received, stale: reading.stale === true });
  }
}

function projectConfiguration(before: Twin["configuration"], after: Twin["configuration"], emit: Emit): void {
  if (before === after || after === undefined) return;
  let column = firstKeyColumn;
  for (const [name, entry] of after) {
    const { value = null, at, received } = entry;
    if (before?.get(name) !== entry) emit(column, { value, at, received, stale: false });
    column++;
  }
}

/** A section with the column of its first row. */
interface Planned<Whole> {
  readonly section: Section<Whole>;
  readonly firstColumn: number;
  readonly rows: readonly Row<never>[];
}

function plan<Whole>(sections: readonly Section<Whole>[]): Planned<Whole>[] {
  let firstColumn = 0;
  return sections.map((section) => {
    const rows = Object.values(section.rows);
    const planned = { section, firstColumn, rows };
    firstColumn += rows.length;
    return planned;
  });
}

const chargePointPlan = plan(chargePointSections);
const connectorPlan = plan(connectorSections);

function projectSections<Whole>(planned: Planned<Whole>[], before: Whole | undefined, after: Whole, emit: Emit): void {
  for (const { section, firstColumn, rows } of planned) {
    const part = section.part(after);
    const old = before === undefined ? undefined : section.part(before);
    if (part === old) continue;
    const { at, received } = section.stamp((part ?? old) as never, after);
    projectRows(rows, { part, old, firstColumn, at, received }, emit);
  }
}

interface Change extends Omit<Sample, "value" | "stale"> {
  readonly part: unknown;
  readonly old: unknown;
  readonly firstColumn: number;
}

function projectRows(rows: readonly Row<never>[], change: Change, emit: Emit): void {
  const { part, old, firstColumn, at, received } = change;
  const stale = (part as { readonly stale?: true } | undefined)?.stale === true;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Row<unknown>;
    const value = part === undefined ? undefined : row.read(part);
    // What has never been known needs no sample; what is known no longer does.
    if (value === undefined && (old === undefined || row.read(old) === undefined)) continue;
    emit(firstColumn + index, { value, at, received, stale });
  }
}
