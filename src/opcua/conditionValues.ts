// A condition at its place, with the state that the server's thread has been told: what its events and its variables are read from.
import { NodeId, type DataValue } from "node-opcua";
import { bridgeAlarms } from "../datapoints/alarms.ts";
import type { EpochMs } from "../std/clock.ts";
import { calm, type AlarmState } from "../twin/alarms.ts";
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
  const value = part.field.read(conditionNow(position, part, state));
  return constantValueOf(value, state.at > 0 ? state.at : startedAt);
}

/** Alarms that the bridge itself knows of: they are always fresh. */
const OWN = new Set(["Offline", "CommandEffectMissing", ...bridgeAlarms.map(({ name }) => name)]);

export function conditionNow(
  { chargePoint, connector }: Position,
  { row, type }: ConditionPart,
  state: AlarmState,
): ConditionNow {
  const at = (path: string): NodeId => siteNodeId(formatAddress(chargePoint.encodedId, connector, path));
  return {
    row,
    state,
    conditionId: at(`Alarms/${row.name}`),
    typeId: type.node.nodeId,
    source: { nodeId: at(""), name: connector === 0 ? chargePoint.id : `Connector${connector}` },
    inputNode: row.input === undefined ? new NodeId() : at(row.input),
    isFresh: chargePoint.state === "Connected" || OWN.has(row.name),
  };
}
