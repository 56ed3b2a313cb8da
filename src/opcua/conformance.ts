// What the server claims of OPC 10000-7: profiles as a whole, and conformance units. Nothing stands here that no test shows (test/conformance/opcua).
// What is supported and left to the settings, such as SecurityPolicy None, is claimed as supported (OPC 10000-7 §5.3).
import type { EndpointLimits } from "./options.ts";

const PROFILE = "http://opcfoundation.org/UA-Profile";

const ALWAYS: readonly string[] = [
  `${PROFILE}/Transport/uatcp-uasc-uabinary`,
  `${PROFILE}/Server/Core2017Facet`,
  `${PROFILE}/Server/EmbeddedUA2017`,
  `${PROFILE}/Server/StandardDataChangeSubscription2017`,
  `${PROFILE}/Server/EnhancedDataChangeSubscription2017`,
  `${PROFILE}/Server/DataAccess`,
  `${PROFILE}/Server/Methods`,
];

const WITH_RESUMED_HISTORY: readonly string[] = [`${PROFILE}/Server/HistoricalRawData`];

const UNITS: readonly string[] = [
  "Address Space Base",
  "Address Space Atomicity",
  "Address Space Full Array Only",
  "Address Space Method",
  "Attribute Read",
  "Attribute Write Values",
  "Base Info Core Structure",
  "Base Info Server Capabilities",
  "Base Info Type System",
  "Base Info Engineering Units",
  "Base Info GetMonitoredItems Method",
  "Base Info ResendData Method",
  "Base Info Diagnostics",
  "Base Info Model Change General",
  "Discovery Get Endpoints",
  "Discovery Find Servers Self",
  "Session Base",
  "Session General Service Behaviour",
  "Session Minimum 1",
  "Session Minimum 2 Parallel",
  "Session Minimum 50 Parallel",
  "View Basic",
  "View Minimum Continuation Point 01",
  "View Minimum Continuation Point 05",
  "View TranslateBrowsePath",
  "View RegisterNodes",
  "Monitor Basic",
  "Monitor Value Change",
  "Monitor Items 2",
  "Monitor Items 10",
  "Monitor Items 100",
  "Monitor Items 500",
  "Monitor QueueSize_1",
  "Monitor MinQueueSize_02",
  "Monitor MinQueueSize_05",
  "Monitor Triggering",
  "Monitored Items Deadband Filter",
  "Subscription Basic",
  "Subscription Minimum 1",
  "Subscription Minimum 02",
  "Subscription Minimum 05",
  "Subscription Publish Min 02",
  "Subscription Publish Min 05",
  "Subscription Publish Min 10",
  "Subscription PublishRequest Queue Overflow",
  "Subscription Transfer",
  "Method Call",
  "Data Access DataItems",
  "Data Access AnalogUnitType",
  "Data Access AnalogUnitRangeType",
  "Data Access PercentDeadband",
  "Address Space Events",
  "Monitor Events",
  "Monitor QueueSize_ServerMax",
  "A & C Basic",
  "A & C Enable",
  "A & C Instances",
  "A & C Acknowledge",
  "A & C Confirm",
  "A & C Comment",
  "A & C Refresh",
  "A & C Refresh2",
  "A & C Shelving",
  "A & C Alarm",
  "A & C OffNormal",
  "A & C CertificateExpiration",
  "Security Certificate Validation",
  "Security Default ApplicationInstance Certificate",
  "Security None CreateSession ActivateSession",
  "Security User Name Password",
  "Security Invalid user token",
  "Security User X509",
  "Security Policy Required",
  "Auditing Base",
  "Auditing Method",
  "Auditing Write",
];

const UNITS_WITH_HISTORY: readonly string[] = [
  "Attribute Historical Read",
  "Historical Access Read Raw",
  "Historical Access ServerTimestamp",
  "Historical Access Time Instance",
  "Historical Access Aggregates",
  "Historical Access Events",
];

const UNITS_WITH_RESUMED_HISTORY: readonly string[] = ["Historical Access Data Max Nodes Read Continuation Point"];

/** On what it depends what holds: `resumed` is a history of which each node of a HistoryRead can have a continuation point. */
export type KeptHistory = "none" | "kept" | "resumed";

export function keptHistoryOf(
  keepsHistory: boolean,
  limits: Pick<EndpointLimits, "maxHistoryContinuationPoints" | "maxNodesPerHistoryRead">,
): KeptHistory {
  if (!keepsHistory) return "none";
  return limits.maxHistoryContinuationPoints >= limits.maxNodesPerHistoryRead ? "resumed" : "kept";
}

/** URIs of the profiles that hold as a whole (OPC 10000-5 §6.3.2, ServerProfileArray). */
export function profilesOf(history: KeptHistory): string[] {
  return [...ALWAYS, ...(history === "resumed" ? WITH_RESUMED_HISTORY : [])];
}

/** Names of the conformance units that hold as the server is set up (OPC 10000-5 §6.3.2, ConformanceUnits). */
export function conformanceUnitsOf(history: KeptHistory): string[] {
  return [
    ...UNITS,
    ...(history === "none" ? [] : UNITS_WITH_HISTORY),
    ...(history === "resumed" ? UNITS_WITH_RESUMED_HISTORY : []),
  ];
}
