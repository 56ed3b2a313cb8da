// Reads one line from a socket, bounded. It knows no request.
import type { Socket } from "node:net";

export type Line =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "tooLong" }
  /** Not UTF-8. */
  | { readonly kind: "binary" }
  /** The other side has ended, or the connection has broken, before the line break. */
  | { readonly kind: "ended" };

const LINE_BREAK = 0x0a;

/** The text before the first line break; whatever comes after it, or after the bound, is read and dropped. */
export function readLine(socket: Socket, maxBytes: number): Promise<Line> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let isDone = false;
    const done = (line: Line): void => {
      isDone = true;
      chunks.length = 0;
      resolve(line);
    };
    socket.on("data", (chunk: Buffer) => {
      if (isDone) return;
      const end = chunk.indexOf(LINE_BREAK);
      length += end === -1 ? chunk.length : end;
      if (length > maxBytes) return done({ kind: "tooLong" });
      chunks.push(end === -1 ? chunk : chunk.subarray(0, end));
      if (end !== -1) done(decode(Buffer.concat(chunks)));
    });
    for (const event of ["end", "close"] as const) socket.on(event, () => isDone || done({ kind: "ended" }));
  });
}

function decode(bytes: Buffer): Line {
  try {
    return { kind: "line", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { kind: "binary" };
  }
}
