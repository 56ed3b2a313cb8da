// The HTTP side of files: which request may do what. Uploads go in and never out; whoever has no token learns nothing.
import type { IncomingMessage, ServerResponse } from "node:http";
import { boundaryOf, contentOf, fileInMultipart, type FilePart } from "./content.ts";
import { cleanOriginal } from "./names.ts";
import type { DoorParts } from "./parts.ts";
import { Interrupted, receive, type Received } from "./receive.ts";
import { serve } from "./serve.ts";
import type { ClaimedUpload } from "./transfers.ts";
import { failureTexts, takeUpload, type UploadFailure, type UploadResult } from "./upload.ts";

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly allow?: string;
}

const notFound: Answer = { status: 404, text: "Nothing here, or no longer." };
const busy: Answer = { status: 409, text: "An upload to this URL is under way." };

/** 507 is of RFC 4918 §11.5. */
const statusOfFailure: Readonly<Record<UploadFailure, number>> = {
  tooLarge: 413,
  noRoom: 507,
  empty: 400,
  diskFault: 500,
  gone: 400,
  slow: 408,
  malformed: 400,
};

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
    if (room === "up") say(parts, { request, response, answer: await answerUpload(parts, request, token, rest) });
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

async function answerUpload(
  parts: DoorParts,
  request: IncomingMessage,
  token: string,
  rest: readonly string[],
): Promise<Answer> {
  if (request.method !== "PUT" && request.method !== "POST")
    return { status: 405, text: "PUT or POST.", allow: "PUT, POST" };
  return answerOf(
    await takeUpload(parts, token, (claimed) => receiveBody(parts, request, { ...claimed, path: rest.join("/") })),
  );
}

function answerOf(result: UploadResult): Answer {
  if (result === "received") return { status: 201, text: "Received." };
  if (result === "unknown") return notFound;
  if (result === "busy") return busy;
  return { status: statusOfFailure[result], text: failureTexts[result] };
}

interface Upload extends Pick<ClaimedUpload, "transfer" | "remainingMs"> {
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
