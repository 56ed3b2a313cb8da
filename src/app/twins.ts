// All twins by identity: the memory of the bridge, and how many of them are what. Only apply.ts puts a changed twin here.
import type { Twin } from "../twin/twin.ts";

/** How many charge points and transactions there are. */
export interface TwinCounts {
  readonly chargePointsKnown: number;
  readonly chargePointsConnected: number;
  /** OCPP 1.6 §7.41: Accepted. */
  readonly chargePointsRegistered: number;
  readonly chargePointsPending: number;
  readonly transactionsActive: number;
}

export class Twins {
  readonly #byId = new Map<string, Twin>();
  // Counted as they change: to look at ten thousand twins takes longer than a charge point should wait.
  #connected = 0;
  #registered = 0;
  #pending = 0;
  #active = 0;

  get(id: string): Twin | undefined {
    return this.#byId.get(id);
  }

  set(twin: Twin): void {
    const before = this.#byId.get(twin.id);
    this.#byId.set(twin.id, twin);
    if (before === undefined) return this.#count(twin, 1);
    const { link, registration, connectors } = before;
    if (twin.link === link && twin.registration === registration && twin.connectors === connectors) return;
    this.#count(before, -1);
    this.#count(twin, 1);
  }

  delete(id: string): void {
    const twin = this.#byId.get(id);
    if (twin !== undefined) this.#count(twin, -1);
    this.#byId.delete(id);
  }

  all(): Iterable<Twin> {
    return this.#byId.values();
  }

  get size(): number {
    return this.#byId.size;
  }

  get counts(): TwinCounts {
    return {
      chargePointsKnown: this.#byId.size,
      chargePointsConnected: this.#connected,
      chargePointsRegistered: this.#registered,
      chargePointsPending: this.#pending,
      transactionsActive: this.#active,
    };
  }

  #count({ link, registration, connectors }: Twin, by: 1 | -1): void {
    if (link.state === "Connected") this.#connected += by;
    if (registration.status === "Accepted") this.#registered += by;
    if (registration.status === "Pending") this.#pending += by;
    for (const { transaction } of connectors.values()) if (transaction?.active === true) this.#active += by;
  }
}
