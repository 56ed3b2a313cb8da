// Reads a text file of bounded size, or says why it is none.
import { readFileSync, statSync } from "node:fs";

/** A reason why a file is no usable text, and where in it. */
export interface Unreadable {
  readonly message: string;
  readonly hint?: string;
  /** Counted from 1. */
  readonly line: number;
  readonly col: number;
  /** All lines, with U+FFFD for what is no text; absent where there is nothing to show. */
  readonly lines?: readonly string[];
}

export type ReadText = { readonly text: string } | { readonly unreadable: Unreadable };

/** 10,000 charge points with all their keys take 1.5 MB. */
const MAX_BYTES = 4 * 1024 * 1024;
// YAML 1.2.2 §5.1 allows no other control characters.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/u;

/**
 * Text of a file in UTF-8, without byte order mark. Throws only for what no operating system is expected to say. `missing` is what
 * to do where there is no such file.
 */
export function readTextFile(file: string, missing = "name another file with --config"): ReadText {
  try {
    const found = statSync(file);
    if (found.isDirectory()) return refuse("This is a directory", "name a file in it");
    if (!found.isFile()) return refuse("This is no regular file");
    if (found.size > MAX_BYTES) return tooLarge(found.size);
    const bytes = readFileSync(file);
    return bytes.length > MAX_BYTES ? tooLarge(bytes.length) : decode(bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    const hint = code === "ENOENT" ? missing : undefined;
    return refuse(sentences[code] ?? `The file cannot be read (${code})`, hint);
  }
}

const sentences: Readonly<Record<string, string>> = {
  ENOENT: "There is no such file",
  ENOTDIR: "There is no such file: a part of its path is no directory",
  EACCES: "The file may not be read by this user",
  EPERM: "The file may not be read by this user",
};

function tooLarge(bytes: number): ReadText {
  return refuse(`The file has ${bytes} bytes, more than ${MAX_BYTES}`);
}

function decode(bytes: Uint8Array): ReadText {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return refuse("The file is in UTF-16", "save it in UTF-8");
  const text = toText(bytes);
  if (text === undefined) return { unreadable: findBadByte(bytes) };
  const control = CONTROL.exec(text);
  if (control === null) return { text };
  const before = text.slice(0, control.index).split("\n");
  const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  return {
    unreadable: {
      message: `There is a control character (U+${code})`,
      hint: "this kind of file is text without any",
      line: before.length,
      col: (before.at(-1)?.length ?? 0) + 1,
      lines: text.split("\n"),
    },
  };
}

function toText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Place of the first byte that is no UTF-8; a line break is never part of a longer character. */
function findBadByte(bytes: Uint8Array): Unreadable {
  let line = 1;
  let start = 0;
  for (;;) {
    const found = bytes.indexOf(0x0a, start);
    const row = bytes.subarray(start, found === -1 ? bytes.length : found);
    if (toText(row) === undefined || found === -1) {
      const col = new TextDecoder().decode(row).indexOf("\uFFFD") + 1;
      const lines = new TextDecoder().decode(bytes).split("\n");
      return { message: "The text is not in UTF-8", hint: "save it in UTF-8", line, col, lines };
    }
    start = found + 1;
    line++;
  }
}

function refuse(message: string, hint?: string): ReadText {
  return { unreadable: { message, ...(hint === undefined ? {} : { hint }), line: 1, col: 1 } };
}
