// Cells of CSV (RFC 4180) that neither a terminal nor a spreadsheet takes for something to do.

/** What a terminal would obey. */
// oxlint-disable-next-line no-control-regex -- these are what it is about
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/gu;

/**
 * A spreadsheet takes a text that begins so for a formula and runs it; id tags and reasons come from outside. An apostrophe before it
 * keeps it a text.
 */
export function harmless(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const plain = value.replaceAll(CONTROL, "\uFFFD");
  return /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r]/u.test(plain) ? `'${plain}` : plain;
}

/** With quotes where it needs them. */
export function quoted(cell: string): string {
  return /[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
