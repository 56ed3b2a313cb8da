// `ocpp-opcua decide`: asks the rules files without a running bridge, and says which rule decides and why those before it do not.
import { loadRules } from "../app/loadRules.ts";
import { deciderOf, type DecisionRecord } from "../decisions/decide.ts";
import { explainRules, type ExplainedRule } from "../decisions/rules/explain.ts";
import { Facts, SiteFacts, type Circumstances } from "../decisions/rules/facts.ts";
import type { RuleSet } from "../decisions/rules/rule.ts";
import { loadSettings } from "../settings/load.ts";
import type { Settings } from "../settings/settings.ts";
import { systemClock, type EpochMs } from "../std/clock.ts";
import type { DecidedAction, Question, Verdict } from "../twin/questions.ts";
import { createTwin, emptyMeter, type Twin } from "../twin/twin.ts";
import { exitCodes } from "./exitCodes.ts";
import type { Output } from "./send.ts";

export interface DecideOptions {
  readonly config: string;
  readonly action: DecidedAction;
  readonly chargePoint: string;
  readonly idTag?: string;
  readonly connector?: number;
  /** Fields of the request; those of the other options are added. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** When it is asked; now where absent. */
  readonly now?: EpochMs;
}

/** Prints the explanation and resolves with the exit code. */
export async function decide(options: DecideOptions, out: Output, errors: Output): Promise<number> {
  const loaded = loadSettings(options.config);
  if (!("settings" in loaded)) {
    errors.write(`${loaded.text}\n`);
    return exitCodes.configuration;
  }
  const { settings } = loaded;
  const { rules, text } = loadRules(settings);
  if (text !== "") errors.write(`${text}\n`);
  if (rules === undefined) return exitCodes.configuration;
  const question = questionOf(options);
  const now = options.now ?? systemClock.now();
  const circumstances = { twin: twinOf(settings, options.chargePoint, now), now };
  const site = new SiteFacts(settings.site.name);
  const explained = explainRules(rules, question.action, new Facts(question, circumstances, site));
  const record = await verdictOf({ settings, rules, site }, question, circumstances);
  out.write(
    `${[...explained.map(renderRule), renderRecord(record, rules.about[question.action].length)].join("\n")}\n`,
  );
  return exitCodes.ok;
}

function questionOf({ action, chargePoint, idTag, connector, payload }: DecideOptions): Question {
  const given = {
    ...(idTag !== undefined && { idTag }),
    ...(connector !== undefined && { connectorId: connector }),
  };
  return { action, chargePointId: chargePoint, ...given, payload: { ...given, ...payload } };
}

/** What the settings say of a charge point; what it has said itself only a running bridge knows. */
function twinOf({ chargePoints, ocpp }: Settings, id: string, now: EpochMs): Twin {
  const { heartbeatIntervalSeconds, unknownChargePoints } = ocpp;
  const known = chargePoints.find((each) => each.id === id);
  const unknown = unknownChargePoints === "accept" ? "Accepted" : "Pending";
  const status = known === undefined ? unknown : (known.registration ?? "Accepted");
  const twin = createTwin(id, { status, heartbeatIntervalSeconds }, now);
  const ids = Array.from({ length: known?.connectors ?? 0 }, (_, index) => index + 1);
  return { ...twin, connectors: new Map(ids.map((each) => [each, { id: each, meter: emptyMeter }])) };
}

interface Asked {
  readonly settings: Settings;
  readonly rules: RuleSet;
  readonly site: SiteFacts;
}

async function verdictOf(
  { settings, rules, site }: Asked,
  question: Question,
  circumstances: Circumstances,
): Promise<DecisionRecord> {
  return new Promise((note) => {
    const ask = deciderOf({
      rules: () => rules,
      sources: {},
      site,
      clock: systemClock,
      timeoutSeconds: settings.decisions.timeoutSeconds,
      note,
    });
    void ask(question, circumstances);
  });
}

function renderRule({ rule, fits, fault, parts }: ExplainedRule, index: number): string {
  const outcome = fits ? "fits" : "does not fit";
  const why = fault === undefined ? "" : `: it cannot be evaluated (${fault})`;
  const always = rule.when === undefined ? ", as it has no condition" : "";
  return [
    `${index + 1}. ${rule.name} (${rule.file}:${rule.line}) ${outcome}${always}${why}`,
    ...parts.map(({ text, value }, part) => `${part === 0 ? "   " : "     "}${text} ${value}`),
  ].join("\n");
}

/** A dry run asks nobody: what it shows is what holds without an answer. */
function renderRecord({ question, asked, verdict, rule, reason }: DecisionRecord, count: number): string {
  const { source, ...answer }: Verdict = verdict;
  const by = rule === undefined ? byDefault(source, count, question.action) : `rule "${rule}"`;
  const answered = `${question.action} is answered ${JSON.stringify(answer)} by ${by}`;
  if (asked.length > 0) return `${asked.join(", then ")} would be asked; without an answer ${answered}`;
  return [answered, ...(reason === undefined ? [] : [reason])].join("\n");
}

function byDefault(source: string, count: number, action: DecidedAction): string {
  const which = source === "default" ? "the default" : "the default of the rules files";
  return count === 0 ? `${which}, as there is no rule about ${action}` : which;
}
