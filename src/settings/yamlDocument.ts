// YAML text -> a plain value that knows the place of each of its parts, within bounds. It knows no schema and no file.
import {
  Composer,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type CST,
  type Document,
} from "yaml";
import { clean, quote, type Path } from "./finding.ts";
import { hideSecret, isSecretName, type Interval } from "./secrets.ts";
import { characterOffset } from "./yamlScalar.ts";
import { explainYamlError, MAX_DEPTH, MAX_LEXEMES, tokenize, type Problem } from "./yamlTokens.ts";

/** A place in the text: of the part asked for, or of the nearest one around it that is written there. */
export interface Place {
  readonly offset: number;
  /** How many segments of the path were found. */
  readonly depth: number;
}

export interface YamlDocument {
  /** The plain value; undefined when there are problems, null when the text is empty. */
  readonly value: unknown;
  /** In no particular order. */
  readonly problems: readonly Problem[];
  readonly lines: LineCounter;
  /** Values of keys that look like secrets. */
  readonly secrets: readonly Interval[];
  readonly find: (path: Path, place: "key" | "value") => Place;
  /** Where a character of the text at `path` stands; undefined where there is no such text. */
  readonly findCharacter: (path: Path, index: number) => number | undefined;
}

const MAX_ALIASES = 100;
const MOST_FAULTS = 1000;

/** Never throws, whatever the text. */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const tokenized = tokenize(text, lines);
  if (!("tokens" in tokenized)) return broken(lines, [tokenized]);
  const { tokens, unclosed } = tokenized;
  const [document, second] = compose(tokens, text.length);
  if (document === undefined) return broken(lines, []);
  const { problems, secrets, aliases } = survey(document, lines);
  const faults = [...document.errors, ...document.warnings].slice(0, MOST_FAULTS);
  for (const fault of faults) problems.push(explainYamlError(fault, unclosed));
  if (second !== undefined) {
    const hint = "keep one and remove the line ---";
    problems.push({ offset: second.range[0], path: [], message: "A second document begins here", hint });
  }
  const find = (path: Path, place: "key" | "value"): Place => findPlace(document, path, place);
  const findCharacter = (path: Path, index: number): number | undefined => {
    const node: unknown = document.getIn(path, true);
    return isScalar(node) ? characterOffset(text, node, index) : undefined;
  };
  const found = { lines, secrets, find, findCharacter };
  if (problems.length > 0) return { value: undefined, problems, ...found };
  const value = toValue(document, aliases);
  if ("plain" in value) return { value: value.plain, problems, ...found };
  return { value: undefined, problems: [value], ...found };
}

/** Documents in the text; only the first is wanted. */
function compose(tokens: readonly CST.Token[], length: number): Document.Parsed[] {
  // The composer's own search for equal keys takes quadratic time; `survey` has a faster one.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, stringKeys: true });
  // It makes an Error for each fault, of which a hostile text has a million; their stack traces took most of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return [...composer.compose(tokens, true, length)];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function toValue(document: Document.Parsed, aliases: ReadonlyMap<string, number>): { plain: unknown } | Problem {
  const first = Math.min(...aliases.values());
  const tooMany: Problem = {
    offset: first,
    path: [],
    message: "Too many values are repeated by aliases (*name)",
    hint: "write them out",
  };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (aliases.size === 0) return { plain: value };
    const copied = copyOut(value, MAX_DEPTH);
    return copied === undefined ? tooMany : { plain: copied.copy };
  } catch (error) {
    // The library throws it for aliases without an anchor and for those that would grow without end.
    if (!(error instanceof ReferenceError)) throw error;
    const name = /^Unresolved alias .*: (.*)$/su.exec(error.message)?.[1];
    const offset = aliases.get(name ?? "");
    if (offset === undefined) return tooMany;
    const hint = "put it in quotes if it is none";
    return { offset, path: [], message: `No value is named for the alias *${clean(name ?? "")}`, hint, mayQuote: true };
  }
}

interface Copied {
  readonly copy: unknown;
  /** How many parts it has. */
  readonly parts: number;
}

/** A copy in which nothing is shared, so that defaults filled in at one place stay there; undefined beyond the bounds. */
function copyOut(value: unknown, depth: number): Copied | undefined {
  if (typeof value !== "object" || value === null) return { copy: value, parts: 1 };
  if (depth === 0) return undefined;
  const entries: [string, unknown][] = [];
  let parts = 1;
  for (const [key, part] of Object.entries(value)) {
    const copied = copyOut(part, depth - 1);
    if (copied === undefined) return undefined;
    parts += copied.parts;
    if (parts > MAX_LEXEMES) return undefined;
    entries.push([key, copied.copy]);
  }
  return { copy: Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries), parts };
}

function broken(lines: LineCounter, problems: Problem[]): YamlDocument {
  const value = problems.length > 0 ? undefined : null;
  return { value, problems, lines, secrets: [], find: () => ({ offset: 0, depth: 0 }), findCharacter: () => undefined };
}

interface Survey {
  readonly problems: Problem[];
  readonly secrets: Interval[];
  /** Place of one alias of each name. */
  readonly aliases: ReadonlyMap<string, number>;
}

interface Trail {
  readonly node: unknown;
  readonly key: string;
  readonly parent: Trail | undefined;
}

/** One look at every node: keys that stand twice, secrets, aliases. */
function survey(document: Document.Parsed, lines: LineCounter): Survey {
  const problems: Problem[] = [];
  const secrets: Interval[] = [];
  const aliases = new Map<string, number>();
  const waiting: Trail[] = [{ node: document.contents, key: "", parent: undefined }];
  for (let trail = waiting.pop(); trail !== undefined; trail = waiting.pop()) {
    const { node } = trail;
    if (isAlias(node)) aliases.set(node.source, startOf(node) ?? 0);
    else if (isSeq(node))
      for (const [index, item] of node.items.entries())
        if (!isScalar(item)) waiting.push({ node: item, key: String(index), parent: trail });
    if (!isMap(node)) continue;
    const seen = new Map<string, number>();
    for (const { key, value } of node.items) {
      const name = nameOf(key);
      const offset = startOf(key) ?? startOf(node) ?? 0;
      const inside = { node: value, key: name, parent: trail };
      const first = seen.get(name);
      if (first === undefined) seen.set(name, offset);
      else problems.push(twice(inside, offset, lines.linePos(first).line));
      if (isSecretName(name)) secrets.push(secretOf(name, key, value));
      if (!isScalar(value)) waiting.push(inside);
    }
  }
  return { problems, secrets, aliases };
}

function twice(trail: Trail, offset: number, firstLine: number): Problem {
  const path: string[] = [];
  for (let step: Trail | undefined = trail; step?.parent !== undefined; step = step.parent) path.unshift(step.key);
  const name = path.slice(0, -1).some(isSecretName) ? "A key" : `Key ${quote(trail.key)}`;
  const message = `${name} stands twice, first in line ${firstLine}`;
  return { offset, path, message, hint: "keep one" };
}

function secretOf(name: string, key: unknown, value: unknown): Interval {
  const [start = 0, end = 0] = rangeOf(key) ?? [];
  const [from, to] = rangeOf(value) ?? [end, end];
  return [hideSecret(name) === name ? from : start, Math.max(end, to)];
}

function findPlace(document: Document.Parsed, path: Path, place: "key" | "value"): Place {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, segment] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => nameOf(key) === segment);
      if (pair === undefined) return { offset, depth };
      const { key, value } = pair;
      // An empty value has no text of its own: its place is its key.
      const isEmpty = !isCollection(value) && (rangeOf(value)?.[0] ?? 0) === (rangeOf(value)?.[1] ?? 0);
      offset = (isLast && place === "key") || isEmpty ? (startOf(key) ?? offset) : (startOf(value) ?? offset);
      node = value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(segment)];
      if (item === undefined) return { offset, depth };
      offset = startOf(item) ?? offset;
      node = item;
    } else return { offset, depth };
  }
  return { offset, depth: path.length };
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : "";
}

function rangeOf(node: unknown): readonly [start: number, end: number, ...unknown[]] | undefined {
  return isNode(node) ? (node.range ?? undefined) : undefined;
}

function startOf(node: unknown): number | undefined {
  return rangeOf(node)?.[0];
}
