// SignedFirmwareStatusNotification ("Improved security for OCPP 1.6-J" §5): how far an update of signed firmware is.
import type { IncomingMessage } from "../message.ts";

export const SignedFirmwareStatusNotification: IncomingMessage<"SignedFirmwareStatusNotification"> = {
  happen: ({ status: text }, { received }) => [
    { type: "Noted", topic: "signedFirmware", text, at: received, received },
  ],
  reply: () => ({}),
};
