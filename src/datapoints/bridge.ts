// The point list of the site itself: one status of the bridge, and the rows that show it. It counts nothing itself.
import type { EpochMs } from "../std/clock.ts";
import type { Datapoint, Row } from "./row.ts";

/** What the bridge knows of itself at one moment. */
export interface BridgeStatus {
  /** When it was so. */
  readonly at: EpochMs;
  readonly version: string;
  readonly startedAt: EpochMs;
  readonly knownChargePoints: number;
  readonly connectedChargePoints: number;
  /** Registration Accepted (OCPP 1.6 §7.41). */
  readonly registeredChargePoints: number;
  /** Registration Pending. */
  readonly pendingChargePoints: number;
  readonly activeTransactions: number;
  /** OCPP messages a second since the status before. */
  readonly messagesReceivedPerSecond: number;
  readonly messagesSentPerSecond: number;
  /** `failing`: no start or end of a transaction is confirmed. */
  readonly storeState: "ok" | "failing";
  /** Of the server that `decisions.scadaMethod` names; `off` without one. */
  readonly scadaMethodState: "off" | "connected" | "unreachable";
  /** Entries of the list of id tags. */
  readonly idTags: number;
  readonly rulesInUse: number;
  readonly rulesLoadedAt: EpochMs;
  /** Why the rules files as they are now are not in use; "" when they are. */
  readonly rulesError: string;
  /** As clients choose among servers by it: 255 ready, 100 degraded, 1 starting, 0 stopping. */
  readonly serviceLevel: number;
  /** Why it is no better, sentences as a JSON array. */
  readonly serviceLevelReasons: string;
  /** Of OPC UA applications, as a JSON array. */
  readonly certificates: string;
  /** ms, mean of the decisions since the status before; 0 when there were none. */
  readonly decisionLatencyMilliseconds: number;
}

/** A datapoint of the site together with how it is read; it is always known and always Good. */
export interface SiteDatapoint extends Datapoint {
  readonly row: Row<BridgeStatus>;
}

type Read = Row<BridgeStatus>["read"];

function fact(type: Row<BridgeStatus>["type"], description: string, read: Read): Row<BridgeStatus> {
  return { read, type, own: true, description };
}

/** Variables of the object Bridge. */
export const bridgeDatapoints = datapointsOf({
  Version: fact("String", "Version of the bridge", (s) => s.version),
  StartTime: fact("DateTime", "When the bridge was started", (s) => s.startedAt),
  KnownChargePoints: fact("UInt32", "Charge points in the address space", (s) => s.knownChargePoints),
  ConnectedChargePoints: fact("UInt32", "Charge points with a live socket", (s) => s.connectedChargePoints),
  RegisteredChargePoints: fact(
    "UInt32",
    "Charge points whose registration is Accepted",
    (s) => s.registeredChargePoints,
  ),
  PendingChargePoints: fact("UInt32", "Charge points whose registration is Pending", (s) => s.pendingChargePoints),
  ActiveTransactions: fact("UInt32", "Transactions running", (s) => s.activeTransactions),
  MessagesReceivedPerSecond: fact(
    "Double",
    "OCPP messages received, over the last second",
    (s) => s.messagesReceivedPerSecond,
  ),
  MessagesSentPerSecond: fact("Double", "OCPP messages sent, over the last second", (s) => s.messagesSentPerSecond),
  StoreState: fact(
    "String",
    "ok, or failing while the disk refuses: then no start or end of a transaction is confirmed",
    (s) => s.storeState,
  ),
  RulesInUse: fact("UInt32", "Rules by which questions of charge points are decided", (s) => s.rulesInUse),
  RulesLoadedAt: fact("DateTime", "When the rules in use were loaded", (s) => s.rulesLoadedAt),
  RulesError: fact(
    "String",
    "Why the rules files as they are now are not in use, and those from before are; empty when they are",
    (s) => s.rulesError,
  ),
  ScadaMethodState: fact(
    "String",
    "connected or unreachable: SCADA's own server, whose method decides where a rule asks scada; off when the settings name none",
    (s) => s.scadaMethodState,
  ),
  DecisionLatency: fact(
    "Double",
    "Milliseconds that a decision took, mean of the last second",
    (s) => s.decisionLatencyMilliseconds,
  ),
  ServiceLevelReasons: fact(
    "String",
    "Why Server/ServiceLevel is no better than it is, as a JSON array of sentences",
    (s) => s.serviceLevelReasons,
  ),
});

/** Variables of the object Bridge that administrators alone read. */
export const certificateDatapoints = datapointsOf({
  Certificates: fact(
    "String",
    "Certificates of OPC UA applications as a JSON array: State (own, trusted, issuer, rejected), Subject, Issuer, ApplicationUri, ValidFrom, ValidTo, Thumbprint",
    (s) => s.certificates,
  ),
});

/** Variables of the folder of all charge points. */
export const folderDatapoints = datapointsOf({
  PendingCount: fact("UInt32", "Charge points whose registration is Pending", (s) => s.pendingChargePoints),
});

/** Variables of the list of id tags. */
export const idTagDatapoints = datapointsOf({
  Count: fact("UInt32", "Id tags in the list", (s) => s.idTags),
});

function datapointsOf(rows: Readonly<Record<string, Row<BridgeStatus>>>): readonly SiteDatapoint[] {
  return Object.entries(rows).map(([path, row], column) => ({ path, row, column, meterPoint: undefined }));
}
