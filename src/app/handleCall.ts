// THE ROAD IN: what a charge point's call becomes, step by step as ARCHITECTURE.md draws it. Each step stands in a file of its own.
// No promise is made for a call that is decided at once: most are.
import type { Answer, Call, CallError } from "../ocpp/door.ts";
import { callError } from "../ocpp/errors.ts";
import { payloadText } from "../ocpp/frame.ts";
import type { Link } from "../ocpp/link.ts";
import { checkCall, type CheckedCall, type Validation } from "../ocpp/validate.ts";
import type { IncomingAction, IncomingMessage, Moment } from "../ocpp/v16/message.ts";
import { incomingMessages } from "../ocpp/v16/messages/table.ts";
import type { Settings } from "../settings/settings.ts";
import type { Clock, EpochMs } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { Log } from "../std/log.ts";
import type { TwinEvent } from "../twin/events.ts";
import type { Question, Verdict } from "../twin/questions.ts";
import type { Twin } from "../twin/twin.ts";
import { apply, type House } from "./apply.ts";
import type { TransactionIds } from "./draw.ts";

/** What the road needs besides the call. */
export interface Road {
  readonly house: House;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly counts: Counts;
  readonly log: Log;
  readonly transactionIds: TransactionIds;
  readonly decide: (question: Question) => Verdict | Promise<Verdict>;
  /** How strictly the messages of a charge point are checked. */
  readonly validationOf: (chargePointId: string) => Validation;
}

/** The message file of an action, seen without its action: the table and the check have the same key. */
type Message = IncomingMessage<IncomingAction>;

/** Characters of a payload that are worth a line of the log. */
const LONGEST_LOGGED = 500;

/** A call on its way: what has been found out about it so far. */
interface Journey {
  readonly link: Link;
  readonly call: Call;
  readonly received: EpochMs;
  readonly checked: CheckedCall;
  readonly message: Message;
}

/** Answers a call; the twin has changed, and been shown, before the answer is there. */
export function handleCall(road: Road, link: Link, call: Call): Answer | Promise<Answer> {
  const received = road.clock.now();
  const twin = twinOf(road, link);
  const checked = checkCall(call, road.validationOf(link.identity));
  if (checked.kind === "error") return refuse(road, { twin, received }, checked);
  const message = incomingMessages[checked.action] as unknown as Message;
  if (twin.registration.status !== "Accepted" && message.beforeAccepted !== true)
    return refuse(road, { twin, received }, notAccepted(checked.action, twin));
  const journey: Journey = { link, call, received, checked, message };
  const question = message.ask?.(checked.request, momentOf(road, journey, undefined));
  if (question === undefined) return finish(road, journey, undefined);
  road.counts.add("decisions");
  const verdict = road.decide(question);
  // The twin's other calls wait for the verdict on this link; other links do not.
  return verdict instanceof Promise
    ? verdict.then((decided) => finish(road, journey, decided))
    : finish(road, journey, verdict);
}

function finish(road: Road, journey: Journey, verdict: Verdict | undefined): Answer {
  const { checked, message } = journey;
  const moment = momentOf(road, journey, verdict);
  const { request } = checked;
  const happened = message.happen(request, moment);
  if (verdict !== undefined) logVerdict(road, journey, verdict);
  const twin = apply(road.house, moment.twin, [heard(moment.received), ...violated(road, journey), ...happened]);
  return { kind: "result", payload: message.reply(request, moment, twin) };
}

function momentOf(road: Road, { link, call, received, checked }: Journey, verdict: Verdict | undefined): Moment {
  const isStart = checked.action === "StartTransaction" && verdict !== undefined;
  return {
    twin: twinOf(road, link),
    received,
    verdict,
    transactionId: isStart ? road.transactionIds.draw() : 0,
    pendingRetrySeconds: road.settings.ocpp.pendingRetrySeconds,
    maxConnectors: road.settings.limits.maxConnectors,
    maxKeptCharacters: road.settings.limits.maxKeptCharacters,
    payload: payloadText(call),
  };
}

/** The door has introduced every twin before its link is opened. */
function twinOf({ house }: Road, { identity }: Link): Twin {
  const twin = house.twins.get(identity);
  if (twin === undefined) throw new Error(`no twin for ${identity}`);
  return twin;
}

function refuse({ house }: Road, { twin, received }: { twin: Twin; received: EpochMs }, error: CallError): CallError {
  apply(house, twin, [heard(received)]);
  return error;
}

/** OCPP-J 1.6 errata 3.8: nothing but BootNotification before the registration is accepted. */
function notAccepted(action: string, { registration }: Twin): CallError {
  return callError(
    "SecurityError",
    `${action} is not answered while the registration is ${registration.status}; send BootNotification first`,
  );
}

/** Any frame counts as a sign of life. */
function heard(received: EpochMs): TwinEvent {
  return { type: "Heard", at: received, received };
}

/** Who was decided by what; a vendor's own message that nobody understands is news the first time. */
function logVerdict(road: Road, { link, call }: Journey, { status, source }: Verdict): void {
  const isNews = status === "UnknownVendorId" && twinOf(road, link).dataTransfer === undefined;
  const payload = isNews ? payloadText(call).slice(0, LONGEST_LOGGED) : undefined;
  road.log[isNews ? "info" : "debug"](
    { chargePoint: link.identity, action: call.action, status, source, payload },
    isNews ? "a DataTransfer of a vendor that nobody knows" : "decided",
  );
}

function violated(road: Road, { link, call, checked, received }: Journey): TwinEvent[] {
  const [first, ...more] = checked.violations;
  if (first === undefined) return [];
  const count = more.length + 1;
  road.counts.add("violations", count);
  // The first of a charge point is news; one that is wrong in every message would flood the log.
  const level = twinOf(road, link).violations === undefined ? "info" : "debug";
  road.log[level](
    { chargePoint: link.identity, action: call.action, violations: checked.violations.slice(0, 5), count },
    "kept the usable part of a message",
  );
  return [{ type: "Violated", count, last: `${call.action} ${more.at(-1) ?? first}`, at: received, received }];
}
