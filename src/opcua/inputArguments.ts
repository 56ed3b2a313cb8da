// What a client has passed to a method: judged argument by argument (OPC 10000-4 §5.12.2), and made the fields of a request. Sends nothing.
import { DataType, StatusCodes, VariantArrayType, type StatusCode, type Variant } from "node-opcua";
import { payloadOf, type Argument, type ArgumentValue } from "../datapoints/arguments.ts";
import type { Payload } from "../twin/commands.ts";
import { dateOf } from "./dataValues.ts";
import { builtInTypeOf } from "./typeNodes.ts";

/** Why arguments are refused. */
export interface ArgumentRefusal {
  readonly statusCode: StatusCode;
  /** One for each argument that was passed; empty unless `statusCode` is BadInvalidArgument (OPC 10000-4 §5.12.2.2). */
  readonly inputArgumentResults: readonly StatusCode[];
  /** Names the argument and the rule. */
  readonly text: string;
}

const LONGEST_LIST = 100_000;

/** The request that the arguments make; or what is wrong with the first that is, and the part of the request that can be read. */
export function readArguments(
  inputs: readonly Argument[],
  given: readonly Variant[],
  maxCallBytes: number,
): { readonly payload: Payload; readonly refusal?: ArgumentRefusal } {
  const measured = measure(given, maxCallBytes);
  const read = readAll(inputs, measured);
  return "payload" in read ? read : { ...read, payload: readablePart(inputs, measured) };
}

/** An argument of a call, and whether there is room for its text beside those before it in the longest call that is sent. */
interface Given {
  readonly variant: Variant;
  readonly isTooLong: boolean;
  readonly maxCallBytes: number;
}

/** Before anything is parsed: a character is a byte of the call at least. */
function measure(given: readonly Variant[], maxCallBytes: number): readonly Given[] {
  let characters = 0;
  return given.map((variant) => {
    characters += charactersOf(variant.value);
    return { variant, isTooLong: characters > maxCallBytes, maxCallBytes };
  });
}

function charactersOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (!Array.isArray(value)) return 0;
  return value.reduce((sum: number, element: unknown) => sum + (typeof element === "string" ? element.length : 0), 0);
}

/** Who wants what of whom is told even of a call that is refused. */
function readablePart(inputs: readonly Argument[], given: readonly Given[]): Payload {
  const fields = inputs.map((argument, index): Payload => {
    const one = given[index];
    const read = one === undefined ? undefined : readOne(argument, one);
    const made = read !== undefined && "value" in read ? payloadOf([argument], [read.value]) : undefined;
    return made !== undefined && "payload" in made ? made.payload : {};
  });
  return Object.assign({}, ...fields) as Payload;
}

function readAll(
  inputs: readonly Argument[],
  given: readonly Given[],
): { readonly payload: Payload } | { readonly refusal: ArgumentRefusal } {
  const needed = inputs.filter(({ isRequired }) => isRequired).length;
  if (given.length < needed) return { refusal: refusalOf("BadArgumentsMissing", `it takes ${countOf(inputs)}`) };
  if (given.length > inputs.length) return { refusal: refusalOf("BadTooManyArguments", `it takes ${countOf(inputs)}`) };
  const values: ArgumentValue[] = [];
  for (const [index, one] of given.entries()) {
    const argument = inputs[index] as Argument;
    const read = readOne(argument, one);
    if ("code" in read) return { refusal: refuseArgument(given.length, { index, ...read }) };
    values.push(read.value);
  }
  const made = payloadOf(inputs, values);
  if ("payload" in made) return made;
  const { index, text } = made.fault;
  const code = inputs[index]?.isJson === true ? StatusCodes.BadInvalidArgument : StatusCodes.BadOutOfRange;
  return { refusal: refuseArgument(given.length, { index, code, text }) };
}

/** The refusal of one argument of `count`; an `index` beyond them stands for one that was left out. */
export function refuseArgument(
  count: number,
  { index, code, text }: { readonly index: number; readonly code: StatusCode; readonly text: string },
): ArgumentRefusal {
  const inputArgumentResults = Array.from({ length: count }, (_, place) => (place === index ? code : StatusCodes.Good));
  return { statusCode: StatusCodes.BadInvalidArgument, inputArgumentResults, text };
}

function refusalOf(name: "BadArgumentsMissing" | "BadTooManyArguments", text: string): ArgumentRefusal {
  return { statusCode: StatusCodes[name], inputArgumentResults: [], text };
}

function countOf(inputs: readonly Argument[]): string {
  if (inputs.length === 0) return "no arguments";
  return inputs.map(({ name, isRequired }) => (isRequired ? name : `[${name}]`)).join(", ");
}

type Read = { readonly value: ArgumentValue } | { readonly code: StatusCode; readonly text: string };

function readOne(argument: Argument, { variant, isTooLong, maxCallBytes }: Given): Read {
  const { name, isRequired } = argument;
  const dataType: DataType = variant.dataType;
  const isScalar = variant.arrayType === VariantArrayType.Scalar;
  const isEmptyText = isScalar && dataType === DataType.String && (variant.value ?? "") === "";
  const isEmpty = dataType === DataType.Null || (isEmptyText && !isRequired) || isUnset(argument, variant);
  if (isEmpty && !isRequired) return { value: undefined };
  const wanted = builtInTypeOf(argument.type);
  const isFitting = argument.isList ? variant.arrayType === VariantArrayType.Array : isScalar;
  if (dataType !== wanted || !isFitting)
    return { code: StatusCodes.BadTypeMismatch, text: `${name}: must be ${nameOf(argument, wanted)}` };
  if (isTooLong) {
    const text = `${name}: the texts must have at most ${maxCallBytes} characters together (limits.maxCallBytes)`;
    return { code: StatusCodes.BadOutOfRange, text };
  }
  const elements = argument.isList ? listOf(variant.value) : [variant.value];
  const fault = faultOf(elements, wanted);
  if (fault !== undefined) return { code: StatusCodes.BadOutOfRange, text: `${name}: ${fault}` };
  const values = elements.map((element) => plainOf(element));
  return { value: argument.isList ? values : values[0] };
}

/** An empty list says no more than none; the least DateTime means that there is none (OPC 10000-6 §5.2.2.5). */
function isUnset({ isList }: Argument, { dataType, arrayType, value }: Variant): boolean {
  if (isList) return arrayType === VariantArrayType.Array && listOf(value).length === 0;
  return dataType === DataType.DateTime && (!(value instanceof Date) || value.getTime() <= NO_DATE);
}

const NO_DATE = Date.UTC(1601, 0, 1);

/** Lists of numbers come as typed arrays. */
function listOf(value: unknown): readonly unknown[] {
  return value === null || value === undefined ? [] : Array.from(value as Iterable<unknown>);
}

function nameOf({ type, isEnumeration, isList }: Argument, wanted: DataType): string {
  const scalar = isEnumeration ? `${DataType[wanted]} (${type})` : DataType[wanted];
  return isList ? `a list of ${scalar}` : `one ${scalar}`;
}

function faultOf(elements: readonly unknown[], dataType: DataType): string | undefined {
  if (elements.length > LONGEST_LIST) return `must have at most ${LONGEST_LIST} elements`;
  if (dataType === DataType.Double && !elements.every(Number.isFinite)) return "must be a finite number";
  const isDate = (element: unknown): boolean => element instanceof Date && dateOf(element.getTime()) !== undefined;
  if (dataType === DataType.DateTime && !elements.every(isDate)) return "must be a time of the years 1601 to 9999";
  return undefined;
}

/** A null String is an empty one (OPC 10000-6 §5.2.2.4). */
function plainOf(value: unknown): string | number {
  if (value === null || value === undefined) return "";
  return value instanceof Date ? value.getTime() : (value as string | number);
}
