// The named lists of a rules file: written there, or taken from the files that it names. Whoever calls reads the files.
import { diagnoseUnreadable, readYaml, type Diagnostic } from "../../settings/diagnostics.ts";
import { renderExcerpt } from "../../settings/excerpt.ts";
import { clean, quote, type Finding } from "../../settings/finding.ts";
import { nearest } from "../../std/nearest.ts";
import type { ListSection, RulesFile } from "../../settings/rulesFile.ts";
import type { ReadText } from "../../settings/textFile.ts";
import { parseCsv } from "./csv.ts";
import type { NamedLists } from "./language.ts";

export interface ListContext {
  /** Text of a file that a rules file names. */
  readonly read: (file: string) => ReadText;
  /** Absolute path of what a rules file calls a file. */
  readonly resolve: (file: string) => string;
  readonly maxListEntries: number;
  /** What is wrong in the rules file. */
  readonly findings: Finding[];
  /** What is wrong in the files of lists. */
  readonly diagnostics: Diagnostic[];
}

const LONGEST_ENTRY = 255;

/** All lists of a file; one with an error is empty. */
export function readLists(lists: RulesFile["lists"], context: ListContext): NamedLists {
  return new Map(Object.entries(lists).map(([name, list]) => [name, new Set(entriesOf(name, list, context))]));
}

function entriesOf(name: string, list: ListSection, context: ListContext): readonly string[] {
  const entries = "file" in list ? fromFile(name, list, context) : list;
  const { maxListEntries, findings } = context;
  if (entries.length <= maxListEntries) return entries;
  const message = `The list ${quote(name)} has ${entries.length} entries, more than ${maxListEntries}`;
  findings.push({
    path: ["lists", name],
    place: "key",
    severity: "error",
    message,
    hint: "raise limits.maxListEntries",
  });
  return [];
}

type FromFile = Extract<ListSection, { readonly file: string }>;

function fromFile(name: string, { file, column }: FromFile, context: ListContext): readonly string[] {
  const path = ["lists", name, "file"];
  const refuse = (message: string, hint?: string, key = "file"): readonly string[] => {
    const own = ["lists", name, key];
    context.findings.push({ path: own, severity: "error", message, ...(hint !== undefined && { hint }) });
    return [];
  };
  const kind = /\.(csv|ya?ml)$/iu.exec(file)?.[1]?.toLowerCase();
  if (kind === undefined) return refuse("A list is read from a .csv or a .yaml file");
  if (kind !== "csv" && column !== undefined) return refuse("Only a .csv file has columns", "remove the key", "column");
  const absolute = context.resolve(file);
  const read = context.read(absolute);
  if ("unreadable" in read) {
    const { message, hint } = read.unreadable;
    if (read.unreadable.lines === undefined) {
      context.findings.push({
        path,
        severity: "error",
        message: `${message}: ${clean(absolute)}`,
        ...(hint !== undefined && { hint }),
      });
    } else context.diagnostics.push(diagnoseUnreadable(absolute, read.unreadable));
    return [];
  }
  if (kind === "csv") return fromCsv({ file: absolute, text: read.text, column, refuse, context });
  return fromYaml(absolute, read.text, context);
}

function fromYaml(file: string, text: string, context: ListContext): readonly string[] {
  const { value, diagnostics } = readYaml(file, text, (found) => {
    const entries = Array.isArray(found) ? (found as readonly unknown[]) : undefined;
    if (entries === undefined)
      return [{ path: [], severity: "error", message: "This file is no list", hint: 'begin each entry with "- "' }];
    return entries.flatMap((entry, index): Finding[] => {
      if (typeof entry === "string" && entry !== "" && entry.length <= LONGEST_ENTRY) return [];
      const message = `An entry is a text of 1 to ${LONGEST_ENTRY} characters`;
      return [{ path: [String(index)], severity: "error", message, hint: "put digits in quotes" }];
    });
  });
  context.diagnostics.push(...diagnostics);
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

interface CsvFile {
  readonly file: string;
  readonly text: string;
  readonly column: string | undefined;
  readonly refuse: (message: string, hint?: string, key?: string) => readonly string[];
  readonly context: ListContext;
}

function fromCsv({ file, text, column, refuse, context }: CsvFile): readonly string[] {
  const [head, ...rows] = parseCsv(text);
  const columns = head?.cells ?? [];
  const shown = columns
    .map((each) => clean(each).slice(0, 40))
    .slice(0, 15)
    .join(", ");
  if (column === undefined && columns.length !== 1)
    return refuse("This file has several columns", `add column: one of ${shown}`);
  const index = column === undefined ? 0 : columns.indexOf(column);
  if (index === -1) {
    const near = nearest(column ?? "", columns);
    return refuse(
      `The file has no column ${quote(column ?? "")}`,
      near === undefined ? `it has ${shown}` : `did you mean ${quote(near)}?`,
      "column",
    );
  }
  const lines = text.split(/\r?\n/u);
  const wrong = rows.find(
    ({ cells }) => cells.length !== columns.length || (cells[index] ?? "").length > LONGEST_ENTRY,
  );
  if (wrong !== undefined) {
    const { cells, line } = wrong;
    const message =
      cells.length === columns.length
        ? `An entry has more than ${LONGEST_ENTRY} characters`
        : `This line has ${cells.length} columns, the first has ${columns.length}`;
    const excerpt = renderExcerpt({ line: lines[line - 1] ?? "", lineNumber: line, caret: 0, hidden: [] });
    context.diagnostics.push({ file, line, col: 1, severity: "error", path: "/", message, excerpt });
    return [];
  }
  return rows.flatMap(({ cells }) => (cells[index] === "" ? [] : [cells[index] ?? ""]));
}
