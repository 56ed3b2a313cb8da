// The occurrence that tells how a command has ended: what was wanted, what was answered, what was seen. Pure; shows no secret.
import { nameOfCommand } from "../datapoints/commandNames.ts";
import type { occurrenceTypes } from "../datapoints/occurrences.ts";
import { keptText } from "../ocpp/v16/values.ts";
import { nameOfOutcome, nameOfWrite } from "../opcua/statusCodes.ts";
import { isAction } from "../schema/ocpp16.ts";
import type { EpochMs } from "../std/clock.ts";
import type { Command, CommandOutcome } from "../twin/commands.ts";
import type { AuditedCommand } from "../twin/ports.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { Twin } from "../twin/twin.ts";
import type { Sight } from "./effects.ts";
import { hideInText, hideSecrets } from "../twin/hideSecrets.ts";
import type { Settled, Wanted } from "./roadOut.ts";
import { textOfOutcome } from "../twin/outcomes.ts";

type Fields = Readonly<
  Record<keyof (typeof occurrenceTypes)["CommandFinishedEventType"]["fields"], string | number | undefined>
>;

/** OPC 10000-5 §6.4.2: the lowest third is for what is as it should be. */
const INFORMATION = 100;
const WARNING = 500;

/** Characters of an identity or an action that are shown; none that is known has as many. */
const LONGEST_NAME = 500;
const LONGEST_PAYLOAD = 4096;

/** What is known at the end of a command; `sight` is undefined when nothing was awaited. */
export interface Ending extends Pick<Settled, "outcome" | "request" | "sentAt" | "answeredAt"> {
  readonly wanted: Wanted;
  readonly sight: Sight | undefined;
  /** Undefined when no such charge point is known, or no more. */
  readonly twin: Twin | undefined;
  readonly now: EpochMs;
  readonly maxKeptCharacters: number;
}

export function commandFinished(ending: Ending): Occurrence {
  const { wanted, sight, twin, now } = ending;
  const fields = fieldsOf(ending);
  const connectorId = connectorOf(wanted.command);
  const { reference } = wanted.requester;
  return {
    type: "CommandFinishedEventType",
    chargePointId: wanted.command.chargePointId.slice(0, LONGEST_NAME),
    // An event has a place: what was wanted of a connector that there is not stands at the charge point.
    ...(connectorId !== undefined && twin?.connectors.has(connectorId) === true ? { connectorId } : {}),
    severity: sight?.kind === "NotObserved" ? WARNING : INFORMATION,
    message: messageOf(ending, fields),
    fields,
    ...(reference !== undefined && { reference }),
    at: now,
    received: now,
  };
}

function fieldsOf({ wanted, outcome, request, sentAt, answeredAt, sight, ...rest }: Ending): Fields {
  const { command, requester } = wanted;
  const { via, user } = requester;
  // What is too long is not shown, so that nothing of it needs to be hidden.
  const textOf = (value: unknown): string => {
    const text = JSON.stringify(value);
    return keptText(text.length > rest.maxKeptCharacters ? text : JSON.stringify(hideSecrets(value)), rest);
  };
  const isFine = outcome.kind === "answered" && (via !== "write" || nameOfWrite(outcome) === "Good");
  return {
    Action: actionOf(command),
    // A part of arguments that cannot be read as a whole need not show which of them are secrets.
    Payload: wanted.flaw === undefined ? textOf(request?.payload ?? payloadOf(command)) : "",
    Response: outcome.kind === "answered" && request !== undefined ? textOf(outcome.response) : "",
    Result: via === "write" ? nameOfWrite(outcome) : nameOfOutcome(outcome),
    ResultText: isFine ? "" : hideInText(textOfOutcome(outcome)),
    Effect: sight?.kind ?? "None",
    EffectText: hideInText(sight?.text ?? ""),
    SentAt: sentAt,
    AnsweredAt: answeredAt,
    EffectAt: sight?.kind === "Observed" ? sight.at : undefined,
    RequestedBy: user,
    RequestedVia: via,
  };
}

/** The same for those who keep watch over what is done. */
export function auditOf({ command, requester, at }: Wanted, outcome: CommandOutcome): AuditedCommand {
  const { user, via } = requester;
  return {
    at,
    user,
    via,
    action: actionOf(command),
    payload: JSON.stringify(hideSecrets(payloadOf(command))).slice(0, LONGEST_PAYLOAD),
    isDone: outcome.kind === "answered",
    result: nameOfOutcome(outcome),
  };
}

/** Its name (datapoints/commandNames.ts). Where an action is none of OCPP's, anything may stand in its place. */
export function actionOf(command: Command): string {
  const name = nameOfCommand(command);
  return isAction(name) ? name : hideInText(name).slice(0, LONGEST_NAME);
}

function payloadOf(command: Command): unknown {
  if (command.kind === "call") return command.payload;
  const { kind: _kind, chargePointId: _id, ...fields } = command;
  return fields;
}

/** The connector that a command names, in whatever way. */
export function connectorOf(command: Command): number | undefined {
  if (!("connectorId" in command) && command.kind !== "call") return undefined;
  if (command.connectorId !== undefined) return command.connectorId;
  const named = command.kind === "call" ? command.payload["connectorId"] : undefined;
  return typeof named === "number" ? named : undefined;
}

function messageOf({ outcome, sight }: Ending, fields: Fields): string {
  const { Action, Result, ResultText, Effect, EffectText, RequestedBy } = fields;
  const status = outcome.kind === "answered" ? outcome.response["status"] : undefined;
  const said = typeof status === "string" ? `${Result}, ${hideInText(status).slice(0, 50)}` : Result;
  const why = ResultText === "" ? "" : ` (${ResultText})`;
  const seen = sight === undefined ? "" : `; ${Effect === "None" ? EffectText : `${Effect}: ${EffectText}`}`;
  return `${Action} by ${RequestedBy}: ${said}${why}${seen}`;
}
