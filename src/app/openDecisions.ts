// Everything that decides, put together: the rules in use, who can be asked, and what is made of each decision.
import { randomUUID } from "node:crypto";
import { deciderOf, type Decide, type DecisionRecord } from "../decisions/decide.ts";
import type { RuleSet } from "../decisions/rules/rule.ts";
import { SiteFacts, type Circumstances } from "../decisions/rules/facts.ts";
import type { Source } from "../decisions/sources/source.ts";
import { askIdTags, type IdTagSource } from "../decisions/sources/idTags.ts";
import { openModules } from "../modules/modules.ts";
import type { Running } from "../std/lifecycle.ts";
import { announce } from "./announce.ts";
import type { House } from "./apply.ts";
import { decisionMade } from "./decisionEvents.ts";
import { DecisionEventRoom } from "./decisionEventRoom.ts";
import { DecisionNotes, type DecisionTally, type DecisionTotals } from "./decisionNotes.ts";
import { hideInText } from "../twin/hideSecrets.ts";
import type { Question } from "../twin/questions.ts";
import { RulesInUse, type RulesFiles, type RulesOptions, type RulesState } from "./rulesInUse.ts";
import { ScadaQuestions } from "./scadaQuestions.ts";
import { tryRules, type Trial } from "./tryRules.ts";

/** Who may be asked beside the rules. */
export interface DecisionOptions extends RulesOptions {
  readonly house: House;
  readonly idTags: Pick<IdTagSource, "list" | "running">;
  readonly scadaMethod?: Source | undefined;
}

/** Its rules are loaded again by themselves when a file changes, until it is stopped. */
export interface Decisions extends Running {
  readonly decide: Decide;
  readonly rules: () => RulesState;
  /** What is shown of the rules beside. */
  readonly rulesShown: () => RulesFiles & RuleSet;
  /** What the rules in use would answer, without any effect: of all whom rules ask only the list of id tags is asked. */
  readonly tryRules: (question: Question, circumstances: Circumstances) => Promise<Trial>;
  readonly decisions: () => DecisionTotals;
  /** What went wrong with a decision of the last minute. */
  readonly recentFault: () => string | undefined;
  /** How many of each kind. */
  readonly tally: () => Iterable<DecisionTally>;
  /** Tells `told` of every reload that was wanted. */
  readonly whenReloaded: (told: () => void) => void;
  /** The questions that wait for SCADA. */
  readonly scada: ScadaQuestions;
  /** Reads the rules files again; with an error in them, which is answered, the rules from before stay in use. "" without one. */
  reload(): string;
}

/** Throws a RulesFault when a rules file has an error. */
export function openDecisions(options: DecisionOptions): Decisions {
  const { settings, clock, counts, log, idTags, house, scadaMethod } = options;
  const { concurrentTransactions } = settings.idTags;
  const list: IdTagSource = { ...idTags, concurrentTransactions, now: () => clock.now() };
  const rules = new RulesInUse({ ...options, log: log.child({ part: "rules" }) });
  const notes = new DecisionNotes(counts, log.child({ part: "decisions" }), clock);
  const modules = openModules({ limits: settings.limits, clock, counts, log: log.child({ part: "modules" }) });
  modules.use(moduleFilesOf(rules.rules));
  rules.whenExchanged = (exchanged) => modules.use(moduleFilesOf(exchanged));
  const room = new DecisionEventRoom(settings.limits, clock, log.child({ part: "decisions" }));
  const scada = new ScadaQuestions({ house, room, settings, clock, nextRequestId: randomUUID });
  const { maxKeptCharacters } = settings.limits;
  const note = (made: DecisionRecord): void => {
    // A module may quote in it what it was asked, and everybody may read it.
    const record = made.reason === undefined ? made : { ...made, reason: hideInText(made.reason) };
    notes.note(record);
    if (!room.take(record.question.chargePointId)) {
      counts.add("decisionsUntold");
      return;
    }
    const twin = house.twins.get(record.question.chargePointId);
    const surroundings = { twin, now: clock.now(), maxKeptCharacters };
    announce(house, decisionMade(record, scada.partIn(record.question), surroundings));
  };
  let reloaded = (): void => {};
  const watch = rules.watch();
  return {
    decide: deciderOf({
      rules: () => rules.rules,
      sources: {
        idTags: (question) => askIdTags(list, question),
        scada: scadaMethod ?? scada.ask,
        module: modules.source,
      },
      site: new SiteFacts(settings.site.name),
      clock,
      timeoutSeconds: settings.decisions.timeoutSeconds,
      note,
    }),
    rules: () => rules.state,
    rulesShown: () => ({ ...rules.files, ...rules.rules }),
    tryRules: (question, circumstances) => {
      const sources = { idTags: (asked: Question) => askIdTags(list, asked) };
      return tryRules({ settings, rules: rules.rules, sources }, question, circumstances);
    },
    decisions: () => notes.totals,
    tally: () => notes.tally(),
    recentFault: () => notes.recentFault(),
    whenReloaded: (told) => {
      reloaded = told;
    },
    scada,
    reload: () => {
      rules.reload();
      reloaded();
      return rules.state.error;
    },
    stop: async () => {
      watch.cancel();
      await modules.stop();
    },
  };
}

/** Absolute paths of the modules that rules ask, each once. */
function moduleFilesOf({ rules }: RuleSet): string[] {
  const files = rules.flatMap(({ verdict }) =>
    verdict.kind === "ask" && verdict.asking.source.kind === "module" ? [verdict.asking.source.file] : [],
  );
  return [...new Set(files)];
}
