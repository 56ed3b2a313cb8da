// Everything that decides, put together: the rules in use, who can be asked, and what is made of each decision.
import { deciderOf, type Decide } from "../decisions/decide.ts";
import { SiteFacts } from "../decisions/rules/facts.ts";
import type { Running } from "../std/lifecycle.ts";
import { DecisionNotes, type DecisionTotals } from "./decisionNotes.ts";
import { RulesInUse, type RulesOptions, type RulesState } from "./rulesInUse.ts";

export interface Decisions {
  readonly decide: Decide;
  readonly rules: () => RulesState;
  readonly decisions: () => DecisionTotals;
  /** Reads the rules files again; with an error in them the rules from before stay in use. */
  reload(): void;
  /** Reloads by itself when a file changes. */
  watch(): Running;
}

/** Throws a RulesFault when a rules file has an error. */
export function openDecisions(options: RulesOptions): Decisions {
  const { settings, clock, counts, log } = options;
  const rules = new RulesInUse({ ...options, log: log.child({ part: "rules" }) });
  const notes = new DecisionNotes(counts, log.child({ part: "decisions" }));
  return {
    decide: deciderOf({
      rules: () => rules.rules,
      sources: {},
      site: new SiteFacts(settings.site.name),
      clock,
      timeoutSeconds: settings.decisions.timeoutSeconds,
      note: (record) => notes.note(record),
    }),
    rules: () => rules.state,
    decisions: () => notes.totals,
    reload: () => rules.reload(),
    watch: () => {
      const timer = rules.watch();
      return { stop: async () => timer.cancel() };
    },
  };
}
