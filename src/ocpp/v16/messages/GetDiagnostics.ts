// GetDiagnostics (OCPP 1.6 §5.9): the charge point uploads a file with diagnostics.
import { cutText } from "../../cutText.ts";
import { noticeEffect } from "../effects.ts";
import type { OutgoingMessage } from "../message.ts";

export const GetDiagnostics: OutgoingMessage<"GetDiagnostics"> = {
  answered: ({ request: { location }, response: { fileName }, received, maxKeptCharacters }) => [
    {
      type: "TransferCommanded",
      topic: "diagnostics",
      location,
      at: received,
      received,
      ...(isFile(fileName) && { fileName: cutText(fileName, maxKeptCharacters) }),
    },
  ],
  // §6.26: without a name there is nothing to upload.
  effect: ({ response: { fileName } }) =>
    isFile(fileName) ? noticeEffect("DiagnosticsStatusNotification", ({ diagnostics }) => diagnostics) : undefined,
};

function isFile(fileName: string | undefined): fileName is string {
  return fileName !== undefined && fileName !== "";
}
