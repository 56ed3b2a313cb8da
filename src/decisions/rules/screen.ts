// What an expression may not do although it is good CEL, found in its syntax tree: functions without a price, time zones and durations
// that there are not, fields that the request has not.
import { fieldsOf } from "../../schema/ocpp16.ts";
import { quote } from "../../settings/finding.ts";
import { nearest } from "../../std/nearest.ts";
import type { DecidedAction } from "../../twin/questions.ts";
import {
  callOf,
  childrenOf,
  comprehensions,
  fieldOf,
  literalText,
  nodesOf,
  renameMethod,
  typeOf,
  type CallNode,
  type Node,
} from "./ast.ts";
import { callable, isCallable } from "./cost.ts";
import { LONGEST_PATTERN } from "../../std/glob.ts";
import { zonedName } from "./language.ts";
import { isZone } from "../../std/timeZones.ts";
import { timeFields } from "./timeFields.ts";

/** Something that is wrong with an expression. */
export interface ExpressionFault {
  readonly message: string;
  readonly hint?: string;
  /** Character of the expression. */
  readonly index: number;
}

/** The first fault; also directs the methods with time zones to ours. `evaluate` gives the value of a part without variables. */
export function screen(root: Node, evaluate: (part: Node) => unknown): ExpressionFault | undefined {
  for (const node of nodesOf(root)) {
    const call = callOf(node);
    const fault = call === undefined ? undefined : screenCall(call, evaluate);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function screenCall(call: CallNode, evaluate: (part: Node) => unknown): ExpressionFault | undefined {
  const { name, node, args, receiver } = call;
  if (!isCallable(call)) return refuseFunction(call);
  if (Object.hasOwn(timeFields, name)) return screenTimeField(call);
  if (receiver !== undefined) return undefined;
  if (name === "glob") return screenPattern(args[1] ?? node);
  if (name === "duration") return screenDuration(call, evaluate);
  if (name === "timestamp" && literalText(args[0]) !== undefined && isThrown(node, evaluate))
    return at(args[0] ?? node, "This is no time", 'write it like "2026-01-31T12:00:00Z"');
  return undefined;
}

/** Shorter words resemble too many. */
const SHORTEST_MISSPELT = 5;

function refuseFunction({ name, node, receiver }: CallNode): ExpressionFault {
  const index = indexOfName(node, name, receiver);
  const message = `Rules have no function ${quote(name)}`;
  if (name === "matches")
    return {
      index,
      message,
      hint: "a regular expression can take for ever; take startsWith, endsWith, contains or glob(text, pattern)",
    };
  const near = name.length < SHORTEST_MISSPELT ? undefined : nearest(name, callable);
  return { index, message, hint: near === undefined ? `there are ${callable.join(", ")}` : `did you mean ${near}?` };
}

function indexOfName({ start, end, input }: Node, name: string, receiver: Node | undefined): number {
  const from = receiver?.end ?? start;
  const found = input.slice(from, end).indexOf(name);
  return found === -1 ? start : from + found;
}

/** CEL's time methods take the zone as text, which we know only when it is written out. */
function screenTimeField({ name, node, args: [zone] }: CallNode): ExpressionFault | undefined {
  if (zone === undefined) {
    // Durations have getHours and others of their own: only the day of the year is wrong in the library.
    if (name === "getDayOfYear") renameMethod(node, zonedName(name));
    return undefined;
  }
  const text = literalText(zone);
  if (text === undefined) return at(zone, "A time zone must be written out in quotes");
  if (!isZone(text))
    return at(zone, `There is no time zone ${quote(text)}`, 'write a name such as "Europe/Berlin", or "UTC"');
  renameMethod(node, zonedName(name));
  return undefined;
}

function screenPattern(pattern: Node): ExpressionFault | undefined {
  const text = literalText(pattern);
  if (text === undefined) return at(pattern, "The pattern of glob must be written out in quotes");
  if (text.length > LONGEST_PATTERN) return at(pattern, `The pattern has more than ${LONGEST_PATTERN} characters`);
  return undefined;
}

/** Only written out: the library takes quadratic time for some texts that are none. */
function screenDuration(
  { node, args: [text = node] }: CallNode,
  evaluate: (part: Node) => unknown,
): ExpressionFault | undefined {
  const literal = literalText(text);
  if (literal === undefined) return at(text, "A duration must be written out in quotes");
  if (literal.length > 50 || isThrown(node, evaluate))
    return at(text, `${quote(literal)} is no duration`, 'write it like "8h", "1h30m" or "90s"');
  return undefined;
}

function isThrown(node: Node, evaluate: (part: Node) => unknown): boolean {
  try {
    evaluate(node);
    return false;
  } catch {
    return true;
  }
}

function at({ start }: Node, message: string, hint?: string): ExpressionFault {
  return { index: start, message, ...(hint !== undefined && { hint }) };
}

/** What a checked expression may not ask for: what every object of JavaScript has, and fields of what has none. */
export function screenFields(root: Node): ExpressionFault | undefined {
  for (const node of nodesOf(root)) {
    const access = fieldOf(node);
    if (access !== undefined && access.field in Object.prototype)
      return at(node, `There is no field ${quote(access.field)}`);
    const [whole, key] = childrenOf(node);
    const isAccess = node.op === "." || node.op === "[]";
    if (!isAccess || whole === undefined) continue;
    if (typeOf(whole).startsWith("google.")) return at(node, "A time and a duration have no fields, only methods");
    // A text that is put together could name what must not be asked for.
    if (access === undefined && key !== undefined && typeOf(key) !== "int")
      return at(key, "The name of a field must be written out, and a number in brackets be of type int");
  }
  return undefined;
}

/** Fields of the payload that are asked for, but that OCPP has in none of the actions. */
export function findUnknownFields(root: Node, actions: readonly DecidedAction[]): ExpressionFault[] {
  const named = new Set(Array.from(nodesOf(root), namedVariable));
  if (named.has("payload")) return [];
  const known = [...new Set(actions.flatMap((action) => fieldsOf(action, "request").map(({ name }) => name)))];
  return Array.from(nodesOf(root)).flatMap((node) => {
    const access = fieldOf(node);
    if (access?.of.op !== "id" || access.of.args !== "payload" || known.includes(access.field)) return [];
    const near = nearest(access.field, known);
    const hint = near === undefined ? `it has ${known.join(", ")}` : `did you mean ${near}?`;
    const message = `A request of ${actions.join(" or ")} has no field ${quote(access.field)}`;
    return [{ index: Math.max(access.of.end, node.end - access.field.length), message, hint }];
  });
}

/** What a comprehension calls its elements. */
function namedVariable(node: Node): string | undefined {
  const call = callOf(node);
  const [variable] = call !== undefined && comprehensions.has(call.name) ? call.args : [];
  return variable?.op === "id" ? variable.args : undefined;
}
