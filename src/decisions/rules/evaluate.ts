// Whether a rule fits a question. A condition that cannot be evaluated fits nothing, and accepts nothing either.
import { NoValue } from "./expression.ts";
import type { Facts } from "./facts.ts";
import type { Rule } from "./rule.ts";

/** Whether the rule fits, or why nobody can say. */
export function fits({ when }: Rule, facts: Facts): boolean | NoValue {
  if (when === undefined) return true;
  const value = when.evaluate(facts);
  if (typeof value === "boolean" || value instanceof NoValue) return value;
  return new NoValue("the condition is neither true nor false");
}

/**
 * Whether nothing may be accepted once nobody can say whether this rule fits: it might have refused. One that would have
 * accepted can be passed over.
 */
export function mightRefuse({ verdict }: Rule): boolean {
  return !(verdict.kind === "then" && verdict.answer.alwaysAccepts);
}
