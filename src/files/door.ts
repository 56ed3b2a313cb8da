// The HTTP side of files: which request may do what. Uploads go in and never out; whoever has no token learns nothing.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { boundaryOf, contentOf, fileInMultipart, type FilePart } from "./content.ts";
import type { Firmware } from "./firmware.ts";
import { cleanOriginal } from "./names.ts";
import { Interrupted, receive, type ReceiveOptions, type Received } from "./receive.ts";
import { serve } from "./serve.ts";
import type { Transfers, UploadKind, UploadTransfer } from "./transfers.ts";

/** A file that a charge point has uploaded. */
export interface ReceivedFile {
  readonly chargePointId: string;
  readonly kind: UploadKind;
  readonly fileName: string;
  readonly bytes: number;
  /** Hexadecimal digits. */
  readonly sha256: string;
}

export interface DoorParts extends ReceiveOptions {
  readonly transfers: Transfers;
  readonly firmware: Firmware;
  readonly clock: Clock;
  readonly log: Log;
  readonly idleMs: number;
  readonly received: (file: ReceivedFile) => void;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly allow?: string;
}

const notFound: Answer = { status: 404, text: "Nothing here, or no longer." };
const busy: Answer = { status: 409, text: "An upload to this URL is under way." };

/** What is said about an upload that has failed; 507 is of RFC 4918 §11.5. */
const refusals = {
  tooLarge: { status: 413, text: "The file is too large." },
  noRoom: { status: 507, text: "There is no room for the file." },
  empty: { status: 400, text: "The file is empty." },
  diskFault: { status: 500, text: "The file could not be kept." },
  gone: { status: 400, text: "The upload is incomplete." },
  slow: { status: 408, text: "The upload takes too long." },
  malformed: { status: 400, text: "The body holds no file as multipart/form-data has it." },
} as const satisfies Record<string, Answer>;

/** Beside the file, what multipart may add. */
const MOST_OVERHEAD_BYTES = 65_536;
/** How long what a refused client still sends is thrown away, so that it gets to read the answer. */
const LINGER_MS = 2000;

/** Answers one request; never rejects. */
export async function answerRequest(
  parts: DoorParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Cache-Control", "no-store");
  const [path = ""] = (request.url ?? "").split("?");
  const [, room, token = "", ...rest] = path.split("/");
  try {
    if (room === "up") say(parts, { request, response, answer: await takeUpload(parts, request, token, rest) });
    else if (room === "firmware") await giveFirmware(parts, { request, response, token });
    else say(parts, { request, response, answer: notFound });
  } catch (error) {
    parts.log.error({ error: error instanceof Error ? error.stack : String(error) }, "a request for a file has failed");
    response.destroy();
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function giveFirmware(
  parts: DoorParts,
  { request, response, token }: Exchange & { token: string },
): Promise<void> {
  const sayAnswer = (answer: Answer): void => say(parts, { request, response, answer });
  if (request.method !== "GET" && request.method !== "HEAD")
    return sayAnswer({ status: 405, text: "GET or HEAD.", allow: "GET, HEAD" });
  const transfer = parts.transfers.download(token);
  const served = transfer === undefined ? undefined : await parts.firmware.open(transfer.fileName);
  if (transfer === undefined || served === undefined) return sayAnswer(notFound);
  const { chargePointId: chargePoint, fileName } = transfer;
  const { range } = request.headers;
  parts.log.info({ chargePoint, fileName, bytes: served.bytes, range }, "a charge point fetches firmware");
  return serve(request, response, served);
}

async function takeUpload(
  parts: DoorParts,
  request: IncomingMessage,
  token: string,
  rest: readonly string[],
): Promise<Answer> {
  if (request.method !== "PUT" && request.method !== "POST")
    return { status: 405, text: "PUT or POST.", allow: "PUT, POST" };
  const claimed = parts.transfers.claimUpload(token);
  if (claimed === undefined) return notFound;
  if (claimed === "busy") return busy;
  let isUsed = false;
  try {
    const result = await receiveBody(parts, request, { ...claimed, path: rest.join("/") });
    isUsed = result.kind === "received";
    if (isUsed) claimed.use();
    return settle(parts, claimed.transfer, result);
  } finally {
    if (!isUsed) claimed.giveBack();
  }
}

interface Upload {
  readonly transfer: UploadTransfer;
  readonly remainingMs: number;
  /** What stands behind the token in the URL. */
  readonly path: string;
}

async function receiveBody(parts: DoorParts, request: IncomingMessage, upload: Upload): Promise<Received> {
  const { clock, idleMs, maxUploadBytes } = parts;
  const { chargePointId, kind } = upload.transfer;
  const boundary = boundaryOf(request.headers["content-type"]);
  const most = maxUploadBytes + (boundary === undefined ? 0 : MOST_OVERHEAD_BYTES);
  if (Number(request.headers["content-length"] ?? 0) > most) return { kind: "tooLarge" };
  const content = contentOf(request, { clock, idleMs, totalMs: upload.remainingMs });
  let file: FilePart;
  try {
    file = boundary === undefined ? { fileName: "", content } : await fileInMultipart(content, boundary);
  } catch (error) {
    if (error instanceof Interrupted) return { kind: "interrupted", reason: error.reason };
    throw error;
  }
  const original = cleanOriginal(file.fileName, cleanOriginal(decoded(upload.path), kind));
  return receive(parts, { chargePointId, original, at: clock.now(), content: file.content });
}

function settle({ log, received }: DoorParts, { chargePointId, kind }: UploadTransfer, result: Received): Answer {
  if (result.kind === "received") {
    const { fileName, bytes, sha256 } = result;
    received({ chargePointId, kind, fileName, bytes, sha256 });
    return { status: 201, text: "Received." };
  }
  const answer = refusals[result.kind === "interrupted" ? result.reason : result.kind];
  const fault = result.kind === "diskFault" ? { error: result.text } : {};
  const line = { chargePoint: chargePointId, kind, status: answer.status, ...fault };
  const words = `an upload has failed: ${answer.text}`;
  if (answer.status >= 500) log.error(line, words);
  else log.warn(line, words);
  return answer;
}

/** Says it and closes the connection once the client has read it: what it still sends would else cut the answer off. */
function say({ clock }: DoorParts, { request, response, answer }: Exchange & { answer: Answer }): void {
  const text = `${answer.text}\n`;
  response.writeHead(answer.status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    Connection: "close",
    ...(answer.allow === undefined ? {} : { Allow: answer.allow }),
  });
  if (request.complete || request.destroyed) return void response.end(text);
  if (request.method !== "HEAD") response.write(text);
  const end = (): void => {
    timer.cancel();
    response.end();
  };
  const timer = clock.after(LINGER_MS, end);
  request.once("end", end).once("close", end).once("error", end).resume();
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
