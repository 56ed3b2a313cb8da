// The status codes of the table of outcomes (statusCodes.ts) as the library's own values.
import { StatusCodes, type StatusCode } from "node-opcua";
import type { CommandOutcome } from "../twin/commands.ts";
import type { Crowded } from "./callsInFlight.ts";
import { nameOfOutcome, nameOfWrite } from "./statusCodes.ts";

/** The result of a call or a write for which there is no room. */
export const statusOfCrowding: Readonly<Record<Crowded, StatusCode>> = {
  session: StatusCodes.BadTooManyOperations,
  server: StatusCodes.BadResourceUnavailable,
};

/** The result of a method call. */
export function statusOfOutcome(outcome: CommandOutcome): StatusCode {
  return StatusCodes[nameOfOutcome(outcome)];
}

/** The result of a write. */
export function statusOfWrite(outcome: CommandOutcome): StatusCode {
  return StatusCodes[nameOfWrite(outcome)];
}
