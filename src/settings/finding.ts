// What a check has to say about a value: where, how bad, what to do. It knows neither file nor line.
import { hideSecret, isSecretName, MASK } from "./secrets.ts";

/** Keys and list indices from the root to a part of the value. */
export type Path = readonly string[];

/** An `error` refuses the file, a `warning` does not. */
export type Severity = "error" | "warning";

/** One thing that a check found. */
export interface Finding {
  readonly path: Path;
  /** Whether the caret stands under the key or under what it holds; `value` where absent. */
  readonly place?: "key" | "value";
  /** Character of the text at `path` under which the caret stands; its beginning where absent. */
  readonly index?: number;
  readonly severity: Severity;
  /** Sentence without full stop, without any secret. */
  readonly message: string;
  /** What to do, as the rest of the sentence. */
  readonly hint?: string;
}

const LONGEST_QUOTE = 40;

/** A text from outside as it may stand in a message: quoted, short, without control characters and secrets. */
export function quote(text: string): string {
  const safe = hideSecret(text);
  const shown = safe.length > LONGEST_QUOTE ? `${safe.slice(0, LONGEST_QUOTE)}…` : safe;
  return `"${clean(shown)}"`;
}

/** `text` on one line and without characters that steer a terminal or the direction of writing. */
export function clean(text: string): string {
  return text.replaceAll("\t", " ").replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "\uFFFD");
}

/** JSON pointer (RFC 6901) of a path as it may stand in a message; "/" is the whole. What is inside a secret is not named. */
export function renderPath(path: Path): string {
  const secret = path.findIndex(isSecretName);
  const open = secret === -1 || secret === path.length - 1 ? path : [...path.slice(0, secret + 1), MASK];
  const segments = open.map((segment) => clean(hideSecret(segment)).slice(0, LONGEST_QUOTE));
  return `/${segments.map((segment) => segment.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;
}
