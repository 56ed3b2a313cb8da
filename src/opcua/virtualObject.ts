// Virtual objects: charge points, connectors and the groups below them.
import { AttributeIds, DataType, EventNotifierFlags, type DataValue, type ISessionContext } from "node-opcua";
import { VirtualNode, attribute } from "./virtualNode.ts";

export class VirtualObject extends VirtualNode {
  /** Events are seen at the Server object; no virtual object raises any. */
  readonly eventNotifier = EventNotifierFlags.None;

  override readAttribute(context: ISessionContext | null, attributeId: AttributeIds): DataValue {
    if (attributeId === AttributeIds.EventNotifier) return attribute(DataType.Byte, this.eventNotifier);
    return super.readAttribute(context, attributeId);
  }
}
