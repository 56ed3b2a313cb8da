// Writes changed twins to the store in the background, a few at a time, so that neither the main thread nor the disk feels it.
import { every, type Clock, type Timer } from "../std/clock.ts";
import type { Receipt } from "../twin/ledger.ts";
import type { Origin, Projection } from "../twin/ports.ts";
import { snapshotText } from "../twin/snapshot.ts";
import type { Twin } from "../twin/twin.ts";
import type { StoreRecord } from "./messages.ts";

const INTERVAL_MS = 250;
/** A twin takes some 40 µs to write as text: so many of them are well below two ms. */
const PER_INTERVAL = 40;
/** Handed over at once when the program stops. */
const PER_BATCH = 200;

export interface SnapshotsOptions {
  readonly clock: Clock;
  readonly originOf: (chargePointId: string) => Origin;
  readonly keep: (record: StoreRecord) => Promise<Receipt>;
  readonly isWritable: () => boolean;
}

export class Snapshots implements Projection {
  readonly #options: SnapshotsOptions;
  /** What waits, the longest first. Twins of which more than a measured value has changed do not wait for the others. */
  readonly #soon = new Map<string, Twin>();
  readonly #later = new Map<string, Twin>();
  readonly #forgotten = new Set<string>();
  /** On their way: one record of a charge point at a time, so that none that fails takes the place of a newer one. */
  readonly #onTheWay = new Map<string, Promise<void>>();
  readonly #timer: Timer;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
    this.#timer = every(options.clock, INTERVAL_MS, () => void this.#write(PER_INTERVAL));
  }

  publish(before: Twin | undefined, after: Twin): void {
    this.#forgotten.delete(after.id);
    if (this.#soon.has(after.id) || before === undefined || isNews(before, after)) {
      this.#soon.set(after.id, after);
      this.#later.delete(after.id);
    } else this.#later.set(after.id, after);
  }

  forget(id: string): void {
    this.#soon.delete(id);
    this.#later.delete(id);
    this.#forgotten.add(id);
  }

  announce(): void {}

  /** Writes everything that has changed. */
  async stop(): Promise<void> {
    this.#timer.cancel();
    await Promise.all(this.#onTheWay.values());
    while (this.#options.isWritable() && this.#soon.size + this.#later.size + this.#forgotten.size > 0)
      await this.#write(PER_BATCH);
  }

  async #write(most: number): Promise<void> {
    const { isWritable, keep, originOf } = this.#options;
    if (!isWritable()) return;
    const forgotten = [...this.#forgotten].filter((id) => !this.#onTheWay.has(id));
    for (const id of forgotten) this.#forgotten.delete(id);
    const forgetting = forgotten.map((id) =>
      this.#track(id, async () => {
        const receipt = await keep({ kind: "forget", id });
        if (receipt.kind === "failing" && !this.#soon.has(id) && !this.#later.has(id)) this.#forgotten.add(id);
      }),
    );
    const writing = this.#take(most).map((twin) =>
      this.#track(twin.id, async () => {
        const { id } = twin;
        const receipt = await keep({ kind: "snapshot", id, origin: originOf(id), text: snapshotText(twin) });
        // It waits again, unless something newer does.
        const isReplaced = this.#soon.has(id) || this.#later.has(id) || this.#forgotten.has(id);
        if (receipt.kind === "failing" && !isReplaced) this.#later.set(id, twin);
      }),
    );
    await Promise.all([...forgetting, ...writing]);
  }

  #track(id: string, write: () => Promise<void>): Promise<void> {
    const writing = write().finally(() => this.#onTheWay.delete(id));
    this.#onTheWay.set(id, writing);
    return writing;
  }

  #take(most: number): Twin[] {
    const taken: Twin[] = [];
    for (const waiting of [this.#soon, this.#later])
      for (const [id, twin] of waiting) {
        if (taken.length >= most) return taken;
        if (this.#onTheWay.has(id)) continue;
        waiting.delete(id);
        taken.push(twin);
      }
    return taken;
  }
}

/** Whether more than measured values and signs of life has changed. */
function isNews(before: Twin, after: Twin): boolean {
  if (before.registration !== after.registration || before.identification !== after.identification) return true;
  if (before.status !== after.status || before.connectors.size !== after.connectors.size) return true;
  if (before.connectors === after.connectors) return false;
  for (const [id, { status, transaction }] of after.connectors) {
    const known = before.connectors.get(id);
    if (known?.status !== status || known?.transaction?.active !== transaction?.active) return true;
    if (known?.transaction?.transactionId !== transaction?.transactionId) return true;
  }
  return false;
}
