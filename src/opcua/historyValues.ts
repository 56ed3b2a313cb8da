// Samples and calculated values as the DataValues that OPC UA clients see.
import { DataType, DataValue, StatusCode, StatusCodes, TimestampsToReturn } from "node-opcua";
import { membersOf, ordinalOf } from "../datapoints/enumerations.ts";
import type { Datapoint } from "../datapoints/row.ts";
import type { EpochMs } from "../std/clock.ts";
import type { HistorySample } from "../twin/ports.ts";
import type { Aggregated, InfoBit } from "./aggregates.ts";
import { dateOf, scalarOf } from "./dataValues.ts";
import { builtInTypeOf } from "./typeNodes.ts";

type Row = Datapoint["row"];

/** The times that a client wants of values; never neither. */
export type Times = TimestampsToReturn.Source | TimestampsToReturn.Server | TimestampsToReturn.Both;

/** A bound that has been asked for and is not there (OPC 10000-11 §4.4). */
export interface MissingBound {
  readonly missingAt: EpochMs;
}

const statusOfSample = {
  Good: StatusCodes.Good,
  Uncertain: StatusCodes.UncertainLastUsableValue,
  Bad: StatusCodes.BadNoCommunication,
  // OPC 10000-11 §4.3
  Lost: StatusCodes.BadDataLost,
} as const;

const statusOfCalculated = {
  Good: StatusCodes.Good,
  Uncertain: StatusCodes.UncertainDataSubNormal,
  Bad: StatusCodes.Bad,
  Lost: StatusCodes.BadDataLost,
  NoData: StatusCodes.BadNoData,
} as const;

export function rawValueOf(row: Row, sample: HistorySample | MissingBound, times: Times): DataValue {
  if ("missingAt" in sample) {
    const { missingAt } = sample;
    return stamped(
      new DataValue({ statusCode: StatusCodes.BadBoundNotFound }),
      { at: missingAt, received: missingAt },
      times,
    );
  }
  const dataValue = new DataValue({ statusCode: statusOfSample[sample.quality] });
  if (hasValue(sample.quality)) fill(dataValue, row, sample.value);
  return stamped(dataValue, sample, times);
}

/** @param type of the value, when it is not that of the row */
export function calculatedValueOf(row: Row, calculated: Aggregated, times: Times, type?: DataType): DataValue {
  const { value, quality, raw, bits, at } = calculated;
  const base = raw === undefined ? statusOfCalculated[quality] : statusOfSample[raw.quality];
  const dataValue = new DataValue({ statusCode: withBits(base, bits) });
  if (value !== undefined && hasValue(quality)) {
    if (type === undefined) fill(dataValue, row, value);
    else {
      dataValue.value.dataType = type;
      dataValue.value.value = value;
    }
  }
  return stamped(dataValue, { at, received: raw?.received ?? at }, times);
}

function hasValue(quality: Aggregated["quality"]): boolean {
  return quality !== "Bad" && quality !== "Lost";
}

/** The bits count only where InfoType says that there are some (OPC 10000-4 §7.39.1). */
function withBits(base: StatusCode, bits: readonly InfoBit[]): StatusCode {
  if (bits.length === 0) return base;
  const names = ["InfoTypeDataValue", ...bits.map((bit) => `Historian${bit}`)];
  return StatusCode.makeStatusCode(base, names.join(" | "));
}

/** Null is known to be nothing, and Null as well what does not fit the type. */
function fill(dataValue: DataValue, row: Row, value: HistorySample["value"]): void {
  const dataType = builtInTypeOf(row.type);
  const isMember = typeof value === "string" && membersOf(row.type).length > 1;
  const scalar = scalarOf(dataType, isMember ? ordinalOf(row.type, value) : (value ?? undefined));
  if (scalar === undefined) return;
  dataValue.value.dataType = dataType;
  dataValue.value.value = scalar;
}

function stamped(
  dataValue: DataValue,
  { at, received }: { readonly at: EpochMs; readonly received: EpochMs },
  times: Times,
): DataValue {
  if (times !== TimestampsToReturn.Server) dataValue.sourceTimestamp = dateOf(at) ?? null;
  if (times !== TimestampsToReturn.Source) dataValue.serverTimestamp = dateOf(received) ?? null;
  return dataValue;
}

/** What counts are. */
export const COUNT_TYPE = DataType.Int32;
