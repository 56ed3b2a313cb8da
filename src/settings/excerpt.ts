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
/** How far the line is looked at in each direction; characters that take two units and masks make it more than is shown. */
const REACH = 400;

/** Takes two columns of a terminal (Unicode UAX #11). */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** Two lines of text, of bounded width and at bounded cost whatever the length of the line. */
export function renderExcerpt({ line, lineNumber, caret, hidden }: ExcerptSource): string {
  const cut = hidden.find(([start, end]) => start <= caret && caret < end)?.[0] ?? caret;
  const before = Array.from(show(line, [Math.max(0, cut - REACH), cut], hidden));
  const after = Array.from(show(line, [cut, Math.min(line.length, cut + REACH)], hidden));
  const head = before.length > MOST_BEFORE ? ["…", ...before.slice(-MOST_BEFORE)] : before;
  const tail = after.length > MOST_AFTER ? [...after.slice(0, MOST_AFTER), "…"] : after;
  const number = String(lineNumber).padStart(3);
  return [
    `${number} | ${[...head, ...tail].join("")}`.trimEnd(),
    `${" ".repeat(number.length)} | ${head.map((each) => (WIDE.test(each) ? "  " : " ")).join("")}^`,
  ].join("\n");
}

/** A part of the line; what is hidden is one mask, also where it only begins before the part or ends behind it. */
function show(line: string, [from, to]: Interval, hidden: readonly Interval[]): string {
  let shown = "";
  let index = from;
  for (const [start, end] of hidden) {
    if (end <= index || start >= to) continue;
    shown += clean(line.slice(index, start)) + MASK;
    index = end;
  }
  return shown + clean(line.slice(index, Math.max(index, to)));
}
