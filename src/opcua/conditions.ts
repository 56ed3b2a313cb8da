// The conditions as the server's thread shows them: a copy of the state of every alarm of which there is something to remember, told to
// whoever listens. It decides nothing about alarms; the truth is on the main thread.
import type { UAObject } from "node-opcua";
import { BRIDGE_PLACE, alarmsAt } from "../datapoints/alarms.ts";
import type { EpochMs } from "../std/clock.ts";
import { isCalm, isRetained, removed, type AlarmState } from "../twin/alarms.ts";
import type { ChargePoint } from "./chargePoints.ts";
import { ConditionEvent } from "./conditionEvent.ts";
import { conditionNow, keyOf, partsOf } from "./conditionValues.ts";
import { heard, listenersOf, type EventPlace, type EventPlacesOptions } from "./eventPlaces.ts";
import { InSteps } from "./inSteps.ts";
import { emitEvent } from "./libraryEvents.ts";
import type { AlarmNotice } from "./messages.ts";
import { formatAddress } from "./nodeIds.ts";
import { asNode, type Position } from "./virtualNode.ts";
import type { VirtualSpace } from "./virtualSpace.ts";

const AT_A_TIME = 50;
const MAX_WAITING = 20_000;

export interface ConditionsOptions extends EventPlacesOptions {
  readonly space: VirtualSpace;
  /** The object of the bridge itself. */
  readonly bridge: UAObject;
  /** Runs something once others have had their turn. */
  readonly later: (run: () => void) => void;
  readonly onFault: (error: unknown) => void;
}

/** A condition that is to be told of, as it was then. */
interface Told {
  readonly chargePoint: ChargePoint;
  readonly connector: number;
  readonly index: number;
  readonly state: AlarmState;
  readonly isConnected: boolean;
}

export class Conditions {
  readonly #options: ConditionsOptions;
  readonly #steps: InSteps<Told>;

  constructor(options: ConditionsOptions) {
    this.#options = options;
    const { later } = options;
    const handle = (told: Told): void => this.#raise(told);
    this.#steps = new InSteps({ atATime: AT_A_TIME, mostWaiting: MAX_WAITING, later, handle });
  }

  /** Shows alarms as they are now, and tells of those that clients have to be told of. */
  apply(notices: readonly AlarmNotice[]): void {
    const told: Told[] = [];
    for (const { chargePointId, connector, name, state, isConnected, isTold } of notices) {
      const chargePoint = this.#chargePointOf(chargePointId);
      const index = alarmsAt(chargePointId, connector).findIndex((row) => row.name === name);
      if (chargePoint === undefined || index < 0) continue;
      remember(chargePoint, keyOf(connector, index), state);
      this.#notify(chargePoint, connector, name);
      if (isTold) told.push({ chargePoint, connector, index, state, isConnected });
    }
    this.#steps.add(told);
  }

  /** A charge point is about to go, taken out at `at`: nothing of it is retained any more. */
  forget(chargePoint: ChargePoint, at: EpochMs): void {
    for (const [key, state] of chargePoint.alarms ?? []) {
      const last = removed(state, at);
      if (last !== undefined) this.#raise({ chargePoint, ...partsOf(key), state: last, isConnected: false });
    }
    chargePoint.alarms = undefined;
  }

  /** Every condition that a client has to be told of when it synchronises (OPC 10000-9 §5.5.7), as it is when its turn comes. */
  *retained(): Iterable<RetainedCondition> {
    const { space, chargePoints } = this.#options;
    for (const chargePoint of [space.bridge, ...chargePoints.all()])
      for (const [key, state] of chargePoint.alarms ?? []) {
        if (!isRetained(state)) continue;
        const { connector, index } = partsOf(key);
        const event = (): ConditionEvent | undefined =>
          this.#eventOf({ chargePoint, connector, index, state, isConnected: chargePoint.state === "Connected" });
        yield { chargePoint, connector, event };
      }
  }

  #chargePointOf(chargePointId: string): ChargePoint | undefined {
    const { space, chargePoints } = this.#options;
    return chargePointId === BRIDGE_PLACE ? space.bridge : chargePoints.find(chargePointId);
  }

  #raise(told: Told): void {
    try {
      const listeners = this.#listenersOf(told);
      const event = listeners.length === 0 ? undefined : this.#eventOf(told);
      if (event !== undefined) for (const node of listeners) emitEvent(node, event);
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #listenersOf({ chargePoint, connector }: Told): EventPlace[] {
    const { space, server, bridge } = this.#options;
    if (chargePoint === space.bridge) return heard([server, bridge]);
    return listenersOf(this.#options, chargePoint.id, connector);
  }

  #eventOf({ chargePoint, connector, index, state, isConnected }: Told): ConditionEvent | undefined {
    const place = this.#options.space.conditionPlaceOf(chargePoint, connector, index);
    if (place?.condition === undefined) return undefined;
    const position: Position = { chargePoint, connector, place };
    const condition = this.#options.space.find(this.#options.space.nodeIdOf(position));
    if (condition === undefined) return undefined;
    const { id, encodedId } = chargePoint;
    const now = conditionNow({ id, encodedId, connector, isConnected }, place.condition, state);
    return new ConditionEvent(place.condition.type, now, asNode(condition));
  }

  /** Variables of a condition that somebody listens to. */
  #notify(chargePoint: ChargePoint, connector: number, name: string): void {
    if (chargePoint.live === undefined) return;
    const condition = formatAddress(chargePoint.encodedId, connector, `Alarms/${name}/`);
    const health = `${chargePoint.encodedId}/DeviceHealth`;
    for (const [id, node] of chargePoint.live) {
      if (!id.startsWith(condition) && id !== health) continue;
      try {
        node.emit("value_changed", node.space.valueOf(node.position), null);
      } catch (error) {
        this.#options.onFault(error);
      }
    }
  }
}

export interface RetainedCondition {
  readonly chargePoint: ChargePoint;
  /** 0 is the charge point itself. */
  readonly connector: number;
  readonly event: () => ConditionEvent | undefined;
}

function remember(chargePoint: ChargePoint, key: number, state: AlarmState): void {
  if (!isCalm(state)) (chargePoint.alarms ??= new Map()).set(key, state);
  else {
    chargePoint.alarms?.delete(key);
    if (chargePoint.alarms?.size === 0) chargePoint.alarms = undefined;
  }
}
