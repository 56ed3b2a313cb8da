// RemoteStopTransaction (OCPP 1.6 §5.12): the charge point is to stop a transaction.
import { isSince } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";

export const RemoteStopTransaction: OutgoingMessage<"RemoteStopTransaction"> = {
  effect: ({ request: { transactionId }, response: { status }, twin, sent }) => {
    const connectors = [...twin.connectors.values()];
    const connector = connectors.find(({ transaction }) => transaction?.transactionId === transactionId);
    // Of a transaction that we do not know, or that had ended before, nothing will be seen.
    if (status !== "Accepted" || connector === undefined) return undefined;
    const stop = connector.transaction?.stop;
    if (stop !== undefined && !isSince(stop, sent)) return undefined;
    return {
      awaited: `the end of transaction ${transactionId}`,
      seen: (after, since) => {
        const now = after.connectors.get(connector.id)?.transaction;
        if (now === undefined) return undefined;
        if (now.transactionId !== transactionId)
          return isSince(now.start, since) ? `transaction ${now.transactionId} has taken its place` : undefined;
        return isSince(now.stop, since) ? `transaction ${transactionId} ended (${now.stop.reason})` : undefined;
      },
    };
  },
};
