// The store as the rest of the program sees it: a ledger, what was known, and a projection that keeps it known. Keeps the thread alive.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../std/clock.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import type { AccountRecord } from "../twin/accounts.ts";
import type { AlarmRecord } from "../twin/alarms.ts";
import type { Ledger, Receipt, StoreState } from "../twin/ledger.ts";
import type { IdTagChange } from "../twin/idTags.ts";
import type { Origin, Projection } from "../twin/ports.ts";
import { StoreFault } from "./faults.ts";
import { idTagKeeper } from "./idTagRecords.ts";
import type { FromStore, Restored, StoreRecord, ThreadOptions, ToStore } from "./messages.ts";
import { Snapshots } from "./snapshots.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const STABLE_AFTER_MS = 60_000;
const STOP_WITHIN_MS = 8000;

/** The store's thread, as far as whoever keeps it alive has to know it. */
export interface StoreThread {
  on(event: "message", listener: (message: FromStore) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  /** Whatever it was told and has not answered is lost. */
  on(event: "exit", listener: (code: number) => void): unknown;
  postMessage(message: ToStore): void;
  terminate(): Promise<unknown>;
}

export interface StoreOptions extends ThreadOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly originOf: (chargePointId: string) => Origin;
  /** Starts the thread; without it one of this process. */
  readonly startThread?: () => StoreThread;
}

export interface Store extends Running {
  readonly ledger: Ledger;
  /** Writes twins down in the background. */
  readonly projection: Projection;
  /** What was known when it was opened. */
  readonly restored: Restored;
  /** Writes an entry of the register; undefined removes it. False when the disk refuses. */
  readonly register: (id: string, entry: string | undefined) => Promise<boolean>;
  /** Changes the list of id tags; false when the disk refuses, and then nothing has changed. */
  readonly idTags: (change: IdTagChange) => Promise<boolean>;
  /** Writes an alarm down, or that there is nothing to remember of it. False when the disk refuses. */
  readonly alarm: (record: AlarmRecord) => Promise<boolean>;
  /** Writes an account down, or takes it away; false when the disk refuses, and then nothing has changed. */
  readonly account: (record: AccountRecord) => Promise<boolean>;
  readonly state: () => StoreState;
}

/** Opens the store on its own thread; rejects with one sentence that names the setting when it cannot be used. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const supervisor = new Supervisor(options);
  const restored = await supervisor.open();
  const keep = (record: StoreRecord): Promise<Receipt> => supervisor.keep(record);
  const state = (): StoreState => supervisor.state;
  const snapshots = new Snapshots({ ...options, keep, isWritable: () => state() === "ok" });
  return {
    ledger: { keep },
    projection: snapshots,
    restored,
    state,
    account: async (record) => (await keep(record)).kind !== "failing",
    alarm: async (record) => (await keep(record)).kind !== "failing",
    register: async (id, entry) => (await keep({ kind: "register", id, entry })).kind !== "failing",
    idTags: idTagKeeper(keep),
    stop: async () => {
      await supervisor.within(STOP_WITHIN_MS, snapshots.stop());
      await supervisor.stop();
    },
  };
}

const failing: Receipt = { kind: "failing" };

class Supervisor {
  readonly #options: StoreOptions;
  readonly #pending = new Map<number, (receipt: Receipt) => void>();
  #worker: StoreThread | undefined;
  /** What has been wanted in this turn of the event loop: it crosses together. */
  #batch: StoreRecord[] = [];
  #next = 1;
  #threadState: StoreState = "ok";
  #pauseMs = FIRST_PAUSE_MS;
  #restart: Timer | undefined;
  #isOpen = false;
  #isStopping = false;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  get state(): StoreState {
    return this.#isOpen ? this.#threadState : "failing";
  }

  open(): Promise<Restored> {
    return this.#spawn();
  }

  keep(record: StoreRecord): Promise<Receipt> {
    if (!this.#isOpen) return Promise.resolve(failing);
    if (this.#batch.length === 0) setImmediate(() => this.#flush());
    this.#batch.push(record);
    return new Promise((resolve) => this.#pending.set(this.#next++, resolve));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#restart?.cancel();
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#flush();
    const hasExited = new Promise<void>((done) => worker.on("exit", () => done()));
    post(worker, { kind: "stop" });
    await this.within(STOP_WITHIN_MS, hasExited);
    await worker.terminate();
  }

  async within(milliseconds: number, work: Promise<void>): Promise<void> {
    let patience: Timer | undefined;
    const isLate = new Promise<void>((late) => (patience = this.#options.clock.after(milliseconds, late)));
    await Promise.race([work, isLate]);
    patience?.cancel();
  }

  #flush(): void {
    const records = this.#batch;
    this.#batch = [];
    if (records.length === 0 || this.#worker === undefined) return;
    post(this.#worker, { kind: "records", first: this.#next - records.length, records });
  }

  #spawn(): Promise<Restored> {
    const { clock, log, directory, maxPages, startThread = startWorker } = this.#options;
    const startedAt = clock.monotonic();
    const worker = startThread();
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.on("message", (message: FromStore) => {
        if (message.kind === "opened") {
          this.#isOpen = true;
          resolve(message.restored);
        } else if (message.kind === "failed") {
          reject(new StoreFault(message.reason, message));
          void worker.terminate();
        } else this.#receive(message);
      });
      worker.on("error", (error: unknown) => {
        log.error({ error: String(error) }, "the store's thread has failed");
        reject(error instanceof Error ? error : new Error(String(error)));
      });
      worker.on("exit", (code) => {
        reject(new Error(`the store's thread has ended with code ${code}`));
        if (clock.monotonic() - startedAt > STABLE_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
        this.#ended(worker);
      });
      post(worker, { kind: "open", options: { directory, maxPages } });
    });
  }

  #receive(message: Exclude<FromStore, { kind: "opened" | "failed" }>): void {
    switch (message.kind) {
      case "receipts":
        for (const { number, receipt } of message.receipts) this.#settle(number, receipt);
        break;
      case "state":
        this.#threadState = message.state;
        break;
      case "log":
        this.#options.log[message.level](message.fields, message.message);
        break;
    }
  }

  #settle(number: number, receipt: Receipt): void {
    this.#pending.get(number)?.(receipt);
    this.#pending.delete(number);
  }

  /** Nobody knows what became of the records on their way: nothing is confirmed, and charge points repeat them. */
  #ended(worker: StoreThread): void {
    const wasOpen = this.#isOpen;
    if (this.#worker === worker) this.#worker = undefined;
    this.#isOpen = false;
    this.#threadState = "ok";
    this.#batch = [];
    for (const number of this.#pending.keys()) this.#settle(number, failing);
    if (wasOpen && !this.#isStopping) this.#startAgain();
  }

  #startAgain(): void {
    const { clock, log } = this.#options;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    log.error({ pauseMs }, "the store's thread has ended and is started again; until then no transaction is confirmed");
    this.#restart = clock.after(pauseMs, () => {
      if (this.#isStopping) return;
      this.#spawn().catch((error: unknown) => {
        log.error({ error: String(error) }, "the store could not be opened again");
        if (!this.#isStopping) this.#startAgain();
      });
    });
  }
}

function startWorker(): StoreThread {
  return new Worker(new URL(`./storeThread${extname(import.meta.url)}`, import.meta.url), { name: "store" });
}

function post(worker: StoreThread, message: ToStore): void {
  worker.postMessage(message);
}
