// The occurrences that tell of decisions: a question that SCADA is to decide, and how a question was decided. Pure; shows no secret.
import type { ShownQuestion } from "../datapoints/decisions.ts";
import type { occurrenceTypes } from "../datapoints/occurrences.ts";
import type { DecisionRecord } from "../decisions/decide.ts";
import { isInt32, keptText } from "../ocpp/v16/values.ts";
import type { EpochMs } from "../std/clock.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { Question } from "../twin/questions.ts";
import type { Twin } from "../twin/twin.ts";
import { hideInFrame } from "../twin/hideSecrets.ts";

type Fields<Type extends keyof typeof occurrenceTypes> = Readonly<
  Record<keyof (typeof occurrenceTypes)[Type]["fields"] | "ConnectorId", string | number | undefined>
>;

/** OPC 10000-5 §6.4.2: the lowest third is for what is as it should be. */
const INFORMATION = 100;
const WARNING = 500;

/** Characters of an id tag that are shown; OCPP 1.6 §7.28 allows 20, and a tolerant bridge takes what is longer. */
const LONGEST_ID_TAG = 255;
/** Characters of a reason, which names a rule and may name several. */
const LONGEST_REASON = 1000;

/** What is known where an occurrence is made. */
export interface Surroundings {
  /** The charge point that has asked; undefined when it is known no more. */
  readonly twin: Twin | undefined;
  readonly now: EpochMs;
  readonly maxKeptCharacters: number;
}

/** A question as everybody may see it. */
export function shownQuestion(
  question: Question,
  { requestId, deadline }: Pick<ShownQuestion, "requestId" | "deadline">,
  maxKeptCharacters: number,
): ShownQuestion {
  return {
    requestId,
    action: question.action,
    chargePointId: question.chargePointId,
    connectorId: connectorOf(question) ?? 0,
    idTag: idTagOf(question),
    payload: shownText(question.payload, maxKeptCharacters),
    deadline,
  };
}

/** Somebody has to decide it before its deadline. */
export function decisionRequest(shown: ShownQuestion, { twin, now }: Surroundings): Occurrence {
  const { requestId, action, chargePointId, connectorId, idTag, payload, deadline } = shown;
  const fields: Fields<"DecisionRequestEventType"> = {
    RequestId: requestId,
    Action: action,
    ConnectorId: connectorId,
    IdTag: idTag,
    Payload: payload,
    Deadline: deadline,
  };
  return {
    type: "DecisionRequestEventType",
    chargePointId,
    ...placeOf(connectorId, twin),
    severity: INFORMATION,
    message: `${chargePointId} asks: ${action}${idTag === "" ? "" : ` of ${idTag}`}`,
    fields,
    at: now,
    received: now,
  };
}

/** What SCADA had to do with a decision. */
export interface ScadaPart {
  readonly requestId: string;
  /** User who has answered; undefined when nobody has. */
  readonly answeredBy?: string;
}

export function decisionMade(
  { question, asked, source, rule = "", verdict, latencyMs, reason = "" }: DecisionRecord,
  part: ScadaPart | undefined,
  { twin, now, maxKeptCharacters }: Surroundings,
): Occurrence {
  const { action, chargePointId } = question;
  const { source: _source, ...answer } = verdict;
  const connectorId = connectorOf(question);
  const idTag = idTagOf(question);
  const fields: Fields<"DecisionMadeEventType"> = {
    RequestId: part?.requestId ?? "",
    Action: action,
    ConnectorId: connectorId ?? 0,
    IdTag: idTag,
    Payload: shownText(question.payload, maxKeptCharacters),
    Source: source,
    Asked: asked.join(", "),
    Rule: rule,
    Status: verdict.status,
    Answer: shownText(answer, maxKeptCharacters),
    AnsweredBy: part?.answeredBy ?? "",
    LatencyMs: latencyMs,
    Reason: reason.slice(0, LONGEST_REASON),
  };
  const about = idTag === "" ? action : `${action} of ${idTag}`;
  const why = rule === "" ? source : `${source}, ${rule}`;
  return {
    type: "DecisionMadeEventType",
    chargePointId,
    ...placeOf(connectorId, twin),
    severity: reason === "" ? INFORMATION : WARNING,
    message: `${about} by ${chargePointId}: ${verdict.status} (${why})`,
    fields,
    at: now,
    received: now,
  };
}

/** Undefined where the request names none that a node could show. */
function connectorOf({ connectorId }: Question): number | undefined {
  return isInt32(connectorId) ? connectorId : undefined;
}

function idTagOf({ idTag = "" }: Question): string {
  return idTag.slice(0, LONGEST_ID_TAG);
}

/** An event has a place: what is asked about a connector that there is not yet stands at the charge point. */
function placeOf(connectorId: number | undefined, twin: Twin | undefined): Pick<Occurrence, "connectorId"> {
  if (connectorId === undefined || twin?.connectors.has(connectorId) !== true) return {};
  return { connectorId };
}

/** What is too long is not shown, so that nothing of it needs to be hidden. */
function shownText(value: unknown, maxKeptCharacters: number): string {
  const text = JSON.stringify(value);
  return keptText(text.length > maxKeptCharacters ? text : hideInFrame(text), { maxKeptCharacters });
}
