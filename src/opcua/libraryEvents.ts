// Reaches into the library (node-opcua 2.186) like libraryInternals.ts, where events are concerned: no monitored item may keep an
// event from the others, or miss one once the client knows that it is there; an object that goes away is told by no value; and the history
// filters as monitored items do.
import {
  AttributeIds,
  DataTypeIds,
  EventFilter,
  FilterContextOnAddressSpace,
  MonitoredItem,
  NodeClass,
  PermissionType,
  SessionContext,
  checkFilter,
  coerceNodeId,
  extractEventFieldsBase,
  sameNodeId,
  type AddressSpace,
  type BrowsePath,
  type ContentFilter,
  type ExtensionObject,
  type IEventData,
  type ISessionContext,
  type NodeId,
  type SimpleAttributeOperand,
  type Subscription,
  type UAObject,
  type Variant,
} from "node-opcua";
import { ConditionEvent } from "./conditionEvent.ts";
import { VirtualNode } from "./virtualNode.ts";

interface EventItemInternals {
  _on_opcua_event: (this: MonitoredItem, event: IEventData) => void;
  _enqueue_event(fields: Variant[]): void;
  getSessionContext(): ISessionContext | null;
  _on_node_disposed: (this: MonitoredItem, node: unknown) => void;
  _stop_sampling: (this: MonitoredItem) => void;
  _start_sampling: (this: MonitoredItem, recordInitialValue: boolean) => void;
  __start_sampling: (this: MonitoredItem, recordInitialValue: boolean) => void;
}

/** Who has no session may see all fields: whether an event may be seen at all has been judged before. */
const EVERYONE = SessionContext.defaultContext as ISessionContext;

let isApplied = false;

/** Changes the library's monitored items, once a thread. */
export function improveEventItems(): void {
  if (isApplied) return;
  isApplied = true;
  const items = MonitoredItem.prototype as unknown as EventItemInternals;
  const { _on_opcua_event: receive, _on_node_disposed: disposed } = items;
  const { __start_sampling: startNow, _start_sampling: startLater } = items;
  items._start_sampling = function (recordInitialValue) {
    // Later the client may know already that the item is there, and events of until then would be lost.
    (isEventItem(this) ? startNow : startLater).call(this, recordInitialValue);
  };
  items._on_opcua_event = function (event) {
    try {
      if (event instanceof ConditionEvent) receiveCondition(this, event);
      else receive.call(this, event);
    } catch {
      // A where clause at which the library throws, such as one that compares an EventId with null: the event does not fit it.
    }
  };
  items._on_node_disposed = function (node) {
    if (!isEventItem(this)) disposed.call(this, node);
    // The library would queue a value where the client expects events.
    else (this as unknown as EventItemInternals)._stop_sampling.call(this);
  };
}

/** As the library does, which would look up every field by its path below the condition, also those that its type does not have. */
function receiveCondition(item: MonitoredItem, event: ConditionEvent): void {
  const { filter } = item;
  if (!(filter instanceof EventFilter)) return;
  const internal = item as unknown as EventItemInternals;
  const context = internal.getSessionContext();
  if (context !== null && !mayReceive(context, event)) return;
  if ((filter.whereClause.elements ?? []).length > 0 && !fits(event, filter.whereClause)) return;
  internal._enqueue_event(event.select(filter.selectClauses ?? []));
}

function isEventItem({ itemToMonitor }: MonitoredItem): boolean {
  const attributeId: AttributeIds | undefined = itemToMonitor.attributeId;
  return attributeId === AttributeIds.EventNotifier;
}

/** Replaces the number that the library gives an event; that one means nothing to whoever reads the history. */
export function setEventId(event: IEventData, eventId: Buffer): void {
  // The field and what filters see of it are one Variant.
  (event as unknown as { readonly eventId: Variant }).eventId.value = eventId;
}

interface HasSource {
  readonly sourceNode: Variant;
}

/** Whether a session may see an event, by its type and its source, as monitored items judge (OPC 10000-3 §8.55, ReceiveEvents). */
export function mayReceive(context: ISessionContext, event: IEventData): boolean {
  const type = event.getEventDataSource();
  if (!context.checkPermission(type, PermissionType.ReceiveEvents)) return false;
  const source = type.addressSpace.findNode((event as unknown as HasSource).sourceNode.value as NodeId);
  return source === null || context.checkPermission(source, PermissionType.ReceiveEvents);
}

/** For events of the history: of a condition the event itself says what it is, for its node may be gone. */
class EventContext extends FilterContextOnAddressSpace {
  readonly #condition: ConditionEvent | undefined;

  constructor(event: IEventData) {
    super(EVERYONE, event);
    this.#condition = event instanceof ConditionEvent ? event : undefined;
    this.eventSource = this.#condition?.conditionId ?? this.eventSource;
  }

  override getNodeClass(nodeId: NodeId): NodeClass {
    return this.#isCondition(nodeId) ? NodeClass.Object : super.getNodeClass(nodeId);
  }

  override getTypeDefinition(nodeId: NodeId): NodeId | null {
    return this.#isCondition(nodeId) ? (this.#condition?.typeId ?? null) : super.getTypeDefinition(nodeId);
  }

  override browsePath(path: BrowsePath): NodeId | null {
    if (this.#condition === undefined) return super.browsePath(path);
    return this.#condition._browse(path)?.targets?.[0]?.targetId ?? null;
  }

  #isCondition(nodeId: NodeId): boolean {
    return this.#condition !== undefined && sameNodeId(nodeId, this.#condition.conditionId);
  }
}

/** Whether an event fits a where clause, as monitored items judge. */
export function fits(event: IEventData, whereClause: ContentFilter): boolean {
  try {
    return checkFilter(new EventContext(event), whereClause);
  } catch {
    // As above.
    return false;
  }
}

/** The fields that select clauses name, as monitored items do; Null where there is none. */
export function fieldsOf(event: IEventData, clauses: readonly SimpleAttributeOperand[]): Variant[] {
  if (event instanceof ConditionEvent) return event.select(clauses);
  return extractEventFieldsBase(new EventContext(event), [...clauses]);
}

/** The HistoryData of events (OPC 10000-11 §6.6.4); of its structure the library exports no name. */
export function historyEventOf(addressSpace: AddressSpace, events: readonly Variant[][]): ExtensionObject {
  const dataType = coerceNodeId(DataTypeIds.HistoryEvent);
  return addressSpace.constructExtensionObject(dataType, {
    events: events.map((eventFields) => ({ eventFields })),
  });
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
