// Checks a request of ours before it is sent: against the schema of its action, then against the rules that no schema can say.
import { validatorOf } from "../schema/ajv.ts";
import type { Requests } from "../schema/ocpp16.generated.ts";
import { explain, type Fault } from "./sentences.ts";
import { isOutgoingAction, type OutgoingAction } from "./v16/message.ts";
import { breachOf } from "./v16/requestRules.ts";

/**
 * What is wrong with a request; undefined when it may be sent. `null` counts as `{}`. An action that OCPP 1.6 does not know has no
 * schema and no rules.
 */
export function checkRequest(action: string, payload: unknown): Fault | undefined {
  if (!isOutgoingAction(action)) return undefined;
  const request = payload ?? {};
  const violation = validatorOf(action, "request")(request);
  if (violation !== undefined) return explain(violation);
  // The schema of the action has just shown that the request has this type.
  return breachOf(action, request as Requests[OutgoingAction]);
}
