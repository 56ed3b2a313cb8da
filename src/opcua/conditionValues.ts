// A condition at its place, with the state that the server's thread has been told: what its events and its variables are read from.
import { DataType, NodeId, Variant, type DataValue } from "node-opcua";
import { deviceHealths, type DeviceHealth } from "../datapoints/alarm.ts";
import { bridgeAlarms, chargePointAlarms, connectorAlarms } from "../datapoints/alarms.ts";
import type { EpochMs } from "../std/clock.ts";
import { calm, type AlarmState } from "../twin/alarms.ts";
import type { ChargePoint } from "./chargePoints.ts";
import type { ConditionNow } from "./conditionFields.ts";
import type { ConditionPart } from "./conditionPlaces.ts";
import { constantValueOf } from "./dataValues.ts";
import { formatAddress } from "./nodeIds.ts";
import { siteNodeId } from "./typeNodes.ts";
import type { Position } from "./virtualNode.ts";

/** No place has as many alarms. */
const ROWS = 256;

/** The key of an alarm in `ChargePoint.alarms`, by the index of its row. */
export function keyOf(connector: number, index: number): number {
  return connector * ROWS + index;
}

export function partsOf(key: number): { readonly connector: number; readonly index: number } {
  return { connector: Math.floor(key / ROWS), index: key % ROWS };
}

/** The value of a variable of a condition. */
export function conditionValueOf(position: Position, part: ConditionPart, startedAt: EpochMs): DataValue | undefined {
  if (part.field === undefined) return undefined;
  const { chargePoint, connector } = position;
  const state = chargePoint.alarms?.get(keyOf(connector, part.index)) ?? calm;
  const { id, encodedId } = chargePoint;
  const owner = { id, encodedId, connector, isConnected: chargePoint.state === "Connected" };
  const value = part.field.read(conditionNow(owner, part, state));
  return constantValueOf(value, state.at > 0 ? state.at : startedAt);
}

/** Alarms that the bridge itself knows of: they are always fresh. */
const OWN = new Set(["Offline", "CommandEffectMissing", ...bridgeAlarms.map(({ name }) => name)]);

/** What a condition is about: a charge point, a connector or the bridge, whether or not it is still there. */
export interface ConditionOwner {
  readonly id: string;
  readonly encodedId: string;
  readonly connector: number;
  readonly isConnected: boolean;
}

export function conditionNow(
  { id, encodedId, connector, isConnected }: ConditionOwner,
  { row, type }: Pick<ConditionPart, "row" | "type">,
  state: AlarmState,
): ConditionNow {
  const at = (path: string): NodeId => siteNodeId(formatAddress(encodedId, connector, path));
  return {
    row,
    state,
    conditionId: at(`Alarms/${row.name}`),
    typeId: type.node.nodeId,
    source: { nodeId: at(""), name: connector === 0 ? id : `Connector${connector}` },
    inputNode: row.input === undefined ? new NodeId() : at(row.input),
    isFresh: isConnected || OWN.has(row.name),
  };
}

/** From the worst, after NAMUR NE 107. */
const byGravity: readonly DeviceHealth[] = ["FAILURE", "CHECK_FUNCTION", "OFF_SPEC", "MAINTENANCE_REQUIRED"];

/** What the active alarms of a charge point and of its connectors say of it (OPC 10000-100 §4.5.4). */
export function deviceHealthOf(chargePoint: ChargePoint, startedAt: EpochMs): DataValue {
  const said = new Set<DeviceHealth | undefined>();
  let at = startedAt;
  for (const [key, state] of chargePoint.alarms ?? []) {
    const { connector, index } = partsOf(key);
    const health = (connector === 0 ? chargePointAlarms : connectorAlarms)[index]?.health;
    if (health === undefined) continue;
    at = Math.max(at, state.activeAt);
    if (state.active) said.add(health);
  }
  const worst = byGravity.find((health) => said.has(health)) ?? "NORMAL";
  return constantValueOf(new Variant({ dataType: DataType.Int32, value: deviceHealths.indexOf(worst) }), at);
}
