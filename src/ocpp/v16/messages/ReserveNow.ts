// ReserveNow (OCPP 1.6 §5.13): a connector is held for an id tag until a time.
import { parseTimestamp } from "../../../twin/timestamps.ts";
import { statusEffect } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";
import { isInt32 } from "../values.ts";

export const ReserveNow: OutgoingMessage<"ReserveNow"> = {
  answered: ({ request, response: { status }, received }) => {
    const { connectorId: connector, reservationId, idTag, parentIdTag, expiryDate } = request;
    if (status !== "Accepted" || !isInt32(reservationId)) return [];
    const expiry = parseTimestamp(expiryDate) ?? received;
    return [
      {
        type: "Reserved",
        connector,
        reservationId,
        idTag,
        expiry,
        at: received,
        received,
        ...(parentIdTag !== undefined && { parentIdTag }),
      },
    ];
  },
  effect: (answered) => {
    const { connectorId } = answered.request;
    // §5.13: for connector 0 the charge point keeps any one free, so none becomes Reserved.
    if (answered.response.status !== "Accepted" || connectorId === 0) return undefined;
    const awaited = `connector ${connectorId} Reserved`;
    return statusEffect({ awaited, connectorId, isReached: (status) => status === "Reserved", answered });
  },
};
