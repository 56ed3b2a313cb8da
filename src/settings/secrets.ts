// Which parts of a text are secret, so that no diagnostic shows them. Rather too much than too little.
import { editDistance } from "../std/nearest.ts";

/** From the first to behind the last character, counted in UTF-16 units. */
export type Interval = readonly [start: number, end: number];

/** Stands for what is not shown, whatever its length. */
export const MASK = "***";

const SECRET_NAME = /pass|pwd|secret|token|credential|authori[sz]ation/iu;
const LONGEST_MISSPELLING = 12;
const MOST_CONTINUED_LINES = 1000;
const MOST_SEARCHED = 10_000;

/** Whether what stands under this key must not be shown; a misspelt "password" is one, too. */
export function isSecretName(name: string): boolean {
  if (SECRET_NAME.test(name)) return true;
  return name.length <= LONGEST_MISSPELLING && editDistance(name.toLowerCase(), "password") <= 2;
}

/**
 * A key or value as it may be shown. One that names a secret and goes on may hold it: where the blank after the colon
 * is missing it is part of the key, where a quote is not closed it is part of any value.
 */
export function hideSecret(text: string): string {
  return /^[\p{L}_]*$/u.test(text) || !namesSecret(text) ? text : MASK;
}

function namesSecret(text: string): boolean {
  return [...text.slice(0, MOST_SEARCHED).matchAll(/[\p{L}_]+/gu)].some(([word]) => isSecretName(word));
}

/** What follows a secret name in a line, up to its end; undefined where the line names none. */
function secretRest(line: string, from = 0): Interval | undefined {
  for (const word of line.slice(from).matchAll(/[\p{L}_]+/gu)) {
    if (!isSecretName(word[0])) continue;
    const end = from + word.index + word[0].length;
    const gap = /^["']?\s*[:=]?\s*/u.exec(line.slice(end))?.[0].length ?? 0;
    return end + gap < line.length ? [end + gap, line.length] : undefined;
  }
  return undefined;
}

/** `- key: value`, not inside of a line. */
const BEGINS_WITH_KEY = /^[\s-]*["']?[\p{L}\d_]+["']?\s*:(?:\s|$)/u;

/** A value that is to stand in the lines below. */
const ENDS_WITH_KEY = /:\s*(?:[|>][-+\d]*)?\s*$/u;

/**
 * Whether `line` (an index) may go on with a secret that a line above begins: one that is less indented, the nearest
 * one with a key where the line has none itself, or the one just above where that leaves its value open.
 */
function continuesSecret(lines: readonly string[], line: number): boolean {
  let least = indentation(lines[line]);
  let isKeyless = !BEGINS_WITH_KEY.test(lines[line] ?? "");
  const last = Math.max(0, line - MOST_CONTINUED_LINES);
  for (let index = line - 1; index >= last && (least > 0 || isKeyless || index === line - 1); index--) {
    const above = lines[index] ?? "";
    const indent = indentation(above);
    const mayGoOn = indent < least || isKeyless || (index === line - 1 && ENDS_WITH_KEY.test(above));
    if (mayGoOn && namesSecret(above)) return true;
    isKeyless &&= !BEGINS_WITH_KEY.test(above);
    least = Math.min(least, indent);
  }
  return false;
}

function indentation(line = ""): number {
  const indent = /^(\s*)\S/u.exec(line)?.[1];
  return indent === undefined ? Infinity : indent.replaceAll("\t", " ".repeat(8)).length;
}

/** A text and what is known of its secrets. */
export interface SecretText {
  readonly lines: readonly string[];
  /** Secrets by their offset in the text. */
  readonly secrets: readonly Interval[];
  /** False makes the search coarser: then it is not sure that every secret is among `secrets`. */
  readonly isWellFormed: boolean;
}

/** The parts of a line that must not be shown, as indices in the line; `start` is the offset of the line. */
export function hiddenIn({ lines, secrets, isWellFormed }: SecretText, index: number, start: number): Interval[] {
  const line = lines[index] ?? "";
  if (!isWellFormed && continuesSecret(lines, index)) return [[Math.max(0, line.search(/\S/u)), line.length]];
  const known = secrets
    .map(([from, to]): Interval => [Math.max(from - start, 0), Math.min(to - start, line.length)])
    .filter(([from, to]) => from < to)
    .toSorted(([a], [b]) => a - b);
  // What is no value of a key: a comment or, in a text that is not well-formed, anything.
  const rest = secretRest(line, isWellFormed ? (known.at(-1)?.[1] ?? 0) : 0);
  if (rest === undefined) return known;
  return [...known.filter(([, to]) => to <= rest[0]), rest];
}
