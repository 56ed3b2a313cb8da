// The status codes of the table of outcomes (statusCodes.ts) as the library's own values.
import { StatusCodes, type StatusCode } from "node-opcua";
import type { CommandOutcome } from "../twin/commands.ts";
import { nameOfOutcome, nameOfWrite } from "./statusCodes.ts";

/** The result of a method call. */
export function statusOfOutcome(outcome: CommandOutcome): StatusCode {
  return StatusCodes[nameOfOutcome(outcome)];
}

/** The result of a write. */
export function statusOfWrite(outcome: CommandOutcome): StatusCode {
  return StatusCodes[nameOfWrite(outcome)];
}
