// Makes of a kept change of an alarm the event that clients have seen live (OPC 10000-9 §5.5.2), also of what is there no more.
import type { AddressSpace } from "node-opcua";
import { BRIDGE_PLACE, alarmsAt } from "../datapoints/alarms.ts";
import type { AlarmChange } from "../twin/alarms.ts";
import { ConditionEvent } from "./conditionEvent.ts";
import { conditionTypeOf } from "./conditionPlaces.ts";
import { conditionNow } from "./conditionValues.ts";
import { BRIDGE, encodeId } from "./nodeIds.ts";

/** Undefined when the table of alarms does not know it any more. */
export function keptConditionEvent(space: AddressSpace, change: AlarmChange): ConditionEvent | undefined {
  const { chargePointId, connector, name, state, isConnected } = change;
  const row = alarmsAt(chargePointId, connector).find((each) => each.name === name);
  if (row === undefined) return undefined;
  const type = conditionTypeOf(row, space);
  const isOfBridge = chargePointId === BRIDGE_PLACE;
  const id = isOfBridge ? BRIDGE.slice(1) : chargePointId;
  const encodedId = isOfBridge ? BRIDGE : encodeId(chargePointId);
  const now = conditionNow({ id, encodedId, connector, isConnected }, { row, type }, state);
  return new ConditionEvent(type, now, type.node);
}
