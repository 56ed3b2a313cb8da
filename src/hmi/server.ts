// The HTTP side as the rest of the program sees it: a projection and an address. Keeps its thread alive; charge points never notice when it ends.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { BridgeStatus } from "../datapoints/bridge.ts";
import type { Clock, Timer } from "../std/clock.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import { loginAccountOf, type Account, type LoginAccount } from "../twin/accounts.ts";
import type { AlarmDisplay, Projection } from "../twin/ports.ts";
import { Live, type LiveOptions } from "./live.ts";
import type { FromThread, HttpOptions, ToThread } from "./messages.ts";
import type { Questions } from "./questions.ts";

export interface HttpServerOptions extends LiveOptions {
  readonly http: HttpOptions;
  readonly clock: Clock;
  readonly log: Log;
  /** Who may log in. */
  readonly accounts: () => Iterable<Account>;
  readonly questions: Questions;
  /** Ends what was begun for a thread that is no more. */
  readonly threadEnded: () => Promise<void>;
}

export interface HttpServer extends Running {
  readonly url: string;
  readonly projection: Projection & AlarmDisplay;
  /** Shows the bridge's status of itself. */
  readonly report: (status: BridgeStatus) => void;
  /** Lets those log in who may now, and ends the sessions of those who may not. */
  readonly tellAccounts: () => void;
}

const PAUSE_MS = 1000;
const STOP_WITHIN_MS = 2000;

/** Starts the server on its own thread; rejects when it cannot listen, naming the setting. */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const supervisor = new Supervisor(options);
  const url = await supervisor.spawn();
  return {
    url,
    projection: supervisor.live,
    report: (status) => supervisor.live.report(status),
    tellAccounts: () => supervisor.tellAccounts(),
    stop: () => supervisor.stop(),
  };
}

class Supervisor {
  readonly live: Live;
  readonly #options: HttpServerOptions;
  #http: HttpOptions;
  #worker: Worker | undefined;
  #restart: Timer | undefined;
  #isStopping = false;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#http = options.http;
    this.live = new Live(options, (batch) => this.#post({ kind: "live", batch }));
  }

  tellAccounts(): void {
    this.#post({ kind: "accounts", accounts: this.#accounts() });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#restart?.cancel();
    this.live.stop();
    const worker = this.#worker;
    if (worker === undefined) return;
    const hasExited = new Promise<void>((done) => worker.once("exit", () => done()));
    this.#post({ kind: "stop" });
    let patience: Timer | undefined;
    const isLate = new Promise<void>((late) => (patience = this.#options.clock.after(STOP_WITHIN_MS, late)));
    await Promise.race([hasExited, isLate]);
    patience?.cancel();
    await worker.terminate();
    await this.#options.threadEnded();
  }

  /** Starts a thread; resolves with its address once it listens and rejects when it cannot. */
  spawn(): Promise<string> {
    const file = new URL(`./serverThread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { name: "hmi" });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let isListening = false;
      worker.on("message", (message: FromThread) => {
        if (message.kind === "listening") {
          isListening = true;
          // A free port, once taken, is kept: browsers come back to the same address.
          this.#http = { ...this.#http, port: Number(new URL(message.url).port) };
          resolve(message.url);
        } else if (message.kind === "failed") {
          reject(new Error(message.reason));
          void worker.terminate();
        } else this.#receive(worker, message);
      });
      worker.on("messageerror", (error) => this.#options.log.error({ error: String(error) }, "a question is lost"));
      worker.on("error", (error: unknown) => {
        this.#options.log.error({ error: String(error) }, "the thread that serves browsers has failed");
        reject(error instanceof Error ? error : new Error(String(error)));
      });
      worker.on("exit", (code) => {
        reject(new Error(`the thread that serves browsers has ended with code ${code}`));
        if (this.#worker === worker) this.#worker = undefined;
        this.live.stop();
        void this.#options.threadEnded();
        if (isListening && !this.#isStopping) this.#startAgain();
      });
      this.#post({ kind: "start", options: this.#http, accounts: this.#accounts() });
    });
  }

  #startAgain(): void {
    const { clock, log } = this.#options;
    log.error({}, "the thread that serves browsers has ended and is started again");
    this.#restart = clock.after(PAUSE_MS, () => {
      this.spawn().catch((error: unknown) => {
        log.error({ error: String(error) }, "browsers cannot be served");
        if (!this.#isStopping) this.#startAgain();
      });
    });
  }

  #accounts(): readonly LoginAccount[] {
    return Array.from(this.#options.accounts(), loginAccountOf).filter((account) => account !== undefined);
  }

  #receive(worker: Worker, message: FromThread): void {
    if (message.kind === "ask") void this.#answer(worker, message);
    else if (message.kind === "watch") this.live.watch(message.watched);
    else if (message.kind === "log") this.#options.log.error(message.fields, message.message);
  }

  async #answer(worker: Worker, { id, name, input }: Extract<FromThread, { kind: "ask" }>): Promise<void> {
    const question = this.#options.questions[name] as (...given: readonly unknown[]) => unknown;
    try {
      const answer = await question(...input);
      if (this.#worker === worker) this.#post({ kind: "answer", id, answer });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#worker === worker) this.#post({ kind: "fault", id, reason });
    }
  }

  #post(message: ToThread): void {
    this.#worker?.postMessage(message);
  }
}
