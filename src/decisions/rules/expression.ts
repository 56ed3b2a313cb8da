// Expressions as the rest of the rules sees them: made from a text once, checked before they are ever evaluated, and never throwing.
import { ParseError, type TypeError as CelTypeError, type ParseResult } from "@marcbachmann/cel-js";
import { clean, quote } from "../../settings/finding.ts";
import { nearest } from "../../std/nearest.ts";
import { childrenOf, fieldOf, nodesOf, typeOf, type Node } from "./ast.ts";
import { findTooCostly } from "./cost.ts";
import type { Facts } from "./facts.ts";
import { fieldsOfType, LONGEST_EXPRESSION, variables, type Language } from "./language.ts";
import { screen, screenFields, type ExpressionFault } from "./screen.ts";

/** Why an expression has no value for a question. */
export class NoValue {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** A checked expression. */
export interface Expression {
  readonly text: string;
  /** CEL type of its value; `dyn` where only evaluation can tell. */
  readonly type: string;
  /** Its value, of CEL's representation in JavaScript (int is BigInt, timestamp is Date), or why it has none. Never throws. */
  evaluate(facts: Facts): unknown;
  /** Value of a part of its text that has one on its own. Never throws. */
  evaluatePart(text: string, facts: Facts): unknown;
  /** Syntax tree, for what is said about it. */
  readonly root: Node;
}

export type CompiledExpression = { readonly expression: Expression } | { readonly fault: ExpressionFault };

/** Makes an expression of a text, or says what is wrong with it and where. */
export function compileExpression(text: string, language: Language): CompiledExpression {
  if (text.length > LONGEST_EXPRESSION)
    return {
      fault: { index: LONGEST_EXPRESSION, message: `An expression has at most ${LONGEST_EXPRESSION} characters` },
    };
  let parsed: ParseResult;
  try {
    parsed = language.parse(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { fault: { index: indexOf(error), message: sentence(error.summary) } };
  }
  const root = parsed.ast;
  const screened = screen(root, ({ start, end }) => language.parse(text.slice(start, end))({}) as unknown);
  if (screened !== undefined) return { fault: screened };
  const checked = parsed.check();
  if (checked.error !== undefined) return { fault: explain(checked.error, root, language) };
  const reaching = screenFields(root);
  if (reaching !== undefined) return { fault: reaching };
  const sizes = new Map(
    Array.from(language.lists, ([name, list]) => [name, { entries: list.size, longest: longestOf(list) }] as const),
  );
  const costly = findTooCostly(root, sizes);
  if (costly !== undefined) return { fault: { index: costly.node.start, message: costly.message, hint: costly.hint } };
  const evaluatePart = (part: string, facts: Facts): unknown => {
    const compiled = compileExpression(part, language);
    return "fault" in compiled ? new NoValue(compiled.fault.message) : compiled.expression.evaluate(facts);
  };
  const type = checked.type ?? "dyn";
  return { expression: { text, type, root, evaluatePart, evaluate: (facts) => valueOf(parsed, facts) } };
}

function valueOf(parsed: ParseResult, facts: Facts): unknown {
  try {
    return parsed(facts) as unknown;
  } catch (error) {
    return new NoValue(reasonOf(error));
  }
}

function longestOf(list: ReadonlySet<string>): number {
  let longest = 0;
  for (const { length } of list) if (length > longest) longest = length;
  return longest;
}

function indexOf({ range }: { readonly range?: { readonly start: number } }): number {
  return range?.start ?? 0;
}

function reasonOf(error: unknown): string {
  const { summary, message } = error as { readonly summary?: string; readonly message?: string };
  return sentence(summary ?? message ?? "it cannot be evaluated").slice(0, LONGEST_REASON);
}

const LONGEST_REASON = 200;

/** A complaint of the CEL library, which may repeat a piece of the expression. */
function sentence(text: string): string {
  const [first = ""] = text.split("\n");
  const said = clean(first).replace(/^Unexpected token: EOF/u, "The expression ends too early");
  return said.charAt(0).toUpperCase() + said.slice(1);
}

function explain(error: ParseError | CelTypeError, root: Node, language: Language): ExpressionFault {
  const index = indexOf(error);
  const node = Array.from(nodesOf(root)).find((each) => each === error.node);
  if (error.code === "unknown_variable" && node?.op === "id") {
    const names = [...Object.keys(variables), "lists"];
    const near = nearest(node.args, names);
    const hint = near === undefined ? `there are ${names.join(", ")}` : `did you mean ${near}?`;
    return { index, message: `There is no variable ${quote(node.args)}`, hint };
  }
  const access = node === undefined ? undefined : fieldOf(node);
  if (error.code === "no_such_key" && access !== undefined) return explainField(access, index, language);
  const types = node === undefined ? "" : childrenOf(node).map(typeOf).join(" and ");
  if (error.code === "no_such_overload" && node !== undefined)
    return {
      index,
      message: sentence(error.summary).replace(/^No such overload:/u, "These do not go together:"),
      ...hintFor(types),
    };
  const message = sentence(error.summary).replace(
    /^Found no matching overload for '(.*)'$/u,
    "There is no function $1",
  );
  return { index, message };
}

function explainField(
  { of, field }: { readonly of: Node; readonly field: string },
  index: number,
  language: Language,
): ExpressionFault {
  const type = typeOf(of);
  const known = type === "Lists" ? [...language.lists.keys()] : Object.keys(fieldsOfType[type] ?? {});
  const near = nearest(field, known);
  const message =
    type === "Lists"
      ? `There is no list ${quote(field)}`
      : `${quote(field)} is no field of ${of.input.slice(of.start, of.end)}`;
  const hint = near === undefined ? `there are ${known.join(", ")}` : `did you mean ${near}?`;
  return { index, message: clean(message), ...(known.length > 0 && { hint }) };
}

/** Numbers and texts are the pair that is most often mixed. */
function hintFor(types: string): { readonly hint?: string } {
  if (/string/u.test(types) && /int|double/u.test(types))
    return { hint: "put the number in quotes, or make it text with string(…)" };
  return {};
}
