// The sentences that a source file composes: texts of more than one word, other than what goes into the log, what a programmer's error
// says, and what describes the API.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dottedName, parseSource, type SyntaxNode } from "../../architecture/source.ts";

const root = new URL("../../../", import.meta.url);
/** More than one word, or a word about a value. */
const WORDS = /[a-z]{2,} [a-z]|[a-z]{2,} \{\}|\{\} [a-z]{2,}|[a-z]{2,}: \{\}/iu;

/** Places for values are `{}`. */
export function sentencesOf(path: string): readonly string[] {
  const { tree } = parseSource(path, readFileSync(fileURLToPath(new URL(path, root)), "utf8"));
  return [...new Set(textsIn(tree))].filter((text) => WORDS.test(text));
}

function* textsIn(node: SyntaxNode): Generator<string> {
  if (isForOthers(node)) return;
  const text = textOf(node);
  if (text !== undefined) yield text;
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* textsIn(child);
}

function isForOthers(node: SyntaxNode): boolean {
  if (node.type === "ImportDeclaration" || node.type.startsWith("TS")) return true;
  const callee = dottedName(node["callee"]) ?? "";
  if (node.type === "NewExpression") return callee.endsWith("Error");
  if (node.type === "CallExpression") return /(?:^|\.)log\.\w+$/u.test(callee);
  const key = node["key"];
  return node.type === "Property" && isNode(key) && ["summary", "description"].includes(String(key["name"]));
}

function textOf(node: SyntaxNode): string | undefined {
  if (node.type === "Literal") return typeof node["value"] === "string" ? node["value"] : undefined;
  if (node.type !== "TemplateLiteral") return undefined;
  const quasis = node["quasis"] as readonly { readonly value: { readonly cooked: string } }[];
  return quasis.map(({ value }) => value.cooked).join("{}");
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
