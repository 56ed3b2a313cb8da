// Where a character of a YAML text stands in the file, whatever quotes, escapes and line breaks it is written with.
import { Scalar } from "yaml";

/** Blanks and line breaks, of which YAML makes others when it folds lines (YAML 1.2.2 §6.5, §8.1.3). */
const BLANK = /[ \t\r\n]/u;
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Offset in `text` of the character `index` of the scalar's value; undefined when the value is no text. In folded texts a blank
 * has no place of its own: its place is that of what follows it.
 */
export function characterOffset(text: string, { range, type, value }: Scalar, index: number): number | undefined {
  if (typeof value !== "string" || range === null || range === undefined) return undefined;
  const [start, end] = range;
  // Folding changes only blanks: the other characters stand in the same order on both sides.
  let wanted = 0;
  for (const unit of value.slice(0, index)) if (!BLANK.test(unit)) wanted += unit.length;
  let offset = start + headLength(text, start, type);
  while (offset < end) {
    const { length, units, isBlank } = pieceAt(text, offset, type);
    if (!isBlank) {
      if (wanted < units) return offset;
      wanted -= units;
    }
    offset += length;
  }
  return Math.max(start, end - (isQuoted(type) ? 1 : 0));
}

/** Characters before the first one of the value: a quote, or the line with | or >. */
function headLength(text: string, start: number, type: Scalar["type"]): number {
  if (isQuoted(type)) return 1;
  if (type === Scalar.BLOCK_LITERAL || type === Scalar.BLOCK_FOLDED) return text.indexOf("\n", start) + 1 - start;
  return 0;
}

function isQuoted(type: Scalar["type"]): boolean {
  return type === Scalar.QUOTE_SINGLE || type === Scalar.QUOTE_DOUBLE;
}

interface Piece {
  /** In the file. */
  readonly length: number;
  /** UTF-16 units in the value. */
  readonly units: number;
  readonly isBlank: boolean;
}

function pieceAt(text: string, offset: number, type: Scalar["type"]): Piece {
  const sign = text.charAt(offset);
  if (type === Scalar.QUOTE_SINGLE && sign === "'") return { length: 2, units: 1, isBlank: false };
  if (type !== Scalar.QUOTE_DOUBLE || sign !== "\\") return { length: 1, units: 1, isBlank: BLANK.test(sign) };
  const kind = text.charAt(offset + 1);
  const digits = HEX_DIGITS[kind];
  if (digits === undefined)
    return { length: kind === "\r" ? 3 : 2, units: 1, isBlank: BLANK.test(kind) || /[tnr]/u.test(kind) };
  const code = Number.parseInt(text.slice(offset + 2, offset + 2 + digits), 16);
  return { length: 2 + digits, units: code > 0xff_ff ? 2 : 1, isBlank: [9, 10, 13, 32].includes(code) };
}
