// What a command of the central system is answered with. One table in table.ts says which function carries out which action.
import type { Action, Requests, Responses } from "../../schema/ocpp16.generated.ts";
import type { ChargePointCore } from "../core.ts";

/** The answer, and what is to happen once it has been sent: the central system sees the answer before its effects. */
export interface Answer<A extends Action> {
  conf: Responses[A];
  effect?: () => void;
}

/** Carries out one action; the request has been checked against its schema. */
export type Handler<A extends Action> = (core: ChargePointCore, request: Requests[A]) => Answer<A>;
