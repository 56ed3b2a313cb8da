// What the OPC UA server is told when it is opened. Values come from the settings; nothing here has a default.
import type { Worker } from "node:worker_threads";
import type { PendingChange } from "../datapoints/decisions.ts";
import type { Clock } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { Log } from "../std/log.ts";
import type { Commander, Role } from "../twin/commands.ts";
import type { Account } from "../twin/accounts.ts";
import type { AlarmChange } from "../twin/alarms.ts";
import type { ActOnAlarm, History, VerifyLogin } from "../twin/ports.ts";
import type { Twin } from "../twin/twin.ts";
import type { VendorDatapoint } from "../twin/vendorProfile.ts";

/** What the bridge is as an OPC UA application, for its server and its client alike. */
export interface ApplicationOptions {
  /** Where the server listens; may be a wildcard. */
  readonly host: string;
  /** Names and addresses by which clients reach it where they are not those of this machine. */
  readonly advertisedHosts: readonly string[];
  /** Folder in which `pki/` with certificates and trust lists is kept. */
  readonly dataDirectory: string;
  /** Files of what the operator's authority has issued, both or none; without them a certificate is made. */
  readonly certificate?: string;
  readonly key?: string;
}

/** What the server itself needs; plain data, handed to its thread as it is. */
export interface EndpointOptions extends ApplicationOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Names of OPC 10000-7 security policies; "None" only when named. */
  readonly securityPolicies: readonly string[];
  /** What Anonymous may do; `none` refuses anonymous sessions. */
  readonly anonymousRole: Role;
  /** Shown as the name of the server. */
  readonly siteName: string;
  readonly version: string;
  /** URL of a local discovery server to register with; without it none. */
  readonly discoveryServer?: string;
  /** URLs of clients to connect to. */
  readonly reverseConnect: readonly string[];
  /** What vendor files fill, in the order of its columns. */
  readonly vendorDatapoints: readonly VendorDatapoint[];
  /** What is older is not kept. */
  readonly historyDays: number;
  readonly limits: EndpointLimits;
}

export interface EndpointLimits {
  readonly maxSessions: number;
  readonly maxSubscriptionsPerSession: number;
  readonly maxMonitoredItems: number;
  /** Of all subscriptions of one session together. */
  readonly maxMonitoredItemsPerSession: number;
  /** Nodes of one Read request. */
  readonly maxNodesPerRead: number;
  /** Nodes of one Write request. */
  readonly maxNodesPerWrite: number;
  /** Calls of one Call request. */
  readonly maxNodesPerMethodCall: number;
  /** Calls and written commands of all sessions that wait for their answer; one session may have half of them. */
  readonly maxCallsInFlight: number;
  /** Longest call to a charge point: more than this the texts of a method call, or of a write that is a command, cannot have. */
  readonly maxCallBytes: number;
  /** Unfinished browses of one session. */
  readonly maxBrowseContinuationPoints: number;
  /** Nodes of one HistoryRead request. */
  readonly maxNodesPerHistoryRead: number;
  /** Values that one HistoryRead answers, of all its nodes together. */
  readonly maxHistoryValues: number;
  /** Unfinished history reads of one session. */
  readonly maxHistoryContinuationPoints: number;
  /** A client that leaves more bytes than this unread is disconnected. */
  readonly maxUnsentOpcUaBytes: number;
}

export interface OpcUaServerOptions {
  readonly endpoint: EndpointOptions;
  /** How long changes are gathered before they are handed to the server's thread, ms. */
  readonly projectionIntervalMilliseconds: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: Counts;
  /** Every known twin, asked for when the server's thread starts and again when it had to be restarted. */
  readonly replay: () => Iterable<Twin>;
  /** Every question that waits for SCADA, asked for at the same times. */
  readonly pending: () => PendingChange;
  /** Every alarm of which there is something to remember, asked for at the same time. */
  readonly replayAlarms: () => Iterable<AlarmChange>;
  /** Where everything goes that clients want. */
  readonly command: Commander;
  /** Where everything goes that clients do with alarms. */
  readonly actOnAlarm: ActOnAlarm;
  /** Who may log in, asked for when the server's thread starts and when they have changed. */
  readonly accounts: () => Iterable<Account>;
  readonly verify: VerifyLogin;
  /** Is told whenever a certificate has been turned away and kept. */
  readonly rejected: () => void;
  /** What has been kept; without it no node has a history. */
  readonly history?: History;
  /** A thread that has begun already, to be taken over; without it one is started. */
  readonly prepared?: { readonly worker: Worker };
}
