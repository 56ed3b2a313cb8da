// The one table of CALLERROR codes (OCPP-J 1.6 §4.2.3), in its spelling: `FormationViolation`, `OccurenceConstraintViolation`.
import type { CallError } from "./door.ts";

/** Code and what it says. */
export const callErrors = {
  NotImplemented: "Requested action is not known by receiver",
  NotSupported: "Requested action is recognized but not supported by the receiver",
  InternalError: "The receiver could not process the requested action",
  ProtocolError: "Payload for action is incomplete",
  SecurityError: "A security issue kept the receiver from processing the requested action",
  FormationViolation: "Payload is syntactically incorrect or does not have the form of the action",
  PropertyConstraintViolation: "At least one field contains an invalid value",
  OccurenceConstraintViolation: "At least one field is missing or occurs too often or too rarely",
  TypeConstraintViolation: "At least one field has a value of the wrong type",
  GenericError: "Any other error",
} as const;

export type CallErrorCode = keyof typeof callErrors;

/** The code for each keyword of JSON Schema that a request can break. */
const codeOfKeyword: Readonly<Record<string, CallErrorCode>> = {
  required: "OccurenceConstraintViolation",
  minItems: "OccurenceConstraintViolation",
  maxItems: "OccurenceConstraintViolation",
  type: "TypeConstraintViolation",
  additionalProperties: "FormationViolation",
  enum: "PropertyConstraintViolation",
  format: "PropertyConstraintViolation",
  maxLength: "PropertyConstraintViolation",
  minLength: "PropertyConstraintViolation",
  minimum: "PropertyConstraintViolation",
  maximum: "PropertyConstraintViolation",
  multipleOf: "PropertyConstraintViolation",
};

/** The code for a broken keyword at a place; the payload as a whole must be an object to have the form of any action. */
export function codeOf(keyword: string, place: string): CallErrorCode {
  if (keyword === "type" && place === "") return "FormationViolation";
  return codeOfKeyword[keyword] ?? "GenericError";
}

/** A CALLERROR that names the place: `StatusNotification.req connectorId: is missing`. */
export function callError(
  code: CallErrorCode,
  description: string,
  details: Readonly<Record<string, unknown>> = {},
): CallError {
  return { kind: "error", code, description, details };
}
