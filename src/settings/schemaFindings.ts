// What Ajv has against a value, in words for the person who wrote the file. Works for any schema; needs Ajv's `verbose`.
import type { ErrorObject } from "ajv";
import { quote, type Finding, type Path } from "./finding.ts";
import { nearest } from "../std/nearest.ts";
import { isSecretName } from "./secrets.ts";

interface Said {
  readonly message: string;
  readonly hint?: string;
}

/** The parts of a schema that a message repeats. */
interface Described {
  readonly title?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
}

const MOST_ERRORS = 1000;
const MOST_NAMES = 15;

/** One finding for each place; of several about one place the first. */
export function explainSchemaErrors(errors: readonly ErrorObject[]): Finding[] {
  const findings = new Map<string, Finding>();
  const looked = errors.slice(0, MOST_ERRORS);
  for (const error of looked) {
    if (isConsequence(error, looked)) continue;
    const finding = explain(error);
    const place = JSON.stringify([finding.path, finding.place]);
    if (!findings.has(place)) findings.set(place, finding);
  }
  return [...findings.values()];
}

function explain(error: ErrorObject): Finding {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
  const unknown = unknownKey(error);
  if (unknown !== undefined)
    return { path: [...path, unknown], place: "key", severity: "error", ...sayUnknown(unknown, error) };
  return { path, severity: "error", ...say(error, path) };
}

function unknownKey({ params }: ErrorObject): string | undefined {
  const { additionalProperty, unevaluatedProperty } = params as Record<string, string | undefined>;
  return additionalProperty ?? unevaluatedProperty;
}

/** A missing key is not worth a word where its misspelling is; nor is a form whose parts have their own. */
function isConsequence(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (error.keyword === "if") return true;
  if (error.keyword !== "required") return false;
  const missing = String(error.params["missingProperty"]);
  return errors.some((other) => {
    const unknown = unknownKey(other);
    return unknown !== undefined && other.instancePath === error.instancePath && resembling(unknown, other) === missing;
  });
}

function resembling(unknown: string, { parentSchema }: ErrorObject): string | undefined {
  return nearest(unknown, knownKeys(parentSchema as Described));
}

function knownKeys({ properties = {} }: Described): string[] {
  return Object.keys(properties);
}

function sayUnknown(unknown: string, error: ErrorObject): Said {
  const message = `Unknown key ${quote(unknown)}`;
  const names = knownKeys(error.parentSchema as Described);
  const word = unknown.split(":")[0] ?? "";
  if (word !== unknown && names.includes(word)) return { message, hint: `write a blank after "${word}:"` };
  const near = nearest(unknown, names);
  if (near !== undefined) return { message, hint: `did you mean "${near}"?` };
  const more = names.length > MOST_NAMES ? ", …" : "";
  return { message, hint: `known here: ${names.slice(0, MOST_NAMES).join(", ")}${more}` };
}

function say(error: ErrorObject, path: Path): Said {
  const { keyword, data } = error;
  const params = error.params as Readonly<Record<string, unknown>>;
  const schema = error.parentSchema as Described;
  const shown = path.some(isSecretName) ? "This value" : show(data);
  switch (keyword) {
    case "required":
      return { message: `Key "${String(params["missingProperty"])}" is missing` };
    case "type":
      return sayType(String(params["type"]), data, shown);
    case "enum":
      return sayEnum(params["allowedValues"] as readonly unknown[], data, shown);
    case "minimum":
    case "maximum":
      return { message: `${shown} is out of range`, hint: `allowed: ${range(schema)}` };
    case "minLength":
      return { message: `${title(schema)} must not be empty` };
    case "maxLength":
      return { message: `${title(schema)} has more than ${String(params["limit"])} characters` };
    case "pattern":
      return { message: `${shown} does not fit here`, hint: `expected: ${schema.description ?? title(schema)}` };
    case "minItems":
      return { message: `${title(schema)} needs at least ${String(params["limit"])} entry` };
    case "maxItems":
      return { message: `${title(schema)} has more than ${String(params["limit"])} entries` };
    case "uniqueItems":
      return { message: `${title(schema)} has an entry twice`, hint: "keep one" };
    default:
      return { message: `${title(schema)} ${error.message ?? "does not fit"}` };
  }
}

const expectations: Readonly<Record<string, string>> = {
  object: "a section (key: value)",
  array: "a list",
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function sayType(expected: string, data: unknown, shown: string): Said {
  if (typeof data === "number" && expected === "integer") return { message: `${shown} is no whole number` };
  const message = `${shown === "" ? "This" : shown} is ${actual(data)}, not ${expectations[expected] ?? expected}`;
  const hint = typeHint(expected, data);
  return hint === undefined ? { message } : { message, hint };
}

function typeHint(expected: string, data: unknown): string | undefined {
  if (data === null) return "give it a value, or remove the key to have its default";
  if (expected === "string" && typeof data !== "object") return "put it in quotes";
  if (expected === "array") return 'begin each entry with "- ", or write [a, b]';
  if (typeof data !== "string") return undefined;
  if (expected === "boolean" && /^(?:yes|on|true|y)$/iu.test(data)) return "did you mean true?";
  if (expected === "boolean" && /^(?:no|off|false|n)$/iu.test(data)) return "did you mean false?";
  if ((expected === "integer" || expected === "number") && /^\s*\d+(?:\.\d+)?\s*$/u.test(data))
    return `write ${data.trim()} without quotes`;
  return undefined;
}

function actual(data: unknown): string {
  if (data === null) return "empty";
  if (Array.isArray(data)) return "a list";
  if (typeof data === "object") return "a section";
  if (typeof data === "string") return "text";
  return typeof data === "boolean" ? "a truth value" : "a number";
}

function sayEnum(allowed: readonly unknown[], data: unknown, shown: string): Said {
  const names = allowed.map(String);
  const near = nearest(typeof data === "string" ? data : show(data), names);
  const message = `${shown === "" ? "This" : shown} is not one of ${names.join(", ")}`;
  return near === undefined ? { message } : { message, hint: `did you mean ${near}?` };
}

function range({ minimum = -Infinity, maximum = Infinity, unit }: Described): string {
  return `${minimum} to ${maximum}${unit === undefined ? "" : ` ${unit}`}`;
}

function title({ title: name = "The value" }: Described): string {
  return name;
}

/** A value in a message; "" for what is too large for one. */
function show(data: unknown): string {
  if (typeof data === "string") return quote(data);
  return typeof data === "number" || typeof data === "boolean" ? String(data) : "";
}
