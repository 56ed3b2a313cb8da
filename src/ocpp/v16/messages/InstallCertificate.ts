// InstallCertificate ("Improved security for OCPP 1.6-J" §5): a root certificate is installed.
import type { OutgoingMessage } from "../message.ts";

export const InstallCertificate: OutgoingMessage<"InstallCertificate"> = {};
