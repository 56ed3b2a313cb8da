// SignCertificate ("Improved security for OCPP 1.6-J" §5): a request to sign a certificate.
// Rejected, because the bridge has no certificate authority to hand it to.
import type { IncomingMessage } from "../message.ts";

export const SignCertificate: IncomingMessage<"SignCertificate"> = {
  happen: () => [],
  reply: () => ({ status: "Rejected" }),
};
