// Everything that can happen to a twin, as plain values; reduce/ has one function for each.
// An event says what is so, never what to do. Times are epoch ms, quantities base units, connectors are numbers (0 = the charge point).
import type { Session } from "./ledger.ts";
import type {
  Availability,
  ChargingProfile,
  CommandPart,
  CompositeSchedule,
  ConfigurationKey,
  DesiredKey,
  Identification,
  LinkState,
  Reading,
  Registration,
  Reservation,
  Stamp,
  Status,
  TransactionStart,
  TransactionStop,
  Transfer,
  TransferTopic,
  VendorValue,
} from "./twin.ts";
import type { VendorProfile } from "./vendorProfile.ts";

interface At {
  readonly connector: number;
}

/** A WebSocket of the charge point was accepted. */
export type Linked = Pick<LinkState, "remoteAddress" | "securityProfile" | "certificate" | "ocppVersion"> & {
  type: "Linked";
} & Stamp;
/** The WebSocket is gone. */
export type Unlinked = { type: "Unlinked" } & Stamp;
/** A frame came in, whatever it was; any frame counts as life. */
export type Heard = { type: "Heard" } & Stamp;
export type HeartbeatReceived = { type: "HeartbeatReceived" } & Stamp;
export type Booted = { type: "Booted" } & Identification;
/** Another vendor profile is in use, or none any more. */
export type VendorProfileChosen = { type: "VendorProfileChosen" } & VendorProfile;
/** Values were found in the data of a DataTransfer; connector 0 is the charge point itself. */
export type VendorReported = {
  type: "VendorReported";
  readonly values: Readonly<Record<string, VendorValue["value"]>>;
} & At &
  Stamp;
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
export type TransactionStarted = {
  type: "TransactionStarted";
  /** The charge point has sent it before, and it was written down then. */
  readonly isRepeated?: true;
} & At &
  TransactionStart;
/** `connector` is undefined when no connector of the twin runs that transaction. */
export type TransactionStopped = {
  type: "TransactionStopped";
  readonly connector: number | undefined;
  readonly isRepeated?: true;
  /** As the ledger has it; undefined when no start is known, and of an end that is presumed. */
  readonly session?: Session;
} & TransactionStop;
/** A progress status or other single text; `topic` is the twin's field. */
export type Noted = {
  type: "Noted";
  readonly topic:
    | "diagnostics"
    | "firmware"
    | "signedFirmware"
    | "log"
    | "securityEvent"
    | "signingRequest"
    | "signedCertificate"
    | "certificateInstallation"
    | "certificateDeletion"
    | "dataTransfer"
    | "installedCertificates";
  readonly text: string;
  readonly stale?: true;
} & Stamp;
/** A certificate was made for the charge point, its chain in PEM form; one from before is of no use any more. */
export type CertificateMade = { type: "CertificateMade"; readonly chain: string } & Stamp;
/** The charge point has taken or refused it, or it has been given up. */
export type CertificateSettled = { type: "CertificateSettled"; readonly chain: string } & Stamp;
/** The charge point's clock minus ours, seconds. */
export type ClockCompared = { type: "ClockCompared"; readonly offsetSeconds: number } & Stamp;
/** What was sent deviates from OCPP `count` times; `texts` are `Action place: sentence`, or `frame: sentence` of what is no message, the last one last, not always all of them. */
export type Violated = { type: "Violated"; readonly count: number; readonly texts: readonly string[] } & Stamp;

/** What GetConfiguration has answered; of a page the other keys stand. */
export type ConfigurationReported = {
  type: "ConfigurationReported";
  readonly entries: readonly Pick<ConfigurationKey, "key" | "value" | "readonly">[];
} & Stamp;
/** The settings say which values configuration keys are to have. */
export type ConfigurationDesired = { type: "ConfigurationDesired"; readonly desired: readonly DesiredKey[] } & Stamp;
/** ChangeConfiguration was answered Accepted or RebootRequired. */
export type ConfigurationChanged = {
  type: "ConfigurationChanged";
  readonly key: string;
  readonly value: string;
  readonly rebootRequired: boolean;
} & Stamp;
/** ChangeAvailability was answered Accepted or Scheduled. */
export type AvailabilityCommanded = {
  type: "AvailabilityCommanded";
  readonly availability: Availability["type"];
  readonly status: Availability["status"];
} & At &
  Stamp;
/** ReserveNow was answered Accepted. */
export type Reserved = { type: "Reserved" } & At & Reservation;
/** CancelReservation was answered Accepted, or the reservation has expired. */
export type ReservationCancelled = { type: "ReservationCancelled"; readonly reservationId: number } & Stamp;
/** SetChargingProfile, or RemoteStartTransaction with a profile, was answered Accepted. */
export type ProfileInstalled = { type: "ProfileInstalled"; readonly profileId: number } & At &
  Omit<ChargingProfile, "id">;
/** ClearChargingProfile was answered Accepted; without any field all are gone. */
export type ProfilesCleared = {
  type: "ProfilesCleared";
  readonly profileId?: number;
  readonly connector?: number;
  readonly purpose?: string;
  readonly stackLevel?: number;
} & Stamp;
/** SendLocalList was answered. */
export type LocalListSent = {
  type: "LocalListSent";
  readonly version: number;
  readonly updateType: string;
  /** UpdateStatus (OCPP 1.6 §7.47); the list has that version only when Accepted. */
  readonly status: string;
} & Stamp;
export type LocalListVersionReported = { type: "LocalListVersionReported"; readonly version: number } & Stamp;
/** The charge point has the list of id tags as it was at a revision. */
export type LocalListFilled = { type: "LocalListFilled"; readonly version: number; readonly revision: number };
export type CompositeScheduleReported = { type: "CompositeScheduleReported" } & At & CompositeSchedule;
/** GetDiagnostics, UpdateFirmware, SignedUpdateFirmware or GetLog was answered; credentials in the location are not kept. */
export type TransferCommanded = { type: "TransferCommanded"; readonly topic: TransferTopic } & Transfer;
/** The next command of the command variables, by and by. */
export type CommandPrepared = {
  type: "CommandPrepared";
  readonly action?: string;
  readonly payload?: string;
  /** The payload as everybody may read it, where that is not all of it. */
  readonly shownPayload?: string;
  /** Name of the user. */
  readonly by: string;
} & Stamp;
/** These were written, but could not be taken; what stood there stands on. */
export type CommandPartsRefused = { type: "CommandPartsRefused"; readonly parts: readonly CommandPart[] } & Stamp;
export type CommandTriggered = { type: "CommandTriggered" } & Stamp;
/** A triggered command has finished or was refused; `keepsTriggered` when another is still on its way. */
export type CommandConcluded = {
  type: "CommandConcluded";
  readonly response: string;
  readonly result: string;
  readonly keepsTriggered?: boolean;
} & Stamp;

export type TwinEvent =
  | Linked
  | Unlinked
  | Heard
  | HeartbeatReceived
  | Booted
  | VendorProfileChosen
  | VendorReported
  | RegistrationSet
  | ConnectorKnown
  | StatusReported
  | MeterSampled
  | ReadingsStale
  | TransactionStarted
  | TransactionStopped
  | Noted
  | CertificateMade
  | CertificateSettled
  | ClockCompared
  | Violated
  | ConfigurationReported
  | ConfigurationDesired
  | ConfigurationChanged
  | AvailabilityCommanded
  | Reserved
  | ReservationCancelled
  | ProfileInstalled
  | ProfilesCleared
  | LocalListSent
  | LocalListVersionReported
  | LocalListFilled
  | CompositeScheduleReported
  | TransferCommanded
  | CommandPrepared
  | CommandPartsRefused
  | CommandTriggered
  | CommandConcluded;
