// Checks what a charge point sends, calls and responses, against the schema of its action. Strict: the first violation refuses it.
// Tolerant: what is usable is kept, every deviation is reported. What fits costs one run of the compiled schema.
import { validatorOf, type Validator, type Violation } from "../schema/ajv.ts";
import { actionsFromChargePoint } from "../schema/ocpp16.generated.ts";
import { isAction } from "../schema/ocpp16.ts";
import type { Payload } from "../twin/commands.ts";
import type { Call, CallError } from "./door.ts";
import { callError, codeOf } from "./errors.ts";
import { repair } from "./repair.ts";
import { explain, placeOf } from "./sentences.ts";
import { isOutgoingAction, type IncomingAction, type IncomingRequest } from "./v16/message.ts";

export type Validation = "tolerant" | "strict";

/** A call with a request that can be handled; `action` tells the type of `request`. */
export type CheckedCall = {
  readonly [A in IncomingAction]: {
    readonly kind: "request";
    readonly action: A;
    readonly request: IncomingRequest<A>;
    /** `place: sentence` for each deviation that was tolerated; mostly empty. */
    readonly violations: readonly string[];
  };
}[IncomingAction];

/** A response that can be used, or why it cannot: the place and the rule. */
export type CheckedResponse =
  | {
      readonly response: Payload;
      /** `place: sentence` for each deviation that was tolerated; mostly empty. */
      readonly violations: readonly string[];
    }
  | { readonly malformed: string };

const validators = new Map<string, Validator>(
  actionsFromChargePoint.map((action) => [action, validatorOf(action, "request")]),
);
const none: readonly string[] = [];

/** What these ask about is the id tag: without one there is nothing to decide. */
const aboutIdTag: ReadonlySet<IncomingAction> = new Set(["Authorize", "StartTransaction"]);

/** The request of a call, or the CALLERROR that it gets. */
export function checkCall(call: Call, validation: Validation): CheckedCall | CallError {
  const { action, payload, deviation } = call;
  const validator = validators.get(action);
  if (validator === undefined) return refuseAction(action);
  const violation = validator(payload);
  if (violation === undefined && deviation === undefined) return checked(action as IncomingAction, payload, none);
  if (validation === "strict")
    return violation === undefined
      ? callError("FormationViolation", `${action}.req: ${deviation}`)
      : refuseViolation(action, violation);
  return tolerate(call, action as IncomingAction, violation !== undefined);
}

/**
 * The response to a call of ours. Tolerant: an unknown code stays a text, a text that is too long stays, what is optional and
 * cannot be used is dropped; malformed is only what lacks a required field. An action that OCPP does not know has no schema, so that
 * any object will do.
 */
export function checkResponse(action: string, payload: unknown, validation: Validation): CheckedResponse {
  // OCPP-J 1.6 §4.2: an empty payload may be written as null.
  const response = payload ?? {};
  const name = `${action.slice(0, 50)}.conf`;
  if (!isOutgoingAction(action))
    return typeof response === "object" && !Array.isArray(response)
      ? { response: response as Payload, violations: none }
      : { malformed: `${name}: must be a JSON object` };
  const violation = validatorOf(action, "response")(response);
  if (violation === undefined) return { response: response as Payload, violations: none };
  if (validation === "strict") {
    const { path, text } = explain(violation);
    return { malformed: sentence(name, path, text) };
  }
  const repaired = repair(action, "response", response);
  return repaired.kind === "unusable"
    ? { malformed: sentence(name, repaired.place, repaired.demand) }
    : { response: repaired.payload, violations: repaired.violations };
}

function tolerate(call: Call, action: IncomingAction, isBroken: boolean): CheckedCall | CallError {
  const deviations = call.deviation === undefined ? [] : [call.deviation];
  if (!isBroken) return checked(action, call.payload, deviations);
  const repaired = repair(action, "request", call.payload);
  if (repaired.kind === "unusable") {
    const { place, keyword, demand } = repaired;
    return refusal(action, place, keyword, demand);
  }
  return checked(action, repaired.payload, [...deviations, ...repaired.violations]);
}

function checked(action: IncomingAction, request: unknown, violations: readonly string[]): CheckedCall | CallError {
  // The schema lets the empty text through, but it names nobody: it is as good as missing.
  if (aboutIdTag.has(action) && (request as { idTag: string }).idTag.trim() === "")
    return refusal(action, "idTag", "required", "is empty");
  // The schema of the action, or the repair along it, has just shown that the request has this type.
  return { kind: "request", action, request, violations } as CheckedCall;
}

function refuseAction(action: string): CallError {
  const name = action.slice(0, 50);
  return isAction(action)
    ? callError("NotSupported", `${name} is sent by the central system, not by a charge point`)
    : callError("NotImplemented", `${name} is no action of OCPP 1.6`);
}

function refuseViolation(action: string, violation: Violation): CallError {
  const { keyword, instancePath, message, params } = violation;
  return refusal(action, placeOf(instancePath), keyword, demandOf(message, params));
}

function refusal(action: string, place: string, keyword: string, demand: string): CallError {
  return callError(codeOf(keyword, place), sentence(`${action}.req`, place, demand), { action, place, keyword });
}

function sentence(message: string, place: string, demand: string): string {
  return place === "" ? `${message}: ${demand}` : `${message} ${place}: ${demand}`;
}

function demandOf(message: string, params: Readonly<Record<string, unknown>>): string {
  const { additionalProperty, allowedValues } = params;
  if (typeof additionalProperty === "string")
    return `${JSON.stringify(additionalProperty.slice(0, 50))} is no field of it`;
  if (Array.isArray(allowedValues)) return `must be one of ${allowedValues.join(", ")}`;
  return message;
}
