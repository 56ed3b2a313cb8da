// Reaches into the library (node-opcua 2.186) like libraryInternals.ts, where each of many thousand monitored items would keep of its own
// what all of them can share, or what nobody needs.
import {
  AttributeIds,
  MonitoredItem,
  NumericRange,
  QualifiedName,
  Subscription,
  type AddressSpace,
  type MonitoredItemCreateRequest,
  type TimestampsToReturn,
} from "node-opcua";

/** The library knows no encoding by its name; there is only one anyway. */
const DEFAULT_ENCODING = Object.freeze(new QualifiedName({}));
const NO_RANGE = Object.freeze(new NumericRange());

interface Creates {
  preCreateMonitoredItem(
    this: Subscription,
    space: AddressSpace,
    timestamps: TimestampsToReturn,
    request: MonitoredItemCreateRequest,
  ): { readonly monitoredItem?: MonitoredItem };
}

interface Registered {
  readonly registry: { register(item: MonitoredItem): void; unregister(item: MonitoredItem): void };
}

interface Emits {
  _events: object | undefined;
  readonly _eventsCount: number;
}

/** To be called once a thread. */
export function lightenItems(): void {
  // The library lists all items there are, weakly, for its own tests.
  const { registry } = MonitoredItem as unknown as Registered;
  registry.register = () => {};
  registry.unregister = () => {};
  const subscriptions = Subscription.prototype as unknown as Creates;
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the subscription whose method it is
  const { preCreateMonitoredItem: create } = subscriptions;
  subscriptions.preCreateMonitoredItem = function (space, timestamps, request) {
    shareDefaults(request);
    const created = create.call(this, space, timestamps, request);
    if (created.monitoredItem !== undefined) forgetListeners(created.monitoredItem);
    return created;
  };
}

/** What stays with an item of what a client has asked for. */
function shareDefaults({ itemToMonitor }: MonitoredItemCreateRequest): void {
  const attributeId: AttributeIds = itemToMonitor.attributeId;
  if (attributeId === AttributeIds.Value) itemToMonitor.dataEncoding = DEFAULT_ENCODING;
  if (itemToMonitor.indexRange?.isEmpty()) itemToMonitor.indexRange = NO_RANGE;
}

/** Node's emitter makes an empty table when it is made, and would make it as well when somebody listens: nobody does. */
function forgetListeners(item: MonitoredItem): void {
  const emitter = item as unknown as Emits;
  if (emitter._eventsCount === 0) emitter._events = undefined;
}
