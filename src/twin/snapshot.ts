// A twin as text and back, so that a restart knows what was known. Maps are written as {"$map": [[key, value], ...]}.
import { createTwin, type Connector, type Meter, type Twin } from "./twin.ts";

/** Of the text's layout; a text of another version is not read. */
export const SNAPSHOT_VERSION = 1;

/** The twin as JSON. */
export function snapshotText(twin: Twin): string {
  return JSON.stringify(twin, (_, value: unknown) => (value instanceof Map ? { $map: [...value] } : value));
}

/** The twin that was written, or undefined when the text holds none. */
export function twinFrom(text: string): Twin | undefined {
  try {
    const value: unknown = JSON.parse(text, revive);
    if (!isTwin(value)) return undefined;
    // What the text of an earlier version does not have is as in a new twin.
    return { ...createTwin(value.id, value.registration, value.identity.received), ...value };
  } catch {
    return undefined;
  }
}

function revive(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("$map" in value)) return value;
  return new Map(value.$map as [unknown, unknown][]);
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isStamp = (value: unknown): value is Fields =>
  isObject(value) && Number.isFinite(value.at) && Number.isFinite(value.received);
const isStampOrNone = (value: unknown): boolean => value === undefined || isStamp(value);

/** Every field that others read without looking has the right shape. */
function isTwin(value: unknown): value is Twin {
  if (!isObject(value)) return false;
  const { id, identity, link, presence, registration, meter, connectors } = value;
  return (
    typeof id === "string" &&
    isStamp(identity) &&
    isStamp(link) &&
    typeof link.state === "string" &&
    isStamp(presence) &&
    isStamp(registration) &&
    ["Accepted", "Pending", "Rejected"].includes(String(registration.status)) &&
    Number.isFinite(registration.heartbeatIntervalSeconds) &&
    isMeter(meter) &&
    connectors instanceof Map &&
    [...connectors].every(([key, connector]) => isConnector(connector) && connector.id === key) &&
    others.every((name) => isStampOrNone(value[name]))
  );
}

/** What a twin may have and every part of which bears its times. */
const others = ["lastHeartbeat", "lastMessage", "identification", "status", "clockOffset", "violations"].concat([
  "diagnostics",
  "firmware",
  "signedFirmware",
  "log",
  "securityEvent",
  "signingRequest",
  "signedCertificate",
  "undeliveredCertificate",
  "certificateInstallation",
  "certificateDeletion",
  "installedCertificates",
  "dataTransfer",
]);

function isConnector(value: unknown): value is Connector {
  if (!isObject(value) || !Number.isInteger(value.id) || !isMeter(value.meter)) return false;
  const { status, transaction, reservation, availability } = value;
  return [status, reservation, availability].every(isStampOrNone) && isTransactionOrNone(transaction);
}

function isTransactionOrNone(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isStamp(value) || typeof value.active !== "boolean") return false;
  return isStamp(value.start) && Number.isInteger(value.transactionId) && isStampOrNone(value.stop);
}

function isMeter(value: unknown): value is Meter {
  if (!isObject(value)) return false;
  const { readings, distancesMs, telegram, silentSince } = value;
  return (
    Array.isArray(readings) &&
    readings.every((reading) => isStamp(reading) && Number.isFinite(reading.point) && Number.isFinite(reading.value)) &&
    Array.isArray(distancesMs) &&
    isStampOrNone(telegram) &&
    isStampOrNone(silentSince)
  );
}
