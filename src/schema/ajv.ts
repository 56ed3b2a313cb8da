// Validators of the OCPP messages, made from the schemas by Ajv. Strict: what a charge point may
// nevertheless send is decided by whoever receives the violation, not here.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { fullFormats } from "ajv-formats/dist/formats.js";
import { isDateTime } from "./dateTime.ts";
import type { Action } from "./ocpp16.generated.ts";
import { type Kind, schemaOf, typesSchema } from "./ocpp16.ts";

/** First place where a payload breaks its schema. */
export interface Violation {
  /** Keyword of JSON Schema that is broken: `required`, `type`, `maxLength`, `enum`, … */
  readonly keyword: string;
  /** JSON pointer to the value that breaks it, `""` for the payload; only names of the schema and indices. */
  readonly instancePath: string;
  /** What the keyword demands; `additionalProperty` is a name that came from outside, of any length. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The demand in words, without text from outside. */
  readonly message: string;
}

/** Checks a parsed payload; undefined means that it fits. Never throws, whatever the payload. */
export type Validator = (payload: unknown) => Violation | undefined;

const ajv = new Ajv2020({
  allErrors: false, // a payload with a million errors must not cost a million objects
  strict: true,
  // 0.1 is no binary fraction: without a tolerance a third of all tenths is refused.
  multipleOfPrecision: 6,
  formats: { "date-time": isDateTime, uri: fullFormats.uri },
});
// Ajv looks references up with the namespace of the URN in lower case (RFC 8141 §3.1).
ajv.addSchema(typesSchema, "urn:ocpp:1.6:types");
const validators = new Map<string, Validator>();

/** Validator of a message; compiled when first asked for, then kept. */
export function validatorOf(action: Action, kind: Kind): Validator {
  const key = `${action} ${kind}`;
  let validator = validators.get(key);
  if (validator === undefined) {
    validator = toValidator(ajv.compile(schemaOf(action, kind)));
    validators.set(key, validator);
  }
  return validator;
}

function toValidator(validate: ValidateFunction): Validator {
  return (payload) => {
    if (validate(payload)) return undefined;
    const error = validate.errors?.[0];
    return {
      keyword: error?.keyword ?? "",
      instancePath: error?.instancePath ?? "",
      params: error?.params ?? {},
      message: error?.message ?? "",
    };
  };
}
