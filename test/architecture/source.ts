// A source file as the architecture rules see it: its lines, what it imports and exports, and its syntax tree.
import { readFileSync, readdirSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { parseSync } from "oxc-parser";

/** A node of the syntax tree (ESTree with TypeScript). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** Path below the repository's root when it is relative, else the specifier. */
  readonly target: string;
  readonly line: number;
  /** `thread`: named in `new URL("./x.ts", import.meta.url)`, which is how a thread finds its file. */
  readonly kind: "value" | "type" | "thread";
}

export interface Export {
  readonly name: string;
  readonly kind: "function" | "class" | "value" | "type";
  readonly line: number;
  /** Passed on from another file. */
  readonly passedOn: boolean;
}

export interface Source {
  /** Below the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly tree: SyntaxNode;
  lineOf(node: SyntaxNode): number;
}

/** Every TypeScript file below `folder` of the repository at `root`. */
export function readSources(root: string, folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => parseSource(relative(root, file).replaceAll(sep, "/"), readFileSync(file, "utf8")));
}

export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const tree = program as unknown as SyntaxNode;
  const lineOf = (node: SyntaxNode) => text.slice(0, node.start).split("\n").length;
  const targetOf = (specifier: string) =>
    specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : specifier;
  const imports: Import[] = [];
  const exports: Export[] = [];
  for (const node of nodesOf(tree)) {
    const found = importIn(node);
    if (found !== undefined) imports.push({ ...found, target: targetOf(found.specifier), line: lineOf(node) });
    exports.push(...exportsIn(node).map((each) => ({ ...each, line: lineOf(node) })));
  }
  return { path, text, lineCount: text.trimEnd().split("\n").length, imports, exports, tree, lineOf };
}

/** The node itself and everything below it. */
export function* nodesOf(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* nodesOf(child);
}

/** `a.b` as text, or undefined for anything that is not a plain name or a member of one. */
export function dottedName(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Identifier") return String(node.name);
  if (node.type !== "MemberExpression" || node.computed === true) return undefined;
  const object = dottedName(node.object);
  return object === undefined ? undefined : `${object}.${dottedName(node.property)}`;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";
}

function importIn(node: SyntaxNode): Pick<Import, "specifier" | "kind"> | undefined {
  const from = textOf(node.source);
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      return from === undefined ? undefined : { specifier: from, kind: isTypeOnly(node) ? "type" : "value" };
    case "ImportExpression":
      return from === undefined ? undefined : { specifier: from, kind: "value" };
    case "TSImportType":
      return from === undefined ? undefined : { specifier: from, kind: "type" };
    case "NewExpression":
      return threadFileIn(node);
    default:
      return undefined;
  }
}

/** `new URL("./x.ts", import.meta.url)`, also with the extension of the running file: `./x${extname(import.meta.url)}`. */
function threadFileIn(node: SyntaxNode): Pick<Import, "specifier" | "kind"> | undefined {
  const [file, base] = node.arguments as SyntaxNode[];
  if (dottedName(node.callee) !== "URL" || file === undefined || base === undefined) return undefined;
  const specifier = textOf(file) ?? firstQuasiOf(file);
  if (specifier === undefined || !/^\.\/\w+(\.[cm]?[jt]s)?$/.test(specifier)) return undefined;
  return { specifier: `${specifier.replace(/\.[cm]?[jt]s$/, "")}.ts`, kind: "thread" };
}

function firstQuasiOf(node: SyntaxNode): string | undefined {
  const [first] = (node.quasis ?? []) as { value?: { cooked?: string } }[];
  return first?.value?.cooked;
}

function textOf(node: unknown): string | undefined {
  return isNode(node) && node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}

function isTypeOnly(node: SyntaxNode): boolean {
  if (node.importKind === "type" || node.exportKind === "type") return true;
  const specifiers = (node.specifiers ?? []) as SyntaxNode[];
  return specifiers.length > 0 && specifiers.every((each) => (each.importKind ?? each.exportKind) === "type");
}

function exportsIn(node: SyntaxNode): Omit<Export, "line">[] {
  const passedOn = isNode(node.source);
  if (node.type === "ExportAllDeclaration") return [{ name: "*", kind: "value", passedOn: true }];
  if (node.type === "ExportDefaultDeclaration") return [{ name: "default", kind: "value", passedOn: false }];
  if (node.type !== "ExportNamedDeclaration") return [];
  if (isNode(node.declaration)) return declaredBy(node.declaration);
  return (node.specifiers as SyntaxNode[]).map((each) => ({
    name: dottedName(each.exported) ?? "",
    kind: isTypeOnly(node) ? "type" : "value",
    passedOn,
  }));
}

function declaredBy(declaration: SyntaxNode): Omit<Export, "line">[] {
  const named = (kind: Export["kind"], id: unknown) => ({ name: dottedName(id) ?? "", kind, passedOn: false });
  switch (declaration.type) {
    case "FunctionDeclaration":
      return [named("function", declaration.id)];
    case "ClassDeclaration":
      return [named("class", declaration.id)];
    case "VariableDeclaration":
      return (declaration.declarations as SyntaxNode[]).map((each) => named("value", each.id));
    default:
      return [named("type", declaration.id)];
  }
}
