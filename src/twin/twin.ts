// The charge point as a plain, immutable value. Only reduce/ makes new ones; nothing here does IO or reads a clock.
import type { EpochMs } from "../std/clock.ts";

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
}

export interface Connector {
  readonly id: number;
  readonly status?: Status;
  readonly meter: Meter;
  readonly transaction?: Transaction;
  /** Id of the reservation that the charge point has accepted. */
  readonly reservation?: Quantity;
  /** AvailabilityType that has been commanded and accepted (OCPP 1.6 §7.4). */
  readonly availability?: Note;
}

export interface Violations extends Stamp {
  readonly count: number;
  /** `Action path: sentence` of the last one. */
  readonly last: string;
}

/** One charge point. Connector 0 of OCPP is the charge point itself: its status and its main meter stand here. */
export interface Twin {
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
  readonly status?: Status;
  readonly meter: Meter;
  readonly diagnostics?: Note;
  readonly firmware?: Note;
  readonly signedFirmware?: Note;
  readonly log?: Note;
  readonly securityEvent?: Note;
  readonly dataTransfer?: Note;
  /** Seconds, charge point minus bridge. */
  readonly clockOffset?: Quantity;
  readonly violations?: Violations;
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
    meter: emptyMeter,
    connectors: new Map(),
  };
}
