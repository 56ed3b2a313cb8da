// Rules as they are used: checked, with their expressions compiled. Nothing here reads a file.
import { decidedActions, type DecidedAction } from "../../twin/questions.ts";
import type { Expression } from "./expression.ts";
import type { AnswerOfRule } from "./verdicts.ts";

/** Who is asked in place of a rule's own answer: `module` with the absolute path of its file. */
export type AskedSource = { readonly kind: "scada" | "idTags" } | { readonly kind: "module"; readonly file: string };

export interface Asking {
  readonly source: AskedSource;
  /** As the rule names it: `scada`, `idTags` or `module FILE`. */
  readonly name: string;
  /** Undefined: as long as the settings say. */
  readonly timeoutSeconds?: number;
  readonly otherwise?: AnswerOfRule;
}

export interface Rule {
  readonly name: string;
  readonly file: string;
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly actions: readonly DecidedAction[];
  /** Absent: it fits always. */
  readonly when?: Expression;
  readonly verdict:
    | { readonly kind: "then"; readonly answer: AnswerOfRule }
    | { readonly kind: "ask"; readonly asking: Asking };
}

/** All rules that are used at one time. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** The rules about an action, in their order. */
  readonly about: Readonly<Record<DecidedAction, readonly Rule[]>>;
  /** What is answered when no rule decides, where a file says so. */
  readonly defaults: Readonly<Partial<Record<DecidedAction, AnswerOfRule>>>;
}

/** Rules in the order in which they are asked. */
export function ruleSetOf(rules: readonly Rule[], defaults: RuleSet["defaults"]): RuleSet {
  const about = Object.fromEntries(
    decidedActions.map((action) => [action, rules.filter(({ actions }) => actions.includes(action))]),
  ) as unknown as RuleSet["about"];
  return { rules, about, defaults };
}

export const noRules: RuleSet = ruleSetOf([], {});
