// Virtual objects: charge points, connectors and the groups below them.
import { AttributeIds, DataType, EventNotifierFlags, type DataValue, type ISessionContext } from "node-opcua";
import { VirtualNode, attribute } from "./virtualNode.ts";

export class VirtualObject extends VirtualNode {
  /** Events are seen at charge points and connectors, not at the groups below them (events.ts). */
  get eventNotifier(): EventNotifierFlags {
    return this.position.place.role === "owner" ? notifierOf(this.space.keepsHistory) : EventNotifierFlags.None;
  }

  override readAttribute(context: ISessionContext | null, attributeId: AttributeIds): DataValue {
    if (attributeId === AttributeIds.EventNotifier) return attribute(DataType.Byte, this.eventNotifier);
    return super.readAttribute(context, attributeId);
  }
}

/** The EventNotifier (OPC 10000-3 §8.59) of whatever tells of occurrences, and where they are kept has their history. */
export function notifierOf(keepsHistory: boolean): EventNotifierFlags {
  const { SubscribeToEvents, HistoryRead } = EventNotifierFlags;
  return keepsHistory ? SubscribeToEvents | HistoryRead : SubscribeToEvents;
}
