// THE TABLE OF ALARMS: every condition of a charge point, of a connector and of the bridge (OPC 10000-9), as data: what raises it, how
// severe it is, how long it has to last. What becomes of it, whether it is acknowledged or shelved, stands in twin/alarms.ts.
import type { Alarm, CertificateType } from "./alarm.ts";
import {
  certificateExpires,
  clockIsOff,
  connectionsAreRefused,
  diagnosticsAreRunning,
  effectIsMissing,
  firmwareIsUpdated,
  identityIsClaimedTwice,
  isFaultedWithoutCode,
  isOffline,
  isUnavailable,
  limitIsExceeded,
  meterValuesAreMissing,
  standsIn,
  decisionsFail,
  rulesAreRefused,
  severityOfExpiry,
  storeIsFailing,
  opcUaCertificateExpires,
  severityOfOpcUaExpiry,
  type BridgeFacts,
  type ChargePointFacts,
  type ConnectorFacts,
} from "./alarmFindings.ts";
import { errorAlarms } from "./alarmsOfErrors.ts";

/** A status that comes and goes within so many seconds is one alarm, not many. */
const CALM_SECONDS = 10;

const unavailable: Alarm<ChargePointFacts | ConnectorFacts> = {
  name: "Unavailable",
  type: "CheckFunctionAlarmType",
  description: "Out of service: Unavailable, by an operator or by the charge point itself",
  health: "CHECK_FUNCTION",
  severity: 150,
  offDelaySeconds: CALM_SECONDS,
  find: isUnavailable,
};

const commandEffectMissing: Alarm<ChargePointFacts | ConnectorFacts> = {
  name: "CommandEffectMissing",
  type: "DiscrepancyAlarmType",
  description: "A command was accepted and its effect has not been seen in time",
  severity: 500,
  find: effectIsMissing,
};

const faulted: Alarm<ChargePointFacts | ConnectorFacts> = {
  name: "Faulted",
  type: "FailureAlarmType",
  description: "Faulted, without an error code that says why",
  health: "FAILURE",
  severity: 700,
  offDelaySeconds: CALM_SECONDS,
  needsConfirmation: true,
  find: isFaultedWithoutCode,
};

/** What is found of a charge point as of each of its connectors; `group` is where it shows its status. */
const ofBoth = (group: "State" | "Status"): readonly Alarm<ChargePointFacts | ConnectorFacts>[] => [
  ...errorAlarms(CALM_SECONDS, `${group}/ErrorCode`),
  { ...faulted, input: `${group}/Status` },
  { ...unavailable, input: `${group}/Status` },
  commandEffectMissing,
];

export const chargePointAlarms: readonly Alarm<ChargePointFacts>[] = [
  {
    name: "Offline",
    type: "OffNormalAlarmType",
    input: "State/Connected",
    description: "The charge point is not connected; the alarms of its connectors are suppressed",
    severity: ({ twin }) => ([...twin.connectors.values()].some(({ transaction }) => transaction?.active) ? 700 : 500),
    onDelaySeconds: "chargePointOfflineSeconds",
    find: isOffline,
  },
  ...ofBoth("State"),
  {
    name: "FirmwareUpdateRunning",
    type: "CheckFunctionAlarmType",
    input: "State/FirmwareStatusNotification",
    description: "The charge point fetches or installs firmware",
    health: "CHECK_FUNCTION",
    severity: 150,
    find: firmwareIsUpdated,
  },
  {
    name: "DiagnosticsRunning",
    type: "CheckFunctionAlarmType",
    input: "State/DiagnosticsStatusNotification",
    description: "The charge point uploads diagnostics or a log",
    health: "CHECK_FUNCTION",
    severity: 150,
    find: diagnosticsAreRunning,
  },
  {
    name: "ClockOff",
    type: "MaintenanceRequiredAlarmType",
    input: "State/ClockOffset",
    description: "The clock of the charge point differs from that of the bridge",
    health: "MAINTENANCE_REQUIRED",
    severity: 200,
    find: clockIsOff,
  },
];

const stuckIn = (status: string): Alarm<ConnectorFacts> => ({
  name: `StuckIn${status}`,
  type: "OffNormalAlarmType",
  input: "Status/Status",
  description: `The connector has been ${status} for too long`,
  severity: 300,
  onDelaySeconds: "stuckSeconds",
  find: standsIn(status),
});

/** Those that look at more of a connector than its status and availability, and so may change with every MeterValues. */
export const meterAlarms: readonly Alarm<ConnectorFacts>[] = [
  {
    name: "LimitExceeded",
    type: "DiscrepancyAlarmType",
    input: "MeterValues/Current.Import",
    description: "The measured current stays above the limit that was commanded",
    health: "OFF_SPEC",
    severity: 600,
    onDelaySeconds: "limitExceededSeconds",
    offDelaySeconds: CALM_SECONDS,
    find: limitIsExceeded,
  },
  {
    name: "MeterValuesMissing",
    type: "OffNormalAlarmType",
    input: "MeterValues/Timestamp",
    description: "A transaction runs and no meter values come",
    severity: 300,
    onDelaySeconds: "meterValuesMissingSeconds",
    moves: true,
    find: meterValuesAreMissing,
  },
];

export const connectorAlarms: readonly Alarm<ConnectorFacts>[] = [
  ...ofBoth("Status"),
  ...meterAlarms,
  ...["Preparing", "Finishing", "SuspendedEVSE"].map(stuckIn),
];

/** It is about the one that expires first, and is raised anew when that is another. */
function certificateExpiry(
  name: string,
  state: "own" | "trusted",
  certificateType: CertificateType,
  description: string,
): Alarm<BridgeFacts> {
  return {
    name,
    type: "CertificateExpirationAlarmType",
    certificateType,
    input: "Certificates",
    description,
    severity: severityOfOpcUaExpiry(state),
    find: opcUaCertificateExpires(state),
  };
}

export const bridgeAlarms: readonly Alarm<BridgeFacts>[] = [
  {
    name: "StoreFailing",
    type: "SystemOffNormalAlarmType",
    input: "StoreState",
    description: "The store cannot write: no start or end of a transaction is confirmed",
    severity: 800,
    needsConfirmation: true,
    find: storeIsFailing,
  },
  {
    name: "RulesRefused",
    type: "SystemOffNormalAlarmType",
    input: "RulesError",
    description: "The rules files have an error; the rules from before stay in use",
    severity: 500,
    find: rulesAreRefused,
  },
  {
    name: "DecisionFailing",
    type: "SystemOffNormalAlarmType",
    input: "DecisionLatency",
    description:
      "Who was asked for a decision has not answered in time or has failed, or a rule could not be evaluated",
    severity: 600,
    find: decisionsFail,
  },
  {
    name: "ConnectionsRefused",
    type: "SystemOffNormalAlarmType",
    description: "Too many connections were refused for wrong credentials or an unknown identity",
    severity: 600,
    find: connectionsAreRefused,
  },
  {
    name: "DuplicateIdentity",
    type: "SystemOffNormalAlarmType",
    description: "A second connection with the identity of a charge point that is connected was refused",
    severity: 600,
    find: identityIsClaimedTwice,
  },
  {
    name: "CertificateExpiring",
    type: "CertificateExpirationAlarmType",
    // Those of the servers, and those of the authorities of charge points.
    certificateType: "TlsCertificateType",
    description: "A certificate of the listeners for charge points expires soon or has expired",
    severity: severityOfExpiry,
    find: certificateExpires,
  },
  certificateExpiry(
    "OpcUaCertificateExpiring",
    "own",
    "RsaSha256ApplicationCertificateType",
    "The certificate of the OPC UA server expires, or has expired: clients will not connect any more",
  ),
  certificateExpiry(
    "OpcUaClientCertificateExpiring",
    "trusted",
    // Also those of authorities, and of keys that only others accept.
    "ApplicationCertificateType",
    "A trusted certificate of an OPC UA client expires, or has expired: it will not be let in any more",
  ),
];

/** The connector whose alarm suppresses those of all others (OPC 10000-9 §5.8.2: SuppressedState): the charge point's own. */
export const SUPPRESSING_ALARM = "Offline";

/** The identity under which the bridge itself has its alarms: no charge point has an empty one. */
export const BRIDGE_PLACE = "";

/** The rows of a place, without what they find. */
export type AlarmRow = Omit<Alarm<never>, "find" | "severity">;

/** The alarms of a charge point (connector 0), of a connector, or of the bridge. */
export function alarmsAt(chargePointId: string, connector: number): readonly AlarmRow[] {
  if (chargePointId === BRIDGE_PLACE) return bridgeAlarms;
  return connector === 0 ? chargePointAlarms : connectorAlarms;
}
