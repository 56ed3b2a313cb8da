// One download: headers, the part that is asked for, the digest. It decides nothing about who may have it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { FirmwareFile } from "./firmware.ts";
import { partOfFile, type Part } from "./range.ts";

/** Answers GET or HEAD with the file and closes it; resolves when all has been sent or the client has gone. */
export async function serve(request: IncomingMessage, response: ServerResponse, served: FirmwareFile): Promise<void> {
  const { file, bytes, sha256 } = served;
  const etag = `"${sha256}"`;
  const headers = {
    "Content-Type": "application/octet-stream",
    "Accept-Ranges": "bytes",
    ETag: etag,
    // RFC 9530 §3: of the whole file, also when a part is sent.
    "Repr-Digest": `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`,
  };
  try {
    if (listsTag(request.headers["if-none-match"], etag)) {
      response.writeHead(304, headers).end();
      return;
    }
    const part = askedPart(request, etag, bytes);
    if (part.kind === "unsatisfiable") {
      response.writeHead(416, { ...headers, "Content-Range": `bytes */${bytes}`, "Content-Length": 0 }).end();
      return;
    }
    const { first, last } = part.kind === "range" ? part : { first: 0, last: bytes - 1 };
    const length = { "Content-Length": last - first + 1 };
    const range = part.kind === "range" ? { "Content-Range": `bytes ${first}-${last}/${bytes}` } : {};
    response.writeHead(part.kind === "range" ? 206 : 200, { ...headers, ...length, ...range });
    if (request.method === "HEAD" || last < first) response.end();
    else await pipeline(file.createReadStream({ start: first, end: last, autoClose: false }), response);
  } catch {
    // Its reader has gone, or the disk fails in the middle: the client sees that bytes are missing.
    response.destroy();
  } finally {
    await file.close();
  }
}

/** RFC 9110 §13.1.5: a part only of the file that the client has the beginning of. */
function askedPart({ headers, method }: IncomingMessage, etag: string, bytes: number): Part {
  const ifRange = headers["if-range"];
  const isOther = ifRange !== undefined && ifRange !== etag;
  // RFC 9110 §14.2: ranges are for GET.
  return partOfFile(isOther || method !== "GET" ? undefined : headers.range, bytes);
}

function listsTag(header: string | undefined, etag: string): boolean {
  return header?.split(",").some((tag) => [etag, `W/${etag}`, "*"].includes(tag.trim())) === true;
}
