// STOR and RETR: what moves files over a data connection (RFC 959 §4.1.3), within the bounds of every other door.
import { posix } from "node:path";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { every, type Clock } from "../../std/clock.ts";
import { contentOf } from "../content.ts";
import type { FirmwareFile } from "../firmware.ts";
import { cleanOriginal } from "../names.ts";
import { receive, type Received } from "../receive.ts";
import type { ClaimedUpload } from "../transfers.ts";
import { failureTexts, takeUpload, type UploadFailure } from "../upload.ts";
import { reply, type Conversation, type Login, type Reply } from "./conversation.ts";
import type { Passive } from "./passive.ts";

const codeOfFailure: Readonly<Record<UploadFailure, number>> = {
  tooLarge: 552,
  noRoom: 452,
  empty: 550,
  diskFault: 451,
  gone: 426,
  slow: 421,
  malformed: 451,
};

const notFound = reply(550, "Nothing here, or no longer.");
const noPort = reply(425, "Use PASV or EPSV first.");
const noConnection = reply(425, "The data connection did not come.");

/** Takes the one file of the login, whatever it is called. */
export async function store(conversation: Conversation, login: Login, path: string): Promise<Reply> {
  const { parts, passive, offset, say } = conversation;
  if (login.transfer.way !== "upload") return notFound;
  if (offset !== 0) return reply(554, "An upload begins at 0.");
  if (passive === undefined) return noPort;
  let isConnected = false;
  const result = await takeUpload(parts, login.token, async (claimed) => {
    say(reply(150, "Send it."));
    const data = await passive.connected(parts.clock, parts.idleMs);
    if (data === undefined) return { kind: "interrupted", reason: "gone" };
    isConnected = true;
    return receiveFrom(conversation, claimed, { data, path });
  });
  if (result === "received") return reply(226, "Received.");
  if (result === "unknown") return reply(530, "This login has been used, or is too old.");
  if (result === "busy") return reply(450, "An upload with this login is under way.");
  // RFC 959 §4.1.1 ABOR: the command that was interrupted is answered 426.
  return !isConnected && !passive.isClosed ? noConnection : reply(codeOfFailure[result], failureTexts[result]);
}

function receiveFrom(
  { parts }: Conversation,
  { transfer, remainingMs }: ClaimedUpload,
  { data, path }: { readonly data: Socket; readonly path: string },
): Promise<Received> {
  const { clock, idleMs } = parts;
  const { chargePointId, kind } = transfer;
  const content = contentOf(data, { clock, idleMs, totalMs: remainingMs });
  return receive(parts, { chargePointId, original: cleanOriginal(path, kind), at: clock.now(), content });
}

export async function retrieve(conversation: Conversation, login: Login, path: string): Promise<Reply> {
  const { passive, offset } = conversation;
  if (passive === undefined) return noPort;
  const served = await openAt(conversation, login, path);
  if (served === undefined) return notFound;
  try {
    if (offset > served.bytes) return reply(554, "The file is shorter than that.");
    return await send(conversation, passive, served);
  } finally {
    await served.file.close();
  }
}

async function send(
  { parts, offset, login, say }: Conversation,
  passive: Passive,
  served: FirmwareFile,
): Promise<Reply> {
  const { clock, idleMs, log } = parts;
  say(reply(150, `Here are ${served.bytes - offset} bytes.`));
  const data = await passive.connected(clock, idleMs);
  if (data === undefined) return passive.isClosed ? reply(426, "The download is aborted.") : noConnection;
  const transfer = login?.transfer;
  const line = { chargePoint: transfer?.chargePointId, bytes: served.bytes, offset };
  log.info({ ...line, sha256: served.sha256 }, "a charge point fetches firmware");
  const watch = destroyWhenIdle(data, clock, idleMs);
  try {
    await pipeline(served.file.createReadStream({ start: offset, autoClose: false }), data);
    return reply(226, "Sent.");
  } catch {
    return reply(426, "The download is incomplete.");
  } finally {
    watch.cancel();
  }
}

/** Whoever does not read what is sent must not hold the connection. */
function destroyWhenIdle(data: Socket, clock: Clock, idleMs: number): { cancel(): void } {
  let before = -1;
  return every(clock, idleMs, () => {
    if (data.bytesWritten === before) data.destroy();
    before = data.bytesWritten;
  });
}

/** RFC 3659 §4: what RETR would send; no type changes that, since nothing is converted. */
export async function tellSize(conversation: Conversation, login: Login, path: string): Promise<Reply> {
  const served = await openAt(conversation, login, path);
  if (served === undefined) return notFound;
  await served.file.close();
  return reply(213, String(served.bytes));
}

/** RFC 3659 §3. */
export async function tellTime(conversation: Conversation, login: Login, path: string): Promise<Reply> {
  const served = await openAt(conversation, login, path);
  if (served === undefined) return notFound;
  try {
    const { mtime } = await served.file.stat();
    return reply(213, mtime.toISOString().slice(0, 19).replaceAll(/\D/gu, ""));
  } finally {
    await served.file.close();
  }
}

/** The one file of a login for a download; the caller closes it. */
async function openAt({ parts }: Conversation, { token }: Login, path: string): Promise<FirmwareFile | undefined> {
  const transfer = parts.transfers.download(token);
  if (transfer === undefined) return undefined;
  const { fileName } = transfer;
  // Some clients pass on the path of a URL as it stands.
  const isAsked = [fileName, encodeURIComponent(fileName)].includes(placeOf(path).slice(1));
  return isAsked ? parts.firmware.open(fileName) : undefined;
}

/** Where a path leads from the only folder that there is. */
export function placeOf(path: string): string {
  return posix.resolve("/", path);
}
