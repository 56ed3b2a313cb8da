// What crosses between the main thread and the OPC UA server's thread: numbers in one shared array, texts beside it.
import type { BridgeStatus } from "../datapoints/bridge.ts";
import type { ListedKey } from "../datapoints/configuration.ts";
import type { PendingChange } from "../datapoints/decisions.ts";
import type { AlarmAct, AlarmChange, AlarmOutcome, AlarmPlace } from "../twin/alarms.ts";
import type { Command, CommandOutcome, Requester } from "../twin/commands.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { ConnState } from "../twin/twin.ts";
import type { LoginAccount } from "../twin/accounts.ts";
import type {
  AuditedCommand,
  ConnectedClient,
  HistoryBegin,
  HistoryPage,
  HistoryQuery,
  LoginAttempt,
  LoginVerdict,
  OccurrencePage,
  OccurrenceQuery,
} from "../twin/ports.ts";
import type { EpochMs } from "../std/clock.ts";
import type { EndpointOptions } from "./options.ts";

/** One change of a datapoint is RECORD numbers: twin index, address, value, source time, time of receipt. */
export const RECORD = 5;

const COLUMN_BITS = 12;
const FLAG_BITS = 4;
export const MAX_COLUMN = 2 ** COLUMN_BITS - 1;
/** OCPP numbers connectors from 1 without gaps (OCPP 1.6 §2); more than this no address can hold. */
export const MAX_CONNECTOR = 2 ** 15 - 1;

/** The value has never been received, or no longer applies. */
export const ABSENT = 1;
/** Not renewed in time during a transaction. */
export const STALE = 2;
/** The value is an index into `texts`. */
export const TEXT = 4;
/** It is known that there is nothing. */
export const NOTHING = 8;

/** Connector, column and flags as one 31-bit integer. */
export function addressOf(connector: number, column: number, flags: number): number {
  return (connector << (COLUMN_BITS + FLAG_BITS)) | (column << FLAG_BITS) | flags;
}

export const connectorOf = (address: number): number => address >> (COLUMN_BITS + FLAG_BITS);
export const columnOf = (address: number): number => (address >> FLAG_BITS) & MAX_COLUMN;
export const flagsOf = (address: number): number => address & (2 ** FLAG_BITS - 1);
/** The address without its flags: what two records of one datapoint have in common. */
export const datapointOf = (address: number): number => address >> FLAG_BITS;

/** A twin as the server's thread knows it; sent when it is new, its link, its connectors or its configuration keys have changed. */
export interface TwinNotice {
  readonly index: number;
  readonly id: string;
  readonly state: ConnState;
  readonly stateAt: EpochMs;
  readonly stateReceived: EpochMs;
  readonly connectors: readonly number[];
  /** Configuration keys in the order of their columns; undefined when they are as they were last sent. */
  readonly keys: readonly ListedKey[] | undefined;
}

export interface Batch {
  readonly kind: "batch";
  /** Applied in this order: forgotten, twins, records, alarms, occurrences. */
  readonly forgotten: readonly ForgottenTwin[];
  readonly twins: readonly TwinNotice[];
  /** In shared memory: handing it over by transfer costs ten times as much. The sender leaves it alone until it is applied. */
  readonly numbers: Float64Array<SharedArrayBuffer>;
  /** How many records of `numbers` are used. */
  readonly count: number;
  readonly texts: readonly string[];
  readonly alarms: readonly AlarmNotice[];
  readonly occurrences: readonly Occurrence[];
}

/** A twin that is no longer known, and since when. */
export interface ForgottenTwin {
  readonly index: number;
  readonly at: EpochMs;
}

/** An alarm as it is now. */
export interface AlarmNotice extends AlarmChange {
  /** Clients have to be told; else it only has to be shown from now on. */
  readonly isTold: boolean;
}

export type ToThread =
  | {
      readonly kind: "start";
      readonly endpoint: EndpointOptions;
      readonly keepsHistory: boolean;
      readonly accounts: readonly LoginAccount[];
    }
  | Batch
  /** Who may log in from now on. */
  | { readonly kind: "accounts"; readonly accounts: readonly LoginAccount[] }
  /** A command has ended that has come by another way. */
  | { readonly kind: "audit"; readonly command: AuditedCommand }
  | { readonly kind: "verified"; readonly id: number; readonly verdict: LoginVerdict }
  | { readonly kind: "report"; readonly status: BridgeStatus }
  /** Questions that wait for SCADA. */
  | { readonly kind: "pending"; readonly change: PendingChange }
  /** What came of a command; whatever it changed has been sent before. */
  | { readonly kind: "outcome"; readonly id: number; readonly outcome: CommandOutcome }
  /** What came of acting on an alarm; how it is now has been sent before. */
  | { readonly kind: "acted"; readonly id: number; readonly outcome: AlarmOutcome }
  /** What has been kept; undefined when it could not be read. */
  | { readonly kind: "history"; readonly id: number; readonly page: HistoryPage | undefined }
  | { readonly kind: "occurrences"; readonly id: number; readonly page: OccurrencePage | undefined }
  | { readonly kind: "begin"; readonly id: number; readonly page: HistoryBegin | undefined }
  /** Whom it trusts has changed: who is trusted no more is disconnected. */
  | { readonly kind: "trust" }
  /** Its certificate may have been replaced. */
  | { readonly kind: "lookAtCertificate" }
  | { readonly kind: "stop" };

export type LogLevel = "debug" | "info" | "warn" | "error";

export type FromThread =
  | { readonly kind: "listening"; readonly endpointUrl: string }
  /** It could not be started; the reason is a sentence that names the setting. */
  | { readonly kind: "failed"; readonly reason: string }
  /** A batch has been applied; its array may be filled again. */
  | { readonly kind: "applied" }
  | {
      readonly kind: "command";
      readonly id: number;
      readonly command: Command;
      readonly requester: Requester;
      /** Of arguments that cannot be read (twin/commands.ts `Commander`). */
      readonly flaw: string | undefined;
    }
  | {
      readonly kind: "act";
      readonly id: number;
      readonly place: AlarmPlace;
      readonly act: AlarmAct;
      readonly requester: Requester;
    }
  /** Somebody wants to log in. */
  | { readonly kind: "verify"; readonly id: number; readonly attempt: LoginAttempt }
  | { readonly kind: "history"; readonly id: number; readonly query: HistoryQuery }
  | { readonly kind: "occurrences"; readonly id: number; readonly query: OccurrenceQuery }
  | { readonly kind: "begin"; readonly id: number }
  | {
      readonly kind: "log";
      readonly level: LogLevel;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    }
  /** Those that have a session now; told where they have changed. */
  | { readonly kind: "clients"; readonly clients: readonly ConnectedClient[] }
  /** A certificate has been turned away and kept. */
  | { readonly kind: "rejected" }
  /** Its certificate has to be another one, which the next thread serves. */
  | { readonly kind: "outdated"; readonly reason: string }
  | { readonly kind: "stopped" };
