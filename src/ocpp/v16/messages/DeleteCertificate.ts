// DeleteCertificate ("Improved security for OCPP 1.6-J" §5): an installed certificate is removed.
import type { OutgoingMessage } from "../message.ts";

export const DeleteCertificate: OutgoingMessage<"DeleteCertificate"> = {};
