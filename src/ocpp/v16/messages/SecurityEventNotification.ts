// SecurityEventNotification ("Improved security for OCPP 1.6-J" §5): something that matters for security; kept as it came.
import type { IncomingMessage } from "../message.ts";
import { stampOf } from "../values.ts";

export const SecurityEventNotification: IncomingMessage<"SecurityEventNotification"> = {
  happen: ({ timestamp }, { payload, received }) => [
    { type: "Noted", topic: "securityEvent", text: payload, ...stampOf(timestamp, received) },
  ],
  reply: () => ({}),
};
