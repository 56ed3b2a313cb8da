// Heartbeat (OCPP 1.6 §4.6): a sign of life, answered with the time.
import type { IncomingMessage } from "../message.ts";
import { formatTime } from "../values.ts";

export const Heartbeat: IncomingMessage<"Heartbeat"> = {
  beforeAccepted: "ifSet",
  happen: (_request, { received }) => [{ type: "HeartbeatReceived", at: received, received }],
  reply: (_request, { received }) => ({ currentTime: formatTime(received) }),
};
