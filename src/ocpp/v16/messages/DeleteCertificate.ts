// DeleteCertificate ("Improved security for OCPP 1.6-J" §5): an installed certificate is removed.
import { outdatedCertificates } from "../installedCertificates.ts";
import type { OutgoingMessage } from "../message.ts";

export const DeleteCertificate: OutgoingMessage<"DeleteCertificate"> = {
  answered: ({ request: { certificateHashData }, response: { status }, twin, received }) => [
    {
      type: "Noted",
      topic: "certificateDeletion",
      text: `${status}: ${certificateHashData.serialNumber}`,
      at: received,
      received,
    },
    ...(status === "Accepted" ? outdatedCertificates(twin, certificateHashData.serialNumber) : []),
  ],
};
