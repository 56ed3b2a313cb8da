// What came of a command, in words for whoever has wanted it. Pure.
import type { CommandOutcome, Payload } from "./commands.ts";

/** The statuses by which a charge point says that a write has been done (OCPP 1.6 §7.22). */
const DONE: ReadonlySet<unknown> = new Set(["Accepted", "RebootRequired"]);

/** Whether the charge point has answered that it has done it, or the answer has no status; of what was not answered true. */
export function isDone(outcome: CommandOutcome): boolean {
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
