// The method on SCADA's own server as a source of decisions. Keeps the client's thread alive; a server that is slow, hostile or gone
// costs a failed answer and nothing else: it never waits for a connection, and calls are bounded.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { BoundedWarnings } from "../../std/boundedWarnings.ts";
import { every, type Clock, type EpochMs, type Timer } from "../../std/clock.ts";
import type { Running } from "../../std/lifecycle.ts";
import type { Log } from "../../std/log.ts";
import type { Question, Verdict } from "../../twin/questions.ts";
import type { FromClient, ToClient } from "./messages.ts";
import type { ClientOptions } from "./options.ts";
import { answerOf, payloadOf } from "./question.ts";

/** Asks the method; rejects with a sentence, and at once where the server cannot be reached or too many calls wait. */
export type AskScada = (
  question: Question,
  deadline: { readonly at: EpochMs },
) => Promise<Omit<Verdict, "source"> | undefined>;

export interface ScadaMethodOptions {
  readonly client: ClientOptions;
  /** Calls that wait for their answer at the same time. */
  readonly maxCalls: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ScadaMethodClient extends Running {
  readonly ask: AskScada;
  /** Whether there is a session on SCADA's server. */
  readonly isConnected: () => boolean;
}

/** Connects from now on until it is stopped, and waits for nothing. */
export function openScadaMethod(options: ScadaMethodOptions): ScadaMethodClient {
  const supervisor = new Supervisor(options);
  return {
    ask: (question, deadline) => supervisor.ask(question, deadline),
    isConnected: () => supervisor.isConnected,
    stop: () => supervisor.stop(),
  };
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const STABLE_AFTER_MS = 60_000;
const STOP_WITHIN_MS = 5000;
const CHECK_MS = 2000;
/** A thread that says nothing about a call so long after its time does nothing else any more. */
const HUNG_AFTER_MS = 10_000;
/** What a server sends is bounded long before; a thread that needs more ends alone. */
const MAX_HEAP_MB = 256;
const WARNINGS = { periodMs: 600_000, lines: 20 };

interface Waiting {
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
  /** On the clock that never jumps, ms. */
  readonly until: number;
}

class Supervisor {
  readonly #options: ScadaMethodOptions;
  readonly #warnings: BoundedWarnings;
  readonly #waiting = new Map<number, Waiting>();
  readonly #check: Timer;
  #worker: Worker | undefined;
  #lastCall = 0;
  /** Why there is no session; undefined while there is one. */
  #reason: string | undefined = "the first session is being opened";
  #pauseMs = FIRST_PAUSE_MS;
  #restart: Timer | undefined;
  #isStopping = false;

  constructor(options: ScadaMethodOptions) {
    this.#options = options;
    this.#warnings = new BoundedWarnings(options.log, options.clock, WARNINGS);
    this.#check = every(options.clock, CHECK_MS, () => this.#endHungThread());
    this.#spawn();
  }

  get isConnected(): boolean {
    return this.#reason === undefined;
  }

  async ask(question: Question, { at }: { readonly at: EpochMs }): Promise<Omit<Verdict, "source"> | undefined> {
    const worker = this.#worker;
    if (worker === undefined || this.#reason !== undefined)
      throw new Error(`SCADA's server cannot be reached: ${this.#reason ?? "the bridge is stopping"}`);
    const { clock, maxCalls } = this.#options;
    if (this.#waiting.size >= maxCalls)
      throw new Error(`limits.maxScadaCalls, ${maxCalls}, calls wait for SCADA's server already`);
    const timeoutMs = Math.max(1, Math.round(at - clock.now()));
    const id = ++this.#lastCall;
    const text = await new Promise<string>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, until: clock.monotonic() + timeoutMs });
      post(worker, { kind: "call", id, action: question.action, payload: payloadOf(question, at), timeoutMs });
    });
    return answerOf(text);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#restart?.cancel();
    this.#check.cancel();
    const worker = this.#worker;
    if (worker === undefined) return;
    const hasExited = new Promise<void>((done) => worker.once("exit", () => done()));
    post(worker, { kind: "stop" });
    let patience: Timer | undefined;
    const isLate = new Promise<void>((late) => (patience = this.#options.clock.after(STOP_WITHIN_MS, late)));
    await Promise.race([hasExited, isLate]);
    patience?.cancel();
    await worker.terminate();
  }

  #spawn(): void {
    const { clock, log, client } = this.#options;
    const startedAt = clock.monotonic();
    const file = new URL(`./clientThread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, {
      name: "opcua-client",
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    for (const stream of [worker.stdout, worker.stderr])
      stream.on("data", (text: Buffer) => log.debug({ library: "node-opcua" }, text.toString().trim()));
    this.#worker = worker;
    worker.on("message", (message: FromClient) => this.#receive(message));
    worker.on("error", (error: unknown) =>
      log.error({ error: String(error) }, "the thread that calls SCADA's server has failed"),
    );
    worker.on("exit", () => {
      if (clock.monotonic() - startedAt > STABLE_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
      this.#worker = undefined;
      this.#reason = this.#isStopping ? "the bridge is stopping" : "the thread that calls it has ended";
      for (const { reject } of this.#waiting.values()) reject(new Error(`SCADA's server: ${this.#reason}`));
      this.#waiting.clear();
      if (!this.#isStopping) this.#startAgain();
    });
    post(worker, { kind: "start", options: client });
  }

  #startAgain(): void {
    const { clock, log } = this.#options;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    log.error({ pauseMs }, "the thread that calls SCADA's server has ended and is started again");
    this.#restart = clock.after(pauseMs, () => {
      if (!this.#isStopping) this.#spawn();
    });
  }

  #receive(message: FromClient): void {
    switch (message.kind) {
      case "state":
        this.#note(message.reason);
        break;
      case "answer":
        this.#waiting.get(message.id)?.resolve(message.text);
        this.#waiting.delete(message.id);
        break;
      case "fault":
        this.#waiting.get(message.id)?.reject(new Error(`SCADA's server: ${message.reason}`));
        this.#waiting.delete(message.id);
        break;
      case "log":
        this.#options.log[message.level](message.fields, message.message);
        break;
    }
  }

  #note(reason: string | undefined): void {
    const { log, client } = this.#options;
    const { endpoint } = client.method;
    this.#reason = reason;
    if (reason === undefined) log.info({ endpoint }, "SCADA's server is connected; its method can be called");
    else if (!this.#isStopping)
      this.#warnings.warn({ endpoint, reason }, "SCADA's server cannot be reached; it is tried again", reason);
  }

  /** Whatever has been sent to it: the charge points do not notice, and the next thread begins anew. */
  #endHungThread(): void {
    const isHung = (until: number): boolean => this.#options.clock.monotonic() - until > HUNG_AFTER_MS;
    if (![...this.#waiting.values()].some(({ until }) => isHung(until))) return;
    this.#options.log.error({}, "the thread that calls SCADA's server no longer answers and is ended");
    void this.#worker?.terminate();
  }
}

function post(worker: Worker, message: ToClient): void {
  worker.postMessage(message);
}
