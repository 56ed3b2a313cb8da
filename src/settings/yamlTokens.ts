// The first half of reading YAML: text -> tokens within bounds, and the YAML library's complaints in plain words.
import { Lexer, Parser, type CST, type ErrorCode, type LineCounter, type YAMLError } from "yaml";
import { clean, type Path } from "./finding.ts";

/** Why a text is no usable YAML. */
export interface Problem {
  /** Where, in UTF-16 units from the start of the text. */
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
  /** The message comes from the YAML library and may repeat a piece of the text. */
  readonly mayQuote?: boolean;
}

/** Enough for 20,000 charge points; the parser takes about 1.5 s for so many. */
export const MAX_LEXEMES = 1_500_000;
export const MAX_DEPTH = 64;

export interface Tokens {
  readonly tokens: readonly CST.Token[];
  /** Where quotes begin that are not closed, by where their text ends. */
  readonly unclosed: ReadonlyMap<number, number>;
}

/** All tokens of the text, or why they are too many: behind this bound nothing recurses deeply or runs long. */
export function tokenize(text: string, lines: LineCounter): Tokens | Problem {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  const unclosed = new Map<number, number>();
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const start = parser.offset;
    tokens.push(...parser.next(lexeme));
    if (/^(["'])(?:.*[^"'])?$/su.test(lexeme)) unclosed.set(parser.offset, start);
    if (parser.stack.length > MAX_DEPTH)
      return { offset: start, path: [], message: `The nesting is deeper than ${MAX_DEPTH} levels` };
    if (++count > MAX_LEXEMES)
      return { offset: start, path: [], message: `The file has more than ${MAX_LEXEMES} parts` };
  }
  tokens.push(...parser.end());
  return { tokens, unclosed };
}

/** What the library says about a place, so that the author of the file understands it. */
export function explainYamlError({ pos, code, message }: YAMLError, unclosed: ReadonlyMap<number, number>): Problem {
  const [offset] = pos;
  const start = unclosed.get(offset);
  if (code === "MISSING_CHAR" && start !== undefined)
    return { offset: start, path: [], message: "This quote is not closed", mayQuote: true };
  // Behind the colon the library repeats the text, which may go on to a secret.
  const short = code === "UNEXPECTED_TOKEN" ? message.replace(/: .*$/su, "") : message;
  const said = message.startsWith("Implicit map keys") ? keyWithoutColon : (sentences[code] ?? { message: short });
  return { offset, path: [], ...said, message: clean(said.message), mayQuote: true };
}

const keyWithoutColon = { message: "This key has no value", hint: "write a colon and a blank after the key" };

const sentences: Partial<Readonly<Record<ErrorCode, { readonly message: string; readonly hint?: string }>>> = {
  TAB_AS_INDENT: { message: "Tabs are not allowed as indentation", hint: "indent with blanks" },
  MULTILINE_IMPLICIT_KEY: {
    message: "This key goes over several lines",
    hint: "write a colon and a blank after each key",
  },
  NON_STRING_KEY: { message: "A key must be text" },
};
