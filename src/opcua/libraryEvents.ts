// Reaches into the library (node-opcua 2.186) like libraryInternals.ts, where monitored items of events are concerned: none may keep an
// event from the others, and an object that goes away is told by no value.
import {
  AttributeIds,
  MonitoredItem,
  type AddressSpace,
  type IEventData,
  type Subscription,
  type UAObject,
} from "node-opcua";
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

interface HasItems {
  readonly monitoredItems: ReadonlyMap<number, MonitoredItem>;
}

/** The items of a subscription that monitor events, or that one of them; undefined when it has no such item. */
export function eventItemsOf(subscription: Subscription, monitoredItemId?: number): MonitoredItem[] | undefined {
  const items = [...(subscription as unknown as HasItems).monitoredItems.values()];
  const named =
    monitoredItemId === undefined ? items : items.filter((item) => item.monitoredItemId === monitoredItemId);
  if (monitoredItemId !== undefined && named.length === 0) return undefined;
  return named.filter(({ itemToMonitor }) => {
    const attributeId: AttributeIds | undefined = itemToMonitor.attributeId;
    return attributeId === AttributeIds.EventNotifier;
  });
}

/** Hands an event to one item alone. */
export function deliverTo(item: MonitoredItem, event: IEventData): void {
  (item as unknown as EventItemInternals)._on_opcua_event.call(item, event);
}

interface Refreshes {
  _condition_refresh_scope: { readonly subscription: object; readonly monitoredItemId: number } | null;
}

/** The same for the beginning and the end of a refresh: no filter holds them back (OPC 10000-9 §4.5). */
export function deliverBracket(item: MonitoredItem, event: IEventData, space: AddressSpace): void {
  const { $subscription: subscription, monitoredItemId } = item;
  if (subscription === undefined) return;
  const internal = space as unknown as Refreshes;
  internal._condition_refresh_scope = { subscription, monitoredItemId };
  try {
    deliverTo(item, event);
  } finally {
    internal._condition_refresh_scope = null;
  }
}

/** Hands an event to whoever monitors an object. */
export function emitEvent(node: UAObject | VirtualNode, event: IEventData): void {
  if (node instanceof VirtualNode) node.emit("event", event);
  else node.emit("event", event);
}
