// SignedUpdateFirmware ("Improved security for OCPP 1.6-J" §5): the charge point fetches, checks and installs signed firmware.
import { parseTimestamp } from "../../../twin/timestamps.ts";
import { noticeEffect, waitUntil } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";
import { isInt32 } from "../values.ts";

export const SignedUpdateFirmware: OutgoingMessage<"SignedUpdateFirmware"> = {
  answered: ({ request: { firmware, requestId }, response: { status }, received }) =>
    isAccepted(status)
      ? [
          {
            type: "TransferCommanded",
            topic: "signedFirmware",
            location: firmware.location,
            at: received,
            received,
            ...(isInt32(requestId) && { requestId }),
          },
        ]
      : [],
  effect: ({ request: { firmware }, response: { status }, received }) =>
    isAccepted(status)
      ? {
          ...noticeEffect("SignedFirmwareStatusNotification", ({ signedFirmware }) => signedFirmware),
          ...waitUntil(parseTimestamp(firmware.retrieveDateTime), received),
        }
      : undefined,
};

/** AcceptedCanceled: an update that was going on has given way. */
function isAccepted(status: string): boolean {
  return status === "Accepted" || status === "AcceptedCanceled";
}
