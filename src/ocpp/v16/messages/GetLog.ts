// GetLog ("Improved security for OCPP 1.6-J" §5): the charge point uploads a log.
import { cutText } from "../../cutText.ts";
import { noticeEffect } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";
import { isInt32 } from "../values.ts";

export const GetLog: OutgoingMessage<"GetLog"> = {
  answered: ({ request: { log, requestId }, response: { status, filename }, received, maxKeptCharacters }) =>
    isAccepted(status)
      ? [
          {
            type: "TransferCommanded",
            topic: "log",
            location: log.remoteLocation,
            at: received,
            received,
            ...(filename !== undefined && filename !== "" && { fileName: cutText(filename, maxKeptCharacters) }),
            ...(isInt32(requestId) && { requestId }),
          },
        ]
      : [],
  effect: ({ response: { status } }) =>
    isAccepted(status) ? noticeEffect("LogStatusNotification", ({ log }) => log) : undefined,
};

/** AcceptedCanceled: an upload that was going on has given way. */
function isAccepted(status: string): boolean {
  return status === "Accepted" || status === "AcceptedCanceled";
}
