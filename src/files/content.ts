// The body of a request, or what a socket brings, as pieces, and the file inside a multipart body (RFC 7578).
// It keeps nothing and answers nobody.
import type { Readable } from "node:stream";
import type { Clock } from "../std/clock.ts";
import { Interrupted } from "./receive.ts";

export interface Patience {
  readonly clock: Clock;
  /** Longest silence. */
  readonly idleMs: number;
  /** For the whole. */
  readonly totalMs: number;
}

/** The pieces as they come; throws `Interrupted`. Whoever stops early may still answer a request whose body it is. */
export async function* contentOf(source: Readable, patience: Patience): AsyncGenerator<Buffer, void> {
  const { clock, idleMs, totalMs } = patience;
  const pieces = source.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  const end = clock.monotonic() + totalMs;
  let isWaiting = false;
  try {
    for (;;) {
      isWaiting = true;
      const next = await within(clock, Math.min(idleMs, end - clock.monotonic()), pieces.next());
      isWaiting = false;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // While it waits it could not be told to end before the next piece comes, which may be never.
    if (!isWaiting) await pieces.return?.();
  }
}

/** What comes in time; else `Interrupted`. */
function within<T>(clock: Clock, waitMs: number, wanted: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(waitMs, () => reject(new Interrupted("slow")));
    wanted.then(resolve, () => reject(new Interrupted("gone"))).finally(() => timer.cancel());
  });
}

export interface FilePart {
  /** As the part names it; "" where it has no name. */
  readonly fileName: string;
  readonly content: AsyncIterable<Buffer>;
}

/** The boundary of a multipart body; undefined for any other. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^multipart\//iu.test(contentType)) return undefined;
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/iu.exec(contentType) ?? [];
  return quoted ?? plain;
}

const LONGEST_HEADERS = 8192;
/** Fields of a form that may stand before the file, each with its value. */
const MOST_FIELDS = 32;
const LONGEST_FIELD = 65_536;

/** The first part that is a file; what comes after it is not looked at. Throws `Interrupted`. */
export async function fileInMultipart(content: AsyncGenerator<Buffer, void>, boundary: string): Promise<FilePart> {
  const parts = new Cutter(content);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  await parts.text(delimiter, LONGEST_FIELD);
  for (let field = 0; field <= MOST_FIELDS; field++) {
    // RFC 2046 §5.1.1: blanks may follow a delimiter; two hyphens would end the whole.
    const rest = await parts.text(Buffer.from("\r\n"), LONGEST_HEADERS);
    if (rest.trim() !== "") break;
    const fileName = fileNameIn(`\r\n${await headers(parts)}`);
    if (fileName !== undefined) return { fileName, content: parts.until(delimiter) };
    await parts.text(delimiter, LONGEST_FIELD);
  }
  throw new Interrupted("malformed");
}

/** A part without any header begins with the empty line. */
async function headers(parts: Cutter): Promise<string> {
  const lines: string[] = [];
  for (let length = 0; length < LONGEST_HEADERS;) {
    const line = await parts.text(Buffer.from("\r\n"), LONGEST_HEADERS);
    if (line === "") return lines.join("\r\n");
    lines.push(line);
    length += line.length;
  }
  throw new Interrupted("malformed");
}

/** The name that the header Content-Disposition gives; undefined for what is a field and no file (RFC 7578 §4.2). */
function fileNameIn(lines: string): string | undefined {
  const disposition = /\r\ncontent-disposition:([^\r\n]*)/iu.exec(lines)?.[1];
  const [, quoted, plain] = /;\s*filename\*?=(?:"((?:[^"\\]|\\.)*)"|([^\s;]*))/iu.exec(disposition ?? "") ?? [];
  return quoted ?? plain;
}

/** Cuts a stream at texts; keeps no more than one piece and the length of the text. */
class Cutter {
  readonly #content: AsyncGenerator<Buffer, void>;
  /** RFC 2046 §5.1.1: the line break before a delimiter belongs to it; before the first one it may be missing. */
  #rest = Buffer.from("\r\n");

  constructor(content: AsyncGenerator<Buffer, void>) {
    this.#content = content;
  }

  /** What stands before `end`, in pieces; when it is through, `end` is behind it. */
  async *until(end: Buffer): AsyncGenerator<Buffer, void> {
    let isThrough = false;
    try {
      for (;;) {
        const at = this.#rest.indexOf(end);
        const length = at >= 0 ? at : Math.max(0, this.#rest.length - end.length + 1);
        const piece = this.#rest.subarray(0, length);
        this.#rest = this.#rest.subarray(at >= 0 ? at + end.length : length);
        if (piece.length > 0) yield piece;
        isThrough = at >= 0;
        if (isThrough) return;
        const next = await this.#content.next();
        if (next.done === true) throw new Interrupted("malformed");
        this.#rest = Buffer.concat([this.#rest, next.value]);
      }
    } finally {
      if (!isThrough) await this.#content.return();
    }
  }

  /** What stands before `end` as a text of at most so many bytes. */
  async text(end: Buffer, longest: number): Promise<string> {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of this.until(end)) {
      length += piece.length;
      if (length > longest) throw new Interrupted("malformed");
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString();
  }
}
