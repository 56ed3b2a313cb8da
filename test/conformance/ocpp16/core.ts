// The published cases of the Core profile: sessions, remote start and stop, reset, unlocking, configuration, refusals, and what
// charge points do after they were offline.
import { played, playedFromTheStart, type Case } from "./case.ts";
import {
  BLOCKED,
  EXPIRED,
  INVALID,
  VALID,
  authorizes,
  boots,
  charging,
  connects,
  isCommanded,
  reconnects,
  reports,
  sends,
  shows,
  starts,
  stops,
} from "./steps.ts";

const accepted = { status: "Accepted" };
const rejected = { status: "Rejected" };
const isRecent = (value: unknown): boolean => Math.abs(Date.parse(String(value)) - Date.now()) < 60_000;

const sessions: readonly Case[] = [
  playedFromTheStart(
    "001",
    "Cold Boot Charge Point",
    connects(),
    boots({ 0: "Available", 1: "Available", 2: "Available" }),
    sends("Heartbeat", {}, {}, { "State/LastHeartbeat": isRecent }),
  ),
  played(
    "003",
    "Regular Charging Session - Plugin First",
    reports("Preparing"),
    authorizes(VALID),
    starts(),
    shows({ "Connector1/Transaction/Active": true }),
    reports("Charging"),
  ),
  played("004_1", "Regular Charging Session - Identification First", charging),
  played(
    "004_2",
    "Regular Charging Session - Identification First - ConnectionTimeOut",
    authorizes(VALID),
    reports("Preparing"),
    reports("Available"),
  ),
  played(
    "005_1",
    "EV Side Disconnected - StopTransactionOnEVSideDisconnect = true, UnlockConnectorOnEVSideDisconnect = true",
    charging,
    reports("SuspendedEV"),
    stops("EVDisconnected", VALID),
    reports("Finishing"),
    reports("Available"),
  ),
  played(
    "007",
    "Regular Start Charging Session - Cached Id",
    reports("Preparing"),
    starts(),
    shows({ "Connector1/Transaction/Active": true }),
    reports("Charging"),
  ),
];

const remoteStart = { connectorId: 1, idTag: VALID };

const remote: readonly Case[] = [
  played(
    "010",
    "Remote Start Charging Session - Cable Plugged in First",
    reports("Preparing"),
    isCommanded("RemoteStartTransaction", remoteStart, accepted),
    authorizes(VALID),
    starts(),
    reports("Charging"),
  ),
  played(
    "011_1",
    "Remote Start Charging Session - Remote Start First",
    isCommanded("RemoteStartTransaction", remoteStart, accepted),
    authorizes(VALID),
    reports("Preparing"),
    starts(),
    reports("Charging"),
  ),
  played(
    "011_2",
    "Remote Start Charging Session - Time Out",
    isCommanded("RemoteStartTransaction", remoteStart, accepted),
    authorizes(VALID),
    reports("Preparing"),
    reports("Available"),
  ),
  played(
    "012",
    "Remote Stop Charging Session",
    charging,
    isCommanded("RemoteStopTransaction", ({ transactionId }) => ({ transactionId }), accepted),
    stops("Remote"),
    reports("Finishing"),
    reports("Available"),
  ),
  played(
    "026",
    "Remote Start Charging Session - Rejected",
    isCommanded("RemoteStartTransaction", remoteStart, rejected),
  ),
  played(
    "028",
    "Remote Stop Transaction - Rejected",
    charging,
    isCommanded("RemoteStopTransaction", ({ transactionId }) => ({ transactionId: transactionId + 1000 }), rejected),
    shows({ "Connector1/Transaction/Active": true }),
  ),
];

const reset = (type: "Hard" | "Soft") => [
  isCommanded("Reset", { type }, accepted),
  ...reconnects(),
  boots(),
  sends("Heartbeat", {}, {}, { "State/LastHeartbeat": isRecent }),
];

const maintenance: readonly Case[] = [
  played("013", "Hard Reset", reset("Hard")),
  played("014", "Soft Reset", reset("Soft")),
  played(
    "017_1",
    "Unlock connector - no charging session running (Not fixed cable)",
    isCommanded("UnlockConnector", { connectorId: 1 }, { status: "Unlocked" }),
  ),
  played(
    "017_2",
    "Unlock connector - no charging session running (Fixed cable)",
    isCommanded("UnlockConnector", { connectorId: 1 }, { status: "NotSupported" }),
  ),
  played(
    "018_1",
    "Unlock Connector - With Charging Session (Not fixed cable)",
    charging,
    isCommanded("UnlockConnector", { connectorId: 1 }, { status: "Unlocked" }),
    stops("UnlockCommand"),
    reports("Finishing"),
    reports("Available"),
  ),
  played(
    "030",
    "Unlock Connector - Unlock Failure",
    isCommanded("UnlockConnector", { connectorId: 1 }, { status: "UnlockFailed" }),
    shows({ "Connector1/Status/Status": "Available" }),
  ),
  played(
    "031",
    "Unlock Connector - Unknown Connector",
    isCommanded("UnlockConnector", { connectorId: 1 }, { status: "NotSupported" }),
  ),
];

const keys = [
  { key: "HeartbeatInterval", readonly: false, value: "300" },
  { key: "SupportedFeatureProfiles", readonly: true, value: "Core,Reservation" },
];

const configuration: readonly Case[] = [
  played(
    "019_1",
    "Retrieve all configuration keys",
    isCommanded(
      "GetConfiguration",
      {},
      { configurationKey: keys, unknownKey: [] },
      { "Configuration/HeartbeatInterval": "300", "Configuration/SupportedFeatureProfiles": "Core,Reservation" },
    ),
  ),
  played(
    "019_2",
    "Retrieve specific configuration key",
    isCommanded(
      "GetConfiguration",
      { key: ["SupportedFeatureProfiles"] },
      { configurationKey: keys.slice(1), unknownKey: [] },
      { "Configuration/SupportedFeatureProfiles": "Core,Reservation" },
    ),
  ),
  played(
    "021",
    "Change/set Configuration",
    isCommanded("GetConfiguration", {}, { configurationKey: keys, unknownKey: [] }),
    isCommanded("ChangeConfiguration", { key: "HeartbeatInterval", value: "60" }, accepted, {
      "Configuration/HeartbeatInterval": "60",
    }),
  ),
  played(
    "040_1",
    "Configuration key - NotSupported",
    isCommanded("ChangeConfiguration", { key: "NobodyKnowsIt", value: "1" }, { status: "NotSupported" }),
  ),
  played(
    "040_2",
    "Configuration Keys - Invalid value",
    isCommanded("GetConfiguration", {}, { configurationKey: keys, unknownKey: [] }),
    isCommanded("ChangeConfiguration", { key: "HeartbeatInterval", value: "-1" }, rejected, {
      "Configuration/HeartbeatInterval": "300",
    }),
  ),
];

const refusals: readonly Case[] = [
  played("023_1", "Start Charging Session - Authorize invalid", reports("Preparing"), authorizes(INVALID, "Invalid")),
  played("023_2", "Start Charging Session - Authorize expired", reports("Preparing"), authorizes(EXPIRED, "Expired")),
  played("023_3", "Start Charging Session - Authorize blocked", reports("Preparing"), authorizes(BLOCKED, "Blocked")),
  played(
    "024",
    "Start Charging Session Lock Failure",
    authorizes(VALID),
    reports("Preparing"),
    reports("Faulted", { errorCode: "ConnectorLockFailure" }),
  ),
];

const offline: readonly Case[] = [
  played(
    "032_1",
    "Power failure boot charging point - configured to stop transaction(s)",
    charging,
    reconnects(),
    boots({ 0: "Available", 1: "Finishing", 2: "Available" }),
    stops("PowerLoss"),
  ),
  played(
    "037_1",
    "Offline Start Transaction - Valid IdTag",
    reconnects(),
    starts({ secondsAgo: 120 }),
    shows({ "Connector1/Transaction/Active": true }),
    reports("Charging"),
  ),
  played(
    "037_3",
    "Offline Start Transaction - Invalid IdTag - StopTransactionOnInvalidId = true",
    reconnects(),
    starts({ idTag: INVALID, status: "Invalid", secondsAgo: 120 }),
    reports("Charging"),
    stops("DeAuthorized"),
    reports("Finishing"),
  ),
  played("039", "Offline Transaction", reconnects(), starts({ secondsAgo: 120 }), stops("Local", VALID)),
];

export const core: readonly Case[] = [
  ...sessions,
  ...remote,
  ...maintenance,
  ...configuration,
  ...refusals,
  ...offline,
  played("061", "Clear Authorization Data in Authorization Cache", isCommanded("ClearCache", {}, accepted)),
  played(
    "064",
    "Data Transfer to a Central System",
    sends(
      "DataTransfer",
      { vendorId: "com.nobody.knows", messageId: "hello", data: "text" },
      { status: "UnknownVendorId" },
      {
        "State/LastDataTransfer": (value: unknown) =>
          (JSON.parse(String(value)) as { vendorId: string }).vendorId === "com.nobody.knows",
      },
    ),
  ),
];
