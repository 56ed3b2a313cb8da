// LogStatusNotification ("Improved security for OCPP 1.6-J" §5): how far an upload of a log is.
import type { IncomingMessage } from "../message.ts";

export const LogStatusNotification: IncomingMessage<"LogStatusNotification"> = {
  happen: ({ status: text }, { received }) => [{ type: "Noted", topic: "log", text, at: received, received }],
  reply: () => ({}),
};
