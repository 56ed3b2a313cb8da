// UnlockConnector (OCPP 1.6 §5.18): the plug is released; a transaction that runs ends first.
import { isSince, statusEffect } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";

export const UnlockConnector: OutgoingMessage<"UnlockConnector"> = {
  effect: ({ request: { connectorId }, response: { status }, twin }) => {
    if (status !== "Unlocked") return undefined;
    const awaited = `connector ${connectorId} Available or Finishing, or the end of its transaction`;
    const isReached = (each: string): boolean => each === "Available" || each === "Finishing";
    const free = statusEffect({ awaited, connectorId, isReached, twin });
    return {
      awaited,
      seen: (after, since) => {
        const stop = after.connectors.get(connectorId)?.transaction?.stop;
        return isSince(stop, since)
          ? `transaction ${stop.transactionId} ended (${stop.reason})`
          : free.seen(after, since);
      },
    };
  },
};
