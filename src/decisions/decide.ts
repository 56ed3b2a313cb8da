// The one place that decides what a charge point asks: the first rule that fits, whoever it asks, the default. Every decision is
// recorded. Pure but for the clock that it is given; knows no OCPP frames.
import type { Clock, EpochMs } from "../std/clock.ts";
import type { Question, Verdict } from "../twin/questions.ts";
import { ask, type Asked } from "./ask.ts";
import { fits, mightRefuse } from "./rules/evaluate.ts";
import { NoValue } from "./rules/expression.ts";
import { Facts, type Circumstances, type SiteFacts } from "./rules/facts.ts";
import type { Rule, RuleSet } from "./rules/rule.ts";
import { forms, type Answer, type AnswerOfRule } from "./rules/verdicts.ts";
import { fallback } from "./sources/fallback.ts";
import type { Sources } from "./sources/source.ts";

/**
 * Whose answer a verdict is: `rule` by its `then`, `otherwise` the same by its own fallback, `defaults` of a rules file, `default` where
 * nobody else has answered, or who was asked.
 */
export const decisionSources = ["rule", "otherwise", "defaults", "default", "idTags", "scada", "module"] as const;
export type DecisionSource = (typeof decisionSources)[number];

/** How a question was decided. */
export interface DecisionRecord {
  readonly question: Question;
  /** When it was asked. */
  readonly at: EpochMs;
  /** Who was asked beside the rules, in that order. */
  readonly asked: readonly string[];
  /** Whose answer it is. */
  readonly source: DecisionSource;
  /** The rule that decided, also by its `otherwise`; undefined for a default. */
  readonly rule?: string;
  readonly verdict: Verdict;
  /** ms */
  readonly latencyMs: number;
  /** Why it is not what a rule or source has answered; undefined where all went well. */
  readonly reason?: string;
}

/** Decides at once where it can be decided at once, so that nothing waits that need not. Never rejects. */
export type Decide = (question: Question, circumstances: Circumstances) => Verdict | Promise<Verdict>;

export interface Deciding {
  /** The rules in use at this moment. */
  readonly rules: () => RuleSet;
  readonly sources: Sources;
  readonly site: SiteFacts;
  readonly clock: Clock;
  /** How long a source may take where a rule does not say. */
  readonly timeoutSeconds: number;
  readonly note: (record: DecisionRecord) => void;
}

/** A question on its way to its verdict. */
interface Hearing {
  readonly question: Question;
  readonly facts: Facts;
  readonly at: EpochMs;
  readonly rules: RuleSet;
  /** On the clock that never jumps, ms. */
  readonly begin: number;
  readonly asked: string[];
  /** What went wrong so far. */
  readonly reasons: string[];
  /** A rule that might have refused could not be evaluated: nothing may be accepted any more. */
  mayAccept: boolean;
}

/** Source of an answer that stands under `defaults` of a rules file. */
const DEFAULTS = "defaults";

/** Decides by the rules that are in use when a question is asked, also if they are exchanged before the verdict. */
export function deciderOf(deciding: Deciding): Decide {
  return (question, circumstances) => {
    const hearing: Hearing = {
      question,
      facts: new Facts(question, circumstances, deciding.site),
      at: circumstances.now,
      rules: deciding.rules(),
      begin: deciding.clock.monotonic(),
      asked: [],
      reasons: [],
      mayAccept: true,
    };
    return hear(deciding, hearing, 0);
  };
}

/** Looks for the first rule that fits, from the rule `from` on. */
function hear(deciding: Deciding, hearing: Hearing, from: number): Verdict | Promise<Verdict> {
  const { question, facts, rules } = hearing;
  const about = rules.about[question.action];
  for (let index = from; index < about.length; index++) {
    const rule = about[index];
    if (rule === undefined) break;
    const fit = fits(rule, facts);
    if (fit === false) continue;
    if (fit instanceof NoValue) {
      hearing.reasons.push(`${rule.name}: ${fit.reason}`);
      if (mightRefuse(rule)) hearing.mayAccept = false;
      continue;
    }
    const { verdict } = rule;
    if (verdict.kind === "then")
      return conclude(deciding, hearing, {
        answer: computed(hearing, rule.name, verdict.answer),
        rule,
        source: "rule",
      });
    hearing.asked.push(verdict.asking.name);
    const asked = ask(question, verdict.asking, deciding);
    return asked instanceof Promise
      ? asked.then((came) => settle(deciding, hearing, index, came))
      : settle(deciding, hearing, index, asked);
  }
  return conclude(deciding, hearing, undefined);
}

/** The answer of a rule; one that cannot be computed refuses. */
function computed({ question, facts, reasons }: Hearing, name: string, answer: AnswerOfRule): Answer {
  const came = answer.compute(question.action, facts);
  if (!(came instanceof NoValue)) return came;
  reasons.push(`${name}: ${came.reason}`);
  return forms[question.action].refusal;
}

/** Goes on with what a source has answered, or not answered, to the rule `index`. */
function settle(deciding: Deciding, hearing: Hearing, index: number, came: Asked): Verdict | Promise<Verdict> {
  const rule = hearing.rules.about[hearing.question.action][index];
  if (rule === undefined || rule.verdict.kind === "then") return hear(deciding, hearing, index + 1);
  const { otherwise, name, source } = rule.verdict.asking;
  if (came.kind === "answered") return conclude(deciding, hearing, { answer: came.answer, rule, source: source.kind });
  // Who does not know has done nothing wrong.
  if (came.kind === "failed") hearing.reasons.push(`${rule.name}: ${name} ${came.reason}`);
  if (otherwise !== undefined)
    return conclude(deciding, hearing, { answer: computed(hearing, rule.name, otherwise), rule, source: "otherwise" });
  return came.kind === "unknown" ? hear(deciding, hearing, index + 1) : conclude(deciding, hearing, undefined);
}

/** An answer, and whose it is. */
interface Given {
  readonly answer: Answer;
  readonly rule: Rule;
  readonly source: DecisionSource;
}

/** The verdict, recorded; without an answer it is the default. */
function conclude({ clock, note }: Deciding, hearing: Hearing, given: Given | undefined): Verdict {
  const { question, rules, reasons, asked, at, begin, mayAccept } = hearing;
  let verdict: Verdict;
  let source = given?.source;
  const byDefault = rules.defaults[question.action];
  if (given !== undefined) verdict = { ...given.answer, source: given.rule.name };
  else if (byDefault === undefined) verdict = fallback(question);
  else verdict = { ...computed(hearing, DEFAULTS, byDefault), source: DEFAULTS };
  source ??= byDefault === undefined ? "default" : DEFAULTS;
  if (!mayAccept && verdict.status === "Accepted")
    verdict = { ...forms[question.action].refusal, source: verdict.source };
  note({
    question,
    at,
    asked,
    source,
    ...(given !== undefined && { rule: given.rule.name }),
    verdict,
    latencyMs: clock.monotonic() - begin,
    ...(reasons.length > 0 && { reason: reasons.join("; ") }),
  });
  return verdict;
}
