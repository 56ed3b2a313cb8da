// A datapoint as the DataValue that OPC UA clients see: value, quality and times. Quality itself is decided in datapoints/quality.ts.
import { DataType, DataValue, LocalizedText, StatusCodes, type Variant } from "node-opcua";
import { qualityOf, type Flaw } from "../datapoints/quality.ts";
import type { Datapoint } from "../datapoints/row.ts";
import type { EpochMs } from "../std/clock.ts";
import { isIncomplete } from "../twin/incompleteTexts.ts";
import type { ChargePoint } from "./chargePoints.ts";
import { builtInTypeOf } from "./typeNodes.ts";
import type { Values } from "./values.ts";

/** The present value of a datapoint; times are those of the sample, or of the connection while there is no sample. */
export function dataValueOf(chargePoint: ChargePoint, values: Values, { row, column }: Datapoint): DataValue {
  const dataValue = new DataValue(null);
  const slot = values.slotOf(column);
  // A Null Variant that is Good says that there is nothing, such as no reservation (OPC 10000-6 §5.2.2.16).
  const received =
    slot >= 0 &&
    (values.isNothing(column) ||
      fill(dataValue.value, builtInTypeOf(row.type), values.text(column), values.value(slot)));
  if (received && values.isNothing(column) && row.type === "String") dataValue.value.dataType = DataType.String;
  const quality = qualityOf(row.own === true, chargePoint.state, received, flawOf(values, column));
  dataValue.statusCode = StatusCodes[quality];
  if (dataValue.statusCode.isBad()) empty(dataValue.value);
  stamp(
    dataValue,
    received ? values.at(slot) : chargePoint.stateAt,
    received ? values.received(slot) : chargePoint.stateReceived,
  );
  return dataValue;
}

function flawOf(values: Values, column: number): Flaw | undefined {
  if (values.isStale(column)) return "stale";
  const text = values.text(column);
  return text !== undefined && isIncomplete(text) ? "incomplete" : undefined;
}

/** A value that is a fact of the address space, such as a unit. */
export function constantValueOf(value: Variant, at: EpochMs): DataValue {
  const dataValue = new DataValue(null);
  dataValue.value = value;
  dataValue.statusCode = StatusCodes.Good;
  stamp(dataValue, at, at);
  return dataValue;
}

function stamp(dataValue: DataValue, at: EpochMs, received: EpochMs): void {
  dataValue.sourceTimestamp = sharedDateOf(at);
  dataValue.serverTimestamp = sharedDateOf(received);
  dataValue.sourcePicoseconds = 0;
  dataValue.serverPicoseconds = 0;
}

/** Dates by the last bits of their time: values of one message have it in common, and each monitored item keeps the last one it has told. */
const dates: Date[] = [];
const LAST_BITS = 1023;

/** Nobody may change the answer. */
function sharedDateOf(time: EpochMs): Date | null {
  const known = dates[time & LAST_BITS];
  if (known?.getTime() === time) return known;
  const date = dateOf(time);
  if (date === undefined) return null;
  dates[time & LAST_BITS] = date;
  return date;
}

/** Puts what a slot holds into `variant`; answers false, and leaves it empty, when there is nothing or nothing that fits the type. */
function fill(variant: Variant, dataType: DataType, text: string | undefined, number: number): boolean {
  const value = isText(dataType) ? textOf(dataType, text) : numberOf(dataType, number);
  if (value === undefined) return false;
  variant.dataType = dataType;
  variant.value = value;
  return true;
}

function isText(dataType: DataType): boolean {
  return dataType === DataType.String || dataType === DataType.LocalizedText;
}

function textOf(dataType: DataType, text: string | undefined): string | LocalizedText | undefined {
  if (text === undefined || dataType === DataType.String) return text;
  return new LocalizedText({ text });
}

/** What a DateTime can hold (OPC 10000-6 §5.2.2.5): at the first it means "none", from the last on "no end", beyond it wraps. */
const FIRST_DATE = Date.UTC(1601, 0, 1);
const LAST_DATE = Date.UTC(9999, 11, 31, 23, 59, 59);

/** A time as DateTime; undefined for one that a DateTime cannot say. */
export function dateOf(time: EpochMs): Date | undefined {
  return time > FIRST_DATE && time < LAST_DATE ? new Date(time) : undefined;
}

/** A text, number, Boolean or time in epoch ms as a value of a built-in type; undefined when it is none. */
export function scalarOf(
  dataType: DataType,
  value: string | number | boolean | undefined,
): string | number | boolean | Date | undefined {
  if (dataType === DataType.String) return typeof value === "string" ? value : undefined;
  return value === undefined || typeof value === "string" ? undefined : numberOf(dataType, Number(value));
}

function numberOf(dataType: DataType, number: number): number | boolean | Date | undefined {
  if (Number.isNaN(number)) return undefined;
  switch (dataType) {
    case DataType.Boolean:
      return number !== 0;
    case DataType.DateTime:
      return dateOf(number);
    case DataType.Int32:
      return number === (number | 0) ? number : undefined;
    case DataType.UInt32:
      return number === number >>> 0 ? number : undefined;
    default:
      return number;
  }
}

function empty(variant: Variant): void {
  variant.dataType = DataType.Null;
  variant.value = null;
}
