// DiagnosticsStatusNotification (OCPP 1.6 §4.4): how far an upload of diagnostics is.
import type { IncomingMessage } from "../message.ts";

export const DiagnosticsStatusNotification: IncomingMessage<"DiagnosticsStatusNotification"> = {
  happen: ({ status: text }, { received }) => [{ type: "Noted", topic: "diagnostics", text, at: received, received }],
  reply: () => ({}),
};
