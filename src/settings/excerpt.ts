// The line of a file that a diagnostic is about, with a caret under the place and secrets hidden.
import { clean } from "./finding.ts";
import { MASK, type Interval } from "./secrets.ts";

export interface ExcerptSource {
  readonly line: string;
  /** Counted from 1. */
  readonly lineNumber: number;
  /** Index in `line` under which the caret stands. */
  readonly caret: number;
  /** Parts of `line` that must not be shown; in order, without overlap. */
  readonly hidden: readonly Interval[];
}

const MOST_BEFORE = 80;
const MOST_AFTER = 60;

/** Two lines of text, of bounded width whatever the length of the line. */
export function renderExcerpt({ line, lineNumber, caret, hidden }: ExcerptSource): string {
  const cut = hidden.find(([start, end]) => start <= caret && caret < end)?.[0] ?? caret;
  const before = Array.from(show(line, [0, cut], hidden));
  const after = Array.from(show(line, [cut, line.length], hidden));
  const head = before.length > MOST_BEFORE ? ["…", ...before.slice(-MOST_BEFORE)] : before;
  const tail = after.length > MOST_AFTER ? [...after.slice(0, MOST_AFTER), "…"] : after;
  const number = String(lineNumber).padStart(3);
  return [
    `${number} | ${[...head, ...tail].join("")}`.trimEnd(),
    `${" ".repeat(number.length)} | ${" ".repeat(head.length)}^`,
  ].join("\n");
}

function show(line: string, [from, to]: Interval, hidden: readonly Interval[]): string {
  let shown = "";
  let index = from;
  for (const [start, end] of hidden) {
    if (start < from || start >= to || end <= start) continue;
    shown += clean(line.slice(index, start)) + MASK;
    index = end;
  }
  return shown + clean(line.slice(index, Math.max(index, to)));
}
