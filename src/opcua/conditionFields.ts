// The fields of a condition (OPC 10000-9 §5.5 to §5.8) as its state shows them: what its events carry and what its nodes read.
import { DataType, LocalizedText, NodeId, StatusCodes, Variant, resolveNodeId, ObjectTypeIds } from "node-opcua";
import type { AlarmRow } from "../datapoints/alarms.ts";
import { MAX_SHELVED_MS, isRetained, type AlarmState, type Shelving } from "../twin/alarms.ts";
import type { EpochMs } from "../std/clock.ts";
import { conditionEventIdOf } from "./conditionEventIds.ts";

/** A condition as it is at one moment. */
export interface ConditionNow {
  readonly row: AlarmRow;
  readonly state: AlarmState;
  readonly conditionId: NodeId;
  /** Of its type. */
  readonly typeId: NodeId;
  readonly source: { readonly nodeId: NodeId; readonly name: string };
  /** The node of the datapoint that shows it best; null where there is none. */
  readonly inputNode: NodeId;
  /** Whether what it is about is fresh. */
  readonly isFresh: boolean;
}

export interface ConditionField {
  /** Below the condition; `/` between BrowseNames. */
  readonly path: string;
  readonly read: (now: ConditionNow) => Variant;
}

const NO_NODE = new NodeId();

const text = (value: string): Variant =>
  new Variant({ dataType: DataType.LocalizedText, value: new LocalizedText({ locale: "en", text: value }) });
const string = (value: string): Variant => new Variant({ dataType: DataType.String, value });
const boolean = (value: boolean): Variant => new Variant({ dataType: DataType.Boolean, value });
const node = (value: NodeId): Variant => new Variant({ dataType: DataType.NodeId, value });
const severity = (value: number): Variant => new Variant({ dataType: DataType.UInt16, value });
const duration = (value: number): Variant => new Variant({ dataType: DataType.Double, value });
/** What has never happened has no time. */
const time = (value: EpochMs): Variant =>
  new Variant(value > 0 ? { dataType: DataType.DateTime, value: new Date(value) } : {});

/** A TwoStateVariable (OPC 10000-9 §5.2). */
function twoState(
  path: string,
  names: readonly [whenTrue: string, whenFalse: string],
  is: (state: AlarmState) => boolean,
  at: (state: AlarmState) => EpochMs,
): readonly ConditionField[] {
  return [
    { path, read: ({ state }) => text(is(state) ? names[0] : names[1]) },
    { path: `${path}/Id`, read: ({ state }) => boolean(is(state)) },
    { path: `${path}/TransitionTime`, read: ({ state }) => time(at(state)) },
  ];
}

/** A ConditionVariable (OPC 10000-9 §5.3). */
function stamped(
  path: string,
  read: ConditionField["read"],
  at: (state: AlarmState) => EpochMs,
): readonly ConditionField[] {
  return [
    { path, read },
    { path: `${path}/SourceTimestamp`, read: ({ state }) => time(at(state)) },
  ];
}

/** Shelved states with the NodeIds that OPC 10000-9 gives them (§5.8.17). */
const shelvingNames: Readonly<Record<Shelving, readonly [name: string, state: NodeId]>> = {
  Unshelved: ["Unshelved", resolveNodeId("i=2930")],
  TimedShelved: ["Timed Shelved", resolveNodeId("i=2932")],
  OneShotShelved: ["One Shot Shelved", resolveNodeId("i=2933")],
};

/** What a condition is about (OPC 10000-9 §5.9). */
function classOf({ type }: AlarmRow): readonly [name: string, id: NodeId] {
  if (type === "SystemOffNormalAlarmType" || type === "CertificateExpirationAlarmType")
    return ["SystemConditionClassType", resolveNodeId(ObjectTypeIds.SystemConditionClassType)];
  if (type === "MaintenanceRequiredAlarmType" || type === "CheckFunctionAlarmType")
    return ["MaintenanceConditionClassType", resolveNodeId(ObjectTypeIds.MaintenanceConditionClassType)];
  return ["ProcessConditionClassType", resolveNodeId(ObjectTypeIds.ProcessConditionClassType)];
}

/** Fields of all types of conditions; a type has those that it declares. */
export const conditionFields: readonly ConditionField[] = [
  { path: "EventId", read: readEventId },
  { path: "EventType", read: ({ typeId }) => node(typeId) },
  { path: "SourceNode", read: ({ source }) => node(source.nodeId) },
  { path: "SourceName", read: ({ source }) => string(source.name) },
  { path: "Time", read: ({ state }) => time(state.at) },
  { path: "ReceiveTime", read: ({ state }) => time(state.at) },
  { path: "Message", read: ({ state }) => text(state.message) },
  { path: "Severity", read: ({ state }) => severity(state.severity) },
  { path: "ConditionClassId", read: ({ row }) => node(classOf(row)[1]) },
  { path: "ConditionClassName", read: ({ row }) => text(classOf(row)[0]) },
  { path: "ConditionName", read: ({ row }) => string(row.name) },
  { path: "BranchId", read: () => node(NO_NODE) },
  { path: "Retain", read: ({ state }) => boolean(isRetained(state)) },
  ...twoState(
    "EnabledState",
    ["Enabled", "Disabled"],
    (s) => s.enabled,
    (s) => s.enabledAt,
  ),
  ...stamped("Quality", readQuality, (s) => s.at),
  ...stamped(
    "LastSeverity",
    ({ state }) => severity(state.lastSeverity),
    (s) => s.severityAt,
  ),
  ...stamped(
    "Comment",
    ({ state }) => text(state.comment),
    (s) => s.commentAt,
  ),
  { path: "ClientUserId", read: ({ state }) => string(state.user) },
  ...twoState(
    "AckedState",
    ["Acknowledged", "Unacknowledged"],
    (s) => s.acknowledged,
    (s) => s.acknowledgedAt,
  ),
  ...twoState(
    "ConfirmedState",
    ["Confirmed", "Unconfirmed"],
    (s) => s.confirmed,
    (s) => s.confirmedAt,
  ),
  ...twoState(
    "ActiveState",
    ["Active", "Inactive"],
    (s) => s.active,
    (s) => s.activeAt,
  ),
  { path: "InputNode", read: ({ inputNode }) => node(inputNode) },
  ...twoState(
    "SuppressedState",
    ["Suppressed", "Unsuppressed"],
    (s) => s.suppressed,
    (s) => s.suppressedAt,
  ),
  { path: "ShelvingState/CurrentState", read: ({ state }) => text(shelvingNames[state.shelving][0]) },
  { path: "ShelvingState/CurrentState/Id", read: ({ state }) => node(shelvingNames[state.shelving][1]) },
  { path: "ShelvingState/UnshelveTime", read: ({ state }) => duration(unshelveTime(state)) },
  {
    path: "SuppressedOrShelved",
    read: ({ state }) => boolean(state.suppressed || state.shelving !== "Unshelved"),
  },
  { path: "MaxTimeShelved", read: () => duration(MAX_SHELVED_MS) },
  { path: "NormalState", read: () => node(NO_NODE) },
  { path: "TargetValueNode", read: () => node(NO_NODE) },
  { path: "ExpectedTime", read: () => duration(0) },
  { path: "ExpirationDate", read: ({ state }) => time(state.certificate?.expiresAt ?? 0) },
  { path: "ExpirationLimit", read: readExpirationLimit },
  { path: "CertificateType", read: ({ row }) => node(certificateTypeOf(row)) },
  { path: "Certificate", read: readCertificate },
];

/** OPC 10000-9 §5.8.24.7; of no certificate there is none. */
function readExpirationLimit({ state: { certificate } }: ConditionNow): Variant {
  return certificate === null ? new Variant() : duration(certificate.expirationLimitMs);
}

function certificateTypeOf({ certificateType }: AlarmRow): NodeId {
  return certificateType === undefined ? NO_NODE : resolveNodeId(ObjectTypeIds[certificateType]);
}

function readCertificate({ state: { certificate } }: ConditionNow): Variant {
  const value = certificate === null ? null : Buffer.from(certificate.der, "base64");
  return new Variant({ dataType: DataType.ByteString, value });
}

/** Nothing has been told of it: there is no event. */
function readEventId({ conditionId, state }: ConditionNow): Variant {
  const value = state.sequence === 0 ? null : conditionEventIdOf(String(conditionId.value), state.sequence);
  return new Variant({ dataType: DataType.ByteString, value });
}

function readQuality({ isFresh }: ConditionNow): Variant {
  const value = isFresh ? StatusCodes.Good : StatusCodes.UncertainLastUsableValue;
  return new Variant({ dataType: DataType.StatusCode, value });
}

/** How long the shelving lasts, as of the last change. */
function unshelveTime({ shelving, shelvedUntil, shelvedAt }: AlarmState): number {
  return shelving === "Unshelved" ? 0 : Math.max(0, shelvedUntil - shelvedAt);
}
