// The history as the rest of the program sees it: a projection that keeps samples and occurrences, and what has been kept. Keeps the thread alive.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../../std/clock.ts";
import type { Counts } from "../../std/counts.ts";
import type { Running } from "../../std/lifecycle.ts";
import type { Log } from "../../std/log.ts";
import type {
  AlarmDisplay,
  History,
  HistoryBegin,
  HistoryPage,
  HistoryQuery,
  OccurrencePage,
  OccurrenceQuery,
  Projection,
} from "../../twin/ports.ts";
import { StoreFault } from "../faults.ts";
import { decodeChunk } from "./chunk.ts";
import { HistoryProjection } from "./historyProjection.ts";
import type { FromHistory, HistoryThreadOptions, ToHistory } from "./messages.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const STABLE_AFTER_MS = 60_000;
const STOP_WITHIN_MS = 8000;

/** The folder is held by the store already. */
export interface HistoryOptions extends HistoryThreadOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: Counts;
}

export interface OpenedHistory extends Running, History {
  /** Keeps every sample of the datapoints that have a history, and what has happened; it only queues. */
  readonly projection: Projection & AlarmDisplay;
}

/** Opens the history on its own thread; rejects with one sentence that names the setting when it cannot be used. */
export async function openHistory(options: HistoryOptions): Promise<OpenedHistory> {
  const supervisor = new Supervisor(options);
  await supervisor.open();
  return supervisor;
}

type Answer = Extract<FromHistory, { kind: "page" | "occurrencePage" | "begin" }>;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

class Supervisor implements OpenedHistory {
  readonly projection: HistoryProjection;
  readonly #options: HistoryOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastQuestion = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #restart: Timer | undefined;
  #isOpen = false;
  #isStopping = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
    const { clock, maxQueuedSamples, counts, vendorDatapoints = [] } = options;
    const lost = (samples: number): void => counts.add("samplesLost", samples);
    const lostOccurrences = (count: number): void => counts.add("eventsLost", count);
    this.projection = new HistoryProjection({ clock, maxQueuedSamples, vendorDatapoints, lost, lostOccurrences });
  }

  open(): Promise<void> {
    return this.#spawn();
  }

  /** What was published before is in the answer, unless the disk refuses it. */
  async read(query: HistoryQuery): Promise<HistoryPage> {
    const answer = await this.#ask((id) => ({ kind: "read", id, query }));
    if (answer.kind !== "page") throw new TypeError("not what was asked for");
    return { samples: decodeChunk(answer.chunk) ?? [], more: answer.more };
  }

  /** What was announced before is in the answer, unless the disk refuses it. */
  async readOccurrences(query: OccurrenceQuery): Promise<OccurrencePage> {
    const answer = await this.#ask((id) => ({ kind: "readOccurrences", id, query }));
    if (answer.kind !== "occurrencePage") throw new TypeError("not what was asked for");
    return answer.page;
  }

  async begin(): Promise<HistoryBegin> {
    const answer = await this.#ask((id) => ({ kind: "begin", id }));
    if (answer.kind !== "begin") throw new TypeError("not what was asked for");
    return answer.begin;
  }

  #ask(question: (id: number) => ToHistory): Promise<Answer> {
    const worker = this.#worker;
    if (!this.#isOpen || worker === undefined) return Promise.reject(new Error("the history's thread is not there"));
    this.projection.flush();
    const id = ++this.#lastQuestion;
    post(worker, question(id));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Writes what waits. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#restart?.cancel();
    const worker = this.#worker;
    if (worker === undefined) return;
    this.projection.flush();
    const hasExited = new Promise<void>((done) => worker.once("exit", () => done()));
    post(worker, { kind: "stop" });
    let patience: Timer | undefined;
    const isLate = new Promise<void>((late) => (patience = this.#options.clock.after(STOP_WITHIN_MS, late)));
    await Promise.race([hasExited, isLate]);
    patience?.cancel();
    await worker.terminate();
  }

  #spawn(): Promise<void> {
    const { clock, log, ...kept } = this.#options;
    const { directory, historyDays, maxQueuedSamples, sealAt, maxPages, vendorDatapoints } = kept;
    const startedAt = clock.monotonic();
    const file = new URL(`./historyThread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { name: "history" });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.on("message", (message: FromHistory) => {
        if (message.kind === "opened") {
          this.#isOpen = true;
          // Copied and not transferred: should the thread end, what it has not written is still known.
          this.projection.connect((parcel) => post(worker, parcel));
          resolve();
        } else if (message.kind === "failed") {
          reject(new StoreFault(message.reason));
          void worker.terminate();
        } else this.#receive(message);
      });
      worker.on("error", (error: unknown) => {
        log.error({ error: String(error) }, "the history's thread has failed");
        reject(error instanceof Error ? error : new Error(String(error)));
      });
      worker.on("exit", (code) => {
        reject(new Error(`the history's thread has ended with code ${code}`));
        if (clock.monotonic() - startedAt > STABLE_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
        this.#ended(worker);
      });
      const options = { directory, historyDays, maxQueuedSamples, sealAt, maxPages, vendorDatapoints };
      post(worker, { kind: "open", options });
    });
  }

  #receive(message: Exclude<FromHistory, { kind: "opened" | "failed" }>): void {
    const { counts, log } = this.#options;
    switch (message.kind) {
      case "taken":
        this.projection.arrived(message.weight);
        break;
      case "kept":
        counts.add("samplesKept", message.samples);
        this.projection.settled(message.samples);
        break;
      case "lost":
        counts.add("samplesLost", message.samples);
        this.projection.settled(message.samples);
        break;
      case "occurrencesTaken":
        this.projection.occurrencesArrived(message.weight);
        break;
      case "occurrencesKept":
        counts.add("eventsKept", message.count);
        this.projection.occurrencesSettled(message.count);
        break;
      case "occurrencesLost":
        counts.add("eventsLost", message.count);
        this.projection.occurrencesSettled(message.count);
        break;
      case "page":
      case "occurrencePage":
      case "begin":
        this.#waiting.get(message.id)?.resolve(message);
        this.#waiting.delete(message.id);
        break;
      case "unread":
        this.#waiting.get(message.id)?.reject(new Error(message.reason));
        this.#waiting.delete(message.id);
        break;
      case "log":
        log[message.level](message.fields, message.message);
        break;
    }
  }

  #ended(worker: Worker): void {
    const wasOpen = this.#isOpen;
    if (this.#worker === worker) this.#worker = undefined;
    this.#isOpen = false;
    this.projection.disconnect();
    for (const { reject } of this.#waiting.values()) reject(new Error("the history's thread has ended"));
    this.#waiting.clear();
    if (wasOpen && !this.#isStopping) this.#startAgain();
  }

  #startAgain(): void {
    const { clock, log } = this.#options;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    log.error({ pauseMs }, "the history's thread has ended and is started again; until then samples wait");
    this.#restart = clock.after(pauseMs, () => {
      if (this.#isStopping) return;
      this.#spawn().catch((error: unknown) => {
        log.error({ error: String(error) }, "the history could not be opened again");
        if (!this.#isStopping) this.#startAgain();
      });
    });
  }
}

function post(worker: Worker, message: ToHistory): void {
  worker.postMessage(message);
}
