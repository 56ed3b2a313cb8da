// CancelReservation (OCPP 1.6 §5.1): a reservation is withdrawn.
import { statusEffect } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";

export const CancelReservation: OutgoingMessage<"CancelReservation"> = {
  answered: ({ request: { reservationId }, response: { status }, received }) =>
    status === "Accepted" ? [{ type: "ReservationCancelled", reservationId, at: received, received }] : [],
  effect: (answered) => {
    const { reservationId } = answered.request;
    const connectors = [...answered.twin.connectors.values()];
    const connectorId = connectors.find(({ reservation }) => reservation?.reservationId === reservationId)?.id;
    // §5.13: a reservation of connector 0 holds no particular connector, so its end shows nowhere.
    if (answered.response.status !== "Accepted" || connectorId === undefined) return undefined;
    const awaited = `connector ${connectorId} no longer Reserved`;
    return statusEffect({ awaited, connectorId, isReached: (status) => status !== "Reserved", answered });
  },
};
