// ChangeConfiguration (OCPP 1.6 §5.3): one configuration key gets another value.
import type { OutgoingMessage } from "../message.ts";

export const ChangeConfiguration: OutgoingMessage<"ChangeConfiguration"> = {
  answered: ({ request: { key, value }, response: { status }, received }) =>
    status === "Accepted" || status === "RebootRequired"
      ? [
          {
            type: "ConfigurationChanged",
            key,
            value,
            rebootRequired: status === "RebootRequired",
            at: received,
            received,
          },
        ]
      : [],
};
