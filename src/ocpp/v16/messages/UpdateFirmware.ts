// UpdateFirmware (OCPP 1.6 §5.19): the charge point fetches and installs firmware, not before a time.
import { parseTimestamp } from "../../../twin/timestamps.ts";
import { noticeEffect, waitUntil } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";

export const UpdateFirmware: OutgoingMessage<"UpdateFirmware"> = {
  answered: ({ request: { location }, received }) => [
    { type: "TransferCommanded", topic: "firmware", location, at: received, received },
  ],
  effect: ({ request: { retrieveDate }, received }) => ({
    ...noticeEffect("FirmwareStatusNotification", ({ firmware }) => firmware),
    ...waitUntil(parseTimestamp(retrieveDate), received),
  }),
};
