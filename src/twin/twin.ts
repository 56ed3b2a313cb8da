// The charge point as a plain, immutable value. Only reduce/ makes new ones; nothing here does IO or reads a clock.
import type { EpochMs } from "../std/clock.ts";
import type { VendorProfile } from "./vendorProfile.ts";

/** When something was so at the charge point, and when we learned of it. */
export interface Stamp {
  /** Source time: the charge point's own where it is plausible (`stampFrom` in timestamps.ts). */
  readonly at: EpochMs;
  /** Time of receipt. */
  readonly received: EpochMs;
  /** The charge point gave no plausible time; `at` is the time of receipt. */
  readonly assumed?: true;
}

export type ConnState = "NeverConnected" | "Connected" | "Disconnected";

/** OCPP 1.6 §7.41 */
export type RegistrationStatus = "Accepted" | "Pending" | "Rejected";

/** The WebSocket of the charge point, as the bridge knows it. */
export interface LinkState extends Stamp {
  readonly state: ConnState;
  readonly connectedSince?: EpochMs;
  readonly remoteAddress?: string;
  /** 0 none, 1 Basic, 2 TLS + Basic, 3 mutual TLS. */
  readonly securityProfile?: number;
  /** SHA-256 of the certificate that it has shown, hexadecimal with colons; undefined below security profile 3. */
  readonly certificate?: string | undefined;
  readonly ocppVersion?: string;
}

/** Whether a socket is live; its time is that of the last Heartbeat, or of connecting or disconnecting. */
export interface Presence extends Stamp {
  readonly connected: boolean;
}

/** What BootNotification is answered with; set by the application, not by the charge point. */
export interface Registration extends Stamp {
  readonly status: RegistrationStatus;
  /** Seconds between heartbeats, sent in BootNotification.conf. */
  readonly heartbeatIntervalSeconds: number;
  /** What the last BootNotification was answered with, and the charge point therefore goes by; undefined before the first. */
  readonly answered?: RegistrationStatus;
}

/** What the charge point said of itself in BootNotification (OCPP 1.6 §6.7). */
export interface Identification extends Stamp {
  readonly vendor?: string;
  readonly model?: string;
  readonly serialNumber?: string;
  readonly chargeBoxSerialNumber?: string;
  readonly firmwareVersion?: string;
  readonly iccid?: string;
  readonly imsi?: string;
  readonly meterType?: string;
  readonly meterSerialNumber?: string;
}

/** StatusNotification (OCPP 1.6 §6.47). */
export interface Status extends Stamp {
  readonly status: string;
  readonly errorCode: string;
  readonly info?: string;
  readonly vendorId?: string;
  readonly vendorErrorCode?: string;
  /** The timestamp as the charge point sent it, when it sent one. */
  readonly timestamp?: EpochMs;
}

/** One text with its time: a progress status, a data transfer, a violation. */
export interface Note extends Stamp {
  readonly text: string;
  /** It is known that something has changed since. */
  readonly stale?: true;
}

/** One number with its time. */
export interface Quantity extends Stamp {
  readonly value: number;
}

/** One measured value in base units, at one meter point (measurands.ts). */
export interface Reading extends Quantity {
  /** Index of measurand × phase × location: `meterPointOf`. */
  readonly point: number;
  /** Computed by us from the phases, because the charge point sends no total. */
  readonly derived?: true;
  /** Not renewed for three sample intervals while a transaction runs. */
  readonly stale?: true;
}

/** One meter: that of a connector, or the main meter of the charge point (connectorId 0, errata 3.13). */
export interface Meter {
  /** The newest reading of each point, in the order in which points were first reported; a point keeps its place. */
  readonly readings: readonly Reading[];
  /** The last MeterValues telegram as JSON text. */
  readonly telegram?: Note;
  /** Distances of the last sample times of the running transaction in ms, newest last, at most five. */
  readonly distancesMs: readonly number[];
  /** Time of the newest sample. */
  readonly sampledAt?: EpochMs;
  /** When charging ended: no power or current from before can come any more. */
  readonly silentSince?: Stamp;
}

export interface TransactionStart extends Stamp {
  readonly transactionId: number;
  readonly idTag: string;
  /** Wh */
  readonly meterStart: number;
  readonly reservationId?: number;
  readonly idTagStatus: string;
  /** The timestamp as sent; with connector, idTag and meterStart it is the natural key of the start. */
  readonly timestamp: string;
}

export interface TransactionStop extends Stamp {
  readonly transactionId: number;
  readonly idTag?: string;
  /** Wh */
  readonly meterStop?: number;
  readonly reason: string;
  /** JSON text of transactionData. */
  readonly transactionData?: string;
  /** The charge point has not said so: it has lost the transaction, as we conclude. Its own stop, should it still come, replaces this. */
  readonly presumed?: true;
}

/** The current or last transaction of a connector. */
export interface Transaction extends Stamp {
  readonly active: boolean;
  readonly transactionId: number;
  readonly idTag: string;
  /** Wh since the start; never decreases. */
  readonly energy?: number;
  /** Seconds from the start to the newest sample, or to the end. */
  readonly durationSeconds: number;
  readonly start: TransactionStart;
  readonly stop?: TransactionStop;
  /** The charge point has booted while it ran. Times do not tell: our clock may have been set back in between. */
  readonly hasBooted?: true;
}

/** A key of the charge point's configuration (OCPP 1.6 §7.29). */
export interface ConfigurationKey extends Stamp {
  /** As it was first spelt; the charge point takes no notice of case. */
  readonly key: string;
  /** Undefined when it is not set, and always for a secret (secretKeys.ts); one that is too long is cut and says so (incompleteTexts.ts). */
  readonly value?: string;
  readonly readonly: boolean;
  /** The value counts from the next boot on (OCPP 1.6 §5.3). */
  readonly rebootRequired?: true;
}

/** A value that a configuration key is to have, as the settings say. */
export interface DesiredKey {
  readonly key: string;
  readonly value: string;
}

/** What ChangeAvailability has commanded (OCPP 1.6 §5.2); Scheduled until the running transaction ends. */
export interface Availability extends Stamp {
  readonly type: "Operative" | "Inoperative";
  readonly status: "Accepted" | "Scheduled";
}

/** A reservation that the charge point has accepted and that has not ended (OCPP 1.6 §5.13). */
export interface Reservation extends Stamp {
  readonly reservationId: number;
  readonly idTag: string;
  readonly parentIdTag?: string;
  readonly expiry: EpochMs;
}

/** A charging profile that the charge point has accepted (OCPP 1.6 §7.8). */
export interface ChargingProfile extends Stamp {
  /** chargingProfileId */
  readonly id: number;
  readonly purpose: string;
  readonly stackLevel: number;
  /** The profile as JSON. */
  readonly text: string;
  readonly transactionId?: number;
  /** A per phase; only of a profile that SetLimit has made. */
  readonly amperes?: number;
}

/** A value that was found in the data of a DataTransfer (OCPP 1.6 §5.6), by the mapping of a vendor file. */
export interface VendorValue extends Stamp {
  readonly value: number | boolean | string;
  /** It was reported over a link before, or under another vendor profile. */
  readonly stale?: true;
}

/** By the names of their datapoints. */
export type VendorValues = ReadonlyMap<string, VendorValue>;

/** What GetCompositeSchedule has answered (OCPP 1.6 §5.7). */
export interface CompositeSchedule extends Stamp {
  /** chargingSchedule as JSON. */
  readonly text: string;
  readonly durationSeconds?: number;
  readonly start?: EpochMs;
  readonly rateUnit?: "A" | "W";
  /** Of the first period, in rateUnit. */
  readonly limit?: number;
  /** connectorId of the answer. */
  readonly scheduleConnector: number;
}

/** What has been commanded of a connector or, with connector 0, of the charge point, and what it answered. */
export interface Commanded {
  readonly availability?: Availability;
  readonly reservation?: Reservation;
  /** When the last reservation ended, while there is no other. */
  readonly reservationEnded?: Stamp;
  /** The last one installed comes last; at most MAX_PROFILES. */
  readonly profiles?: readonly ChargingProfile[];
  /** When profiles were last installed or cleared. */
  readonly profilesChanged?: Stamp;
  readonly compositeSchedule?: CompositeSchedule;
}

export const MAX_PROFILES = 50;

export interface Connector extends Commanded {
  readonly id: number;
  readonly status?: Status;
  readonly meter: Meter;
  readonly transaction?: Transaction;
  readonly vendorValues?: VendorValues;
}

/** The local authorization list (OCPP 1.6 §3.5, §5.15). */
export interface LocalList extends Stamp {
  /** Of the charge point's list; 0 none, -1 not supported (OCPP 1.6 §6.26); undefined while it has not said. */
  readonly version?: number;
  /** Full or Differential, of the last SendLocalList. */
  readonly updateType?: string;
  /** Its answer to the last SendLocalList; undefined while none was sent. */
  readonly status?: string;
  /** With this version it was what the list of id tags was at this revision. */
  readonly filled?: { readonly version: number; readonly revision: number };
}

export type TransferTopic = "diagnostics" | "firmware" | "signedFirmware" | "log";

/** A file that the charge point was told to send or to fetch. */
export interface Transfer extends Stamp {
  /** URL without credentials. */
  readonly location: string;
  /** As the charge point calls it; undefined when it has none. */
  readonly fileName?: string;
  readonly requestId?: number;
}

export type CommandPart = "action" | "payload";

/** The command variables: a command for clients that cannot call methods, and what came of the last one. */
export interface CommandVariables extends Stamp {
  readonly action: string;
  /** JSON */
  readonly payload: string;
  /** What is shown of it where it holds secrets. */
  readonly shownPayload?: string;
  /** Names of the users who have written them last. */
  readonly writtenBy?: Readonly<Partial<Record<CommandPart, string>>>;
  /** Whose last write was refused: what stands there is not what was wanted, and is not sent. */
  readonly refused?: readonly CommandPart[];
  /** It has been sent and is not finished. */
  readonly triggered: boolean;
  /** JSON */
  readonly response: string;
  /** `Good` or the name of the Bad code. */
  readonly result: string;
  /** How many have finished; wraps at 2^32. */
  readonly sequence: number;
}

export interface Violations extends Stamp {
  readonly count: number;
  /** `Action path: sentence` of the last one. */
  readonly last: string;
  /** The last ones, the last of them last; a snapshot of before has none. */
  readonly recent?: readonly string[];
  /** How many there were of each kind; a snapshot of before has none. */
  readonly kinds?: Readonly<Record<string, number>>;
}

/** One charge point. Connector 0 of OCPP is the charge point itself: its status, its main meter and what was commanded of it stand here. */
export interface Twin extends Commanded {
  /** OCPP identity. */
  readonly id: string;
  /** The identity again, with the time since when it is known. */
  readonly identity: Stamp & { readonly id: string };
  readonly link: LinkState;
  readonly presence: Presence;
  readonly lastHeartbeat?: Stamp;
  readonly lastMessage?: Stamp;
  readonly registration: Registration;
  readonly identification?: Identification;
  /** How it deviates from OCPP, as far as that is known. */
  readonly vendorProfile: VendorProfile;
  readonly vendorValues?: VendorValues;
  readonly status?: Status;
  readonly meter: Meter;
  readonly diagnostics?: Note;
  readonly firmware?: Note;
  readonly signedFirmware?: Note;
  readonly log?: Note;
  readonly securityEvent?: Note;
  /** How the last SignCertificate was answered, and why. */
  readonly signingRequest?: Note;
  /** How the charge point has answered the last CertificateSigned, InstallCertificate and DeleteCertificate. */
  readonly signedCertificate?: Note;
  /** The chain in PEM form of a certificate that was made for it and that it has neither taken nor refused yet. */
  readonly undeliveredCertificate?: Note;
  readonly certificateInstallation?: Note;
  readonly certificateDeletion?: Note;
  readonly dataTransfer?: Note;
  /** Seconds, charge point minus bridge. */
  readonly clockOffset?: Quantity;
  readonly violations?: Violations;
  /** By the key in lower case, in the order in which keys were first reported; at most limits.maxConfigurationKeys. */
  readonly configuration?: ReadonlyMap<string, ConfigurationKey>;
  readonly desiredConfiguration?: readonly DesiredKey[];
  /** Where the configuration has other values than it is to have, as a JSON array; undefined while the configuration is not known. */
  readonly configurationDifferences?: Note;
  readonly localList?: LocalList;
  readonly transfers?: Readonly<Partial<Record<TransferTopic, Transfer>>>;
  /** JSON of GetInstalledCertificateIds; stale when a certificate of that list has come or gone since. */
  readonly installedCertificates?: Note;
  readonly command: CommandVariables;
  readonly connectors: ReadonlyMap<number, Connector>;
}

export const emptyMeter: Meter = { readings: [], distancesMs: [] };

/** The newest reading of a meter point. A meter has a few dozen at most, so looking through them is as fast as it gets. */
export function readingAt({ readings }: Meter, point: number): Reading | undefined {
  return readings.find((reading) => reading.point === point);
}

/** A charge point that is known but has never connected. */
export function createTwin(id: string, registration: Omit<Registration, keyof Stamp>, now: EpochMs): Twin {
  const stamp: Stamp = { at: now, received: now };
  return {
    id,
    identity: { id, ...stamp },
    link: { state: "NeverConnected", ...stamp },
    presence: { connected: false, ...stamp },
    registration: { ...registration, ...stamp },
    vendorProfile: { name: "", repairs: {}, flags: {}, ...stamp },
    meter: emptyMeter,
    command: { action: "", payload: "", triggered: false, response: "", result: "", sequence: 0, ...stamp },
    connectors: new Map(),
  };
}
