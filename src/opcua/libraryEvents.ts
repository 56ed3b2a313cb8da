// Reaches into the library (node-opcua 2.186) like libraryInternals.ts, where monitored items of events are concerned: none may keep an
// event from the others, and an object that goes away is told by no value.
import { AttributeIds, MonitoredItem, type IEventData, type UAObject } from "node-opcua";
import { VirtualNode } from "./virtualNode.ts";

interface EventItemInternals {
  _on_opcua_event: (this: MonitoredItem, event: IEventData) => void;
  _on_node_disposed: (this: MonitoredItem, node: unknown) => void;
  _stop_sampling: (this: MonitoredItem) => void;
}

let isApplied = false;

/** Changes the library's monitored items, once a thread. */
export function improveEventItems(): void {
  if (isApplied) return;
  isApplied = true;
  const items = MonitoredItem.prototype as unknown as EventItemInternals;
  const { _on_opcua_event: receive, _on_node_disposed: disposed } = items;
  items._on_opcua_event = function (event) {
    try {
      receive.call(this, event);
    } catch {
      // A where clause at which the library throws, such as one that compares an EventId with null: the event does not fit it.
    }
  };
  items._on_node_disposed = function (node) {
    const attributeId: AttributeIds | undefined = this.itemToMonitor.attributeId;
    if (attributeId !== AttributeIds.EventNotifier) disposed.call(this, node);
    // The library would queue a value where the client expects events.
    else (this as unknown as EventItemInternals)._stop_sampling.call(this);
  };
}

/** Hands an event to whoever monitors an object. */
export function emitEvent(node: UAObject | VirtualNode, event: IEventData): void {
  if (node instanceof VirtualNode) node.emit("event", event);
  else node.emit("event", event);
}
