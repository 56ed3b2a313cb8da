// SecurityEventNotification ("Improved security for OCPP 1.6-J" §5): something that matters for security; kept as it came.
import type { IncomingMessage } from "../message.ts";
import { keptText, stampOf } from "../values.ts";

export const SecurityEventNotification: IncomingMessage<"SecurityEventNotification"> = {
  happen: ({ timestamp }, moment) => {
    const text = keptText(moment.payload, moment);
    return [{ type: "Noted", topic: "securityEvent", text, ...stampOf(timestamp, moment.received) }];
  },
  reply: () => ({}),
};
