// Why a rule fits a question or does not: its condition taken apart, each part with its value. For people; nothing decides by it.
import { clean } from "../../settings/finding.ts";
import type { DecidedAction } from "../../twin/questions.ts";
import { callOf, childrenOf, comprehensions, type Node } from "./ast.ts";
import { fits } from "./evaluate.ts";
import { NoValue } from "./expression.ts";
import type { Facts } from "./facts.ts";
import type { Rule, RuleSet } from "./rule.ts";

/** A part of a condition. */
export interface ExplainedPart {
  readonly text: string;
  readonly value: string;
}

export interface ExplainedRule {
  readonly rule: Rule;
  readonly fits: boolean;
  /** Why nobody can say whether it fits. */
  readonly fault?: string;
  /** The condition and, after it, the parts that it depends on. */
  readonly parts: readonly ExplainedPart[];
}

/** Each is compiled for this alone. */
const MOST_PARTS = 30;
/** Rules that are taken apart: the last ones before the one that fits. */
const MOST_TAKEN_APART = 50;
const LONGEST_VALUE = 80;

/**
 * The rules about an action, from the first one to the first that fits, of which the last ones are taken apart. One after the other, because
 * that takes milliseconds each: whoever has something else to do does it between them.
 */
export function* explainRules(rules: RuleSet, action: DecidedAction, facts: Facts): Generator<ExplainedRule> {
  const tried: { readonly rule: Rule; readonly fit: boolean | NoValue }[] = [];
  for (const rule of rules.about[action]) {
    const fit = fits(rule, facts);
    tried.push({ rule, fit });
    if (fit === true) break;
  }
  for (const [place, { rule, fit }] of tried.entries())
    yield {
      rule,
      fits: fit === true,
      ...(fit instanceof NoValue && { fault: fit.reason }),
      parts: place < tried.length - MOST_TAKEN_APART ? [] : partsOf(rule, facts),
    };
}

function partsOf({ when }: Rule, facts: Facts): ExplainedPart[] {
  if (when === undefined) return [];
  const values = new Map<string, unknown>();
  const { text } = when;
  const explain = (node: Node, part = text.slice(...spanOf(node, text))): unknown => {
    if (node.op === "value" || node.op === "list" || node.op === "map") return undefined;
    if (!values.has(part) && values.size >= MOST_PARTS) return undefined;
    if (!values.has(part)) values.set(part, when.evaluatePart(part, facts));
    const value = values.get(part);
    // The other side of a condition that is decided already tells nothing.
    const [left, right] = childrenOf(node);
    if ((node.op === "&&" || node.op === "||") && left !== undefined && right !== undefined) {
      if (explain(left) !== (node.op === "||")) explain(right);
    } else for (const child of tellingParts(node)) explain(child);
    return value;
  };
  explain(when.root, text.trim());
  return Array.from(values, ([part, value]) => ({ text: clean(part), value: show(value) }));
}

/** The parts of a node that have values of their own, and are worth a line. */
function tellingParts(node: Node): readonly Node[] {
  const call = callOf(node);
  // Inside a comprehension its variable has no single value.
  const isMacro = call !== undefined && (comprehensions.has(call.name) || call.name === "has");
  return isMacro || node.op === "." ? [] : childrenOf(node);
}

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gu;

/** Where a node stands in its expression, with the parentheses around its parts that the syntax tree leaves out. */
function spanOf({ start, end }: Node, text: string): [start: number, end: number] {
  // Parentheses in quotes do not count.
  const bare = text.replace(QUOTED, (quoted) => "_".repeat(quoted.length));
  let depth = 0;
  let missing = 0;
  for (const sign of bare.slice(start, end)) {
    if (sign === "(") depth++;
    else if (sign === ")" && depth > 0) depth--;
    else if (sign === ")") missing++;
  }
  const before = missing === 0 ? 0 : (/(?:\(\s*)*$/u.exec(bare.slice(0, start))?.[0].length ?? 0);
  const after = depth === 0 ? 0 : (new RegExp(`^(?:\\s*\\)){${depth}}`, "u").exec(bare.slice(end))?.[0].length ?? 0);
  return [start - (missing === 0 ? 0 : lengthOfLast(bare.slice(start - before, start), missing)), end + after];
}

/** How far the last `count` opening parentheses reach from the end of a text. */
function lengthOfLast(text: string, count: number): number {
  let index = text.length;
  for (let left = count; left > 0 && index > 0; left--) index = text.lastIndexOf("(", index - 1);
  return text.length - Math.max(index, 0);
}

/** A value as an expression would write it, shortened. */
function show(value: unknown): string {
  if (value instanceof NoValue) return `has no value (${value.reason})`;
  return `is ${clean(write(value)).slice(0, LONGEST_VALUE)}`;
}

function write(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Date) return `timestamp("${value.toISOString()}")`;
  if (value instanceof Set) return `a list of ${value.size}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "object") return "nothing";
  if (value === null || Object.getPrototypeOf(value) === Object.prototype) return JSON.stringify(value);
  const text = (value as { toString(): string }).toString();
  return text.startsWith("[object") ? "something with fields" : text;
}
