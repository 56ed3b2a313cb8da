// THE TABLE OF OUTCOMES: by which status code and which sentence OPC UA tells what came of a command. Bad is only what concerns
// transport, arguments and rights (OPC 11030 §5). Names alone, so that the main thread can use it without loading the library.
import type { CommandOutcome } from "../twin/commands.ts";
import { isDone } from "../twin/outcomes.ts";

type Kind = CommandOutcome["kind"];

const names = {
  /** Whatever the charge point has answered: `Rejected` is an answer. */
  answered: "Good",
  callError: "BadUnexpectedError",
  malformed: "BadUnknownResponse",
  timedOut: "BadTimeout",
  tooLarge: "BadResponseTooLarge",
  offline: "BadNoCommunication",
  queueFull: "BadResourceUnavailable",
  expired: "BadResourceUnavailable",
  invalid: "BadInvalidArgument",
  unsupported: "BadNotSupported",
  denied: "BadUserAccessDenied",
  unknown: "BadNotFound",
  conflict: "BadInvalidState",
  exists: "BadEntryExists",
} as const satisfies Readonly<Record<Kind, string>>;

export type OutcomeName = (typeof names)[Kind] | "BadOutOfRange";

/** `Good`, or the name of the Bad code (OPC 10000-6 Annex A.2). */
export function nameOfOutcome({ kind }: CommandOutcome): OutcomeName {
  return names[kind];
}

/**
 * The same for a write, which has no output to say `Rejected` in: it is Good only when the charge point has done it. It has no arguments
 * either: a value that breaks a rule is out of range (OPC 10000-4 §5.11.4.4).
 */
export function nameOfWrite(outcome: CommandOutcome): OutcomeName {
  if (outcome.kind === "invalid") return "BadOutOfRange";
  return isDone(outcome) ? names[outcome.kind] : "BadInvalidState";
}
