// Text of a CSV file -> its rows (RFC 4180), with commas or semicolons. Pure; it knows no columns.

export interface CsvRow {
  /** Line in which it begins, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows that are not empty; a quote that is not closed goes on to the end. */
export function parseCsv(text: string): CsvRow[] {
  const separator = separatorOf(text);
  const rows: CsvRow[] = [];
  let line = 1;
  let cells: string[] = [];
  let begin = 1;
  let index = 0;
  const endRow = (): void => {
    if (cells.length > 1 || cells[0] !== "") rows.push({ line: begin, cells });
    cells = [];
  };
  while (index <= text.length) {
    if (cells.length === 0) begin = line;
    const quoted = text[index] === '"';
    const end = quoted ? endOfQuoted(text, index) : endOfPlain(text, index, separator);
    const raw = text.slice(index, end);
    cells.push(
      quoted ? raw.slice(1, raw.endsWith('"') && raw.length > 1 ? -1 : undefined).replaceAll('""', '"') : raw.trim(),
    );
    for (const sign of raw) if (sign === "\n") line++;
    // Behind a closing quote only the separator has a meaning.
    const stop = quoted ? endOfPlain(text, end, separator) : end;
    if (text[stop] === separator) {
      index = stop + 1;
      continue;
    }
    endRow();
    line++;
    index = text[stop] === "\r" && text[stop + 1] === "\n" ? stop + 2 : stop + 1;
  }
  return rows;
}

function separatorOf(text: string): string {
  const [head = ""] = text.split("\n", 1);
  return head.includes(";") && !head.includes(",") ? ";" : ",";
}

function endOfPlain(text: string, from: number, separator: string): number {
  let end = from;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end++;
  return end;
}

/** Behind the closing quote. */
function endOfQuoted(text: string, from: number): number {
  let end = from + 1;
  for (;;) {
    const quote = text.indexOf('"', end);
    if (quote === -1) return text.length;
    if (text[quote + 1] !== '"') return quote + 1;
    end = quote + 2;
  }
}
