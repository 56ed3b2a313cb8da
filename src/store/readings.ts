// What is kept, for whoever serves charge points on the same thread and wants to show it: read on other threads, one for each file, which
// end when nobody has asked for a while.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../std/clock.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Answered } from "../twin/keptPages.ts";
import { endThread } from "./endThread.ts";
import type { FromReadingThread, Readable, ReadableFile, ReadingThreadOptions } from "./readingMessages.ts";

const IDLE_MS = 30_000;
/** Questions to one file that wait; whoever asks more is refused, so that a slow disk gathers nothing. */
const MOST_WAITING = 32;
const STOPPING = "the bridge is stopping";

/** What may be asked of a file. Never rejects. */
export type Readings = {
  readonly [File in ReadableFile]: {
    readonly [Name in keyof Readable[File]]: Readable[File][Name] extends (input: infer Input) => infer Answer
      ? (input: Input) => Promise<Answered<Answer>>
      : never;
  };
};

/** Opens nothing until something is asked. */
export function openReadings(directory: string, clock: Clock): Readings & Running {
  const state = new Reader({ directory, file: "state" }, clock);
  const messages = new Reader({ directory, file: "messages" }, clock);
  return {
    state: {
      transactions: (query) => state.ask("transactions", query),
      transaction: (id) => state.ask("transaction", id),
      idTags: (query) => state.ask("idTags", query),
      energyEnded: (ended) => state.ask("energyEnded", ended),
    },
    messages: { exchanges: (query) => messages.ask("exchanges", query) },
    stop: async () => void (await Promise.all([state.stop(), messages.stop()])),
  };
}

type Settle = (answered: Answered<never>) => void;

class Reader {
  readonly #options: ReadingThreadOptions;
  readonly #clock: Clock;
  #worker: Worker | undefined;
  /** In the order of the questions, as the thread answers them. */
  readonly #waiting: Settle[] = [];
  #idle: Timer | undefined;
  #isStopped = false;

  constructor(options: ReadingThreadOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  ask<T>(name: string, input: unknown): Promise<Answered<T>> {
    if (this.#isStopped) return Promise.resolve({ fault: STOPPING });
    if (this.#waiting.length >= MOST_WAITING)
      return Promise.resolve({ fault: "too many questions wait for the disk already; try again later" });
    this.#idle?.cancel();
    let worker: Worker;
    try {
      worker = this.#worker ??= this.#spawn();
    } catch (error) {
      return Promise.resolve({ fault: `no thread that reads can be made: ${String(error)}` });
    }
    worker.postMessage({ name, input });
    return new Promise((settle) => void this.#waiting.push(settle));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#idle?.cancel();
    await this.#end();
  }

  /** From here on the next question has a thread of its own. */
  async #end(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#fail(worker, STOPPING);
    await endThread(worker, this.#clock);
  }

  #spawn(): Worker {
    const file = new URL(`./readingThread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { name: `read ${this.#options.file}`, workerData: this.#options });
    // Whoever only looks does not keep the process alive.
    worker.unref();
    worker.on("message", (message: FromReadingThread) => {
      // The questions that wait are those of the thread that has replaced it.
      if (this.#worker !== worker) return;
      this.#waiting.shift()?.(message as Answered<never>);
      if (this.#waiting.length === 0) this.#idle = this.#clock.after(IDLE_MS, () => void this.#end());
    });
    worker.on("error", (error: unknown) => this.#fail(worker, `the thread that reads has failed: ${String(error)}`));
    worker.on("exit", () => this.#fail(worker, "the thread that reads has ended"));
    return worker;
  }

  #fail(worker: Worker, fault: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const settle of this.#waiting.splice(0)) settle({ fault });
  }
}
