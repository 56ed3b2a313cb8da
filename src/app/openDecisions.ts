// Everything that decides, put together: the rules in use, who can be asked, and what is made of each decision.
import { deciderOf, type Decide } from "../decisions/decide.ts";
import { SiteFacts } from "../decisions/rules/facts.ts";
import type { Source } from "../decisions/sources/source.ts";
import { askIdTags, type IdTagSource } from "../decisions/sources/idTags.ts";
import type { Running } from "../std/lifecycle.ts";
import { DecisionNotes, type DecisionTotals } from "./decisionNotes.ts";
import { RulesInUse, type RulesOptions, type RulesState } from "./rulesInUse.ts";

/** Who may be asked beside the rules. */
export interface DecisionOptions extends RulesOptions {
  readonly idTags: Pick<IdTagSource, "list" | "running">;
  readonly scada?: Source | undefined;
}

/** Its rules are loaded again by themselves when a file changes, until it is stopped. */
export interface Decisions extends Running {
  readonly decide: Decide;
  readonly rules: () => RulesState;
  readonly decisions: () => DecisionTotals;
  /** Reads the rules files again; with an error in them the rules from before stay in use. */
  reload(): void;
}

/** Throws a RulesFault when a rules file has an error. */
export function openDecisions(options: DecisionOptions): Decisions {
  const { settings, clock, counts, log, idTags, scada } = options;
  const { concurrentTransactions } = settings.idTags;
  const list: IdTagSource = { ...idTags, concurrentTransactions, now: () => clock.now() };
  const rules = new RulesInUse({ ...options, log: log.child({ part: "rules" }) });
  const notes = new DecisionNotes(counts, log.child({ part: "decisions" }));
  const watch = rules.watch();
  return {
    decide: deciderOf({
      rules: () => rules.rules,
      sources: { idTags: (question) => askIdTags(list, question), ...(scada !== undefined && { scada }) },
      site: new SiteFacts(settings.site.name),
      clock,
      timeoutSeconds: settings.decisions.timeoutSeconds,
      note: (record) => notes.note(record),
    }),
    rules: () => rules.state,
    decisions: () => notes.totals,
    reload: () => rules.reload(),
    stop: async () => watch.cancel(),
  };
}
