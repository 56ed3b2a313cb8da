// ExtendedTriggerMessage ("Improved security for OCPP 1.6-J" §5): the charge point is to send a message now.
import type { OutgoingMessage } from "../message.ts";
import { triggerEffect } from "../triggerEffect.ts";

export const ExtendedTriggerMessage: OutgoingMessage<"ExtendedTriggerMessage"> = {
  effect: ({ request: { requestedMessage, connectorId }, response: { status } }) =>
    status === "Accepted" ? triggerEffect(requestedMessage, connectorId) : undefined,
};
