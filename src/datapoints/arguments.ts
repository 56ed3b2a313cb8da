// Arguments of methods, made from the fields of OCPP messages, and their way to a request and from a response.
// Scalars stay scalars, so that every SCADA can pass them; what is nested is one JSON text.
import type { Field } from "../schema/field.ts";
import type { Payload } from "../twin/commands.ts";
import { membersOf, ordinalOf } from "./enumerations.ts";
import type { ScalarType } from "./row.ts";

export interface Argument {
  /** `ConnectorId` */
  readonly name: string;
  /** The field of the OCPP message, `connectorId`. */
  readonly field: string;
  /** A scalar type, or the name of an enumeration, whose values travel as ordinals. */
  readonly type: ScalarType | (string & {});
  readonly isEnumeration: boolean;
  /** A list of such values. */
  readonly isList: boolean;
  /** The text is JSON: an object or a list of objects. */
  readonly isJson: boolean;
  readonly isRequired: boolean;
  readonly description: string;
}

/** What stands in an argument: a text, number, Boolean, time in epoch ms, ordinal, or a list of them; undefined when it is left empty. */
export type ArgumentValue = string | number | boolean | readonly (string | number)[] | undefined;

/** The arguments for fields, in the order of the fields: required ones first. */
export function argumentsOf(fields: readonly Field[]): readonly Argument[] {
  return fields.map((field) => {
    const isNested = field.type === "object" || (field.type === "array" && field.items?.type === "object");
    const isList = field.type === "array" && !isNested;
    const shape = isList ? (field.items ?? field) : field;
    return {
      name: field.name.charAt(0).toUpperCase() + field.name.slice(1),
      field: field.name,
      type: isNested ? "String" : (shape.enumeration ?? scalarOf[shape.type] ?? "String"),
      isEnumeration: shape.enumeration !== undefined,
      isList,
      isJson: isNested,
      isRequired: field.required,
      description: descriptionOf(field, isNested),
    };
  });
}

const scalarOf: Readonly<Record<string, ScalarType>> = {
  string: "String",
  integer: "Int32",
  number: "Double",
  boolean: "Boolean",
  dateTime: "DateTime",
};

function descriptionOf({ description, unit, maxLength, required }: Field, isJson: boolean): string {
  return [
    description,
    ...(isJson ? ["As JSON."] : []),
    ...(unit === undefined ? [] : [`Unit ${unit}.`]),
    ...(maxLength === undefined ? [] : [`At most ${maxLength} characters.`]),
    ...(required ? [] : ["May be left empty."]),
  ].join(" ");
}

/** What is wrong with an argument. */
export interface ArgumentFault {
  readonly index: number;
  /** Names the argument and the rule. */
  readonly text: string;
}

/** The fields that the values make, or the first value that makes none. Whether they fit the schema is judged on the road. */
export function payloadOf(
  inputs: readonly Argument[],
  values: readonly ArgumentValue[],
): { readonly payload: Payload } | { readonly fault: ArgumentFault } {
  const payload: Record<string, unknown> = {};
  for (const [index, argument] of inputs.entries()) {
    const value = values[index];
    const isEmpty = value === undefined || (value === "" && (!argument.isRequired || argument.isJson));
    if (isEmpty && !argument.isRequired) continue;
    if (isEmpty) return { fault: { index, text: `${argument.name}: is missing` } };
    const read = readValue(argument, value);
    if ("problem" in read) return { fault: { index, text: `${argument.name}: ${read.problem}` } };
    payload[argument.field] = read.value;
  }
  return { payload };
}

type Read = { readonly value: unknown } | { readonly problem: string };

function readValue(argument: Argument, value: Exclude<ArgumentValue, undefined>): Read {
  if (argument.isJson) return readJson(String(value));
  if (!Array.isArray(value)) return readScalar(argument, value as string | number | boolean);
  const read = value.map((element: string | number) => readScalar(argument, element));
  const bad = read.find((element) => "problem" in element);
  return bad ?? { value: read.map((element) => (element as { value: unknown }).value) };
}

function readScalar({ type, isEnumeration }: Argument, value: string | number | boolean): Read {
  if (type === "DateTime") return { value: timeOf(Number(value)) };
  if (!isEnumeration) return { value };
  const members = membersOf(type);
  const member = typeof value === "number" && value > 0 ? members[value] : undefined;
  if (member !== undefined) return { value: member };
  const known = members.slice(1).map((text, place) => `${place + 1} ${text}`);
  return { problem: `${value} is no member of ${type}; it must be one of ${known.join(", ")}` };
}

function readJson(text: string): Read {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return { problem: "must be a JSON object or a list of them" };
    if (isDeeperThan(value, DEEPEST)) return { problem: `must be nested at most ${DEEPEST} deep` };
    return { value };
  } catch (error) {
    return { problem: `is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** No message of OCPP is nested half as deep; what walks through a value of any depth exhausts the stack. */
const DEEPEST = 32;

function isDeeperThan(value: unknown, most: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return most === 0 || Object.values(value).some((part) => isDeeperThan(part, most - 1));
}

/** Whole seconds: some chargers refuse fractions (OCPP 1.6 §3.13 leaves them out too). */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** The values of the output arguments that a response makes; what it leaves out is undefined. */
export function valuesOf(outputs: readonly Argument[], response: Payload): readonly ArgumentValue[] {
  return outputs.map((argument) => {
    const value = response[argument.field];
    if (value === undefined || value === null) return undefined;
    if (argument.isJson) return JSON.stringify(value);
    if (Array.isArray(value)) return value.map((element) => shown(argument, element) as string | number);
    return shown(argument, value);
  });
}

function shown({ type, isEnumeration }: Argument, value: unknown): ArgumentValue {
  if (isEnumeration) return ordinalOf(type, String(value));
  if (type === "String") return typeof value === "string" ? value : JSON.stringify(value);
  if (type === "Boolean") return value === true;
  const number = type === "DateTime" ? Date.parse(String(value)) : Number(value);
  return Number.isFinite(number) ? number : undefined;
}
