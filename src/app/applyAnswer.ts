// The last step of the road out: what an answer makes happen to the twin, and the outcome for whoever wanted it.
import type { CallOutcome } from "../ocpp/outgoingCalls.ts";
import { checkResponse } from "../ocpp/validate.ts";
import { isOutgoingAction, type OutgoingAction, type OutgoingMessage } from "../ocpp/v16/message.ts";
import { outgoingMessages } from "../ocpp/v16/messages/table.ts";
import type { EpochMs } from "../std/clock.ts";
import type { Payload } from "../twin/commands.ts";
import type { TwinEvent } from "../twin/events.ts";
import type { Twin } from "../twin/twin.ts";
import { apply } from "./apply.ts";
import { hideInText, hideSecrets, isTooDeep } from "../twin/hideSecrets.ts";
import type { OutgoingRequest, RoadOut, Settled, Wanted } from "./roadOut.ts";

/** The message file of an action, seen without its action: the table and the check have the same key. */
type Message = OutgoingMessage<OutgoingAction>;
type Answer = Extract<CallOutcome, { kind: "answered" | "refused" }>;

/** OCPP-J 1.6 §4.2.3; the longest code there is has 29. */
const LONGEST_CODE = 50;
const LONGEST_DESCRIPTION = 255;

/** The outcome of a call that has been answered; the twin has changed, and been shown, before it is there. */
export function applyAnswer(road: RoadOut, exchange: Exchange, answer: Answer): Settled {
  const { wanted, request, sentAt } = exchange;
  const received = road.clock.now();
  const settled = { request, sentAt, answeredAt: received };
  const twin = heard(road, wanted, received);
  if (answer.kind === "refused") {
    // Hidden before it is cut: of a secret that is cut off, nobody could tell what it is.
    const code = hideInText(answer.code).slice(0, LONGEST_CODE);
    return {
      ...settled,
      outcome: { kind: "callError", code, description: hideInText(answer.description).slice(0, LONGEST_DESCRIPTION) },
    };
  }
  if (isTooDeep(answer.payload))
    return { ...settled, outcome: { kind: "malformed", text: "lists and objects are nested too deeply" } };
  const checked = checkResponse(
    request.action,
    answer.payload,
    road.register.validationOf(wanted.command.chargePointId),
  );
  if ("malformed" in checked) return { ...settled, outcome: { kind: "malformed", text: checked.malformed } };
  const outcome = { kind: "answered", response: responseFor(wanted, checked.response) } as const;
  // Removed while the call was on its way: there is nothing that could change.
  if (twin === undefined) return { ...settled, outcome };
  const violations = violated(road, wanted, request, checked.violations);
  return {
    ...settled,
    outcome,
    effect: happen(road, { ...exchange, received }, { twin, violations, response: checked.response }),
  };
}

/** A call that has gone out, and for whom. */
interface Exchange {
  readonly wanted: Wanted;
  readonly request: OutgoingRequest;
  readonly sentAt: EpochMs;
}

/** Errata 3.10: a charge point should not tell its AuthorizationKey. When it does, only who may set it gets to see it. */
function responseFor({ requester: { role, isPrivate } }: Wanted, response: Payload): Payload {
  return role === "administrator" && isPrivate ? response : (hideSecrets(response) as Payload);
}

/** Changes the twin by what the answer says, and tells what should follow from it. */
function happen(
  road: RoadOut,
  { request, sentAt, received }: Exchange & { readonly received: EpochMs },
  { twin, violations, response }: { twin: Twin; violations: readonly TwinEvent[]; response: Payload },
): Settled["effect"] {
  const { house, settings } = road;
  if (!isOutgoingAction(request.action)) {
    apply(house, twin, violations);
    return undefined;
  }
  const message = outgoingMessages[request.action] as unknown as Message;
  const { maxKeptCharacters, maxConfigurationKeys } = settings.limits;
  // Request and response have been checked against the schemas of the action, which are the source of these types.
  const answered = {
    request: request.payload,
    response,
    twin,
    sent: sentAt,
    received,
    maxKeptCharacters,
    maxConfigurationKeys,
  } as Parameters<NonNullable<Message["answered"]>>[0];
  const events = message.answered?.(answered) ?? [];
  noteLosses(road, twin.id, events);
  apply(house, twin, [...violations, ...events]);
  return message.effect?.(answered);
}

/** What of a response is not kept, though it may be right. */
function noteLosses({ counts, log }: RoadOut, chargePoint: string, events: readonly TwinEvent[]): void {
  for (const event of events) {
    if (event.type !== "Violated") continue;
    counts.add("violations", event.count);
    log.warn({ chargePoint }, event.texts.join("; "));
  }
}

/** Any frame counts as a sign of life. */
function heard({ house }: RoadOut, { command }: Wanted, received: number): Twin | undefined {
  const twin = house.twins.get(command.chargePointId);
  return twin === undefined ? undefined : apply(house, twin, [{ type: "Heard", at: received, received }]);
}

function violated(
  { counts, log, clock }: RoadOut,
  { command: { chargePointId: chargePoint } }: Wanted,
  { action }: OutgoingRequest,
  found: readonly string[],
): TwinEvent[] {
  const count = found.length;
  if (count === 0) return [];
  const violations = found.map(hideInText);
  const received = clock.now();
  counts.add("violations", count);
  log.debug({ chargePoint, action, violations: violations.slice(0, 5), count }, "kept the usable part of a response");
  const texts = violations.map((violation) => `${action} ${violation}`);
  return [{ type: "Violated", count, texts, at: received, received }];
}
