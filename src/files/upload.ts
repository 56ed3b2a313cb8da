// The right to one upload, taken, used or given back, and what is told of it. The doors say it in the words of their protocols.
import type { DoorParts } from "./parts.ts";
import type { Interrupted, Received } from "./receive.ts";
import type { ClaimedUpload, UploadTransfer } from "./transfers.ts";

/** Why nothing was kept. */
export type UploadFailure = Exclude<Received["kind"], "received" | "interrupted"> | Interrupted["reason"];

export type UploadResult = "received" | UploadFailure | "busy" | "unknown";

/** In words for a charge point's log. */
export const failureTexts: Readonly<Record<UploadFailure, string>> = {
  tooLarge: "The file is too large.",
  noRoom: "There is no room for the file.",
  empty: "The file is empty.",
  diskFault: "The file could not be kept.",
  gone: "The upload is incomplete.",
  slow: "The upload takes too long.",
  malformed: "The body holds no file as multipart/form-data has it.",
};

/** Brings one upload with the right of `token`, which is used up when the file is kept and stays valid when it is not. */
export async function takeUpload(
  parts: DoorParts,
  token: string,
  bring: (claimed: ClaimedUpload) => Promise<Received>,
): Promise<UploadResult> {
  const claimed = parts.transfers.claimUpload(token);
  if (claimed === undefined) return "unknown";
  if (claimed === "busy") return "busy";
  let isUsed = false;
  try {
    const result = await bring(claimed);
    isUsed = result.kind === "received";
    if (isUsed) claimed.use();
    return settle(parts, claimed.transfer, result);
  } finally {
    if (!isUsed) claimed.giveBack();
  }
}

function settle({ log, received }: DoorParts, { chargePointId, kind }: UploadTransfer, result: Received): UploadResult {
  if (result.kind === "received") {
    const { fileName, bytes, sha256 } = result;
    received({ chargePointId, kind, fileName, bytes, sha256 });
    return "received";
  }
  const failure = result.kind === "interrupted" ? result.reason : result.kind;
  const fault = result.kind === "diskFault" ? { error: result.text } : {};
  const line = { chargePoint: chargePointId, kind, ...fault };
  const words = `an upload has failed: ${failureTexts[failure]}`;
  if (failure === "noRoom" || failure === "diskFault") log.error(line, words);
  else log.warn(line, words);
  return failure;
}
