// Reset (OCPP 1.6 §5.14): the charge point restarts, and then introduces itself anew.
import { isSince } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";

export const Reset: OutgoingMessage<"Reset"> = {
  effect: ({ response: { status } }) =>
    status === "Accepted"
      ? {
          awaited: "a BootNotification",
          seen: ({ identification }, since) =>
            isSince(identification, since) ? "BootNotification received" : undefined,
        }
      : undefined,
};
