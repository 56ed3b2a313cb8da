// RemoteStartTransaction (OCPP 1.6 §5.11): the charge point is to start a transaction. Accepted means that it will try.
import type { Effect } from "../../../twin/commands.ts";
import type { Twin } from "../../../twin/twin.ts";
import { isSince, LONGEST_WAIT_SECONDS } from "../effects.ts";
import type { Answered, OutgoingMessage } from "../message.ts";
import { profileInstalled } from "../profileInstalled.ts";

export const RemoteStartTransaction: OutgoingMessage<"RemoteStartTransaction"> = {
  answered: ({ request: { connectorId, chargingProfile }, response: { status }, ...rest }) =>
    // Without a connector the charge point chooses one, and nobody knows yet which will have the profile.
    status === "Accepted" && connectorId !== undefined && chargingProfile !== undefined
      ? profileInstalled(connectorId, chargingProfile, rest)
      : [],
  effect: (answered) => (answered.response.status === "Accepted" ? startEffect(answered) : undefined),
};

function startEffect({ request: { connectorId, idTag }, twin }: Answered<"RemoteStartTransaction">): Effect {
  const where = connectorId === undefined ? "" : ` on connector ${connectorId}`;
  return {
    awaited: `a transaction of ${idTag}${where}`,
    ...plugInTime(twin),
    seen: ({ connectors }, since) => {
      for (const { id, transaction } of connectors.values()) {
        const isPlace = connectorId === undefined || connectorId === id;
        if (!isPlace || transaction === undefined || !isSince(transaction.start, since)) continue;
        // OCPP 1.6 §7.28: an IdToken takes no notice of case.
        if (transaction.idTag.toLowerCase() === idTag.toLowerCase())
          return `transaction ${transaction.transactionId} started on connector ${id}`;
      }
      return undefined;
    },
  };
}

/** What the charge point may take beyond its own time limit. */
const MARGIN_SECONDS = 30;

/** OCPP 1.6 §9.1.6: so long the charge point waits for the vehicle to be plugged in. */
function plugInTime({ configuration }: Twin): Pick<Effect, "withinSeconds"> {
  const seconds = Number(configuration?.get("connectiontimeout")?.value);
  return seconds > 0 ? { withinSeconds: Math.min(seconds + MARGIN_SECONDS, LONGEST_WAIT_SECONDS) } : {};
}
