// How much an expression can cost at most, found before it is ever evaluated: steps, and characters and elements that it holds.
// What it has no price for, an expression may not use.
import { callOf, childrenOf, comprehensions, fieldOf, typeOf, type CallNode, type Node } from "./ast.ts";
import { LONGEST_ID_TAG, LONGEST_TEXT, MOST_ELEMENTS, MOST_PARTS } from "./facts.ts";
import { timeFields } from "./timeFields.ts";

/** Visited nodes; one takes some 100 ns. */
export const MOST_STEPS = 50_000;
/** Characters and elements of a value on the way. */
const MOST_WEIGHT = 2_000_000;
/** Characters that are looked through in the time of a step. */
const CHARACTERS_A_STEP = 1000;
const PATTERN_CHARACTERS_A_STEP = 100;
const ELEMENTS_A_STEP = 10;

/** Bounds of a value. */
interface Size {
  readonly elements: number;
  readonly characters: number;
  /** Characters and elements of it and everything inside. */
  readonly weight: number;
  /** Of one element. */
  readonly item?: Size | undefined;
}

export interface Reckoning extends Size {
  readonly steps: number;
}

/** Sizes of the named lists: how many entries, and how long the longest is. */
export type ListSizes = ReadonlyMap<string, { readonly entries: number; readonly longest: number }>;

/** Why an expression may not be used, and where. */
export interface TooCostly {
  readonly node: Node;
  readonly message: string;
  readonly hint: string;
}

const scalar: Size = { elements: 0, characters: 0, weight: 1 };
const anything: Size = { elements: MOST_ELEMENTS, characters: LONGEST_TEXT, weight: LONGEST_TEXT };
/** One of many: all parts of a payload together have no more characters and parts than it may have. */
const oneOfMany: Size = {
  elements: MOST_PARTS / MOST_ELEMENTS,
  characters: LONGEST_TEXT / MOST_ELEMENTS,
  weight: LONGEST_TEXT / MOST_ELEMENTS,
};
const textOf = (characters: number): Size => ({ elements: 0, characters, weight: characters });
const listOf = (elements: number, item: Size): Size => ({
  elements,
  characters: 0,
  weight: elements * (item.weight + 1),
  item,
});

type Scope = ReadonlyMap<string, Size>;
type Price = (call: CallNode, parts: readonly Reckoning[]) => Size & { readonly steps?: number };

const keepsText: Price = (_, [text = anything]) => text;
const isScalar: Price = () => scalar;

const functionPrices: Readonly<Record<string, Price>> = {
  has: isScalar,
  size: isScalar,
  int: isScalar,
  double: isScalar,
  bool: isScalar,
  timestamp: isScalar,
  duration: isScalar,
  string: (_, [value = anything]) => textOf(Math.max(value.characters, 32)),
  json: () => anything,
  glob: ({ args: [, pattern] }, [text]) => ({
    ...scalar,
    steps:
      ((text?.characters ?? 0) * (pattern?.op === "value" ? String(pattern.args).length : LONGEST_TEXT)) /
      PATTERN_CHARACTERS_A_STEP,
  }),
};

const methodPrices: Readonly<Record<string, Price>> = {
  size: isScalar,
  startsWith: isScalar,
  endsWith: isScalar,
  contains: isScalar,
  indexOf: isScalar,
  lastIndexOf: isScalar,
  substring: keepsText,
  trim: keepsText,
  lowerAscii: keepsText,
  upperAscii: keepsText,
  split: ({ args: [, most] }, [text = anything]) => {
    const limit = most?.op === "value" && typeof most.args === "bigint" ? Number(most.args) : -1;
    const pieces = limit < 0 ? text.characters + 1 : Math.min(limit, text.characters + 1);
    return { ...listOf(pieces, textOf(text.characters / Math.max(1, pieces))), weight: text.characters + pieces };
  },
  join: (_, [list = anything, separator]) => textOf(list.weight + list.elements * (separator?.characters ?? 0)),
  ...Object.fromEntries(Object.keys(timeFields).map((field) => [field, isScalar])),
};

/** Functions that an expression may call: those that have a price. */
export function isCallable({ name, receiver }: CallNode): boolean {
  if (receiver === undefined) return Object.hasOwn(functionPrices, name);
  return Object.hasOwn(methodPrices, name) || comprehensions.has(name);
}

/** Names of everything that can be called. */
export const callable: readonly string[] = [
  ...new Set([...Object.keys(functionPrices), ...Object.keys(methodPrices), ...comprehensions]),
];

/** Why a checked expression costs too much; undefined when it does not. */
export function findTooCostly(root: Node, lists: ListSizes): TooCostly | undefined {
  let found: TooCostly | undefined;
  const note = (node: Node, { steps, weight }: Reckoning): void => {
    if (found !== undefined) return;
    if (steps > MOST_STEPS)
      found = {
        node,
        message: `This could take more than ${MOST_STEPS} steps`,
        hint: "look through fewer or shorter lists, not one inside another; `string(x) in lists.NAME` is a single step",
      };
    else if (weight > MOST_WEIGHT)
      found = { node, message: "This could become too large a value", hint: "join fewer or shorter texts and lists" };
  };
  reckon(root, new Map(), { lists, note });
  return found;
}

interface Books {
  readonly lists: ListSizes;
  readonly note: (node: Node, reckoning: Reckoning) => void;
}

function reckon(node: Node, scope: Scope, books: Books): Reckoning {
  const reckoning = reckonNode(node, scope, books);
  books.note(node, reckoning);
  return reckoning;
}

function reckonNode(node: Node, scope: Scope, books: Books): Reckoning {
  const call = callOf(node);
  if (call !== undefined)
    return comprehensions.has(call.name) && call.receiver !== undefined
      ? reckonComprehension(call, call.receiver, { scope, books })
      : reckonCall(call, scope, books);
  switch (node.op) {
    case "value":
      return { steps: 1, ...(typeof node.args === "string" ? textOf(node.args.length) : scalar) };
    case "id":
      return { steps: 1, ...(scope.get(node.args) ?? sizeOfVariable(node.args, node)) };
    case ".":
    case ".?":
    case "[]":
    case "[?]":
      return reckonAccess(node, scope, books);
    case "list":
    case "map": {
      const parts = node.args.flat().map((part) => reckon(part, scope, books));
      return {
        steps: 1 + sum(parts, "steps"),
        ...listOf(parts.length, largest(parts)),
        weight: sum(parts, "weight") + 1,
      };
    }
    case "!_":
    case "-_":
      return { ...scalar, steps: 1 + reckon(node.args, scope, books).steps };
    default:
      return reckonOperator(node, scope, books);
  }
}

function reckonOperator(node: Node, scope: Scope, books: Books): Reckoning {
  const operands = childrenOf(node);
  const parts = operands.map((part) => reckon(part, scope, books));
  const steps = 1 + sum(parts, "steps");
  if (node.op === "?:") return { steps, ...largest(parts.slice(1)) };
  if (node.op === "&&" || node.op === "||") return { steps, ...scalar };
  if (node.op === "+")
    return {
      steps: steps + sum(parts, "weight") / CHARACTERS_A_STEP,
      elements: sum(parts, "elements"),
      characters: sum(parts, "characters"),
      weight: sum(parts, "weight"),
      item: itemOf(parts),
    };
  // Two values differ at the latest where the smaller one ends.
  const compared = Math.min(...parts.map(({ weight }) => weight)) / CHARACTERS_A_STEP;
  return { ...scalar, steps: steps + (node.op === "in" ? lookUp(operands, parts) : compared) };
}

/** A text is looked up in a named list; everything else is compared with one element after the other. */
function lookUp([value, list]: readonly Node[], [, reckoned]: readonly Reckoning[]): number {
  if (value === undefined || list === undefined || reckoned === undefined) return 0;
  if (isNamedList(list) && typeOf(value) === "string") return 1;
  return reckoned.elements / ELEMENTS_A_STEP + reckoned.weight / CHARACTERS_A_STEP;
}

function isNamedList(node: Node): boolean {
  const access = fieldOf(node);
  return access?.of.op === "id" && access.of.args === "lists";
}

function reckonAccess(node: Node, scope: Scope, books: Books): Reckoning {
  const access = fieldOf(node);
  if (access?.of.op === "id" && access.of.args === "lists" && !scope.has("lists")) {
    const { entries = 0, longest = 0 } = books.lists.get(access.field) ?? {};
    // It is there already, and nothing is made of it but what is counted elsewhere.
    return { steps: 2, ...listOf(entries, textOf(longest)), weight: entries };
  }
  const parts = childrenOf(node).map((part) => reckon(part, scope, books));
  const [whole = { ...anything, steps: 0 }] = parts;
  const byType = sizeOfType(node);
  const most = Math.max(whole.weight, whole.item?.weight ?? 0);
  return {
    steps: 1 + sum(parts, "steps"),
    elements: Math.min(byType.elements, Math.max(whole.elements, whole.item?.elements ?? 0)),
    characters: Math.min(byType.characters, most),
    weight: Math.min(byType.weight, most),
  };
}

function reckonCall(call: CallNode, scope: Scope, books: Books): Reckoning {
  const written = call.receiver === undefined ? call.args : [call.receiver, ...call.args];
  const parts = written.map((part) => reckon(part, scope, books));
  const prices = call.receiver === undefined ? functionPrices : methodPrices;
  const { steps = 0, ...size } = (prices[call.name] ?? isScalar)(call, parts);
  return { ...size, steps: 1 + steps + sum(parts, "steps") + sum(parts, "weight") / CHARACTERS_A_STEP };
}

function reckonComprehension(
  { name, args }: CallNode,
  receiver: Node,
  { scope, books }: { readonly scope: Scope; readonly books: Books },
): Reckoning {
  const list = reckon(receiver, scope, books);
  const item = list.item ?? oneOfMany;
  const [variable, ...bodies] = args;
  const inner = new Map(scope).set(variable?.op === "id" ? variable.args : "", item);
  const each = bodies.map((body) => reckon(body, inner, books));
  const steps = 1 + list.steps + list.elements * (2 + sum(each, "steps"));
  if (name === "map") return { steps, ...listOf(list.elements, each.at(-1) ?? scalar) };
  if (name === "filter") return { ...list, steps };
  return { steps, ...scalar };
}

function sizeOfVariable(name: string, node: Node): Size {
  return name === "idTag" ? textOf(LONGEST_ID_TAG) : sizeOfType(node);
}

function sizeOfType(node: Node): Size {
  const type = typeOf(node);
  if (type === "string") return textOf(LONGEST_TEXT);
  return /^(?:bool|int|double|google\.protobuf\.\w+)$/u.test(type) ? scalar : anything;
}

function sum(parts: readonly Reckoning[], what: "steps" | "weight" | "elements" | "characters"): number {
  return parts.reduce((total, part) => total + part[what], 0);
}

/** A size that none of these exceeds. */
function largest(sizes: readonly Size[]): Size {
  const of = (what: "elements" | "characters" | "weight"): number =>
    sizes.reduce((most, size) => Math.max(most, size[what]), 0);
  return {
    elements: of("elements"),
    characters: of("characters"),
    weight: of("weight"),
    item: sizes.length > 0 ? itemOf(sizes) : undefined,
  };
}

/** An element of any of these; undefined where the elements of one are not known. */
function itemOf(sizes: readonly Size[]): Size | undefined {
  const items = sizes.flatMap(({ item }) => (item === undefined ? [] : [item]));
  return items.length === sizes.length ? largest(items) : undefined;
}
