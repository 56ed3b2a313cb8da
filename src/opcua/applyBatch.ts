// Applies a batch from the main thread: values into the compact store, a notification to each node that is listened to, and what has appeared or gone.
import type { ListedKey } from "../datapoints/configuration.ts";
import { tableFor } from "../datapoints/table.ts";
import { firstVendorColumn } from "../datapoints/vendor.ts";
import type { EpochMs } from "../std/clock.ts";
import type { ChargePoint, ChargePoints } from "./chargePoints.ts";
import type { Conditions } from "./conditions.ts";
import {
  ABSENT,
  NOTHING,
  RECORD,
  STALE,
  TEXT,
  columnOf,
  connectorOf,
  datapointOf,
  flagsOf,
  type Batch,
  type TwinNotice,
} from "./messages.ts";
import { Values } from "./values.ts";
import type { VirtualNode } from "./virtualNode.ts";

/** Is told what has come into the address space and what has left it. */
export interface Structure {
  added(chargePoint: ChargePoint): void;
  removed(chargePoint: ChargePoint): void;
  connectorAdded(chargePoint: ChargePoint, connector: number): void;
  columnAdded(chargePoint: ChargePoint, connector: number, column: number): void;
  keyAdded(chargePoint: ChargePoint, key: ListedKey): void;
}

export interface BatchReaderOptions {
  readonly chargePoints: ChargePoints;
  readonly conditions: Pick<Conditions, "apply" | "forget">;
  readonly structure: Structure;
  /** Told when the library throws at a notification; the batch is applied all the same. */
  readonly onFault: (error: unknown) => void;
}

export class BatchReader {
  readonly #chargePoints: ChargePoints;
  readonly #conditions: BatchReaderOptions["conditions"];
  readonly #structure: Structure;
  /** By the index that the main thread has given. */
  readonly #byIndex = new Map<number, ChargePoint>();

  readonly #onFault: (error: unknown) => void;

  constructor({ chargePoints, conditions, structure, onFault }: BatchReaderOptions) {
    this.#chargePoints = chargePoints;
    this.#conditions = conditions;
    this.#structure = structure;
    this.#onFault = onFault;
  }

  apply({ forgotten, twins, numbers, count, texts, alarms }: Batch): void {
    for (const { index, at } of forgotten) this.#forget(index, at);
    for (const twin of twins) this.#notice(twin);
    for (let first = 0; first < count * RECORD; first += RECORD) {
      const chargePoint = this.#byIndex.get(numbers[first] ?? -1);
      if (chargePoint !== undefined) this.#take(chargePoint, numbers, first, texts);
    }
    this.#conditions.apply(alarms);
  }

  #forget(index: number, at: EpochMs): void {
    const chargePoint = this.#byIndex.get(index);
    if (chargePoint === undefined) return;
    this.#conditions.forget(chargePoint, at);
    this.#byIndex.delete(index);
    this.#chargePoints.remove(chargePoint);
    // Disposing a node takes it out of the map.
    const live = Array.from(chargePoint.live?.values() ?? []);
    for (const node of live) node.dispose();
    this.#structure.removed(chargePoint);
  }

  #notice({ index, id, state, stateAt, stateReceived, connectors, keys }: TwinNotice): void {
    let chargePoint = this.#byIndex.get(index);
    const isNew = chargePoint === undefined;
    if (chargePoint === undefined) {
      chargePoint = this.#chargePoints.find(id) ?? this.#chargePoints.add(id);
      this.#byIndex.set(index, chargePoint);
    }
    const hasChanged = chargePoint.state !== state;
    chargePoint.state = state;
    chargePoint.stateAt = stateAt;
    chargePoint.stateReceived = stateReceived;
    for (const connector of connectors) {
      if (chargePoint.parts.has(connector)) continue;
      chargePoint.parts.set(connector, new Values());
      if (!isNew) this.#structure.connectorAdded(chargePoint, connector);
    }
    if (keys !== undefined) this.#list(chargePoint, keys, isNew);
    if (isNew) this.#structure.added(chargePoint);
    // Quality depends on the connection: one message for all datapoints, told to those who listen.
    if (hasChanged) for (const node of chargePoint.watched?.values() ?? []) this.#notify(node);
  }

  #list(chargePoint: ChargePoint, keys: readonly ListedKey[], isNew: boolean): void {
    const added = keys.slice(chargePoint.keys.length);
    chargePoint.keys = this.#chargePoints.shared(keys);
    if (!isNew) for (const key of added) this.#structure.keyAdded(chargePoint, key);
  }

  #take(chargePoint: ChargePoint, numbers: Float64Array, first: number, texts: readonly string[]): void {
    const address = numbers[first + 1] ?? 0;
    const connector = connectorOf(address);
    const values = chargePoint.parts.get(connector);
    if (values === undefined) return;
    const column = columnOf(address);
    const flags = flagsOf(address);
    const number = numbers[first + 2] ?? NaN;
    const isText = (flags & TEXT) !== 0;
    const isNew = values.set(
      column,
      isText || (flags & (ABSENT | NOTHING)) !== 0 ? NaN : number,
      numbers[first + 3] ?? 0,
      numbers[first + 4] ?? 0,
    );
    values.setText(column, isText ? texts[number] : undefined);
    values.setStale(column, (flags & STALE) !== 0);
    values.setNothing(column, (flags & NOTHING) !== 0);
    if (isNew && isAnnounced(connector, column)) this.#structure.columnAdded(chargePoint, connector, column);
    const node = chargePoint.watched?.get(datapointOf(address));
    if (node !== undefined) this.#notify(node);
  }

  #notify(node: VirtualNode): void {
    try {
      node.emit("value_changed", node.space.valueOf(node.position), null);
    } catch (error) {
      this.#onFault(error);
    }
  }
}

/** Fixed rows are always there, and configuration keys are announced by name. */
function isAnnounced(connector: number, column: number): boolean {
  const { fixedCount, datapoints } = tableFor(connector);
  return (column >= fixedCount && column < datapoints.length) || column >= firstVendorColumn(connector);
}
