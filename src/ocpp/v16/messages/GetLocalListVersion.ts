// GetLocalListVersion (OCPP 1.6 §5.10): which version the local authorization list of the charge point has.
import type { OutgoingMessage } from "../message.ts";
import { isInt32 } from "../values.ts";

export const GetLocalListVersion: OutgoingMessage<"GetLocalListVersion"> = {
  answered: ({ response: { listVersion: version }, received }) =>
    isInt32(version) ? [{ type: "LocalListVersionReported", version, at: received, received }] : [],
};
