// Pages of the list of id tags for whoever serves charge points on the same thread: read on another one, which lives while it is asked.
import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../std/clock.ts";
import type { IdTag, IdTagQuery } from "../twin/idTags.ts";
import { StoreFault } from "./faults.ts";
import type { FromIdTagThread } from "./idTagThread.ts";

/** A thread that nobody has asked for so long ends. */
const IDLE_MS = 30_000;
/** Questions that wait: each browser has one or two. */
const MOST_WAITING = 50;

export class IdTagPages {
  readonly #directory: string;
  readonly #clock: Pick<Clock, "after">;
  #worker: Worker | undefined;
  /** Aborted when its thread has ended. */
  #ended = new AbortController();
  #idle: Timer | undefined;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(directory: string, clock: Pick<Clock, "after">) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Rejects with a StoreFault where the file cannot be read, or too many ask. One question after the other is answered. */
  find(query: IdTagQuery): Promise<readonly IdTag[]> {
    if (this.#waiting >= MOST_WAITING) return Promise.reject(new StoreFault("too many look into the list of id tags"));
    this.#waiting++;
    const found = this.#last.then(() => this.#ask(query)).finally(() => void this.#waiting--);
    this.#last = found.catch(() => {});
    return found;
  }

  async stop(): Promise<void> {
    this.#idle?.cancel();
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #ask(query: IdTagQuery): Promise<readonly IdTag[]> {
    this.#idle?.cancel();
    const worker = (this.#worker ??= this.#spawn());
    // `once` rejects when the thread fails or ends.
    const answered = once(worker, "message", { signal: this.#ended.signal });
    worker.postMessage(query);
    const [answer] = (await answered) as [FromIdTagThread];
    this.#idle = this.#clock.after(IDLE_MS, () => void this.stop());
    if ("fault" in answer) throw new StoreFault(answer.fault);
    return answer.entries;
  }

  #spawn(): Worker {
    const thread = new URL(`./idTagThread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(thread, { name: "idTags", workerData: this.#directory });
    // Whoever waits is told by `once`; the next question starts another one.
    worker.on("error", () => {});
    const ended = (this.#ended = new AbortController());
    worker.on("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
      ended.abort();
    });
    return worker;
  }
}
