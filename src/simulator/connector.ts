// One connector as a value: what is plugged in, what runs, what is wrong; and the status that follows from it (OCPP 1.6 §4.9).
// The status is always derived, never set, so that it cannot contradict the facts.
import type { ChargePointErrorCode, ChargePointStatus, MeterValue } from "../schema/ocpp16.generated.ts";
import type { EpochMs, Timer } from "../std/clock.ts";
import { isFull } from "./supply.ts";
import type { Car, Supply } from "./supply.ts";

export type { ChargePointStatus };

export interface Transaction {
  connectorId: number;
  idTag: string;
  parentIdTag: string | undefined;
  /** Unknown until StartTransaction is answered; -1 when it never was (errata 3.18). */
  id: number | undefined;
  meterStartWh: number;
  startedAt: EpochMs;
  /** Samples for transactionData, bounded. */
  samples: MeterValue[];
  /** The central system refused the idTag: no energy any more (StopTransactionOnInvalidId = false). */
  isDenied: boolean;
}

export interface ConnectorFault {
  errorCode: ChargePointErrorCode;
  /** Reported beside the ordinary status, which goes on (§7.6); otherwise the connector is Faulted. */
  isWarning: boolean;
  info?: string;
  vendorId?: string;
  vendorErrorCode?: string;
}

export interface Reservation {
  id: number;
  idTag: string;
  parentIdTag: string | undefined;
  expiry: Timer;
}

/** What StatusNotification has said and has to say; kept apart because a change while offline is reported later. */
export interface StatusNotice {
  /** The present status with its error code and info, as one text. */
  current: string;
  since: EpochMs;
  /** What the central system was last told; empty = nothing. */
  reported: string;
}

export interface Connector {
  readonly id: number;
  readonly supply: Supply;
  car: Car | undefined;
  transaction: Transaction | undefined;
  /** An idTag that may charge as soon as a car is plugged in, until ConnectionTimeOut. */
  authorized: { idTag: string; parentIdTag: string | undefined; timeout: Timer } | undefined;
  /** A transaction has ended and its car is still plugged in. */
  isFinishing: boolean;
  isOperative: boolean;
  /** ChangeAvailability was answered Scheduled: comes into force when the transaction ends. */
  scheduledOperative: boolean | undefined;
  fault: ConnectorFault | undefined;
  reservation: Reservation | undefined;
  /** Lifetime register of the meter. */
  registerWh: number;
  /** Power taken and offered since `updatedAt`, which is monotonic time of the clock. */
  powerW: number;
  offeredW: number;
  updatedAt: number;
  sampleTimer: Timer | undefined;
  /** Fires when the car is full or the limit changes. */
  powerTimer: Timer | undefined;
  notice: StatusNotice;
}

export function createConnector(id: number, supply: Supply, registerWh: number): Connector {
  return {
    id,
    supply,
    car: undefined,
    transaction: undefined,
    authorized: undefined,
    isFinishing: false,
    isOperative: true,
    scheduledOperative: undefined,
    fault: undefined,
    reservation: undefined,
    registerWh,
    powerW: 0,
    offeredW: 0,
    updatedAt: 0,
    sampleTimer: undefined,
    powerTimer: undefined,
    notice: { current: "", since: 0, reported: "" },
  };
}

/** The status that the facts amount to. */
export function statusOf(connector: Connector): ChargePointStatus {
  if (connector.fault !== undefined && !connector.fault.isWarning) return "Faulted";
  if (connector.transaction !== undefined) {
    if (connector.car === undefined || isFull(connector.car)) return "SuspendedEV";
    if (connector.offeredW <= 0) return "SuspendedEVSE";
    return connector.powerW > 0 ? "Charging" : "SuspendedEV";
  }
  if (!connector.isOperative) return "Unavailable";
  if (connector.isFinishing) return "Finishing";
  if (connector.car !== undefined || connector.authorized !== undefined) return "Preparing";
  return connector.reservation === undefined ? "Available" : "Reserved";
}

/** Whether a new transaction could begin here. */
export function isUsable(connector: Connector): boolean {
  return connector.isOperative && connector.transaction === undefined && connector.fault?.isWarning !== false;
}
