// Asks one source within its time. Whatever it does, hang, throw or answer nonsense, comes back as a value.
import type { Clock } from "../std/clock.ts";
import type { Question } from "../twin/questions.ts";
import type { AskedSource, Asking } from "./rules/rule.ts";
import { faultOfAnswer, forms, type Answer } from "./rules/verdicts.ts";
import type { Source, Sources } from "./sources/source.ts";

/** What came of asking a source. */
export type Asked =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "unknown" }
  | { readonly kind: "failed"; readonly reason: string };

export interface AskOptions {
  readonly sources: Sources;
  readonly clock: Clock;
  /** How long it may take where the rule does not say. */
  readonly timeoutSeconds: number;
}

/** Asks at once; a promise, which never rejects, only where the source has one. */
export function ask(question: Question, asking: Asking, options: AskOptions): Asked | Promise<Asked> {
  const { clock, sources } = options;
  const source = sourceOf(sources, asking.source);
  if (source === undefined) return failed("cannot be asked");
  const seconds = asking.timeoutSeconds ?? options.timeoutSeconds;
  const late = new AbortController();
  let came: ReturnType<Source>;
  try {
    came = source(question, { at: clock.now() + seconds * 1000, signal: late.signal });
  } catch (error) {
    return failed(sentenceOf(error));
  }
  if (!(came instanceof Promise)) return judge(question, came);
  const answered = came.then(
    (answer) => judge(question, answer),
    (error: unknown) => failed(sentenceOf(error)),
  );
  return new Promise((resolve) => {
    const timer = clock.after(seconds * 1000, () => {
      late.abort();
      resolve(failed(`has not answered within ${seconds} s`));
    });
    void answered.then((asked) => {
      timer.cancel();
      resolve(asked);
    });
  });
}

function sourceOf(sources: Sources, asked: AskedSource): Source | undefined {
  return asked.kind === "module" ? sources.module?.(asked.file) : sources[asked.kind];
}

/** Takes any value: a source may be somebody else's program. */
function judge(question: Question, answer: unknown): Asked {
  if (answer === undefined) return { kind: "unknown" };
  if (typeof answer !== "object" || answer === null) return failed("has answered with no object");
  const { fields } = forms[question.action];
  const given = answer as Readonly<Record<string, unknown>>;
  const known = Object.fromEntries(
    fields.filter((field) => given[field] !== undefined).map((field) => [field, given[field]]),
  ) as Partial<Answer>;
  const fault = faultOfAnswer(question.action, known);
  if (fault !== undefined) return failed(`has answered what OCPP does not allow: ${fault}`);
  return { kind: "answered", answer: known as Answer };
}

function failed(reason: string): Asked {
  return { kind: "failed", reason };
}

const LONGEST_REASON = 200;

function sentenceOf(error: unknown): string {
  return `has failed: ${(error instanceof Error ? error.message : String(error)).slice(0, LONGEST_REASON)}`;
}
