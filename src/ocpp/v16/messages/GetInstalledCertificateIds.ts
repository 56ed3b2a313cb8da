// GetInstalledCertificateIds ("Improved security for OCPP 1.6-J" §5): which root certificates are there; kept as JSON.
import type { OutgoingMessage } from "../message.ts";
import { keptText } from "../values.ts";

export const GetInstalledCertificateIds: OutgoingMessage<"GetInstalledCertificateIds"> = {
  answered: ({ request: { certificateType }, response, received, ...rest }) => {
    const text = keptText(JSON.stringify({ certificateType, ...response }), rest);
    return [{ type: "Noted", topic: "installedCertificates", text, at: received, received }];
  },
};
