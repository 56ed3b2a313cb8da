// The only place that reaches into the library (node-opcua 2.186). Everything else uses what it documents.
// test/opcua/libraryInternals.test.ts says in plain words which of these an upgrade has changed.
import type { Server, Socket } from "node:net";
import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  DataValue,
  ModifyMonitoredItemsRequest,
  MonitoredItem,
  MonitoredItemCreateResult,
  MonitoredItemModifyResult,
  MonitoringMode,
  NodeClass,
  NodeIdType,
  ServerSession,
  StatusCodes,
  Subscription,
  type AddressSpace,
  type BaseNode,
  type BrowseDescription,
  type ISessionContext,
  type MonitoredItemCreateRequest,
  type MonitoringParameters,
  type StatusCode,
  type TimestampsToReturn,
  type MonitoredItemNotification,
  type Namespace,
  type NodeId,
  type NumericRange,
  type OPCUAServer,
  type QualifiedName,
  type ReferenceDescription,
  type RelativePathElement,
} from "node-opcua";
import type { Clock } from "../std/clock.ts";
import {
  correctRange,
  faultOfEncoding,
  faultOfEvents,
  faultOfFilter,
  hasParts,
  isRange,
  withoutValue,
} from "./requestFaults.ts";
import { recordWithoutCopies } from "./libraryChanges.ts";
import { lightenItems } from "./libraryMemory.ts";
import { VirtualNode, asNode } from "./virtualNode.ts";

// ---------------------------------------------------------------------------------------- finding nodes

interface FindsNodes {
  findNode2(nodeId: NodeId): BaseNode | null;
}

/** Every service looks a node up here; strings of ours that do not begin with a slash are virtual, and those below `prefix`. */
export function resolveVirtualNodes(
  namespace: Namespace,
  prefix: string,
  find: (nodeId: NodeId) => VirtualNode | undefined,
): void {
  const internal = namespace as unknown as FindsNodes;
  const original = internal.findNode2.bind(namespace);
  internal.findNode2 = (nodeId) => {
    const { identifierType, value } = nodeId;
    if (identifierType !== NodeIdType.STRING || typeof value !== "string") return original(nodeId);
    if (value.startsWith("/") && !value.startsWith(prefix)) return original(nodeId);
    const node = find(nodeId);
    return node === undefined ? null : asNode(node);
  };
}

/** The library's aliases of registered nodes are known to Read and Write alone; a NodeId may as well be its own (OPC 10000-4 §5.9.5.2). */
export function registerNodesAsThemselves(): void {
  ServerSession.prototype.registerNode = (nodeId) => nodeId;
}

interface Browses {
  browseNode(description: BrowseDescription, context?: ISessionContext): ReferenceDescription[];
  browseNodeByTargetName(element: RelativePathElement, isLast: boolean): NodeId[];
}

/** What a real node refers to in addition to what the library knows. */
export interface MoreReferences {
  browse(description: BrowseDescription, context?: ISessionContext): ReferenceDescription[];
  find(element: RelativePathElement): NodeId[];
}

export function addReferences(node: BaseNode, more: MoreReferences): void {
  const internal = node as unknown as Browses;
  const browse = internal.browseNode.bind(node);
  const findTargets = internal.browseNodeByTargetName.bind(node);
  internal.browseNode = (description, context) => [
    ...browse(description, context),
    ...more.browse(description, context),
  ];
  internal.browseNodeByTargetName = (element, isLast) => [...findTargets(element, isLast), ...more.find(element)];
}

// ---------------------------------------------------------------------------------------- reading

interface ToRead {
  nodeId: NodeId;
  attributeId: AttributeIds;
  indexRange?: NumericRange | null;
  dataEncoding?: QualifiedName | null;
}

interface ReadsNodes {
  readNode(context: unknown, node: ToRead, maxAge: number, timestamps: number): Promise<DataValue>;
}

/** OPC 10000-4 §5.11.2: from this age on the value is wanted as it stands. */
const CACHED = 0x7fff_ffff;

/**
 * Keeps the time of receipt of our values: the library would put the time of reading in its place (OPC 10000-4 §7.11.4).
 * Judges encodings and ranges of values, which the library knows by other names or ignores.
 * And answers where the library throws, such as at a range of two dimensions over a text: a rejection that nobody handles would end the thread.
 */
export function guardReading(server: OPCUAServer, namespaceIndex: number): void {
  const accessor = (server.engine as unknown as { addressSpaceAccessor: ReadsNodes }).addressSpaceAccessor;
  const readNode = accessor.readNode.bind(accessor);
  accessor.readNode = async (context, node, maxAge, timestamps) => {
    const { nodeId, attributeId, indexRange, dataEncoding } = node;
    const age = nodeId.namespace === namespaceIndex ? CACHED : maxAge;
    try {
      if (attributeId !== AttributeIds.Value) return await readNode(context, node, age, timestamps);
      const asked = { nodeId, attributeId, indexRange: indexRange ?? null };
      const answer = await readNode(context, asked, age, timestamps);
      if (REFUSALS.has(answer.statusCode)) return answer;
      const fault = faultOfEncoding(dataEncoding, server.engine.addressSpace?.findNode(nodeId) ?? null);
      if (fault !== undefined) return withoutValue(answer, fault);
      return isRange(indexRange) ? correctRange(answer, indexRange) : answer;
    } catch {
      return new DataValue({ statusCode: StatusCodes.BadIndexRangeNoData });
    }
  };
}

/** Answers that come before all others. */
const REFUSALS: ReadonlySet<StatusCode> = new Set([
  StatusCodes.BadNodeIdUnknown,
  StatusCodes.BadAttributeIdInvalid,
  StatusCodes.BadSecurityModeInsufficient,
  StatusCodes.BadUserAccessDenied,
  StatusCodes.BadNotReadable,
]);

// ---------------------------------------------------------------------------------------- monitoring

/** Items on our values are told of every change; a requested interval would poll them all, which costs as much as it sounds. */
export function deliverOnChange(server: OPCUAServer, namespaceIndex: number): void {
  server.on("request", (request: unknown) => {
    if (request instanceof CreateMonitoredItemsRequest) {
      for (const { itemToMonitor, requestedParameters } of request.itemsToCreate ?? []) {
        const attributeId: AttributeIds = itemToMonitor.attributeId;
        if (itemToMonitor.nodeId.namespace === namespaceIndex && attributeId === AttributeIds.Value)
          requestedParameters.samplingInterval = 0;
      }
    } else if (request instanceof ModifyMonitoredItemsRequest) {
      const subscription = server.engine.findSubscription(request.subscriptionId);
      for (const { monitoredItemId, requestedParameters } of request.itemsToModify ?? [])
        if (subscription?.getMonitoredItem(monitoredItemId)?.node instanceof VirtualNode)
          requestedParameters.samplingInterval = 0;
    }
  });
}

/** `NumericRangeType.MatrixRange`, which the library does not export. */
const MATRIX_RANGE = 3;

interface FilterInternals {
  modify(
    this: MonitoredItem,
    timestamps: TimestampsToReturn,
    parameters: MonitoringParameters,
  ): MonitoredItemModifyResult;
}

interface CreationInternals {
  preCreateMonitoredItem(
    this: Subscription,
    space: AddressSpace,
    timestamps: TimestampsToReturn,
    request: MonitoredItemCreateRequest,
  ): { createResult: MonitoredItemCreateResult };
}

function refuseBadFilters(): void {
  const items = MonitoredItem.prototype as unknown as FilterInternals;
  const { modify } = items;
  items.modify = function (timestamps, parameters) {
    const fault = faultOfFilter(parameters.filter, this.itemToMonitor.attributeId ?? AttributeIds.Value);
    if (fault !== undefined) return new MonitoredItemModifyResult({ statusCode: fault });
    return modify.call(this, timestamps, parameters);
  };
  const subscriptions = Subscription.prototype as unknown as CreationInternals;
  const { preCreateMonitoredItem: create } = subscriptions;
  subscriptions.preCreateMonitoredItem = function (space, timestamps, request) {
    const fault = isSessionFull(this) ? StatusCodes.BadTooManyMonitoredItems : faultOfItem(space, request);
    if (fault !== undefined) return { createResult: new MonitoredItemCreateResult({ statusCode: fault }) };
    return create.call(this, space, timestamps, request);
  };
}

interface Bounded {
  readonly $session?: { readonly currentMonitoredItemCount: number };
  readonly serverCapabilities: { readonly maxMonitoredItemsPerSubscription: number };
}

/** The library counts the items of each subscription and of all sessions; a session may have as many as one of its subscriptions. */
function isSessionFull(subscription: Subscription): boolean {
  const { $session: session, serverCapabilities } = subscription as unknown as Bounded;
  return (session?.currentMonitoredItemCount ?? 0) >= serverCapabilities.maxMonitoredItemsPerSubscription;
}

function faultOfItem(space: AddressSpace, request: MonitoredItemCreateRequest): StatusCode | undefined {
  const { requestedParameters, itemToMonitor } = request;
  const { nodeId, indexRange, dataEncoding } = itemToMonitor;
  const attributeId: AttributeIds = itemToMonitor.attributeId;
  if (attributeId === AttributeIds.EventNotifier) {
    const fault = faultOfEvents(space.findNode(nodeId));
    if (fault !== undefined) return fault;
  }
  const node = attributeId === AttributeIds.Value ? space.findNode(nodeId) : null;
  if (node?.nodeClass === NodeClass.Variable) {
    const fault = faultOfEncoding(dataEncoding, node);
    if (fault !== undefined) return fault;
    // Where the library would send the whole value.
    if (indexRange?.isDefined() && indexRange.isValid() && !hasParts(node)) return StatusCodes.BadIndexRangeNoData;
  }
  // A text cannot have two dimensions, and nothing else here can: the library throws where it should say so.
  const range: number | undefined = indexRange?.type;
  if (range === MATRIX_RANGE) return StatusCodes.BadIndexRangeNoData;
  return faultOfFilter(requestedParameters.filter, attributeId);
}

const DIRTY = Symbol("items with something to report");

interface DirtySubscription {
  [DIRTY]?: Set<MonitoredItem>;
}

interface ItemInternals {
  _enqueue_notification(this: MonitoredItem, notification: unknown): void;
  trigger(this: MonitoredItem): void;
  setMonitoringMode(this: MonitoredItem, mode: MonitoringMode): unknown;
  dispose(this: MonitoredItem): void;
}

interface SubscriptionInternals {
  _harvestMonitoredItems(this: Subscription): void;
  _addNotificationMessage(notification: unknown, monitoredItemId: number): void;
  _hasUncollectedMonitoredItemNotifications: boolean;
}

function markDirty(item: MonitoredItem): void {
  const subscription = item.$subscription as (Subscription & DirtySubscription) | undefined;
  if (subscription !== undefined) (subscription[DIRTY] ??= new Set()).add(item);
}

let isApplied = false;

/**
 * Changes the library's monitored items and subscriptions, once a thread: a publish visits only the items that have
 * something to report, where the library visits all of them; filters at which the library throws are refused.
 */
export function improveMonitoring(): void {
  if (isApplied) return;
  isApplied = true;
  lightenItems();
  recordWithoutCopies();
  refuseBadFilters();
  patchItems(MonitoredItem.prototype as unknown as ItemInternals);
  patchSubscriptions();
}

function patchItems(items: ItemInternals): void {
  const { _enqueue_notification: enqueue, trigger, setMonitoringMode, dispose } = items;
  items._enqueue_notification = function (notification) {
    const { value } = notification as Partial<MonitoredItemNotification>;
    if (value?.statusCode.equals(StatusCodes.BadIndexRangeNoData) === true)
      (notification as MonitoredItemNotification).value = withoutValue(value, value.statusCode);
    enqueue.call(this, notification);
    // A sampling item reports only when it is triggered (OPC 10000-4 §5.13.1.6), or when it begins to report.
    if (this.monitoringMode === MonitoringMode.Reporting) markDirty(this);
  };
  items.trigger = function () {
    trigger.call(this);
    // The library takes the queue in a setImmediate of its own, which runs before this one.
    setImmediate(() => markDirty(this));
  };
  items.setMonitoringMode = function (mode) {
    const status = setMonitoringMode.call(this, mode);
    if (mode === MonitoringMode.Reporting && this.queue.length > 0) markDirty(this);
    return status;
  };
  items.dispose = function () {
    (this.$subscription as DirtySubscription | undefined)?.[DIRTY]?.delete(this);
    dispose.call(this);
  };
}

function patchSubscriptions(): void {
  const subscriptions = Subscription.prototype as unknown as SubscriptionInternals;
  Object.defineProperty(subscriptions, "hasUncollectedMonitoredItemNotifications", {
    configurable: true,
    get(this: DirtySubscription): boolean {
      for (const item of this[DIRTY] ?? []) if (item.hasMonitoredItemNotifications) return true;
      return false;
    },
  });
  subscriptions._harvestMonitoredItems = function () {
    const dirty = (this as DirtySubscription)[DIRTY];
    if (dirty === undefined || dirty.size === 0) return;
    (this as DirtySubscription)[DIRTY] = new Set();
    const { _addNotificationMessage: add } = this as unknown as SubscriptionInternals;
    for (const item of dirty)
      for (const notification of item.extractMonitoredItemNotifications())
        add.call(this, notification, item.monitoredItemId);
  };
}

// ---------------------------------------------------------------------------------------- sockets

interface HasListener {
  readonly _server?: Server;
}

/** Connections that have not opened a secure channel: as many as may knock at once, and for how long. */
const MAX_KNOCKING = 50;
const KNOCKING_MS = 10_000;

/** The open connections of a server: closes those that never open a channel and those that do not read. */
export class Connections {
  readonly #server: OPCUAServer;
  readonly #clock: Clock;
  /** With the time of acceptance, oldest first. */
  readonly #knocking = new Map<Socket, number>();
  readonly #sockets = new Set<Socket>();

  /** Follows the server's connections; to be made before it listens. */
  constructor(server: OPCUAServer, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    for (const endpoint of server.endpoints) {
      const listener = (endpoint as unknown as HasListener)._server;
      if (listener === undefined) throw new Error("the library's endpoint has no listener to follow");
      // Before the library's own, which counts connections and refuses.
      listener.prependListener("connection", (socket) => this.#follow(socket));
    }
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Closes those that have knocked for too long. */
  closeKnocking(olderThanMs = KNOCKING_MS): void {
    this.#noteOpened();
    const now = this.#clock.monotonic();
    for (const [socket, since] of this.#knocking) if (now - since >= olderThanMs) socket.destroy();
  }

  /** Closes those that leave more than `limit` bytes unread; answers how many there were. */
  closeUnread(limit: number): number {
    const unread = [...this.#sockets].filter(({ writableLength }) => writableLength > limit);
    for (const socket of unread) socket.destroy();
    return unread.length;
  }

  /** Reads a client no further, or again. */
  hold(remotePort: number, isHeld: boolean): void {
    for (const socket of this.#sockets)
      if (socket.remotePort === remotePort && socket.isPaused() !== isHeld) {
        if (isHeld) socket.pause();
        else socket.resume();
      }
  }

  #follow(socket: Socket): void {
    this.#sockets.add(socket);
    this.#knocking.set(socket, this.#clock.monotonic());
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#knocking.delete(socket);
    });
    if (this.#knocking.size <= MAX_KNOCKING) return;
    this.#noteOpened();
    const [oldest] = this.#knocking.keys();
    if (this.#knocking.size > MAX_KNOCKING) oldest?.destroy();
  }

  /** Who has opened a channel is no longer knocking. */
  #noteOpened(): void {
    const channels = this.#server.endpoints.flatMap((endpoint) => endpoint.getChannels());
    const open = new Set(channels.filter(({ isOpened }) => isOpened).map(({ remotePort }) => remotePort));
    for (const socket of this.#knocking.keys()) if (open.has(socket.remotePort ?? -1)) this.#knocking.delete(socket);
  }
}
