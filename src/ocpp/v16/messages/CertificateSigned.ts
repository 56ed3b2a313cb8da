// CertificateSigned ("Improved security for OCPP 1.6-J" §5): the charge point gets the certificate that it had asked for.
import type { OutgoingMessage } from "../message.ts";

export const CertificateSigned: OutgoingMessage<"CertificateSigned"> = {
  answered: ({ response: { status: text }, received }) => [
    { type: "Noted", topic: "signedCertificate", text, at: received, received },
  ],
};
