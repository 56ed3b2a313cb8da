// What a user's module prints, read line by line into the log. A flood costs the bridge a bounded part of its time: whoever prints more
// waits. Standard output of the bridge is never written to.
import type { Readable } from "node:stream";
import type { Clock } from "../std/clock.ts";
import type { BoundedLog } from "./boundedLog.ts";

const MOST_CHARACTERS = 1024 * 1024;
const WINDOW_MS = 1000;
const LONGEST_LINE = 1000;
/** What it printed last, for whoever looks for the reason of its end. */
const LAST_WORDS = 4096;

export interface Printed {
  readonly lastWords: () => string;
}

export function readPrinted(
  stream: Readable,
  printedTo: "stdout" | "stderr",
  { log, clock }: { readonly log: BoundedLog; readonly clock: Clock },
): Printed {
  const level = printedTo === "stdout" ? "info" : "warn";
  let lastWords = "";
  let rest = "";
  let windowStart = clock.monotonic();
  let read = 0;
  const writeLine = (line: string): void => {
    if (line.trim() !== "") log.write(level, { printedTo }, line);
  };
  const take = (text: string): void => {
    if (log.isFull) {
      rest = "";
      return log.drop(linesIn(text));
    }
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(0, LONGEST_LINE);
    lines.forEach(writeLine);
  };
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    lastWords = (lastWords + text.slice(-LAST_WORDS)).slice(-LAST_WORDS);
    take(text);
    const now = clock.monotonic();
    if (now - windowStart >= WINDOW_MS) {
      windowStart = now;
      read = 0;
    }
    read += text.length;
    if (read < MOST_CHARACTERS) return;
    stream.pause();
    clock.after(windowStart + WINDOW_MS - now, () => stream.resume());
  });
  stream.on("end", () => writeLine(rest));
  stream.on("error", () => {});
  return { lastWords: () => lastWords };
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return Math.max(count, 1);
}
