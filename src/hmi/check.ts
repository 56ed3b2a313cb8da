// Whether what a browser has sent fits its schema, and the place and sentence where it does not.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { JsonSchema } from "./endpoint.ts";
import type { Refusal } from "./shapes.ts";

const options = { strict: true, discriminator: true, allowUnionTypes: true } as const;
const ofBodies = new Ajv2020(options);
/** In a query everything is text. */
const ofQueries = new Ajv2020({ ...options, coerceTypes: true });

export type Check = () => ValidateFunction;

/** Made when it is first asked for. */
export function checkOf(schema: JsonSchema, isQuery = false): Check {
  let check: ValidateFunction | undefined;
  return () => (check ??= (isQuery ? ofQueries : ofBodies).compile(schema));
}

/** The first place that breaks the schema; undefined where it fits. */
export function faultIn(check: ValidateFunction, value: unknown): Refusal | undefined {
  if (check(value)) return infiniteIn(value);
  const { instancePath = "", message = "is not as it should be", params = {}, keyword } = check.errors?.[0] ?? {};
  const at = instancePath.slice(0, 100);
  const allowed = keyword === "enum" ? `: ${JSON.stringify(params["allowedValues"])}` : "";
  const extra =
    keyword === "additionalProperties" ? `: ${JSON.stringify(params["additionalProperty"]).slice(0, 60)}` : "";
  return { error: `${at === "" ? "it" : at} ${message}${allowed}${extra}`, at };
}

/** In a query `1e999` becomes a number that no bound of a schema applies to. */
function infiniteIn(value: unknown): Refusal | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found = Object.entries(value).find(([, part]) => typeof part === "number" && !Number.isFinite(part));
  return found === undefined ? undefined : { error: `/${found[0]} must be a finite number`, at: `/${found[0]}` };
}
