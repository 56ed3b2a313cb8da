// InstallCertificate ("Improved security for OCPP 1.6-J" §5): a root certificate is installed.
import { outdatedCertificates } from "../installedCertificates.ts";
import type { OutgoingMessage } from "../message.ts";

export const InstallCertificate: OutgoingMessage<"InstallCertificate"> = {
  answered: ({ request: { certificateType }, response: { status }, twin, received }) => [
    {
      type: "Noted",
      topic: "certificateInstallation",
      text: `${status}: ${certificateType}`,
      at: received,
      received,
    },
    ...(status === "Accepted" ? outdatedCertificates(twin, certificateType) : []),
  ],
};
