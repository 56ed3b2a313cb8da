// `ocpp-opcua decide`: asks the rules files without a running bridge, and says which rule decides and why those before it do not.
import { loadRules } from "../app/loadRules.ts";
import { questionOf, tryRules, twinOf, type Trial } from "../app/tryRules.ts";
import type { ExplainedRule } from "../decisions/rules/explain.ts";
import { loadSettings } from "../settings/load.ts";
import { systemClock, type EpochMs } from "../std/clock.ts";
import type { DecidedAction, Verdict } from "../twin/questions.ts";
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
  const { chargePoint: chargePointId, connector: connectorId, now = systemClock.now() } = options;
  const question = questionOf({ ...options, chargePointId, connectorId });
  const circumstances = { twin: twinOf(settings, chargePointId, now), now };
  const trial = await tryRules({ settings, rules, sources: {} }, question, circumstances);
  out.write(`${[...trial.explained.map(renderRule), renderRecord(trial)].join("\n")}\n`);
  return exitCodes.ok;
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
function renderRecord({ record, ruleCount }: Trial): string {
  const { question, asked, verdict, rule, reason } = record;
  const { source, ...answer }: Verdict = verdict;
  const by = rule === undefined ? byDefault(source, ruleCount, question.action) : `rule "${rule}"`;
  const answered = `${question.action} is answered ${JSON.stringify(answer)} by ${by}`;
  if (asked.length > 0) return `${asked.join(", then ")} would be asked; without an answer ${answered}`;
  return [answered, ...(reason === undefined ? [] : [reason])].join("\n");
}

function byDefault(source: string, count: number, action: DecidedAction): string {
  const which = source === "default" ? "the default" : "the default of the rules files";
  return count === 0 ? `${which}, as there is no rule about ${action}` : which;
}
