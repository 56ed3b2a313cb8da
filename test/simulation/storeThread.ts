// The store's thread in a simulated world: the real group commit over the simulated disk, and messages that take their time to cross.
// It stands in for src/store/storeThread.ts, which opens files and runs only as a thread.
import type { Clock } from "../../src/std/clock.ts";
import type Database from "better-sqlite3";
import { GroupCommit } from "../../src/store/groupCommit.ts";
import type { FromStore, ToStore } from "../../src/store/messages.ts";
import type { StoreThread } from "../../src/store/store.ts";
import { Tables } from "../../src/store/tables.ts";
import type { Disk } from "./disk.ts";
import type { Life } from "./machine.ts";

const CROSSING_MS = 0.1;

type Open = (disk: Disk) => Database.Database;
type Listener = (told: never) => void;

export class SimulatedStoreThread implements StoreThread {
  readonly #life: Life;
  readonly #disk: Disk;
  readonly #open: Open;
  readonly #listeners: Record<"message" | "error" | "exit", Listener[]> = { message: [], error: [], exit: [] };
  #commits: GroupCommit | undefined;
  #hasEnded = false;

  constructor(life: Life, disk: Disk, open: Open) {
    this.#life = life;
    this.#disk = disk;
    this.#open = open;
  }

  on(event: "message" | "error" | "exit", listener: Listener): void {
    this.#listeners[event].push(listener);
  }

  postMessage(message: ToStore): void {
    this.#cross(() => this.#take(message));
  }

  async terminate(): Promise<void> {
    this.die();
  }

  /** The thread ends at once; what it was told and has not answered is lost. */
  die(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#life.after(CROSSING_MS, () => this.#emit("exit", 1));
  }

  #take(message: ToStore): void {
    if (message.kind === "records")
      this.#commits?.add(message.records.map((record, index) => ({ number: message.first + index, record })));
    else if (message.kind === "open") this.#begin();
  }

  #begin(): void {
    try {
      const database = this.#open(this.#disk);
      const restored = new Tables(database).restore((id) => this.#fault(`what was known of ${id} cannot be read`));
      this.#commits = new GroupCommit(database, {
        clock: this.#clock(),
        open: () => this.#open(this.#disk),
        acknowledge: (receipts) => this.#send({ kind: "receipts", receipts }),
        changed: (state) => this.#send({ kind: "state", state }),
        rejected: ({ kind }, error) => this.#fault(`the record ${kind} was not written: ${String(error)}`),
      });
      this.#send({ kind: "opened", restored });
    } catch (error) {
      this.#send({ kind: "failed", reason: String(error), isElsewhere: false });
    }
  }

  /** Of the thread: what it writes takes as long as the disk does. */
  #clock(): Clock {
    return {
      now: () => this.#life.now(),
      monotonic: () => this.#life.monotonic(),
      after: (delayMs, run) =>
        this.#life.after(delayMs + this.#disk.delayMs(), () => {
          if (!this.#hasEnded) run();
        }),
    };
  }

  #fault(message: string): void {
    this.#send({ kind: "log", level: "error", fields: {}, message });
  }

  #send(message: FromStore): void {
    this.#cross(() => this.#emit("message", message));
  }

  #cross(run: () => void): void {
    this.#life.after(CROSSING_MS, () => {
      if (!this.#hasEnded) run();
    });
  }

  #emit(event: "message" | "exit", told: FromStore | number): void {
    for (const listener of this.#listeners[event]) listener(told as never);
  }
}
