// What the library has to say, as lines of our log: readable, and not so many that a client can fill the log with them.
import { inspect, stripVTControlCharacters } from "node:util";
import { setDebugLogger, setErrorLogger, setWarningLogger } from "node-opcua";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { BoundedWarnings } from "../std/boundedWarnings.ts";

const LONGEST_LINE = 500;
const BOUNDS = { periodMs: 60_000, lines: 20 };

/** What is said of a certificate that is not trusted, three times in different words; certificates.ts says it once with what to do. */
const ABOUT_UNTRUSTED = /BadCertificateUntrusted|^Sender Certificate (?:=|thumbprint)|certificate invalid/u;

/** The library writes to the console otherwise, and standard output is not ours to fill. */
export function redirectLibraryLog(log: Log, clock: Clock): void {
  const ours = log.child({ library: "node-opcua" });
  const bounded = new BoundedWarnings(ours, clock, BOUNDS);
  const debug = (_place: unknown, ...parts: unknown[]): void => ours.debug({}, lineOf(parts));
  let last = "";
  const warn = (_place: unknown, ...parts: unknown[]): void => {
    const line = lineOf(parts);
    // With a ServiceFault the library says again what it has just said.
    const isRepeated = line === `messages ${last}`;
    last = line;
    if (isRepeated || ABOUT_UNTRUSTED.test(line)) ours.debug({}, line);
    else bounded.warn({}, line);
  };
  setDebugLogger(debug);
  setWarningLogger(warn);
  // What the library calls an error is mostly a client's mistake.
  setErrorLogger(warn);
}

/** The parts of a line of the library as one readable line: no colours, no control characters, bytes as hexadecimal digits. */
export function lineOf(parts: readonly unknown[]): string {
  const text = stripVTControlCharacters(parts.map(textOf).join(" "))
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim();
  return text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE)}…`;
}

function textOf(part: unknown): string {
  if (typeof part === "string") return part;
  if (part instanceof Error) return part.message;
  if (part instanceof Uint8Array) return Buffer.from(part).toString("hex");
  if (typeof part !== "object" || part === null) return String(part);
  const { toString: describe } = part as { toString?: (this: object) => unknown };
  const isPlain = describe === Object.prototype.toString || describe === Array.prototype.toString;
  if (typeof describe === "function" && !isPlain) return String(describe.call(part));
  return inspect(part, { depth: 1, breakLength: Infinity, maxArrayLength: 10 });
}
