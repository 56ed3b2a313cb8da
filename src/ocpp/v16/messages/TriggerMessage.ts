// TriggerMessage (OCPP 1.6 §5.17): the charge point is to send a message now.
import type { OutgoingMessage } from "../message.ts";
import { triggerEffect } from "../triggerEffect.ts";

export const TriggerMessage: OutgoingMessage<"TriggerMessage"> = {
  effect: ({ request: { requestedMessage, connectorId }, response: { status } }) =>
    status === "Accepted" ? triggerEffect(requestedMessage, connectorId) : undefined,
};
