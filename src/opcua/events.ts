// Raises occurrences as events (OPC 10000-3 §4.7) at the Server object, the folder of charge points, the charge point and the connector.
// Nothing is made of an occurrence to which nobody listens, and many of them do not hold up the thread.
import type { AddressSpace, UAObject } from "node-opcua";
import { occurrenceTypes, type OccurrenceType } from "../datapoints/occurrences.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import { listenersOf, heard, type EventPlace, type EventPlacesOptions } from "./eventPlaces.ts";
import type { ChargePoints } from "./chargePoints.ts";
import type { EventFactory } from "./eventFactory.ts";
import { InSteps } from "./inSteps.ts";
import { emitEvent } from "./libraryEvents.ts";

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
  readonly #places: EventPlacesOptions;
  readonly #steps: InSteps<Occurrence>;

  constructor(options: EventsOptions) {
    this.#options = options;
    this.#places = { ...options, server: options.addressSpace.rootFolder.objects.server };
    const handle = (occurrence: Occurrence): void => this.#raise(occurrence);
    this.#steps = new InSteps({ atATime: AT_A_TIME, mostWaiting: MAX_WAITING, later: options.later, handle });
  }

  /** Raises them in their order: the first at once, the others when it is their turn. */
  raise(occurrences: readonly Occurrence[]): void {
    this.#steps.add(occurrences.filter((occurrence) => this.#listenersOf(occurrence).length > 0));
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
  #listenersOf({ type, chargePointId, connectorId, isStray }: Occurrence): EventPlace[] {
    const listeners = listenersOf(this.#places, isStray === true ? undefined : chargePointId, connectorId);
    return seenAtDecisions.has(type) ? [...listeners, ...heard([this.#options.decisions])] : listeners;
  }
}
