// Which CALLERROR says which rule of the schemas a message breaks, pinned to the codes of OCPP-J 1.6 §4.2.3 in the spelling of 1.6.
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { callErrors, codeOf } from "../../src/ocpp/errors.ts";

/** Of OCPP-J 1.6 §4.2.3, letter by letter: two of them are misspelt there, and a later version spells them otherwise. */
const CODES = [
  "NotImplemented",
  "NotSupported",
  "InternalError",
  "ProtocolError",
  "SecurityError",
  "FormationViolation",
  "PropertyConstraintViolation",
  "OccurenceConstraintViolation",
  "TypeConstraintViolation",
  "GenericError",
];

test("behaviour 24: the codes are those of OCPP-J 1.6, and no others", () => {
  expect(Object.keys(callErrors)).toEqual(CODES);
});

describe("a message that breaks", () => {
  test.each([
    // "Payload for Action is syntactically correct but at least one of the fields violates occurrence constraints"
    ["required", "", "OccurenceConstraintViolation"],
    ["required", "meterValue[0]", "OccurenceConstraintViolation"],
    ["minItems", "meterValue", "OccurenceConstraintViolation"],
    ["maxItems", "localAuthorizationList", "OccurenceConstraintViolation"],
    // … "violates data type constraints"
    ["type", "connectorId", "TypeConstraintViolation"],
    // A payload that is no object at all, or has fields of another one, does not have the form of the action.
    ["type", "", "FormationViolation"],
    ["additionalProperties", "", "FormationViolation"],
    // … "at least one field contains an invalid value"
    ["enum", "status", "PropertyConstraintViolation"],
    ["format", "timestamp", "PropertyConstraintViolation"],
    ["maxLength", "idTag", "PropertyConstraintViolation"],
    ["minLength", "idTag", "PropertyConstraintViolation"],
    ["minimum", "duration", "PropertyConstraintViolation"],
    ["maximum", "duration", "PropertyConstraintViolation"],
    ["multipleOf", "limit", "PropertyConstraintViolation"],
    // Not in the list of rules.
    ["pattern", "idTag", "GenericError"],
  ])("%s at %j is told so by %s", (keyword, place, code) => expect(codeOf(keyword, place)).toBe(code));
});

test("every rule that our schemas have is one of the list", () => {
  const folder = new URL("../../schemas/ocpp1.6/", import.meta.url);
  const rules = new Set<string>();
  const schemas = readdirSync(folder).filter((file) => file !== "annotations.json");
  for (const file of schemas) gather(JSON.parse(readFileSync(new URL(file, folder), "utf8")), rules);
  expect(rules.size).toBeGreaterThan(5);
  expect([...rules].filter((keyword) => codeOf(keyword, "x") === "GenericError")).toEqual([]);
});

/** What describes, names or holds other schemas is no rule that a value can break. */
const TEXTS = new Set(["$schema", "$id", "$ref", "title", "description"]);
const SCHEMAS_BY_NAME = new Set(["properties", "$defs"]);

function gather(schema: unknown, rules: Set<string>): void {
  for (const [keyword, value] of Object.entries(schema as object)) {
    if (SCHEMAS_BY_NAME.has(keyword)) for (const named of Object.values(value as object)) gather(named, rules);
    else if (keyword === "items") gather(value, rules);
    else if (!TEXTS.has(keyword)) rules.add(keyword);
  }
}
