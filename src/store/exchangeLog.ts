// The message log as the main thread sees it: exchanges wait a moment, cross in batches, and are dropped, the oldest first, where the disk
// cannot follow. It hides no secrets: whoever notes has done so.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../std/clock.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import type { MessageLog } from "../twin/ports.ts";
import type { ExchangeThreadOptions, FromExchangeThread, ToExchangeThread } from "./exchangeMessages.ts";
import type { ExchangeRow } from "./exchangeBlock.ts";

const GATHER_MS = 100;
const BATCH = 500;
/** Batches on their way to the thread. */
const MOST_ON_THE_WAY = 4;
const MOST_WAITING = 20_000;
const MOST_CHARACTERS_WAITING = 32 * 1024 * 1024;
/** Characters of a frame that are kept. */
const LONGEST_FRAME = 16_384;
const LONGEST_VIOLATIONS = 2000;
const START_AGAIN_MS = 5000;
const STOP_WITHIN_MS = 4000;

export interface ExchangeLogOptions extends ExchangeThreadOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** So many exchanges are missing in the log. */
  readonly lost: (count: number) => void;
}

/** Opens it in the background: where it cannot be used, the log says why and everything else goes on. */
export function openExchangeLog(options: ExchangeLogOptions): MessageLog & Running {
  const writer = new Writer(options);
  return {
    stop: () => writer.stop(),
    note: ({ chargePointId, from, action, at, latencyMs, outcome, violations, request, answer }) =>
      writer.add([
        Math.round(at),
        chargePointId,
        from,
        action.slice(0, 255),
        Math.max(latencyMs, 0),
        outcome,
        violations.length === 0 ? "" : violations.join("\n").slice(0, LONGEST_VIOLATIONS),
        shortened(request),
        answer === undefined ? null : shortened(answer),
      ]),
  };
}

function shortened(frame: string): string {
  return frame.length <= LONGEST_FRAME ? frame : `${frame.slice(0, LONGEST_FRAME)}… (${frame.length} characters)`;
}

function charactersOf([, , , , , , violations, request, answer]: ExchangeRow): number {
  return violations.length + request.length + (answer?.length ?? 0);
}

class Writer {
  readonly #options: ExchangeLogOptions;
  #worker: Worker | undefined;
  #waiting: ExchangeRow[] = [];
  #characters = 0;
  /** How many rows each batch on its way has. */
  readonly #onTheWay: number[] = [];
  #gathering: Timer | undefined;
  #again: Timer | undefined;
  #isUnusable = false;
  #isStopping = false;

  constructor(options: ExchangeLogOptions) {
    this.#options = options;
    this.#spawn();
  }

  add(row: ExchangeRow): void {
    if (this.#isUnusable || this.#isStopping) return this.#options.lost(1);
    this.#waiting.push(row);
    this.#characters += charactersOf(row);
    if (this.#waiting.length > MOST_WAITING || this.#characters > MOST_CHARACTERS_WAITING) this.#dropOldest();
    this.#gathering ??= this.#options.clock.after(GATHER_MS, () => this.#flush());
  }

  async stop(): Promise<void> {
    this.#again?.cancel();
    this.#flush();
    // The thread takes what is sent in order, so that nothing of it need be waited for.
    while (this.#worker !== undefined && this.#waiting.length > 0) this.#send(this.#worker);
    if (this.#waiting.length > 0) this.#options.lost(this.#waiting.splice(0).length);
    this.#isStopping = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    let patience: Timer | undefined;
    const hasExited = new Promise<void>((done) => worker.once("exit", () => done()));
    const isLate = new Promise<void>((late) => (patience = this.#options.clock.after(STOP_WITHIN_MS, late)));
    post(worker, { kind: "stop" });
    await Promise.race([hasExited, isLate]);
    patience?.cancel();
    await worker.terminate();
  }

  #flush(): void {
    this.#gathering?.cancel();
    this.#gathering = undefined;
    while (this.#worker !== undefined && this.#waiting.length > 0 && this.#onTheWay.length < MOST_ON_THE_WAY)
      this.#send(this.#worker);
  }

  #send(worker: Worker): void {
    const isAll = this.#waiting.length <= BATCH;
    const rows = isAll ? this.#waiting : this.#waiting.splice(0, BATCH);
    if (isAll) this.#waiting = [];
    this.#characters -= rows.reduce((sum, row) => sum + charactersOf(row), 0);
    this.#onTheWay.push(rows.length);
    post(worker, { kind: "rows", rows });
  }

  /** A quarter at a time, for each time all that stay are moved. */
  #dropOldest(): void {
    const dropped = this.#waiting.splice(0, Math.ceil(this.#waiting.length / 4));
    this.#characters -= dropped.reduce((sum, row) => sum + charactersOf(row), 0);
    this.#options.lost(dropped.length);
  }

  #spawn(): void {
    const { log, directory, days, megabytes, maxPages } = this.#options;
    const thread = new URL(`./exchangeThread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(thread, { name: "messages" });
    this.#worker = worker;
    worker.on("message", (message: FromExchangeThread) => this.#receive(message));
    worker.on("error", (error: unknown) =>
      log.error({ error: String(error) }, "the thread of the message log has failed"),
    );
    worker.on("exit", () => this.#ended());
    post(worker, { kind: "open", options: { directory, days, megabytes, maxPages } });
  }

  #receive(message: FromExchangeThread): void {
    const { log, lost } = this.#options;
    switch (message.kind) {
      case "unusable":
        log.error({ reason: message.reason }, "no messages are kept");
        this.#isUnusable = true;
        lost(this.#waiting.splice(0).length);
        break;
      case "done":
        this.#onTheWay.shift();
        if (message.lost > 0) lost(message.lost);
        if (this.#gathering === undefined) this.#flush();
        break;
      case "log":
        log[message.level](message.fields, message.message);
        break;
    }
  }

  #ended(): void {
    const onTheWay = this.#onTheWay.splice(0).reduce((sum, count) => sum + count, 0);
    if (!this.#isStopping && onTheWay > 0) this.#options.lost(onTheWay);
    this.#worker = undefined;
    if (!this.#isStopping && !this.#isUnusable)
      this.#again = this.#options.clock.after(START_AGAIN_MS, () => this.#spawn());
  }
}

function post(worker: Worker, message: ToExchangeThread): void {
  worker.postMessage(message);
}
