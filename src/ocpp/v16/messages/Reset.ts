// Reset (OCPP 1.6 §5.14): the charge point restarts, and then introduces itself anew.
import { isSince } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";

export const Reset: OutgoingMessage<"Reset"> = {
  effect: ({ response: { status }, twin, received }) =>
    status === "Accepted"
      ? {
          awaited: "a BootNotification",
          // It restarts after it has answered: one that came before, also while the command was on its way, has another reason.
          seen: ({ identification }) =>
            isSince(identification, received) && identification !== twin.identification
              ? "BootNotification received"
              : undefined,
        }
      : undefined,
};
