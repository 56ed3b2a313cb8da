// UnlockConnector (OCPP 1.6 §5.18): the plug is released; a transaction that runs ends first.
import type { Effect } from "../../../twin/commands.ts";
import { isSince, nameOf, statusEffect } from "../effects.ts";
import type { Answered, OutgoingMessage } from "../message.ts";

export const UnlockConnector: OutgoingMessage<"UnlockConnector"> = {
  // No status of OCPP 1.6 shows a lock: that it is open only the answer says.
  effect: (answered) => (answered.response.status === "Unlocked" ? freeEffect(answered) : undefined),
};

const isFree = (status: string): boolean => status === "Available" || status === "Finishing";
/** Somebody has plugged in, so that it may become free now. */
const OCCUPIED: ReadonlySet<string> = new Set(["Preparing", "Charging", "SuspendedEV", "SuspendedEVSE"]);

function freeEffect(answered: Answered<"UnlockConnector">): Effect | undefined {
  const { request, twin, sent } = answered;
  const { connectorId } = request;
  const name = nameOf(connectorId);
  const { status, transaction } = twin.connectors.get(connectorId) ?? {};
  const free = statusEffect({ awaited: `${name} Available or Finishing`, connectorId, isReached: isFree, answered });
  if (transaction !== undefined && (transaction.active || isSince(transaction.stop, sent)))
    return {
      awaited: `the end of the transaction on ${name}`,
      seen: (after, since) => {
        const stop = after.connectors.get(connectorId)?.transaction?.stop;
        return isSince(stop, since)
          ? `transaction ${stop.transactionId} ended (${stop.reason})`
          : free.seen(after, since);
      },
    };
  if (free.before !== undefined) return free;
  // Whether it becomes free is for whoever has plugged in.
  const isOccupied = status !== undefined && (status.received >= sent || OCCUPIED.has(status.status));
  return isOccupied ? { ...free, isOptional: true } : undefined;
}
