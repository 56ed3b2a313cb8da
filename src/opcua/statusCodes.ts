// THE TABLE OF OUTCOMES: by which status code and which sentence OPC UA tells what came of a command. Bad is only what concerns
// transport, arguments and rights (OPC 11030 §5). Names alone, so that the main thread can use it without loading the library.
import type { CommandOutcome, Payload } from "../twin/commands.ts";

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

/** The statuses by which a charge point says that a write has been done (OCPP 1.6 §7.22). */
const DONE: ReadonlySet<unknown> = new Set(["Accepted", "RebootRequired"]);

/**
 * The same for a write, which has no output to say `Rejected` in: it is Good only when the charge point has done it. It has no arguments
 * either: a value that breaks a rule is out of range (OPC 10000-4 §5.11.4.4).
 */
export function nameOfWrite(outcome: CommandOutcome): OutcomeName {
  if (outcome.kind === "invalid") return "BadOutOfRange";
  return isDone(outcome) ? names[outcome.kind] : "BadInvalidState";
}

function isDone(outcome: CommandOutcome): boolean {
  if (outcome.kind !== "answered") return true;
  const { status }: Payload = outcome.response;
  return status === undefined || DONE.has(status);
}

/** What went wrong, as a person reads it; empty when the charge point has answered and done it. */
export function textOfOutcome(outcome: CommandOutcome): string {
  switch (outcome.kind) {
    case "answered":
      return isDone(outcome) ? "" : `the charge point has answered ${String(outcome.response["status"])}`;
    case "callError":
      return `${outcome.code}: ${outcome.description}`;
    case "timedOut":
      return "it has been sent, but no answer came in time: what came of it is unknown";
    case "tooLarge":
      return `it has been sent, but what came then was longer than limits.maxFrameBytes, ${outcome.maxFrameBytes}, and not read: what came of it is unknown`;
    case "offline":
      return "the charge point is not connected; nothing has been sent";
    case "queueFull":
      return "too many commands wait for this charge point already; nothing has been sent";
    case "expired":
      return "it has waited too long behind other commands; nothing has been sent";
    case "invalid":
      return outcome.path === "" ? outcome.text : `${outcome.path}: ${outcome.text}`;
    case "malformed":
    case "unsupported":
    case "denied":
    case "unknown":
    case "conflict":
    case "exists":
      return outcome.text;
  }
}
