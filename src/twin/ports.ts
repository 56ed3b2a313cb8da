// What one adapter needs of another, as narrow interfaces; app/start.ts hands the real ones over.
import type { EpochMs } from "../std/clock.ts";
import type { Account } from "./accounts.ts";
import type { AlarmAct, AlarmChange, AlarmOutcome, AlarmPlace } from "./alarms.ts";
import type { Requester } from "./commands.ts";
import type { TwinEvent } from "./events.ts";
import type { Occurrence } from "./occurrences.ts";
import type { Twin } from "./twin.ts";

/** Something that shows twins: OPC UA, the store, the web page. It only queues, and cannot fail the call that changed the twin. */
export interface Projection {
  /** A twin is new (`before` undefined) or has changed, by `events`. */
  publish(before: Twin | undefined, after: Twin, events: readonly TwinEvent[]): void;
  /** A twin is no longer known; it was taken out at `at`. */
  forget(id: string, at: EpochMs): void;
  /** Something has happened; whatever was published before is shown before. */
  announce(occurrence: Occurrence): void;
}

/** Something that shows alarms. It only queues, and cannot fail the call that changed the twin. */
export interface AlarmDisplay {
  /** An alarm has changed; `isTold` when clients have to be told, else it only has to be shown from now on. */
  show(alarm: AlarmChange, isTold: boolean): void;
}

/** Acts on an alarm on behalf of somebody; answers what became of it, once the disk has it or has refused. Never rejects. */
export type ActOnAlarm = (place: AlarmPlace, act: AlarmAct, requester: Requester) => Promise<AlarmOutcome>;

export interface LoginAttempt {
  readonly name: string;
  readonly password: string;
  /** Network address that it comes from. */
  readonly from: string;
}

/**
 * `refused`: no such user, or not with that password, or not enabled: whoever tries is not told which. `busy`: it was not looked at, for too
 * many others wait.
 */
export type LoginVerdict =
  | { readonly kind: "accepted"; readonly account: Account }
  | { readonly kind: "refused" | "busy" };

/** Judges whether somebody is who he says he is, by his password; takes some 0.2 s and never rejects. */
export type VerifyLogin = (attempt: LoginAttempt) => Promise<LoginVerdict>;

/** An OPC UA client with a session, for whoever looks after the bridge. */
export interface ConnectedClient {
  /** Who has logged in. */
  readonly user: string;
  /** ApplicationUri, as the client says it. */
  readonly application: string;
  /** Name of the session, as the client says it. */
  readonly session: string;
  /** Network address. */
  readonly address: string;
  /** `None`, `Basic256Sha256`, … */
  readonly securityPolicy: string;
  /** `None`, `Sign` or `SignAndEncrypt`. */
  readonly securityMode: string;
  /** When the session was made. */
  readonly since: EpochMs;
  readonly subscriptions: number;
  readonly monitoredItems: number;
}

/** A command that has ended, for whoever keeps watch over what is done; without secrets. */
export interface AuditedCommand {
  /** When it was wanted. */
  readonly at: EpochMs;
  readonly user: string;
  readonly via: Requester["via"];
  readonly action: string;
  /** JSON */
  readonly payload: string;
  readonly isDone: boolean;
  /** Good, or the name of what went wrong. */
  readonly result: string;
}

/** Why a charge point is known: by the settings, by the register that grows while the bridge runs, or because it has come by itself. */
export type Origin = "settings" | "register" | "stranger";

/** One value that a datapoint has had. */
export interface HistorySample {
  /** When it was so, as the charge point says; no two samples of a datapoint have the same. */
  readonly at: EpochMs;
  readonly received: EpochMs;
  /** As the datapoint's row gives it; null = known that there was nothing. */
  readonly value: number | string | boolean | null;
  /**
   * Lost: no sample but a mark, without a value. Samples are known to be missing at its time or at times next to it: a gap has a mark where it
   * begins, or where the range that is read begins within it, and one where it ends, if the range reaches so far.
   */
  readonly quality: "Good" | "Uncertain" | "Bad" | "Lost";
}

/** A question for the samples of one datapoint, in the order of time. */
export interface HistoryQuery {
  readonly chargePointId: string;
  /** 0 is the charge point itself. */
  readonly connector: number;
  /** Path of the datapoint below the charge point or connector. */
  readonly path: string;
  /** Inclusive. */
  readonly from: EpochMs;
  /** Inclusive; before `from` it reads backwards. */
  readonly to: EpochMs;
  /** The most samples of one page, above 0. */
  readonly limit: number;
  /** Where the page before ended: the time of its last sample. */
  readonly after?: EpochMs;
  /** Whether the samples next to the range are wanted as well. */
  readonly bounds?: boolean;
}

export interface HistoryPage {
  readonly samples: readonly HistorySample[];
  /** Whether there are more in the range. */
  readonly more: boolean;
}

/** Where an occurrence stands among all that are kept: by its time, and those of the same time as they came. */
export interface OccurrencePlace {
  readonly at: EpochMs;
  readonly number: number;
}

/** What is kept of events: what has been announced, and every change of an alarm of which clients were told. */
export type AnyOccurrence = Occurrence | AlarmChange;

/**
 * A question for occurrences, in the order of their places: of everything, of everything but the bridge itself, of the bridge itself, of a
 * charge point with its connectors, or of one connector.
 */
export interface OccurrenceQuery {
  /** Empty: of the bridge itself. Undefined: of all, known or not. */
  readonly chargePointId?: string;
  /** Of all charge points: nothing of the bridge itself. */
  readonly isWithoutBridge?: boolean;
  /** Above 0; undefined: of the charge point and all its connectors. */
  readonly connector?: number;
  /** Inclusive. */
  readonly from: EpochMs;
  /** Inclusive; before `from` it reads backwards. */
  readonly to: EpochMs;
  /** The most occurrences of one page, above 0. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: OccurrencePlace;
}

export interface KeptOccurrence {
  readonly place: OccurrencePlace;
  readonly occurrence: AnyOccurrence;
}

export interface OccurrencePage {
  readonly kept: readonly KeptOccurrence[];
  /** Whether there are more in the range. */
  readonly more: boolean;
}

/** The times of the oldest that is kept; undefined while there is nothing. */
export interface HistoryBegin {
  readonly samples: EpochMs | undefined;
  readonly occurrences: EpochMs | undefined;
}

/** What has been kept of the values of datapoints, and of what has been announced. */
export interface History {
  /** Rejects when the history cannot be read. */
  read(query: HistoryQuery): Promise<HistoryPage>;
  /** Rejects when the history cannot be read. */
  readOccurrences(query: OccurrenceQuery): Promise<OccurrencePage>;
  /** Looks at every series: it is not to be asked often. Rejects when the history cannot be read. */
  begin(): Promise<HistoryBegin>;
}

/**
 * How a request ended: `Unanswered` also where the disk has refused what had to be kept; `BadFrame` cannot be read; `Ignored` is an
 * answer that nobody waits for, or a message type that OCPP-J does not know.
 */
export type ExchangeOutcome = "Answered" | "CallError" | "Unanswered" | "BadFrame" | "Ignored";

/** A request and its answer as they went over the wire; they may hold secrets. */
export interface Exchange {
  readonly chargePointId: string;
  /** Who has asked. */
  readonly from: "chargePoint" | "bridge";
  /** Empty where it cannot be told. */
  readonly action: string;
  /** When the request came in or went out. */
  readonly at: EpochMs;
  /** From the request to its answer, or to its end without one. */
  readonly latencyMs: number;
  readonly outcome: ExchangeOutcome;
  readonly request: string;
  readonly answer: string | undefined;
  /** `place: sentence` for each deviation that was tolerated in a request of the charge point. */
  readonly violations: readonly string[];
  /** The payload of the answer to a request of the bridge, which nobody has checked yet. */
  readonly answered?: unknown;
}

/** Takes note of what goes over the wires; it only queues, and cannot fail the call. */
export interface MessageLog {
  note(exchange: Exchange): void;
}

/** Transactions by the time of their start; `until` is not included. */
export interface TransactionFilter {
  readonly since?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
  readonly chargePointId?: string | undefined;
  readonly connectorId?: number | undefined;
  /** Of the start; case does not matter (OCPP 1.6 §7.28). */
  readonly idTag?: string | undefined;
  /** Only those that run, or only those that have ended. */
  readonly isRunning?: boolean | undefined;
}
