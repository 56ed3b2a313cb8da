// Writes that are commands: judges what a client has written (OPC 10000-4 §5.11.4) and makes the command that it wants. Sends nothing itself.
import {
  DataType,
  StatusCodes,
  VariantArrayType,
  type NumericRange,
  type StatusCode,
  type WriteValue,
} from "node-opcua";
import { membersOf } from "../datapoints/enumerations.ts";
import type { Known, Write } from "../datapoints/row.ts";
import type { Target } from "../datapoints/target.ts";
import type { Command } from "../twin/commands.ts";
import { isRange } from "./requestFaults.ts";
import { builtInTypeOf } from "./typeNodes.ts";

interface Writable {
  readonly type: string;
  readonly write: Write;
  /** Characters. */
  readonly longestText: number;
}

/** The command that a write of a datapoint of this type wants; of what cannot be read the value is left empty, and `fault` says why. */
export function commandOf(
  { type, write, longestText }: Writable,
  target: Target,
  written: WriteValue,
): { readonly command: Command; readonly fault: StatusCode | undefined } {
  const fault = faultOfWrite(builtInTypeOf(type), written);
  const value = fault === undefined ? valueOf({ type, longestText }, written.value.value.value) : undefined;
  if (value === undefined) return { command: write.command(target, ""), fault: fault ?? StatusCodes.BadOutOfRange };
  return { command: write.command(target, value), fault };
}

function faultOfWrite(dataType: DataType, { indexRange, value: dataValue }: WriteValue): StatusCode | undefined {
  if (isRange(indexRange)) return faultOfRange(dataType, indexRange);
  // What a client writes is what it wants now; whether it is good and since when is not the client's to say.
  const { statusCode, sourceTimestamp, serverTimestamp, value } = dataValue;
  const hasTimes = isTime(sourceTimestamp) || isTime(serverTimestamp);
  if (hasTimes || !statusCode.equals(StatusCodes.Good)) return StatusCodes.BadWriteNotSupported;
  const isScalar = value.arrayType === VariantArrayType.Scalar;
  return isScalar && value.dataType === dataType ? undefined : StatusCodes.BadTypeMismatch;
}

/** Only texts have parts, and a part of a text cannot be commanded. */
function faultOfRange(dataType: DataType, range: NumericRange): StatusCode {
  if (!range.isValid()) return StatusCodes.BadIndexRangeInvalid;
  return dataType === DataType.String ? StatusCodes.BadWriteNotSupported : StatusCodes.BadIndexRangeNoData;
}

function isTime(time: Date | null | undefined): boolean {
  return time !== null && time !== undefined;
}

/** The value as the table knows it; undefined when it is none of the type's. */
function valueOf({ type, longestText }: Omit<Writable, "write">, value: unknown): Known | undefined {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value.length > longestText ? undefined : value;
    case "number":
      return numberOf(type, value);
    default:
      // A null String is an empty one (OPC 10000-6 §5.2.2.4).
      return value === null || value === undefined ? "" : undefined;
  }
}

function numberOf(type: string, number: number): Known | undefined {
  const members = membersOf(type);
  if (members.length > 1) return number > 0 ? members[number] : undefined;
  return Number.isFinite(number) ? number : undefined;
}
