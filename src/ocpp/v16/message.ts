// The shape of a message file: what one action of a charge point asks, makes happen and is answered, and what one of ours makes
// happen once it is answered. Pure; the caller brings time and ids.
import type { EpochMs } from "../../std/clock.ts";
import {
  actionsFromCentralSystem,
  type actionsFromChargePoint,
  type Requests,
  type Responses,
} from "../../schema/ocpp16.generated.ts";
import type { Effect } from "../../twin/commands.ts";
import type { LedgerRecord, Receipt } from "../../twin/ledger.ts";
import type { TwinEvent } from "../../twin/events.ts";
import type { Question, Verdict } from "../../twin/questions.ts";
import type { Twin } from "../../twin/twin.ts";
import type { VendorMapping } from "../../twin/vendorProfile.ts";

/** An action whose request a charge point sends. */
export type IncomingAction = (typeof actionsFromChargePoint)[number];

/** Required fields that a tolerant bridge can do without: a charge point repeats a stop for ever until it is answered. */
interface Dispensable {
  readonly StopTransaction: "meterStop" | "transactionId";
}

/**
 * A request that has been checked. When the check was tolerant, enumerations may hold texts that OCPP does not know,
 * texts may be longer than allowed, and a missing time is the empty text.
 */
export type IncomingRequest<A extends IncomingAction> = A extends keyof Dispensable
  ? Omit<Requests[A], Dispensable[A]> & Partial<Pick<Requests[A], Dispensable[A]>>
  : Requests[A];

/** Everything beside the request that an answer can depend on. */
export interface Moment {
  /** The twin before the call. */
  readonly twin: Twin;
  readonly received: EpochMs;
  /** What was decided; undefined when nothing was asked. */
  readonly verdict: Verdict | undefined;
  /** What the ledger has made of the record that the message wanted kept; undefined when it wanted none. */
  readonly receipt?: Receipt | undefined;
  /** What has become of a request for a certificate; undefined for every other message. */
  readonly signing?: { readonly status: "Accepted" | "Rejected"; readonly reason: string } | undefined;
  /** Seconds after which a charge point that is not accepted may boot again. */
  readonly pendingRetrySeconds: number;
  /** Connectors have the ids 1 to this one. */
  readonly maxConnectors: number;
  /** Longest text that the twin keeps as it came. */
  readonly maxKeptCharacters: number;
  /** The payload as the JSON text that was received. */
  readonly payload: string;
  /** Of a DataTransfer: what the vendor file looks for, and the data as they were received; undefined where it looks for nothing. */
  readonly vendorData?: { readonly mappings: readonly VendorMapping[]; readonly data: unknown } | undefined;
}

export interface IncomingMessage<A extends IncomingAction> {
  /** Handled also while the registration is not Accepted (OCPP 1.6 §4.2; OCPP-J 1.6 errata 3.8), always or where the settings want it. */
  readonly beforeAccepted?: "always" | "ifSet";
  /** What has to be decided before the answer. */
  ask?(request: IncomingRequest<A>, moment: Moment): Question;
  /** What has to be on disk before it happens and is answered. */
  keep?(request: IncomingRequest<A>, moment: Moment): LedgerRecord;
  /** What the message makes happen, in order. */
  happen(request: IncomingRequest<A>, moment: Moment): TwinEvent[];
  /** The answer; `twin` is the twin after all that happened. */
  reply(request: IncomingRequest<A>, moment: Moment, twin: Twin): Responses[A];
}

/** An action whose request the central system sends. */
export type OutgoingAction = (typeof actionsFromCentralSystem)[number];

const outgoingActions: ReadonlySet<string> = new Set(actionsFromCentralSystem);

/** Whether a text that came from outside names an action that the central system sends, in the document's spelling. */
export function isOutgoingAction(text: string): text is OutgoingAction {
  return outgoingActions.has(text);
}

/** A call of ours that the charge point has answered with a CALLRESULT. */
export interface Answered<A extends OutgoingAction> {
  readonly request: Requests[A];
  /** Checked; when the check was tolerant, enumerations may hold texts that OCPP does not know. */
  readonly response: Responses[A];
  /** The twin when the answer came. */
  readonly twin: Twin;
  /** When the call went out. */
  readonly sent: EpochMs;
  /** When the answer came. */
  readonly received: EpochMs;
  /** Longest text that the twin keeps as it came. */
  readonly maxKeptCharacters: number;
  /** Configuration keys of one twin. */
  readonly maxConfigurationKeys: number;
}

export interface OutgoingMessage<A extends OutgoingAction> {
  /** What the answer makes happen to the twin, in order: what was commanded and accepted, or what it tells. */
  answered?(answered: Answered<A>): TwinEvent[];
  /** What should become visible, when the charge point has agreed to do something that it reports later. */
  effect?(answered: Answered<A>): Effect | undefined;
}
