// Raises occurrences as events (OPC 10000-3 §4.7) at the Server object, the folder of charge points, the charge point and the connector.
// Nothing is made of an occurrence to which nobody listens, and many of them do not hold up the thread.
import type { AddressSpace, UAObject } from "node-opcua";
import { occurrenceTypes, type OccurrenceType } from "../datapoints/occurrences.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { ChargePoints } from "./chargePoints.ts";
import type { EventFactory } from "./eventFactory.ts";
import { emitEvent } from "./libraryEvents.ts";
import { formatAddress } from "./nodeIds.ts";
import type { VirtualNode } from "./virtualNode.ts";

/** Raised at a time; then others have their turn. */
const AT_A_TIME = 50;
/** Types that are seen at the object by which SCADA decides as well. */
const seenAtDecisions: ReadonlySet<string> = new Set(
  Object.entries<OccurrenceType>(occurrenceTypes).flatMap(([name, { seenAt }]) =>
    seenAt === "decisions" ? [name] : [],
  ),
);
/** No client's queue holds as many; beyond it the oldest are dropped. */
const MAX_WAITING = 10_000;

export interface EventsOptions {
  readonly addressSpace: AddressSpace;
  readonly chargePoints: ChargePoints;
  /** The folder of all charge points. */
  readonly folder: UAObject;
  /** The object by which SCADA decides. */
  readonly decisions: UAObject;
  readonly factory: EventFactory;
  /** Runs something once others have had their turn. */
  readonly later: (run: () => void) => void;
  readonly onFault: (error: unknown) => void;
}

export class Events {
  readonly #options: EventsOptions;
  readonly #server: UAObject;
  #waiting: Occurrence[] = [];
  #isDraining = false;

  constructor(options: EventsOptions) {
    this.#options = options;
    this.#server = options.addressSpace.rootFolder.objects.server;
  }

  /** Raises them in their order: the first at once, the others when it is their turn. */
  raise(occurrences: readonly Occurrence[]): void {
    const heard = occurrences.filter((occurrence) => this.#listenersOf(occurrence).length > 0);
    if (heard.length === 0) return;
    this.#waiting.push(...heard);
    if (this.#waiting.length > MAX_WAITING) this.#waiting = this.#waiting.slice(-MAX_WAITING);
    if (!this.#isDraining) this.#drain();
  }

  #drain(): void {
    const now = this.#waiting.slice(0, AT_A_TIME);
    this.#waiting = this.#waiting.slice(AT_A_TIME);
    this.#isDraining = this.#waiting.length > 0;
    for (const occurrence of now) this.#raise(occurrence);
    if (this.#isDraining) this.#options.later(() => this.#drain());
  }

  #raise(occurrence: Occurrence): void {
    try {
      const listeners = this.#listenersOf(occurrence);
      const event = listeners.length === 0 ? undefined : this.#options.factory.eventOf(occurrence);
      if (event !== undefined) for (const node of listeners) emitEvent(node, event);
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  /** Whoever listens at the places where it is seen. */
  #listenersOf({ type, chargePointId, connectorId, isStray }: Occurrence): (UAObject | VirtualNode)[] {
    const { folder, decisions, chargePoints } = this.#options;
    const places: (UAObject | VirtualNode | undefined)[] = [this.#server, folder];
    if (seenAtDecisions.has(type)) places.push(decisions);
    const chargePoint = isStray === true ? undefined : chargePoints.find(chargePointId);
    if (chargePoint?.live !== undefined) {
      const { live, encodedId } = chargePoint;
      places.push(live.get(encodedId));
      if (connectorId !== undefined && connectorId > 0)
        places.push(live.get(formatAddress(encodedId, connectorId, "")));
    }
    return places.filter((place) => place !== undefined && place.listenerCount("event") > 0) as (
      | UAObject
      | VirtualNode
    )[];
  }
}
