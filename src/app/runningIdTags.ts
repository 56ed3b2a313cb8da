// Where each id tag charges just now, as the twins show it: kept as they change, so that nobody has to look through all of them.
import type { Projection } from "../twin/ports.ts";
import type { StartRecord } from "../twin/ledger.ts";
import { idTagKey, type RunningTransaction, type RunningTransactions } from "../twin/idTags.ts";
import type { Transaction, Twin } from "../twin/twin.ts";

export class RunningIdTags implements Projection, RunningTransactions {
  /** By id tag, then by charge point and connector. */
  readonly #byIdTag = new Map<string, Map<string, RunningTransaction>>();
  /** By id tag; not yet in the twins. */
  readonly #starting = new Map<string, Set<RunningTransaction>>();
  /** What stands in #byIdTag of a charge point. */
  readonly #byChargePoint = new Map<string, ReadonlyMap<number, Transaction>>();

  of(idTag: string): Iterable<RunningTransaction> {
    const key = idTagKey(idTag) ?? "";
    return [...(this.#byIdTag.get(key)?.values() ?? []), ...(this.#starting.get(key) ?? [])];
  }

  publish(before: Twin | undefined, { id, connectors }: Twin): void {
    if (before?.connectors === connectors) return;
    const known = this.#byChargePoint.get(id);
    if (!hasChanged(known, connectors)) return;
    this.forget(id);
    const running = new Map<number, Transaction>();
    for (const [connectorId, { transaction }] of connectors)
      if (counts(transaction)) {
        running.set(connectorId, transaction);
        this.#add(transaction, { chargePointId: id, connectorId, since: transaction.start.at });
      }
    if (running.size > 0) this.#byChargePoint.set(id, running);
  }

  forget(id: string): void {
    for (const [connectorId, { idTag }] of this.#byChargePoint.get(id) ?? []) {
      const key = idTagKey(idTag) ?? "";
      const places = this.#byIdTag.get(key);
      places?.delete(placeOf(id, connectorId));
      if (places?.size === 0) this.#byIdTag.delete(key);
    }
    this.#byChargePoint.delete(id);
  }

  announce(): void {}

  /**
   * A start that is being written down counts as well: of two that come at once one is elsewhere. What it gives back ends that, when the twin
   * shows the transaction or none has come of it.
   */
  begin({ chargePointId, connectorId, start: { idTag, idTagStatus, at } }: StartRecord): () => void {
    const key = idTagKey(idTag);
    if (key === undefined || idTagStatus !== "Accepted") return () => {};
    const starting = this.#starting.get(key) ?? new Set();
    const running = { chargePointId, connectorId, since: at };
    this.#starting.set(key, starting.add(running));
    return () => {
      starting.delete(running);
      if (starting.size === 0 && this.#starting.get(key) === starting) this.#starting.delete(key);
    };
  }

  #add({ idTag }: Transaction, running: RunningTransaction): void {
    const key = idTagKey(idTag) ?? "";
    const places = this.#byIdTag.get(key) ?? new Map<string, RunningTransaction>();
    this.#byIdTag.set(key, places.set(placeOf(running.chargePointId, running.connectorId), running));
  }
}

/** One that was refused does not keep its id tag from charging elsewhere. */
function counts(transaction: Transaction | undefined): transaction is Transaction {
  return (
    transaction?.active === true &&
    transaction.start.idTagStatus === "Accepted" &&
    idTagKey(transaction.idTag) !== undefined
  );
}

/** Most changes of a twin are measured values, and change nothing here. */
function hasChanged(known: ReadonlyMap<number, Transaction> | undefined, connectors: Twin["connectors"]): boolean {
  let running = 0;
  for (const [id, { transaction }] of connectors) {
    if (!counts(transaction)) continue;
    running++;
    if (known?.get(id)?.start !== transaction.start) return true;
  }
  return running !== (known?.size ?? 0);
}

function placeOf(chargePointId: string, connectorId: number): string {
  return `${connectorId} ${chargePointId}`;
}
