// The charge points as the server's thread knows them: identity, connection and compact values. Filled by batches, read by virtual nodes.
import type { ListedKey } from "../datapoints/configuration.ts";
import type { EpochMs } from "../std/clock.ts";
import type { AlarmState } from "../twin/alarms.ts";
import type { ConnState } from "../twin/twin.ts";
import { encodeId } from "./nodeIds.ts";
import { Values } from "./values.ts";
import type { VirtualNode } from "./virtualNode.ts";

export class ChargePoint {
  readonly id: string;
  /** The identity as it stands in NodeIds. */
  readonly encodedId: string;
  state: ConnState = "NeverConnected";
  /** When the state began, at the charge point and here. */
  stateAt: EpochMs = 0;
  stateReceived: EpochMs = 0;
  /** When nodes last came into the address space below it. */
  structureAt: EpochMs = 0;
  /** Configuration keys in the order of their columns; the same list for all charge points with the same keys. */
  keys: readonly ListedKey[] = [];
  /** 0 is the charge point itself, the others its connectors. */
  readonly parts = new Map<number, Values>([[0, new Values()]]);
  /** Nodes that somebody listens to, by NodeId string; undefined while there is none. */
  live: Map<string, VirtualNode> | undefined;
  /** States of alarms of which there is something to remember, by their place (conditions.ts); undefined while there is none. */
  alarms: Map<number, AlarmState> | undefined;
  /** Those of them that show a datapoint, by `datapointOf` its address. */
  watched: Map<number, VirtualNode> | undefined;

  constructor(id: string, encodedId = encodeId(id)) {
    this.id = id;
    this.encodedId = encodedId;
  }

  /** Numbers of the connectors, ascending. */
  connectors(): number[] {
    return [...this.parts.keys()].filter((connector) => connector > 0).toSorted((a, b) => a - b);
  }
}

/** Most charge points of a site are of few makes; lists beyond these are kept as they come. */
const MAX_SHARED_LISTS = 1000;

export class ChargePoints {
  readonly #byId = new Map<string, ChargePoint>();
  readonly #keyLists = new Map<string, readonly ListedKey[]>();

  get size(): number {
    return this.#byId.size;
  }

  find(id: string): ChargePoint | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<ChargePoint> {
    return this.#byId.values();
  }

  add(id: string): ChargePoint {
    const chargePoint = new ChargePoint(id);
    this.#byId.set(id, chargePoint);
    return chargePoint;
  }

  /** The list that others have already when it is the same. */
  shared(keys: readonly ListedKey[]): readonly ListedKey[] {
    const text = JSON.stringify(keys);
    const known = this.#keyLists.get(text);
    if (known !== undefined) return known;
    if (this.#keyLists.size < MAX_SHARED_LISTS) this.#keyLists.set(text, keys);
    return keys;
  }

  remove(chargePoint: ChargePoint): void {
    if (this.#byId.get(chargePoint.id) === chargePoint) this.#byId.delete(chargePoint.id);
  }
}
