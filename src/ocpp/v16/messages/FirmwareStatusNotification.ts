// FirmwareStatusNotification (OCPP 1.6 §4.5): how far an update of the firmware is.
import type { IncomingMessage } from "../message.ts";

export const FirmwareStatusNotification: IncomingMessage<"FirmwareStatusNotification"> = {
  happen: ({ status: text }, { received }) => [{ type: "Noted", topic: "firmware", text, at: received, received }],
  reply: () => ({}),
};
