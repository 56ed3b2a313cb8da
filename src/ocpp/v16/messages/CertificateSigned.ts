// CertificateSigned ("Improved security for OCPP 1.6-J" §5): the charge point gets the certificate that it had asked for.
import { fingerprintIn } from "../../../std/pemFile.ts";
import type { OutgoingMessage } from "../message.ts";

export const CertificateSigned: OutgoingMessage<"CertificateSigned"> = {
  answered: ({ response: { status: text }, received }) => [
    { type: "Noted", topic: "signedCertificate", text, at: received, received },
  ],
  /**
   * A02, A03: it goes over to the certificate, and mostly dials again at once; it need not. Below security profile 3 nobody sees which
   * certificate it has.
   */
  effect: ({ request, response, twin: { link } }) => {
    const fingerprint = fingerprintIn(request.certificateChain);
    if (response.status !== "Accepted" || link.securityProfile !== 3 || fingerprint === undefined) return undefined;
    return {
      awaited: "a connection with the new certificate",
      isOptional: true,
      ...(link.certificate === fingerprint && { before: "it has connected with this certificate before" }),
      seen: ({ link: { certificate, connectedSince = 0 } }, since) =>
        certificate === fingerprint && connectedSince >= since
          ? "it has connected with the new certificate"
          : undefined,
    };
  },
};
