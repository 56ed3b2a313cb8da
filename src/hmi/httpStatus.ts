// THE TABLE OF OUTCOMES: by which HTTP status a command is answered (RFC 9110 §15).
import type { CommandOutcome } from "../twin/commands.ts";

const statuses = {
  /** Whatever the charge point has answered: `Rejected` is an answer. */
  answered: 200,
  callError: 502,
  malformed: 502,
  tooLarge: 502,
  timedOut: 504,
  offline: 503,
  queueFull: 503,
  expired: 503,
  invalid: 422,
  unsupported: 422,
  denied: 403,
  unknown: 404,
  conflict: 409,
  exists: 409,
} as const satisfies Readonly<Record<CommandOutcome["kind"], number>>;

export function statusOf({ kind }: CommandOutcome): number {
  return statuses[kind];
}
