// What happens to a twin and the ledger should know, but nobody waits for: lost transactions, and ids that we have not given.
import type { TwinEvent } from "../twin/events.ts";
import type { Ledger } from "../twin/ledger.ts";
import type { Twin } from "../twin/twin.ts";

export class LedgerNotes {
  readonly #ledger: Ledger;
  /** The ledger has been told of it; a charge point repeats its id in every sample. */
  #highestSeen = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** `twin` is the twin after `events`. */
  note(twin: Twin, events: readonly TwinEvent[]): void {
    for (const event of events)
      if (event.type === "TransactionStopped" && event.presumed === true) {
        const { transactionId, at, received, connector = 0 } = event;
        const transaction = twin.connectors.get(connector)?.transaction;
        const energy = transaction?.transactionId === transactionId ? (transaction.energy ?? 0) : 0;
        void this.#ledger.keep({
          kind: "end",
          chargePointId: twin.id,
          transactionId,
          at,
          received,
          ...(energy > 0 && { sampledEnergy: energy }),
        });
      } else if (event.type === "MeterSampled" && event.transactionId !== undefined)
        this.#see(twin, event.connector, event.transactionId);
  }

  #see(twin: Twin, connector: number, transactionId: number): void {
    if (transactionId <= this.#highestSeen) return;
    if (twin.connectors.get(connector)?.transaction?.transactionId === transactionId) return;
    this.#highestSeen = transactionId;
    void this.#ledger.keep({ kind: "seen", transactionId });
  }
}
