// What the alarms look for, each in the facts of its place. Pure: whoever asks brings the twin, and how long it lasts is counted elsewhere.
import type { EpochMs } from "../std/clock.ts";
import { meterPointOf, type PhasePath } from "../twin/measurands.ts";
import { readingAt, type Connector, type Note, type Status, type Twin } from "../twin/twin.ts";
import type { ShownCertificate } from "./certificates.ts";
import type { AlarmThresholds, Finding } from "./alarm.ts";

/** A command whose effect has not been seen in time. */
export interface MissingEffect {
  readonly text: string;
  readonly since: EpochMs;
}

export interface ChargePointFacts {
  readonly twin: Twin;
  readonly missing: MissingEffect | undefined;
}

export interface ConnectorFacts extends ChargePointFacts {
  readonly connector: Connector;
}

export interface BridgeFacts {
  readonly storeState: "ok" | "failing";
  /** Why the rules files as they are now are not in use; "" when they are. */
  readonly rulesError: string;
  /** What went wrong with a decision of the last minute; undefined when nothing did. */
  readonly decisionFault: string | undefined;
  /** Connections that were refused lately for what they had shown of themselves. */
  readonly refusals: { readonly count: number; readonly last: string };
  /** An identity that was claimed twice lately, and by whom; undefined when none was. */
  readonly duplicate: string | undefined;
  /** The certificate of the listeners that expires first; undefined where none has any. */
  readonly certificate: ExpiringCertificate | undefined;
  /** Of the OPC UA side: the own one, and those of clients that are trusted. */
  readonly certificates: readonly ShownCertificate[];
  readonly now: EpochMs;
}

export interface ExpiringCertificate {
  /** Where it is named in the settings, and its file. */
  readonly name: string;
  readonly validUntil: EpochMs;
  /** Negative when it has expired. */
  readonly secondsLeft: number;
  /** DER in base64. */
  readonly der: string;
}

type Found = Finding | undefined;

/** One that has never connected is not missed yet. */
export function isOffline({ twin: { link } }: ChargePointFacts): Found {
  if (link.state !== "Disconnected") return undefined;
  return { text: "The charge point is not connected", since: link.received };
}

/** Connector 0 of OCPP is the charge point itself. */
const statusOf = (facts: ChargePointFacts | ConnectorFacts): Status | undefined =>
  "connector" in facts ? facts.connector.status : facts.twin.status;

export const hasErrorCode =
  (code: string, description: string) =>
  (facts: ChargePointFacts | ConnectorFacts): Found => {
    const status = statusOf(facts);
    if (status?.errorCode !== code) return undefined;
    const told = [status.vendorErrorCode, status.info].filter((text) => text !== undefined && text !== "");
    return { text: [description, ...told].join("; "), since: status.received };
  };

export function isFaultedWithoutCode(facts: ChargePointFacts | ConnectorFacts): Found {
  const status = statusOf(facts);
  if (status?.status !== "Faulted" || status.errorCode !== "NoError") return undefined;
  const info = status.info === undefined || status.info === "" ? "" : `; ${status.info}`;
  return { text: `Faulted, without an error code${info}`, since: status.received };
}

export function isUnavailable(facts: ChargePointFacts | ConnectorFacts): Found {
  const status = statusOf(facts);
  if (status?.status !== "Unavailable") return undefined;
  const { twin } = facts;
  const own = "connector" in facts ? facts.connector.availability : undefined;
  const isCommanded = [own, twin.availability].some((availability) => availability?.type === "Inoperative");
  return { text: isCommanded ? "Out of service by command" : "Out of service", since: status.received };
}

/** OCPP 1.6 §7.25, and the signed one of the security extension. */
const UPDATING = new Set(
  ["Downloading", "Downloaded", "Installing", "DownloadScheduled", "DownloadPaused"].concat([
    "InstallRebooting",
    "InstallScheduled",
    "SignatureVerified",
  ]),
);

export function firmwareIsUpdated({ twin: { firmware, signedFirmware } }: ChargePointFacts): Found {
  return running("The firmware is being updated", [firmware, signedFirmware], UPDATING);
}

const UPLOADING = new Set(["Uploading"]);

export function diagnosticsAreRunning({ twin: { diagnostics, log } }: ChargePointFacts): Found {
  return running("Diagnostics or a log are being uploaded", [diagnostics, log], UPLOADING);
}

function running(text: string, notes: readonly (Note | undefined)[], states: ReadonlySet<string>): Found {
  const note = notes.find((each) => each !== undefined && states.has(each.text));
  return note === undefined ? undefined : { text: `${text}: ${note.text}`, since: note.received };
}

export function clockIsOff(
  { twin: { clockOffset } }: ChargePointFacts,
  { clockOffsetSeconds }: AlarmThresholds,
): Found {
  if (clockOffset === undefined || Math.abs(clockOffset.value) <= clockOffsetSeconds) return undefined;
  const { value } = clockOffset;
  const text = `The clock of the charge point is ${Math.round(Math.abs(value))} s ${value < 0 ? "slow" : "fast"}`;
  return { text, since: clockOffset.received };
}

export function effectIsMissing({ missing }: ChargePointFacts): Found {
  return missing;
}

/** Meters and clamps differ: what lies so little above the limit is not above it. */
const TOLERANCE_FACTOR = 1.05;
const TOLERANCE_AMPERES = 0.5;

const phaseCurrents = (["L1", "L2", "L3"] as const).map((phase) => currentAt(phase));
const wholeCurrent = currentAt("");

function currentAt(phase: PhasePath): number {
  return meterPointOf("Current.Import", phase, "Outlet") ?? -1;
}

/** The limit is that of each phase; a current without a phase is taken for one where the charge point sends no others. */
export function limitIsExceeded({ connector: { profiles, meter, transaction } }: ConnectorFacts): Found {
  const limit = profiles?.findLast(({ amperes }) => amperes !== undefined)?.amperes;
  if (limit === undefined || transaction?.active !== true) return undefined;
  const highest = Math.max(...[...phaseCurrents, wholeCurrent].map((point) => freshAt(meter, point)));
  if (!(highest > limit * TOLERANCE_FACTOR + TOLERANCE_AMPERES)) return undefined;
  return { text: `The current is ${highest.toFixed(1)} A where ${limit.toFixed(1)} A are allowed` };
}

/** A derived one is the sum of the phases. */
function freshAt(meter: Connector["meter"], point: number): number {
  const reading = readingAt(meter, point);
  return reading === undefined || reading.stale === true || reading.derived === true ? -Infinity : reading.value;
}

/** Of a charge point that is not connected, that is known already. */
export function meterValuesAreMissing({ twin: { link }, connector: { transaction, meter } }: ConnectorFacts): Found {
  if (transaction?.active !== true || link.state !== "Connected") return undefined;
  const since = Math.max(transaction.start.received, link.received, meter.telegram?.received ?? 0);
  return { text: `No meter values come in transaction ${transaction.transactionId}`, since };
}

export const standsIn =
  (wanted: string) =>
  ({ twin: { vendorProfile }, connector: { status } }: ConnectorFacts): Found => {
    if (status?.status !== wanted) return undefined;
    const isWaiting = wanted === "Preparing" && vendorProfile.flags.remoteStartNeeded === true;
    const text = `${wanted} for too long${isWaiting ? "; it waits for a RemoteStartTransaction" : ""}`;
    return { text, since: status.received };
  };

export function storeIsFailing({ storeState }: BridgeFacts): Found {
  if (storeState === "ok") return undefined;
  return { text: "The store cannot write: no start or end of a transaction is confirmed" };
}

export function rulesAreRefused({ rulesError }: BridgeFacts): Found {
  return rulesError === "" ? undefined : { text: `The changed rules are not in use: ${rulesError}` };
}

export function decisionsFail({ decisionFault }: BridgeFacts): Found {
  return decisionFault === undefined ? undefined : { text: `A decision did not go as the rules say: ${decisionFault}` };
}

export function connectionsAreRefused(
  { refusals: { count, last } }: BridgeFacts,
  { refusedConnections }: AlarmThresholds,
): Found {
  if (count < refusedConnections) return undefined;
  return { text: `At least ${count} connections were refused; the last: ${last}` };
}

export function identityIsClaimedTwice({ duplicate }: BridgeFacts): Found {
  return duplicate === undefined ? undefined : { text: `Two connections at once have the same identity: ${duplicate}` };
}

const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;
const DAY_MS = DAY_SECONDS * 1000;

export function certificateExpires({ certificate }: BridgeFacts, { certificateExpiryDays }: AlarmThresholds): Found {
  if (certificate === undefined || certificate.secondsLeft > certificateExpiryDays * DAY_SECONDS) return undefined;
  const { name, validUntil, der } = certificate;
  return {
    text: `A certificate is valid until ${new Date(validUntil).toISOString()}: ${name}`,
    certificate: { der, expiresAt: validUntil, expirationLimitMs: certificateExpiryDays * DAY_MS },
  };
}

/** The less time is left, the worse; 700 when nobody can connect any more. */
export function severityOfExpiry({ certificate }: BridgeFacts): number {
  const secondsLeft = certificate?.secondsLeft ?? Infinity;
  if (secondsLeft > WEEK_SECONDS) return 300;
  return secondsLeft > 0 ? 500 : 700;
}

/** OPC 10000-9 §5.8.24.7, ExpirationLimit: two weeks where nothing else is agreed. */
const EXPIRATION_LIMIT_MS = 14 * DAY_MS;

/** The one that ends first of those that end within the limit, or have ended. */
const firstToExpire =
  (state: ShownCertificate["state"]) =>
  ({ certificates, now }: BridgeFacts): ShownCertificate | undefined =>
    certificates
      .filter((each) => each.state === state && each.validTo - now < EXPIRATION_LIMIT_MS)
      .toSorted((a, b) => a.validTo - b.validTo)[0];

export const opcUaCertificateExpires =
  (state: ShownCertificate["state"]) =>
  (facts: BridgeFacts): Found => {
    const found = firstToExpire(state)(facts);
    if (found === undefined) return undefined;
    const { subject, thumbprint, validTo, der } = found;
    const when = `${validTo <= facts.now ? "has expired" : "expires"} at ${new Date(validTo).toISOString()}`;
    return {
      text: `The certificate of ${subject} ${when} (${thumbprint})`,
      since: validTo - EXPIRATION_LIMIT_MS,
      certificate: { der, expiresAt: validTo, expirationLimitMs: EXPIRATION_LIMIT_MS },
    };
  };

/** Once it has expired nobody connects with it any more. */
export const severityOfOpcUaExpiry =
  (state: ShownCertificate["state"]) =>
  (facts: BridgeFacts): number => {
    const found = firstToExpire(state)(facts);
    return found !== undefined && found.validTo <= facts.now ? 700 : 300;
  };
