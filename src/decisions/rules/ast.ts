// The syntax tree of an expression as the checks of expressions walk it. The only knowledge of how the CEL library lays it out.
import type { ASTNode } from "@marcbachmann/cel-js";

export type Node = ASTNode;

/** A call of a function or method: `size(x)` has no receiver, `x.size()` has one. */
export interface CallNode {
  readonly node: Node;
  readonly name: string;
  readonly receiver: Node | undefined;
  readonly args: readonly Node[];
}

/** The node as a call; undefined when it is none. */
export function callOf(node: Node): CallNode | undefined {
  if (node.op === "call") return { node, name: node.args[0], receiver: undefined, args: node.args[1] };
  if (node.op === "rcall") return { node, name: node.args[0], receiver: node.args[1], args: node.args[2] };
  return undefined;
}

/** Macros that look at each element of a list: the first argument names it, the others are evaluated for each. */
export const comprehensions: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);

/** Parts of a node, in the order in which they are written. */
export function childrenOf(node: Node): readonly Node[] {
  const call = callOf(node);
  if (call !== undefined) return call.receiver === undefined ? call.args : [call.receiver, ...call.args];
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return [node.args[0]];
    case "!_":
    case "-_":
      return [node.args];
    case "map":
      return node.args.flat();
    default:
      return node.args as readonly Node[];
  }
}

/** Every node, outer ones first. */
export function* nodesOf(root: Node): Generator<Node> {
  yield root;
  for (const child of childrenOf(root)) yield* nodesOf(child);
}

/** The text of a literal; undefined for anything else. */
export function literalText(node: Node | undefined): string | undefined {
  return node?.op === "value" && typeof node.args === "string" ? node.args : undefined;
}

/** The name of a field that is asked for by `.name` or `["name"]`. */
export function fieldOf(node: Node): { readonly of: Node; readonly field: string } | undefined {
  if (node.op === ".") return { of: node.args[0], field: node.args[1] };
  const field = node.op === "[]" ? literalText(node.args[1]) : undefined;
  return node.op === "[]" && field !== undefined ? { of: node.args[0], field } : undefined;
}

/** The type that the check has found, as CEL names it; "dyn" where only evaluation can tell. */
export function typeOf(node: Node): string {
  return (node as { readonly checkedType?: { readonly name: string } }).checkedType?.name ?? "dyn";
}

/** Calls another method in place of the one that is written; the check comes after it. */
export function renameMethod(node: Node, name: string): void {
  if (node.op === "rcall") node.args[0] = name;
}
