// What an alarm is: one row of the table in alarms.ts. Types alone, and DI's words for the health of a device.
import type { EpochMs } from "../std/clock.ts";
import type { AlarmCertificate } from "../twin/alarms.ts";

/** ConditionTypes (OPC 10000-9 §5.8), and those of DI after NAMUR NE 107 (OPC 10000-100 §4.12). */
export type AlarmType =
  | "OffNormalAlarmType"
  | "TripAlarmType"
  | "DiscrepancyAlarmType"
  | "SystemOffNormalAlarmType"
  | "CertificateExpirationAlarmType"
  | "FailureAlarmType"
  | "CheckFunctionAlarmType"
  | "OffSpecAlarmType"
  | "MaintenanceRequiredAlarmType";

/** DeviceHealthEnumeration of DI (OPC 10000-100 §4.5.4), by ordinal. */
export const deviceHealths = ["NORMAL", "FAILURE", "CHECK_FUNCTION", "OFF_SPEC", "MAINTENANCE_REQUIRED"] as const;
export type DeviceHealth = (typeof deviceHealths)[number];

/** What a certificate is for (OPC 10000-12 §7.8.4). */
export type CertificateType =
  | "ApplicationCertificateType"
  | "RsaSha256ApplicationCertificateType"
  | "TlsCertificateType";

/** Why a condition holds. */
export interface Finding {
  /** One sentence for a person. */
  readonly text: string;
  /** Since when, as far as that is known; else since it was found. */
  readonly since?: EpochMs;
  /** The one that expires, where it is about certificates. */
  readonly certificate?: AlarmCertificate;
}

/** Thresholds of the settings. */
export interface AlarmThresholds {
  readonly chargePointOfflineSeconds: number;
  readonly clockOffsetSeconds: number;
  readonly meterValuesMissingSeconds: number;
  readonly stuckSeconds: number;
  readonly limitExceededSeconds: number;
  readonly refusedConnections: number;
  readonly certificateExpiryDays: number;
}

export interface Alarm<Facts> {
  /** BrowseName and ConditionName. */
  readonly name: string;
  readonly type: AlarmType;
  /** Of the certificates that a CertificateExpirationAlarmType is about. */
  readonly certificateType?: CertificateType;
  readonly description: string;
  /** Path of the datapoint that shows it best, below the charge point, connector or bridge. */
  readonly input?: string;
  /** What DeviceHealth of the charge point says while it is active. */
  readonly health?: DeviceHealth;
  /** 1 to 1000 (OPC 10000-5 §6.4.2). */
  readonly severity: number | ((facts: Facts) => number);
  /** It is found so long without a break before it becomes active, s. */
  readonly onDelaySeconds?: number | keyof AlarmThresholds;
  /** It is not found so long without a break before it becomes inactive, s. */
  readonly offDelaySeconds?: number;
  /** Someone has to say that it was dealt with, after it has been acknowledged. */
  readonly needsConfirmation?: true;
  /** The time of the finding moves while it lasts: the on-delay counts from the last one. */
  readonly moves?: true;
  /** Why it holds; undefined when it does not. */
  readonly find: (facts: Facts, thresholds: AlarmThresholds) => Finding | undefined;
}
