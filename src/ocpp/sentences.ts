// The first place where a payload breaks its schema, as a person reads it: the field as a path, the rule as a sentence.
// It decides nothing and shows nothing of the payload but the name of a field that there is not.
import type { Violation } from "../schema/ajv.ts";

/** What is wrong with a payload. */
export interface Fault {
  /** `csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit`; empty for the payload as a whole. */
  readonly path: string;
  /** The rule that the field breaks: `must have at most 20 characters`. */
  readonly text: string;
}

const LONGEST_NAME = 50;

const typeInWords: Readonly<Record<string, string>> = {
  string: "must be a text",
  integer: "must be a whole number",
  number: "must be a number",
  boolean: "must be true or false",
  object: "must be a JSON object",
  array: "must be a list",
};

const formatInWords: Readonly<Record<string, string>> = {
  "date-time": "must be a time such as 2026-11-25T10:00:00Z (RFC 3339)",
  uri: "must be an address with its scheme, such as ftp://host/directory (RFC 3986)",
};

/** Path and rule of a violation. */
export function explain({ keyword, instancePath, params, message }: Violation): Fault {
  const path = placeOf(instancePath);
  const missing = params["missingProperty"];
  if (keyword === "required" && typeof missing === "string")
    return { path: path === "" ? missing : `${path}.${missing}`, text: "is missing" };
  return { path, text: ruleOf(keyword, params) ?? message };
}

/** `/meterValue/0/timestamp` as a reader writes it: `meterValue[0].timestamp`. */
export function placeOf(pointer: string): string {
  return pointer
    .slice(1)
    .replace(/\/(\d+)/g, "[$1]")
    .replaceAll("/", ".");
}

function ruleOf(keyword: string, params: Readonly<Record<string, unknown>>): string | undefined {
  const { additionalProperty, allowedValues, limit } = params;
  switch (keyword) {
    case "type":
      return typeInWords[String(params["type"])];
    case "enum":
      return Array.isArray(allowedValues) ? `must be one of ${allowedValues.join(", ")}` : undefined;
    case "additionalProperties":
      return `${JSON.stringify(String(additionalProperty).slice(0, LONGEST_NAME))} is no field of it`;
    case "maxLength":
      return `must have at most ${String(limit)} characters`;
    case "minItems":
      return `must have at least ${String(limit)} ${limit === 1 ? "element" : "elements"}`;
    case "multipleOf":
      return `must be in steps of ${String(params["multipleOf"])}`;
    case "minimum":
      return `must be ${String(limit)} or more`;
    case "maximum":
      return `must be ${String(limit)} or less`;
    case "format":
      return formatInWords[String(params["format"])];
    default:
      return undefined;
  }
}
