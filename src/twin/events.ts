// Everything that can happen to a twin, as plain values; reduce/ has one function for each.
// An event says what is so, never what to do. Times are epoch ms, quantities base units, connectors are numbers (0 = the charge point).
import type {
  Identification,
  LinkState,
  Reading,
  Registration,
  Stamp,
  Status,
  TransactionStart,
  TransactionStop,
} from "./twin.ts";

interface At {
  readonly connector: number;
}

/** A WebSocket of the charge point was accepted. */
export type Linked = Pick<LinkState, "remoteAddress" | "securityProfile" | "ocppVersion"> & {
  type: "Linked";
} & Stamp;
/** The WebSocket is gone. */
export type Unlinked = { type: "Unlinked" } & Stamp;
/** A frame came in, whatever it was; any frame counts as life. */
export type Heard = { type: "Heard" } & Stamp;
export type HeartbeatReceived = { type: "HeartbeatReceived" } & Stamp;
export type Booted = { type: "Booted" } & Identification;
export type RegistrationSet = { type: "RegistrationSet" } & Partial<Registration> & Stamp;
/** A connector is known, by configuration, before it has reported. */
export type ConnectorKnown = { type: "ConnectorKnown" } & At;
export type StatusReported = { type: "StatusReported" } & At & Status;
/** One MeterValues telegram, or the transactionData of a StopTransaction: readings already normalised, any order of time. */
export type MeterSampled = {
  type: "MeterSampled";
  readonly readings: readonly Reading[];
  /** JSON text; absent for transactionData. */
  readonly telegram?: string;
  readonly transactionId?: number;
} & At &
  Stamp;
/** Points of a meter that have not been renewed for three sample intervals. */
export type ReadingsStale = { type: "ReadingsStale"; readonly points: readonly number[] } & At;
export type TransactionStarted = { type: "TransactionStarted" } & At & TransactionStart;
/** `connector` is undefined when no connector of the twin runs that transaction. */
export type TransactionStopped = {
  type: "TransactionStopped";
  readonly connector: number | undefined;
} & TransactionStop;
/** A progress status or other single text; `topic` is the twin's field. */
export type Noted = {
  type: "Noted";
  readonly topic: "diagnostics" | "firmware" | "signedFirmware" | "log" | "securityEvent" | "dataTransfer";
  readonly text: string;
} & Stamp;
/** The charge point's clock minus ours, seconds. */
export type ClockCompared = { type: "ClockCompared"; readonly offsetSeconds: number } & Stamp;
/** A frame broke the schema but its usable part was kept. */
export type Violated = { type: "Violated"; readonly count: number; readonly last: string } & Stamp;

export type TwinEvent =
  | Linked
  | Unlinked
  | Heard
  | HeartbeatReceived
  | Booted
  | RegistrationSet
  | ConnectorKnown
  | StatusReported
  | MeterSampled
  | ReadingsStale
  | TransactionStarted
  | TransactionStopped
  | Noted
  | ClockCompared
  | Violated;
