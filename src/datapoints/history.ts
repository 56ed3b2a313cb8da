// What the history keeps of a change: every sample of a datapoint whose row says so, also those that the twin does not show because they are
// older than what it knows. Pure; called for every message, so it must be cheap.
import type { EpochMs } from "../std/clock.ts";
import type { MeterSampled, StatusReported, TwinEvent } from "../twin/events.ts";
import type { Meter, Reading, Stamp, Twin } from "../twin/twin.ts";
import type { VendorDatapoint } from "../twin/vendorProfile.ts";
import { chargePointSections } from "./chargePoint.ts";
import { connectorSections } from "./connector.ts";
import type { Known, Row } from "./row.ts";
import type { Section } from "./section.ts";
import { chargePointTable, connectorTable } from "./table.ts";
import { projectVendorValues, vendorDatapointAt } from "./vendor.ts";

/** Takes one sample; `connector` 0 is the charge point itself. */
export interface HistorySink {
  keep(connector: number, column: number, sample: KeptSample): void;
}

export interface KeptSample {
  readonly value: Known | null;
  readonly at: EpochMs;
  readonly received: EpochMs;
  /** It was not fresh, or its time is that of its receipt because the charge point gave none. */
  readonly isUncertain: boolean;
}

/** Hands what is to be kept to `sink`; `events` have made `after` of `before`. Of a twin that is new only what the bridge itself knows. */
export function historize(
  before: Twin | undefined,
  after: Twin,
  events: readonly TwinEvent[],
  sink: HistorySink,
): void {
  for (const event of events)
    if (event.type === "MeterSampled") keepReadings(event, sink);
    else if (event.type === "StatusReported") keepOldStatus(event, after, sink);
  keepSections(chargePointPlan, { connector: 0, before, after, isOwnOnly: before === undefined }, sink);
  if (before === undefined) return;
  keepMeter(0, { before: before.meter, after: after.meter, events }, sink);
  if (before.connectors === after.connectors) return;
  for (const connector of after.connectors.values()) {
    const known = before.connectors.get(connector.id);
    if (known === connector) continue;
    const change = { connector: connector.id, before: known, after: connector, isOwnOnly: false };
    keepSections(connectorPlan, change, sink);
    keepMeter(connector.id, { before: known?.meter, after: connector.meter, events }, sink);
  }
}

/**
 * What the bridge itself knows of a twin that it puts into the house at `now`: it has been so before, perhaps, but the bridge was down and
 * what was kept last may be something else. Of one that has never been connected there is nothing else.
 */
export function historizeNew(twin: Twin, now: EpochMs, sink: HistorySink): void {
  if (twin.link.state === "NeverConnected") return;
  for (const { section, rows } of chargePointPlan) {
    const part = section.part(twin);
    if (part === undefined) continue;
    for (const { row, column } of rows) {
      const value = row.own === true ? row.read(part) : undefined;
      if (value !== undefined) sink.keep(0, column, { value, at: now, received: now, isUncertain: false });
    }
  }
}

/** Of the values from the vendors' own messages those whose datapoints say so; of a twin that is new the history has them. */
export function historizeVendorValues(
  list: readonly VendorDatapoint[],
  before: Twin | undefined,
  after: Twin,
  sink: HistorySink,
): void {
  if (before === undefined) return;
  projectVendorValues(list, before, after, {
    sample: (connector, column, { value, at, received }) => {
      if (value === undefined || vendorDatapointAt(list, connector, column)?.history !== true) return;
      sink.keep(connector, column, { value, at, received, isUncertain: false });
    },
  });
}

interface Planned<Whole> {
  readonly section: Section<Whole>;
  readonly rows: readonly { readonly row: Row<unknown>; readonly path: string; readonly column: number }[];
}

/** The sections that have something to keep. */
function plan<Whole>(sections: readonly Section<Whole>[]): Planned<Whole>[] {
  let column = 0;
  const planned = sections.map((section) => ({
    section,
    rows: Object.entries(section.rows).map(([path, row]) => ({ row: row as Row<unknown>, path, column: column++ })),
  }));
  return planned
    .map(({ section, rows }) => ({ section, rows: rows.filter(({ row }) => row.history === true) }))
    .filter(({ rows }) => rows.length > 0);
}

const chargePointPlan = plan(chargePointSections);
const connectorPlan = plan(connectorSections);
const statusOf = <Whole>(planned: readonly Planned<Whole>[], name: string): Planned<Whole> | undefined =>
  planned.find(({ rows }) => rows.some(({ path }) => path === name));
const chargePointStatus = statusOf(chargePointPlan, "State/Status");
const connectorStatus = statusOf(connectorPlan, "Status/Status");

interface Change<Whole> {
  readonly connector: number;
  readonly before: Whole | undefined;
  readonly after: Whole;
  /** Of what is known at the start the history has the rest. */
  readonly isOwnOnly: boolean;
}

function keepSections<Whole>(
  planned: readonly Planned<Whole>[],
  { connector, before, after, isOwnOnly }: Change<Whole>,
  sink: HistorySink,
): void {
  for (const { section, rows } of planned) {
    const part = section.part(after);
    const old = before === undefined ? undefined : section.part(before);
    if (part === old || part === undefined) continue;
    const stamp = section.stamp(part as never, after);
    const oldAt = old === undefined || before === undefined ? undefined : section.stamp(old as never, before).at;
    for (const { row, column } of rows) {
      if (isOwnOnly && row.own !== true) continue;
      const value = row.read(part);
      if (value === undefined) continue;
      // A state stands until it changes; of a quantity it is worth knowing that it was the same a second time.
      const isSame = oldAt !== undefined && row.read(old) === value;
      if (isSame && (row.type !== "Double" || stamp.at === oldAt)) continue;
      sink.keep(connector, column, { value, at: stamp.at, received: stamp.received, isUncertain: isUncertain(part) });
    }
  }
}

/** A status older than the one that is known: it was so all the same. */
function keepOldStatus(event: StatusReported, after: Twin, sink: HistorySink): void {
  const { connector } = event;
  if (connector === 0) keepUnlessKnown(event, chargePointStatus, after, sink);
  else {
    const whole = after.connectors.get(connector);
    if (whole !== undefined) keepUnlessKnown(event, connectorStatus, whole, sink);
  }
}

function keepUnlessKnown<Whole>(
  event: StatusReported,
  planned: Planned<Whole> | undefined,
  whole: Whole,
  sink: HistorySink,
): void {
  const known = planned?.section.part(whole) as Stamp | undefined;
  const { connector, at, received } = event;
  if (planned === undefined || (known?.at === at && known.received === received)) return;
  for (const { row, column } of planned.rows) {
    const value = row.read(event);
    if (value !== undefined) sink.keep(connector, column, { value, at, received, isUncertain: isUncertain(event) });
  }
}

function keepReadings({ connector, readings }: MeterSampled, sink: HistorySink): void {
  const first = firstMeterColumn(connector);
  for (const reading of readings) sink.keep(connector, first + reading.point, sampleOf(reading));
}

interface MeterChange {
  readonly before: Meter | undefined;
  readonly after: Meter;
  readonly events: readonly TwinEvent[];
}

/** What no charge point has sent: totals of phases, and that nothing flows after the end. */
function keepMeter(connector: number, { before, after, events }: MeterChange, sink: HistorySink): void {
  if (before?.readings === after.readings) return;
  const sampled = sampledOf(events, connector);
  const first = firstMeterColumn(connector);
  let guess = 0;
  for (const [place, reading] of after.readings.entries()) {
    const old = before?.readings[place];
    if (old === reading || (old?.at === reading.at && old.received === reading.received && old.value === reading.value))
      continue;
    // Telegrams mostly name the same points in the same order.
    if (sampled[guess] === reading) guess++;
    else if (!sampled.includes(reading)) sink.keep(connector, first + reading.point, sampleOf(reading));
  }
}

function sampledOf(events: readonly TwinEvent[], connector: number): readonly Reading[] {
  for (const event of events) if (event.type === "MeterSampled" && event.connector === connector) return event.readings;
  return [];
}

function sampleOf(reading: Reading): KeptSample {
  const { value, at, received } = reading;
  return { value, at, received, isUncertain: isUncertain(reading) };
}

function isUncertain(part: unknown): boolean {
  const { assumed, stale } = part as { readonly assumed?: true; readonly stale?: true };
  return assumed === true || stale === true;
}

function firstMeterColumn(connector: number): number {
  return (connector === 0 ? chargePointTable : connectorTable).fixedCount;
}
