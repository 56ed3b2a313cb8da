// SendLocalList (OCPP 1.6 §5.15): the local authorization list of the charge point is replaced or changed.
import type { OutgoingMessage } from "../message.ts";
import { isInt32 } from "../values.ts";

export const SendLocalList: OutgoingMessage<"SendLocalList"> = {
  answered: ({ request: { listVersion: version, updateType }, response: { status }, received }) =>
    isInt32(version) ? [{ type: "LocalListSent", version, updateType, status, at: received, received }] : [],
};
