// ConditionRefresh (OPC 10000-9 §5.5.7, §5.5.8): tells one subscription of every retained condition, between two events that bracket them.
// However many there are and however often it is asked for, others have their turn, and no queue of the client overflows while it reads.
import {
  DataType,
  LocalizedText,
  StatusCodes,
  type AddressSpace,
  type IEventData,
  type ISessionContext,
  type MonitoredItem,
  type StatusCode,
  type Subscription,
  type UAObject,
} from "node-opcua";
import { AttemptWindow } from "../std/attemptWindow.ts";
import type { Clock } from "../std/clock.ts";
import type { Conditions, RetainedCondition } from "./conditions.ts";
import { deliverBracket, deliverTo, eventItemsOf } from "./libraryEvents.ts";
import { VirtualNode } from "./virtualNode.ts";

/** Told at a time; then others have their turn. */
const AT_A_TIME = 50;
/** How long a client that does not read is waited for between two events; then its queue overflows, as with any event. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 20;
/** How often one session may ask. */
const PER_WINDOW = 10;
const WINDOW_MS = 10_000;
const MAX_SESSIONS = 10_000;

export interface RefreshOptions {
  readonly addressSpace: AddressSpace;
  readonly conditions: Conditions;
  readonly bridge: UAObject;
  readonly folder: UAObject;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

interface Job {
  readonly session: object;
  readonly subscription: Subscription;
  readonly items: readonly MonitoredItem[];
  readonly left: Iterator<RetainedCondition>;
  waitedMs: number;
}

export class ConditionRefresh {
  readonly #options: RefreshOptions;
  readonly #attempts: AttemptWindow;
  /** One after the other in turns. */
  #jobs: Job[] = [];
  #isRunning = false;

  constructor(options: RefreshOptions) {
    this.#options = options;
    const { clock } = options;
    this.#attempts = new AttemptWindow({ clock, windowMs: WINDOW_MS, most: PER_WINDOW, mostKeys: MAX_SESSIONS });
  }

  /** Begins a refresh of a subscription, or of one of its items. */
  start(context: ISessionContext, subscriptionId: number, monitoredItemId?: number): StatusCode {
    const { session } = context;
    const subscription = (session as HasSubscriptions | undefined)?.getSubscription(subscriptionId);
    if (session === undefined || subscription === null || subscription === undefined)
      return StatusCodes.BadSubscriptionIdInvalid;
    const items = eventItemsOf(subscription, monitoredItemId);
    if (items === undefined) return StatusCodes.BadMonitoredItemIdInvalid;
    if (this.#jobs.some((job) => job.session === session)) return StatusCodes.BadRefreshInProgress;
    const key = session.getSessionId().toString();
    if (this.#attempts.isExhausted(key)) return StatusCodes.BadTooManyOperations;
    this.#attempts.add(key);
    for (const item of items) this.#bracket(item, "RefreshStartEventType");
    const left = this.#options.conditions.retained()[Symbol.iterator]();
    this.#jobs.push({ session, subscription, items, left, waitedMs: 0 });
    if (!this.#isRunning) this.#run();
    return StatusCodes.Good;
  }

  #run(): void {
    const jobs = this.#jobs;
    let isWaiting = jobs.length > 0;
    for (const job of jobs) isWaiting = !this.#step(job) && isWaiting;
    this.#isRunning = this.#jobs.length > 0;
    if (this.#isRunning) this.#options.clock.after(isWaiting ? PAUSE_MS : 0, () => this.#run());
  }

  /** Tells a little; answers whether there was something to do. */
  #step(job: Job): boolean {
    if (job.subscription.$session === undefined || job.subscription.$session === null) {
      this.#end(job);
      return true;
    }
    for (let told = 0; told < AT_A_TIME; told++) {
      if (this.#isFull(job)) return told > 0;
      const next = job.left.next();
      if (next.done === true) {
        for (const item of job.items) this.#bracket(item, "RefreshEndEventType");
        this.#end(job);
        return true;
      }
      this.#tell(job, next.value);
    }
    return true;
  }

  #end(job: Job): void {
    this.#jobs = this.#jobs.filter((each) => each !== job);
  }

  /** A client that reads empties its queues; another is not waited for without end. */
  #isFull(job: Job): boolean {
    // Room for the end, and for what happens meanwhile.
    const isFull = job.items.some(({ queue, queueSize }) => queueSize > 3 && queue.length >= queueSize - 2);
    if (!isFull || job.waitedMs >= PATIENCE_MS) {
      if (!isFull) job.waitedMs = 0;
      return false;
    }
    job.waitedMs += PAUSE_MS;
    return true;
  }

  #tell(job: Job, condition: RetainedCondition): void {
    let event: IEventData | undefined;
    for (const item of job.items) {
      if (!this.#sees(item, condition)) continue;
      event ??= condition.event();
      if (event !== undefined) deliverTo(item, event);
    }
  }

  /** Whether an event of the condition is seen where the item listens. */
  #sees({ node }: MonitoredItem, { chargePoint, connector }: RetainedCondition): boolean {
    const { addressSpace, bridge, folder } = this.#options;
    const listened: unknown = node;
    if (listened instanceof VirtualNode) {
      const { position } = listened;
      return position.chargePoint === chargePoint && (position.connector === 0 || position.connector === connector);
    }
    if (listened === addressSpace.rootFolder.objects.server) return true;
    const isOfBridge = chargePoint.encodedId.startsWith("/");
    return listened === (isOfBridge ? bridge : folder);
  }

  #bracket(item: MonitoredItem, name: "RefreshStartEventType" | "RefreshEndEventType"): void {
    const { addressSpace, onFault } = this.#options;
    try {
      const { server } = addressSpace.rootFolder.objects;
      const text = name === "RefreshStartEventType" ? "The refresh begins" : "The refresh ends";
      const type = addressSpace.findEventType(name);
      if (type === null) throw new Error(`${name} is not in the loaded nodesets`);
      const event = addressSpace.constructEventData(type, {
        sourceNode: { dataType: DataType.NodeId, value: server.nodeId },
        sourceName: { dataType: DataType.String, value: "Server" },
        localTime: { dataType: DataType.Null },
        severity: { dataType: DataType.UInt16, value: 100 },
        message: { dataType: DataType.LocalizedText, value: new LocalizedText({ locale: "en", text }) },
      });
      deliverBracket(item, event, addressSpace);
    } catch (error) {
      onFault(error);
    }
  }
}

interface HasSubscriptions {
  getSubscription(subscriptionId: number): Subscription | null;
}
