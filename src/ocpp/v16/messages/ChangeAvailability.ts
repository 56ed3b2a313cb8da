// ChangeAvailability (OCPP 1.6 §5.2): a connector, or with connector 0 all of the charge point, in or out of service.
import { LONGEST_WAIT_SECONDS, nameOf, statusEffect } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";

export const ChangeAvailability: OutgoingMessage<"ChangeAvailability"> = {
  answered: ({ request: { connectorId: connector, type: availability }, response: { status }, received }) =>
    status === "Accepted" || status === "Scheduled"
      ? [{ type: "AvailabilityCommanded", connector, availability, status, at: received, received }]
      : [],
  effect: (answered) => {
    const { connectorId, type } = answered.request;
    const { status } = answered.response;
    if (status !== "Accepted" && status !== "Scheduled") return undefined;
    const isOut = type === "Inoperative";
    const effect = statusEffect({
      awaited: `${nameOf(connectorId)} ${isOut ? "Unavailable" : "no longer Unavailable"}`,
      connectorId,
      isReached: (each) => (each === "Unavailable") === isOut,
      answered,
    });
    // Scheduled is after the running transaction, and nobody knows how long that takes.
    return status === "Scheduled" ? { ...effect, withinSeconds: LONGEST_WAIT_SECONDS } : effect;
  },
};
