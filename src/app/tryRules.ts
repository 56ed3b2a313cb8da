// What the rules would answer, and why: for whoever writes them. Nothing is recorded, nobody outside is asked, nothing changes.
import { setImmediate } from "node:timers/promises";
import { deciderOf, type DecisionRecord } from "../decisions/decide.ts";
import { explainRules, type ExplainedRule } from "../decisions/rules/explain.ts";
import { Facts, SiteFacts, type Circumstances } from "../decisions/rules/facts.ts";
import type { RuleSet } from "../decisions/rules/rule.ts";
import type { Sources } from "../decisions/sources/source.ts";
import type { Settings } from "../settings/settings.ts";
import { systemClock, type EpochMs } from "../std/clock.ts";
import type { DecidedAction, Question } from "../twin/questions.ts";
import { createTwin, emptyMeter, type Twin } from "../twin/twin.ts";

/** A question as a person puts it. */
export interface TriedQuestion {
  readonly action: DecidedAction;
  readonly chargePointId: string;
  readonly idTag?: string | undefined;
  readonly connectorId?: number | undefined;
  /** Fields of the request; those of the others are added. */
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
}

export interface Trial {
  /** The rules about the action, from the first one to the first that fits. */
  readonly explained: readonly ExplainedRule[];
  readonly record: DecisionRecord;
  /** How many rules there are about the action. */
  readonly ruleCount: number;
}

interface Tried {
  readonly settings: Pick<Settings, "site" | "decisions">;
  readonly rules: RuleSet;
  /** Those that may be asked; what any other would answer is not known. */
  readonly sources: Sources;
}

export async function tryRules(
  { settings, rules, sources }: Tried,
  question: Question,
  circumstances: Circumstances,
): Promise<Trial> {
  const site = new SiteFacts(settings.site.name);
  const explained: ExplainedRule[] = [];
  for (const each of explainRules(rules, question.action, new Facts(question, circumstances, site))) {
    explained.push(each);
    // Charge points have their turn between two rules.
    await setImmediate();
  }
  const record = await new Promise<DecisionRecord>((note) => {
    const ask = deciderOf({
      rules: () => rules,
      sources,
      site,
      clock: systemClock,
      timeoutSeconds: settings.decisions.timeoutSeconds,
      note,
    });
    void ask(question, circumstances);
  });
  return { explained, record, ruleCount: rules.about[question.action].length };
}

export function questionOf({ action, chargePointId, idTag, connectorId, payload }: TriedQuestion): Question {
  const given = { ...(idTag !== undefined && { idTag }), ...(connectorId !== undefined && { connectorId }) };
  return { action, chargePointId, ...given, payload: { ...given, ...payload } };
}

/** What the settings say of a charge point; what it has said itself only a running bridge knows. */
export function twinOf(
  { chargePoints, ocpp }: Pick<Settings, "chargePoints" | "ocpp">,
  id: string,
  now: EpochMs,
): Twin {
  const { heartbeatIntervalSeconds, unknownChargePoints } = ocpp;
  const known = chargePoints.find((each) => each.id === id);
  const unknown = unknownChargePoints === "accept" ? "Accepted" : "Pending";
  const status = known === undefined ? unknown : (known.registration ?? "Accepted");
  const twin = createTwin(id, { status, heartbeatIntervalSeconds }, now);
  const ids = Array.from({ length: known?.connectors ?? 0 }, (_, index) => index + 1);
  return { ...twin, connectors: new Map(ids.map((each) => [each, { id: each, meter: emptyMeter }])) };
}
