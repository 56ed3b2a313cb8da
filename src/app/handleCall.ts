// THE ROAD IN: what a charge point's call becomes, step by step as ARCHITECTURE.md draws it. Each step stands in a file of its own.
// No promise is made for a call that is decided at once: most are.
import type { Decide } from "../decisions/decide.ts";
import type { Answer, Call, CallError } from "../ocpp/door.ts";
import { callError } from "../ocpp/errors.ts";
import { payloadText } from "../ocpp/frame.ts";
import type { Link } from "../ocpp/link.ts";
import { checkCall, type CheckedCall, type Validation } from "../ocpp/validate.ts";
import { repairCall } from "../ocpp/vendorRepair.ts";
import type { IncomingAction, IncomingMessage, Moment } from "../ocpp/v16/message.ts";
import { incomingMessages } from "../ocpp/v16/messages/table.ts";
import type { Settings } from "../settings/settings.ts";
import type { Clock, EpochMs } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import { isObject } from "../std/isObject.ts";
import type { Log } from "../std/log.ts";
import type { TwinEvent } from "../twin/events.ts";
import type { Ledger, Receipt, StoreState } from "../twin/ledger.ts";
import type { Verdict } from "../twin/questions.ts";
import { reduce } from "../twin/reduce/reduce.ts";
import type { Twin } from "../twin/twin.ts";
import { apply, type House } from "./apply.ts";
import { hideInFrame, hideInText } from "../twin/hideSecrets.ts";
import type { LedgerNotes } from "./ledgerNotes.ts";
import type { RunningIdTags } from "./runningIdTags.ts";
import type { VendorProfiles } from "./vendorProfiles.ts";
import type { Judged, Signing } from "./signing.ts";

/** What the road needs besides the call. */
export interface Road {
  readonly house: House;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly counts: Counts;
  readonly log: Log;
  readonly ledger: Ledger;
  /** Is told of starts that are not in the twins yet. */
  readonly runningIdTags: Pick<RunningIdTags, "begin">;
  readonly ledgerNotes: LedgerNotes;
  readonly storeState: () => StoreState;
  readonly decide: Decide;
  /** Whether a charge point is known only because it has connected. */
  readonly isStranger: (chargePointId: string) => boolean;
  /** How strictly the messages of a charge point are checked. */
  readonly validationOf: (chargePointId: string) => Validation;
  /** Whether what does no harm is answered also while the registration is not Accepted. */
  readonly beforeAcceptedOf: (chargePointId: string) => Settings["ocpp"]["beforeAccepted"];
  readonly vendorProfiles: Pick<VendorProfiles, "chosen" | "mappingsOf">;
  /** Judges requests for certificates. */
  readonly signing: Pick<Signing, "judge">;
}

/** The message file of an action, seen without its action: the table and the check have the same key. */
type Message = IncomingMessage<IncomingAction>;

/** What everybody may read of these is whatever a vendor has put in; the others hold fields that are no secrets. */
const freeTexts: ReadonlySet<string> = new Set<IncomingAction>(["DataTransfer", "SecurityEventNotification"]);

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
  const repaired = repairCall(call, twin.vendorProfile.repairs, received);
  const checked = checkCall(repaired, road.validationOf(link.identity));
  if (checked.kind === "error") return refuse(road, { twin, received }, checked);
  const message = incomingMessages[checked.action] as unknown as Message;
  if (!isAccepted(twin) && !isAnsweredBefore(road, message, link.identity))
    return refuse(road, { twin, received }, notAccepted(checked.action, twin));
  const journey: Journey = { link, call, received, checked, message };
  if (checked.action === "SignCertificate") return sign(road, journey, checked.request.csr);
  const isAsked = checked.action !== "BootNotification" || isUndecided(road, twin);
  const question = isAsked ? message.ask?.(checked.request, momentOf(road, journey, twin, {})) : undefined;
  if (question === undefined) return keep(road, journey, undefined);
  road.counts.add("decisions");
  const verdict = road.decide(question, { twin, now: received });
  // The twin's other calls wait for the verdict on this link; other links do not.
  return verdict instanceof Promise
    ? verdict.then((decided) => resume(road, journey, twin, decided))
    : keep(road, journey, verdict);
}

/** Of an unknown charge point, as long as nobody has decided whether it may come in. */
function isUndecided({ isStranger }: Road, { id, registration: { status, answered } }: Twin): boolean {
  return isStranger(id) && (status === "Pending" || answered === undefined);
}

/**
 * Goes on with a verdict that has come late. Whoever has decided about the registration meanwhile is right; and what a charge point wanted
 * to know over a link that has ended it asks again.
 */
function resume(road: Road, journey: Journey, asked: Twin, verdict: Verdict): Answer | Promise<Answer> {
  const { checked, link } = journey;
  if (checked.action !== "BootNotification") return keep(road, journey, verdict);
  if (!link.isOpen) return { kind: "none" };
  const twin = twinOf(road, link);
  const isOpen = isUndecided(road, twin) && twin.registration.status === asked.registration.status;
  return keep(road, journey, isOpen ? verdict : undefined);
}

/** Judging takes its time; meanwhile the charge point may have been removed. */
async function sign(road: Road, journey: Journey, csr: string): Promise<Answer> {
  const signing = await road.signing.judge(journey.link, csr);
  const isKnown = road.house.twins.get(journey.link.identity) !== undefined;
  return isKnown ? finish(road, journey, { signing }) : { kind: "none" };
}

/** What must be on disk first is put there; if the disk refuses, nothing happens and nothing is answered: the charge point repeats it. */
function keep(road: Road, journey: Journey, verdict: Verdict | undefined): Answer | Promise<Answer> {
  const { checked, message, link } = journey;
  if (message.keep === undefined) return finish(road, journey, { verdict });
  const record = message.keep(checked.request, momentOf(road, journey, twinOf(road, link), { verdict }));
  const ended = record.kind === "start" ? road.runningIdTags.begin(record) : (): void => {};
  return road.ledger.keep(record).then((receipt) => {
    try {
      // Meanwhile the link may have ended and the charge point been removed.
      if (receipt.kind !== "failing" && road.house.twins.get(link.identity) !== undefined)
        return finish(road, journey, { verdict, receipt });
      road.counts.add("answersWithheld");
      return { kind: "none" };
    } finally {
      ended();
    }
  });
}

/** What has been found out on the way. */
interface Found {
  readonly verdict?: Verdict | undefined;
  readonly receipt?: Receipt;
  readonly signing?: Judged;
}

function finish(road: Road, journey: Journey, found: Found): Answer {
  const { checked, message, link } = journey;
  const moment = momentOf(road, journey, twinOf(road, link), found);
  const { request } = checked;
  const happened = message.happen(request, moment);
  const told = [...happened, ...consequences(road, checked.action, { ...moment, happened })];
  if (found.verdict !== undefined) logVerdict(road, journey, found.verdict);
  const twin = apply(road.house, moment.twin, [heard(moment.received), ...violated(road, journey), ...told]);
  road.ledgerNotes.note(twin, happened);
  const payload = message.reply(request, moment, checked.action === "BootNotification" ? answeringTwin(twin) : twin);
  const { violations } = checked;
  return violations.length === 0 ? { kind: "result", payload } : { kind: "result", payload, violations };
}

interface Happened extends Pick<Moment, "twin" | "received"> {
  readonly happened: readonly TwinEvent[];
}

/** A charge point that has said who it is has the profile that fits, and is perhaps not told what it would be otherwise. */
function consequences(road: Road, action: IncomingAction, { twin, received, happened }: Happened): TwinEvent[] {
  if (action !== "BootNotification") return [];
  const after = happened.reduce(reduce, twin);
  return [...road.vendorProfiles.chosen(after, received), ...withheld(road, after)];
}

/** While nothing can be confirmed no charge point may begin to work; those that do already go on. What it is told is kept, the wish stays. */
function withheld(road: Road, { registration }: Twin): TwinEvent[] {
  if (road.storeState() === "ok") return [];
  const { status, at, received } = registration;
  return status === "Accepted" ? [{ type: "RegistrationSet", answered: "Pending", at, received }] : [];
}

function answeringTwin(twin: Twin): Twin {
  const { registration } = twin;
  return { ...twin, registration: { ...registration, status: registration.answered ?? registration.status } };
}

/** What a vendor file looks for in a DataTransfer, and where; as it came, for the check knows data only as a text. */
function vendorDataOf(road: Road, { call }: Journey, twin: Twin): Moment["vendorData"] {
  if (call.action !== "DataTransfer" || !isObject(call.payload)) return undefined;
  const mappings = road.vendorProfiles.mappingsOf(twin);
  return mappings.length === 0 ? undefined : { mappings, data: call.payload["data"] };
}

function momentOf(road: Road, journey: Journey, twin: Twin, found: Found): Moment {
  const { call, received } = journey;
  return {
    twin,
    received,
    verdict: found.verdict,
    receipt: found.receipt,
    signing: found.signing,
    pendingRetrySeconds: road.settings.ocpp.pendingRetrySeconds,
    maxConnectors: road.settings.limits.maxConnectors,
    maxKeptCharacters: road.settings.limits.maxKeptCharacters,
    payload: freeTexts.has(call.action) ? hideInFrame(payloadText(call)) : payloadText(call),
    vendorData: vendorDataOf(road, journey, twin),
  };
}

/** The door has introduced every twin before its link is opened. */
function twinOf({ house }: Road, { identity }: Link): Twin {
  const twin = house.twins.get(identity);
  if (twin === undefined) throw new Error(`no twin for ${identity}`);
  return twin;
}

function refuse({ house }: Road, { twin, received }: { twin: Twin; received: EpochMs }, error: CallError): CallError {
  apply(house, twin, [heard(received), ...refused(error, received)]);
  return error;
}

/** What breaks the form of OCPP is shown also where it is refused; the other codes say nothing against the charge point's messages. */
function refused({ code, description }: CallError, received: EpochMs): TwinEvent[] {
  if (!code.endsWith("Violation")) return [];
  const text = `${hideInText(description.replace(".req", ""))}, refused`;
  return [{ type: "Violated", count: 1, texts: [text], at: received, received }];
}

/** Accepted by the application, or told so before it changed its mind: what a charge point has begun it must be able to end. */
function isAccepted({ registration: { status, answered } }: Twin): boolean {
  return status === "Accepted" || answered === "Accepted";
}

/** Some charge points do not wait for their registration; what is shown of them is no harm where the settings say so. */
function isAnsweredBefore({ beforeAcceptedOf }: Road, { beforeAccepted }: Message, chargePointId: string): boolean {
  if (beforeAccepted === undefined) return false;
  return beforeAccepted === "always" || beforeAcceptedOf(chargePointId) === "answer";
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
  const payload = isNews ? hideInFrame(payloadText(call)).slice(0, LONGEST_LOGGED) : undefined;
  road.log[isNews ? "info" : "debug"](
    { chargePoint: link.identity, action: call.action, status, source, payload },
    isNews ? "a DataTransfer of a vendor that nobody knows" : "decided",
  );
}

function violated(road: Road, { link, call, checked, received }: Journey): TwinEvent[] {
  const count = checked.violations.length;
  if (count === 0) return [];
  const violations = checked.violations.map(hideInText);
  road.counts.add("violations", count);
  // The first of a charge point is news; one that is wrong in every message would flood the log.
  const level = twinOf(road, link).violations === undefined ? "info" : "debug";
  road.log[level](
    { chargePoint: link.identity, action: call.action, violations: violations.slice(0, 5), count },
    "kept the usable part of a message",
  );
  const texts = violations.map((violation) => `${call.action} ${violation}`);
  return [{ type: "Violated", count, texts, at: received, received }];
}
