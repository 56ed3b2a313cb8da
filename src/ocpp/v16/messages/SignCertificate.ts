// SignCertificate ("Improved security for OCPP 1.6-J" §5): a request to sign a certificate. Whoever can sign has judged it; the certificate
// follows as CertificateSigned.
import type { IncomingMessage } from "../message.ts";

export const SignCertificate: IncomingMessage<"SignCertificate"> = {
  happen: (_request, { received, signing }) => {
    const { status, reason } = signing ?? nobody;
    const text = reason === "" ? status : `${status}: ${reason}`;
    return [{ type: "Noted", topic: "signingRequest", text, at: received, received }];
  },
  reply: (_request, { signing }) => ({ status: (signing ?? nobody).status }),
};

const nobody = { status: "Rejected", reason: "nobody can sign" } as const;
