// A YAML file -> a checked value, or diagnostics with file, line, column and source line. It knows no particular schema.
import { renderExcerpt } from "./excerpt.ts";
import { clean, renderPath, type Finding, type Path, type Severity } from "./finding.ts";
import { hiddenIn, type Interval, type SecretText } from "./secrets.ts";
import { readTextFile, type ReadText, type Unreadable } from "./textFile.ts";
import { parseYaml, type Place, type YamlDocument } from "./yamlDocument.ts";
import type { Problem } from "./yamlTokens.ts";

/** One thing that is wrong in a file. */
export interface Diagnostic {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly col: number;
  readonly severity: Severity;
  /** JSON pointer to the part of the value that it is about, "/" for the whole. */
  readonly path: string;
  /** Sentence without full stop. */
  readonly message: string;
  readonly hint?: string;
  /** The source line with a caret under the place, secrets hidden; "" where there is no line. */
  readonly excerpt: string;
}

/** Finds what is wrong with the value of a YAML text; may fill defaults into it. `find` tells what is written where. */
export type FindProblems = (value: unknown, find: (path: Path, place: "key" | "value") => Place) => readonly Finding[];

export interface ReadYaml {
  /** The value after `findProblems`; undefined when a diagnostic is an error. */
  readonly value: unknown;
  /** In the order of their places, at most 1,000. */
  readonly diagnostics: readonly Diagnostic[];
}

const MOST_DIAGNOSTICS = 1000;
const MOST_RENDERED = 20;

/** Reads and checks a file. Never throws for anything that stands in the file or in its place. */
export function readYamlFile(file: string, findProblems: FindProblems): ReadYaml {
  return readYamlText(file, readTextFile(file), findProblems);
}

/** Checks what was read of a file, or says why it could not be read. */
export function readYamlText(file: string, read: ReadText, findProblems: FindProblems): ReadYaml {
  if ("text" in read) return readYaml(file, read.text, findProblems);
  return { value: undefined, diagnostics: [diagnoseUnreadable(file, read.unreadable)] };
}

/** Why a file is no usable text, as a diagnostic. */
export function diagnoseUnreadable(file: string, unreadable: Unreadable): Diagnostic {
  const { message, hint, line, col, lines } = unreadable;
  const excerpt =
    lines === undefined
      ? ""
      : renderExcerpt({
          line: lines[line - 1] ?? "",
          lineNumber: line,
          caret: col - 1,
          hidden: hiddenIn({ lines, secrets: [], isWellFormed: false }, line - 1, 0),
        });
  const said = hint === undefined ? { message } : { message, hint };
  return { file, line, col, severity: "error", path: "/", ...said, excerpt };
}

/** Checks the text of `file`. An empty text is an empty section. */
export function readYaml(file: string, text: string, findProblems: FindProblems): ReadYaml {
  const document = parseYaml(text);
  const isWellFormed = document.problems.length === 0;
  const lines = text.split(/\r?\n/u);
  const source = { file, lines, document, secrets: document.secrets, isWellFormed, hidden: new Map() };
  if (!isWellFormed) {
    const lineOf = ({ offset }: Problem): number => document.lines.linePos(offset).line;
    // Behind the first fault of a line the YAML parser is often only confused.
    const diagnostics = document.problems
      .toSorted((a, b) => a.offset - b.offset)
      .filter((problem, index, all) => index === 0 || lineOf(problem) !== lineOf(all[index - 1] ?? problem))
      .slice(0, MOST_DIAGNOSTICS)
      .map(({ offset, mayQuote, ...said }) => toDiagnostic(source, offset, { ...said, severity: "error" }, mayQuote));
    return { value: undefined, diagnostics };
  }
  const value = document.value ?? {};
  const findings = findProblems(value, document.find).slice(0, MOST_DIAGNOSTICS);
  const diagnostics = findings.map((finding) => toDiagnostic(source, offsetOf(document, finding), finding));
  const isRefused = findings.some(({ severity }) => severity === "error");
  return { value: isRefused ? undefined : value, diagnostics: sort(diagnostics) };
}

function offsetOf({ find, findCharacter }: YamlDocument, { path, place = "value", index }: Finding): number {
  return (index === undefined ? undefined : findCharacter(path, index)) ?? find(path, place).offset;
}

/** The diagnostics as text for people, without a line break at the end; of many the first twenty. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const more = diagnostics.length - MOST_RENDERED;
  const orMore = diagnostics.length === MOST_DIAGNOSTICS ? " or more" : "";
  return [
    ...diagnostics.slice(0, MOST_RENDERED).map(render),
    ...(more > 0 ? [`… and ${more}${orMore} further ones`] : []),
  ].join("\n");
}

function render({ file, line, col, severity, path, message, hint, excerpt }: Diagnostic): string {
  const sentence = hint === undefined ? message : `${message}; ${hint}`;
  const end = /[.?!]$/u.test(sentence) ? "" : ".";
  return [`${clean(file)}:${line}:${col} ${severity} ${path}`, `${sentence}${end}`, excerpt].join("\n").trimEnd();
}

interface Source extends SecretText {
  readonly file: string;
  readonly document: YamlDocument;
  /** What must not be shown, by the number of the line, once it was asked for. */
  readonly hidden: Map<number, readonly Interval[]>;
}

function toDiagnostic(source: Source, offset: number, finding: Finding, mayQuote = false): Diagnostic {
  const { line, col } = source.document.lines.linePos(offset);
  const hidden = source.hidden.get(line) ?? hiddenIn(source, line - 1, offset - (col - 1));
  source.hidden.set(line, hidden);
  const isHidden = hidden.some(([start, end]) => start < col && col - 1 <= end);
  const { message, hint } = mayQuote && isHidden ? malformedSecret : finding;
  return {
    file: source.file,
    line,
    col,
    severity: finding.severity,
    path: renderPath(finding.path),
    message,
    ...(hint === undefined ? {} : { hint }),
    excerpt: renderExcerpt({ line: source.lines[line - 1] ?? "", lineNumber: line, caret: col - 1, hidden }),
  };
}

const malformedSecret = {
  message: "A secret, or what follows it, is not well-formed",
  hint: "put all of it in quotes",
};

function sort(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted((a, b) => a.line - b.line || a.col - b.col);
}
