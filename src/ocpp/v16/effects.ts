// What a charge point shows when it does what it has agreed to: a status, a notification. Pure; only times of receipt are compared,
// for the charge point's clock may be wrong.
import type { EpochMs } from "../../std/clock.ts";
import type { Effect } from "../../twin/commands.ts";
import type { Stamp, Status, Twin } from "../../twin/twin.ts";

/** Nothing is awaited for longer: what comes a week later has other reasons. */
export const LONGEST_WAIT_SECONDS = 7 * 86_400;
/** What a charge point may take when the time has come. */
const MARGIN_SECONDS = 300;

/** Whether it came after the command was sent. On a fast link command and effect can share a millisecond. */
export function isSince<Known extends Stamp>(known: Known | undefined, since: EpochMs): known is Known {
  return known !== undefined && known.received >= since;
}

/** How long something may take that begins at `start`; nothing when it begins at once. */
export function waitUntil(start: EpochMs | undefined, now: EpochMs): Pick<Effect, "withinSeconds"> {
  if (start === undefined || start <= now) return {};
  return { withinSeconds: Math.min(Math.ceil((start - now) / 1000) + MARGIN_SECONDS, LONGEST_WAIT_SECONDS) };
}

export interface StatusWanted {
  readonly awaited: string;
  /** 0 is the charge point, which shows it by its own status or by that of all its connectors. */
  readonly connectorId: number;
  readonly isReached: (status: string) => boolean;
  /** The twin when the answer came: a charge point does not report again what it has been all the time. */
  readonly twin: Twin;
}

/** A status that a connector takes, or has already. */
export function statusEffect({ awaited, connectorId, isReached, twin: answered }: StatusWanted): Effect {
  const seenAt = (twin: Twin, id: number, since: EpochMs): string | undefined => {
    const status = statusOf(twin, id);
    if (status === undefined || !isReached(status.status)) return undefined;
    const before = statusOf(answered, id);
    const wasReached = before !== undefined && isReached(before.status);
    if (!isSince(status, since) && !wasReached) return undefined;
    return `${nameOf(id)} is ${status.status}`;
  };
  return {
    awaited,
    seen: (twin, since) => {
      const own = seenAt(twin, connectorId, since);
      if (own !== undefined || connectorId !== 0) return own;
      const each = [...twin.connectors.keys()].map((id) => seenAt(twin, id, since));
      return each.length > 0 && !each.includes(undefined) ? each.join(", ") : undefined;
    },
  };
}

/** A message of the charge point; `noticeOf` finds in the twin what it leaves there. */
export function noticeEffect(
  message: string,
  noticeOf: (twin: Twin) => (Stamp & { readonly text?: string }) | undefined,
): Effect {
  return {
    awaited: `a ${message}`,
    seen: (twin, since) => {
      const notice = noticeOf(twin);
      if (!isSince(notice, since)) return undefined;
      return notice.text === undefined ? `${message} received` : `${message}: ${notice.text}`;
    },
  };
}

/** `connector 1`, or `the charge point`. */
export function nameOf(connectorId: number): string {
  return connectorId === 0 ? "the charge point" : `connector ${connectorId}`;
}

function statusOf(twin: Twin, connectorId: number): Status | undefined {
  return connectorId === 0 ? twin.status : twin.connectors.get(connectorId)?.status;
}
