// Flags made from the arguments of methods: `--connector-id 1` for ConnectorId. Texts become values here;
// whether they fit the action is judged by the bridge.
import { readFileSync } from "node:fs";
import { InvalidArgumentError, Option } from "commander";
import type { Argument, ArgumentValue } from "../datapoints/arguments.ts";
import { membersOf, ordinalOf } from "../datapoints/enumerations.ts";
import { isDateTime } from "../schema/dateTime.ts";

/** What commander has read, by the fields of the arguments. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** The flag of an argument; `isMandatory` where it cannot be left out. */
export function flagOf(argument: Argument, isMandatory = argument.isRequired): Option {
  const name = argument.field.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
  const notes = [
    describe(argument),
    ...(argument.isList ? ["May be given more than once."] : []),
    ...(argument.isJson ? ["@FILE reads it from a file."] : []),
    ...(isMandatory ? ["(required)"] : []),
  ];
  const option = new Option(`--${name} <${placeholderOf(argument)}>`, notes.join(" ")).makeOptionMandatory(isMandatory);
  if (argument.isEnumeration) option.choices(membersOf(argument.type).slice(1));
  else if (argument.isList) option.argParser(gather(argument));
  else option.argParser((text) => read(argument, text));
  return option;
}

/** That a flag may be left out shows without saying. */
function describe({ description }: Argument): string {
  return description.replace(/ ?May be left empty\.$/u, "");
}

/** The values of the arguments, as they stand in the flags. */
export function valuesIn(inputs: readonly Argument[], flags: FlagValues): readonly ArgumentValue[] {
  return inputs.map(({ field, type, isEnumeration }) => {
    const value = flags[field];
    if (isEnumeration && typeof value === "string") return ordinalOf(type, value);
    return isArgumentValue(value) ? value : undefined;
  });
}

function isArgumentValue(value: unknown): value is ArgumentValue {
  return Array.isArray(value) || ["string", "number", "boolean"].includes(typeof value);
}

function placeholderOf({ type, isEnumeration, isJson }: Argument): string {
  if (isJson) return "json";
  if (isEnumeration) return "word";
  return placeholders[type] ?? "text";
}

const placeholders: Readonly<Record<string, string>> = {
  Int32: "integer",
  UInt32: "integer",
  Double: "number",
  DateTime: "time",
  Boolean: "true|false",
};

function gather(argument: Argument): (text: string, before: unknown) => unknown {
  return (text, before) => [...(Array.isArray(before) ? (before as readonly unknown[]) : []), read(argument, text)];
}

/** A value of an argument's type; throws what commander shows beside the flag. */
function read({ type, isJson }: Argument, text: string): string | number | boolean {
  if (isJson) return text.startsWith("@") ? readText(text.slice(1)) : text;
  switch (type) {
    case "Int32":
    case "UInt32":
      return readInteger(text);
    case "Double":
      return readNumber(text);
    case "DateTime":
      return readTime(text);
    case "Boolean":
      return readBoolean(text);
    default:
      return text;
  }
}

const MOST = 2_147_483_647;

function readInteger(text: string): number {
  const number = Number(text);
  if (/^[+-]?\d+$/u.test(text) && Math.abs(number) <= MOST) return number;
  throw new InvalidArgumentError("It must be a whole number.");
}

function readNumber(text: string): number {
  const number = Number(text);
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/u.test(text) && Number.isFinite(number)) return number;
  throw new InvalidArgumentError("It must be a number such as 10 or 9.5.");
}

/** Epoch ms; throws what commander shows beside the flag. */
export function readTime(text: string): number {
  const at = isDateTime(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new InvalidArgumentError("It must be a time with its offset, such as 2026-05-01T06:00:00Z.");
}

function readBoolean(text: string): boolean {
  if (text === "true" || text === "false") return text === "true";
  throw new InvalidArgumentError("It must be true or false.");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new InvalidArgumentError(`${file} cannot be read (${code}).`);
  }
}
