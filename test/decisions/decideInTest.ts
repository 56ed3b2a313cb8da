// Deciding in tests: rules from YAML text, a clock that only a test moves, and every record kept.
import { deciderOf, type Decide, type DecisionRecord } from "../../src/decisions/decide.ts";
import { SiteFacts, type Circumstances } from "../../src/decisions/rules/facts.ts";
import { parseRules, type RuleSources } from "../../src/decisions/rules/parse.ts";
import { noRules, type RuleSet } from "../../src/decisions/rules/rule.ts";
import type { Sources } from "../../src/decisions/sources/source.ts";
import { renderDiagnostics } from "../../src/settings/diagnostics.ts";
import type { Question } from "../../src/twin/questions.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";
import { HandClock } from "../ocpp/handClock.ts";

export const NOW = Date.UTC(2026, 10, 25, 12);

/** The files of a test by their paths. */
export type Files = Readonly<Record<string, string>>;

const everybody = new Set(["scada", "idTags", "module"] as const);

/** Reads rules files of a test; the first is `/rules.yaml`, if none are named. */
export function parse(files: Files, names = ["/rules.yaml"], more: Partial<RuleSources> = {}) {
  return parseRules(names, {
    read: (file) => {
      const text = files[file];
      return text === undefined ? { unreadable: { message: "There is no such file", line: 1, col: 1 } } : { text };
    },
    resolve: (_, file) => `/${file}`,
    maxListEntries: 100,
    askable: everybody,
    maxModules: 32,
    ...more,
  });
}

/** The rules of a text; throws the diagnostics where there are none. `version` is added. */
export function rulesOf(yaml: string, files: Files = {}): RuleSet {
  const { rules, diagnostics } = parse({ ...files, "/rules.yaml": `version: 1\n${yaml}` });
  if (rules === undefined) throw new Error(renderDiagnostics(diagnostics));
  return rules;
}

/** `LINE:COL severity path | sentence` of each diagnostic of a text, to which `version` is added as line 1. */
export function heads(yaml: string, more: Partial<RuleSources> = {}, files: Files = {}): string[] {
  const { diagnostics } = parse({ ...files, "/rules.yaml": `version: 1\n${yaml}` }, undefined, more);
  return diagnostics.map(({ file, line, col, severity, path, message, hint }) => {
    const sentence = hint === undefined ? message : `${message}; ${hint}`;
    return `${file === "/rules.yaml" ? "" : file + ":"}${line}:${col} ${severity} ${path} | ${sentence}`;
  });
}

export const twin: Twin = createTwin("DEPOT7", { status: "Accepted", heartbeatIntervalSeconds: 300 }, NOW);
export const circumstances: Circumstances = { twin, now: NOW };
export const site = new SiteFacts("Depot North");

export interface DecidingInTest {
  readonly decide: Decide;
  readonly records: DecisionRecord[];
  readonly clock: HandClock;
}

export function deciding(rules: RuleSet, sources: Sources = {}): DecidingInTest {
  const clock = new HandClock();
  const records: DecisionRecord[] = [];
  const note = (record: DecisionRecord): void => void records.push(record);
  const decide = deciderOf({ rules: () => rules, sources, site, clock, timeoutSeconds: 3, note });
  return { decide, records, clock };
}

/** Nobody has made a rule. */
export const baseBehaviour: Decide = deciding(noRules).decide;

export function question(more: Partial<Question> = {}): Question {
  const { idTag = "04A1B2C3" } = more;
  return { action: "Authorize", chargePointId: "DEPOT7", idTag, payload: { idTag }, ...more };
}
