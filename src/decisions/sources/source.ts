// Whoever can be asked beside the rules. A source only answers; order, deadline, fallback and record come from decide.ts.
import type { EpochMs } from "../../std/clock.ts";
import type { Question } from "../../twin/questions.ts";
import type { Answer } from "../rules/verdicts.ts";

/** How long a source may take. */
export interface Deadline {
  /** Wall clock time at which its answer is too late. */
  readonly at: EpochMs;
  /** Aborted at that time; whoever is still at work may stop. */
  readonly signal: AbortSignal;
}

/** Answers at once or with a promise; undefined when it does not know. Whatever it throws is a fallback, never a crash. */
export type Source = (question: Question, deadline: Deadline) => Answer | undefined | Promise<Answer | undefined>;

/** Those that there are; a rule that asks another one is refused when it is loaded. */
export interface Sources {
  readonly idTags?: Source;
  readonly scada?: Source;
  /** The module in a file. */
  readonly module?: (file: string) => Source;
}
