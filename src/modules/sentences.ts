// Whatever a module has thrown as one sentence, with the place in its file. It takes any value and never throws itself.
import { inspect } from "node:util";

const LONGEST = 500;
/** Longer values are not looked through. */
const LONGEST_LOOKED_AT = 20_000;

/** `TypeError: x is not a function (billing.mjs:12)` */
export function sentenceOf(error: unknown): string {
  try {
    return cut(error instanceof Error ? ofError(error) : inspect(error, { depth: 0, maxStringLength: 100 }));
  } catch {
    return "something that cannot be shown";
  }
}

function ofError(error: Error): string {
  // Whoever throws may have put anything there.
  const { name, message, stack }: Readonly<Partial<Record<"name" | "message" | "stack", unknown>>> = error;
  const said = `${String(name)}: ${String(message)}`;
  const place = placeIn(String(stack).slice(0, LONGEST_LOOKED_AT));
  return place === undefined ? said : `${said.slice(0, LONGEST - place.length)} (${place})`;
}

/** A fault of syntax does not know its place; Node prints it when it ends a process for it. */
export function withPlace(sentence: string, printed: string): string {
  if (!sentence.startsWith("SyntaxError: ") || /\(\S+:\d+\)$/u.test(sentence)) return sentence;
  const place = /^file:\/\/\S*\/([^/\s:]+:\d+)$/mu.exec(printed)?.[1];
  return place === undefined ? sentence : `${sentence} (${place})`;
}

/** `file.mjs:12`: the first place of a stack that is in a file of its own. */
function placeIn(stack: string): string | undefined {
  return /file:\/\/\S*\/([^/\s:]+:\d+)/u.exec(stack)?.[1];
}

function cut(text: string): string {
  const oneLine = text.replace(/\s+/gu, " ").trim();
  return oneLine.length <= LONGEST ? oneLine : `${oneLine.slice(0, LONGEST)}…`;
}
