// What a charge point shows when it does what it has agreed to: a status, a notification. Pure; only times of receipt are compared,
// for the charge point's clock may be wrong.
import type { EpochMs } from "../../std/clock.ts";
import type { Effect } from "../../twin/commands.ts";
import type { Stamp, Status, Twin } from "../../twin/twin.ts";
import type { Answered, OutgoingAction } from "./message.ts";

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
  /** The twin when the answer came, and when the command was sent. */
  readonly answered: Pick<Answered<OutgoingAction>, "twin" | "sent">;
}

/** A status that a connector takes; nothing is awaited where it has had it before, for what has not changed is not reported again. */
export function statusEffect({ awaited, connectorId, isReached, answered }: StatusWanted): Effect {
  const hasReached = (status: Status | undefined): status is Status => status !== undefined && isReached(status.status);
  const beforeAt = (id: number): string | undefined => {
    const status = statusOf(answered.twin, id);
    return hasReached(status) && status.received < answered.sent
      ? `${nameOf(id)} was ${status.status} before`
      : undefined;
  };
  const seenAt = (twin: Twin, id: number, since: EpochMs): string | undefined => {
    const status = statusOf(twin, id);
    return hasReached(status) && isSince(status, since) ? `${nameOf(id)} is ${status.status}` : undefined;
  };
  const before = connectorId === 0 ? beforeAtAll(answered.twin, beforeAt) : beforeAt(connectorId);
  return {
    awaited,
    ...(before !== undefined && { before }),
    seen: (twin, since) => {
      const own = seenAt(twin, connectorId, since);
      if (own !== undefined || connectorId !== 0) return own;
      const seen = [...twin.connectors.keys()].map((id) => seenAt(twin, id, since));
      const isNew = seen.some((text) => text !== undefined);
      // Those that were so before, and are, have nothing to report.
      const still = (id: number) => (hasReached(statusOf(twin, id)) ? beforeAt(id) : undefined);
      return isNew ? textOfAll([...twin.connectors.keys()].map((id, index) => seen[index] ?? still(id))) : undefined;
    },
  };
}

/** The charge point as a whole: its connectors, and its own status where it has told one. */
function beforeAtAll(twin: Twin, beforeAt: (id: number) => string | undefined): string | undefined {
  const own = twin.status === undefined ? [] : [0];
  return textOfAll([...own, ...twin.connectors.keys()].map(beforeAt));
}

function textOfAll(texts: readonly (string | undefined)[]): string | undefined {
  return texts.length === 0 || texts.includes(undefined) ? undefined : texts.join(", ");
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
