// What the executable's exit code says (sysexits.h where it has a name for it).
import type { CommandOutcome } from "../twin/commands.ts";

export const exitCodes = {
  ok: 0,
  /** Something went wrong that is neither usage nor configuration. */
  failed: 1,
  /** Wrong command line (EX_USAGE). */
  usage: 64,
  /** No bridge is running that could be asked (EX_UNAVAILABLE). */
  notRunning: 69,
  /** Asked, and what came of it is unknown (EX_IOERR). */
  unknownEnd: 74,
  /** Not done, but may work a little later (EX_TEMPFAIL). */
  tryAgain: 75,
  /** Not understood by the other side, or by us (EX_PROTOCOL). */
  protocol: 76,
  /** Not allowed (EX_NOPERM). */
  denied: 77,
  /** The settings are not usable (EX_CONFIG). */
  configuration: 78,
} as const;

/** By what came of a command; an answer with a status that is none of `acceptingStatuses` is `failed`. */
export const exitCodeOf: Readonly<Record<CommandOutcome["kind"], number>> = {
  answered: exitCodes.ok,
  /** 70, EX_SOFTWARE: the charge point has failed at it. */
  callError: 70,
  malformed: exitCodes.protocol,
  timedOut: exitCodes.unknownEnd,
  tooLarge: exitCodes.unknownEnd,
  /** 68, EX_NOHOST */
  offline: 68,
  queueFull: exitCodes.tryAgain,
  expired: exitCodes.tryAgain,
  /** 65, EX_DATAERR */
  invalid: 65,
  unsupported: exitCodes.usage,
  denied: exitCodes.denied,
  /** 67, EX_NOUSER: no such addressee. */
  unknown: 67,
  conflict: exitCodes.failed,
  exists: exitCodes.failed,
};

/** Whatever else stands in `status` is a refusal (OCPP 1.6 §7; Improved security §5). */
export const acceptingStatuses: ReadonlySet<unknown> = new Set([
  "Accepted",
  "AcceptedCanceled",
  "RebootRequired",
  "Scheduled",
  "Unlocked",
]);
