// The OPC UA server as the rest of the program sees it: a projection and an address. Keeps the thread alive; charge points never notice when it dies.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { BridgeStatus } from "../datapoints/bridge.ts";
import type { PendingChange } from "../datapoints/decisions.ts";
import type { Timer } from "../std/clock.ts";
import type { Running } from "../std/lifecycle.ts";
import { loginAccountOf, type LoginAccount } from "../twin/accounts.ts";
import type { AlarmDisplay, AuditedCommand, ConnectedClient, Projection } from "../twin/ports.ts";
import type { Batch, FromThread, ToThread } from "./messages.ts";
import type { OpcUaServerOptions } from "./options.ts";
import { ThreadProjection } from "./projection.ts";

export interface OpcUaServer extends Running {
  readonly endpointUrl: string;
  readonly projection: Projection & AlarmDisplay;
  /** Those that have a session, as of the last report. */
  readonly clients: () => readonly ConnectedClient[];
  /** Shows the bridge's status of itself; it only enqueues. */
  readonly report: (status: BridgeStatus) => void;
  /** Shows which questions wait for SCADA; it only enqueues. */
  readonly tellPending: (change: PendingChange) => void;
  /** Lets those log in who may now. */
  readonly tellAccounts: () => void;
  /** Tells those who may know of a command that has come by another way; it only enqueues. */
  readonly audit: (command: AuditedCommand) => void;
  /** Disconnects who is trusted no more. */
  readonly tellTrust: () => void;
  /** Serves the certificate that is there now; sessions end where it is another one. */
  readonly reloadCertificate: () => void;
}

type CommandMessage = Extract<FromThread, { kind: "command" }>;
type ActMessage = Extract<FromThread, { kind: "act" }>;
type VerifyMessage = Extract<FromThread, { kind: "verify" }>;
type HistoryMessage = Extract<FromThread, { kind: "history" | "occurrences" | "begin" }>;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A thread that has lived so long starts again without a pause worth speaking of. */
const STABLE_AFTER_MS = 60_000;
const STOP_WITHIN_MS = 5000;

/** A thread that loads its modules while the store is opened: both take seconds. Whoever serves takes it over; it ends when it is stopped. */
export interface PreparedThread extends Running {
  readonly worker: Worker;
}

export function prepareThread(): PreparedThread {
  const worker = startThread();
  // Whoever takes it over sees that it has ended, and starts another one, which says why.
  worker.on("error", () => {});
  return { worker, stop: async () => void (await worker.terminate()) };
}

function startThread(): Worker {
  const file = new URL(`./serverThread${extname(import.meta.url)}`, import.meta.url);
  // The library writes to the console here and there; standard output is not its own to fill.
  return new Worker(file, { name: "opcua", stdout: true, stderr: true });
}

/** The number of a thread that has ended. */
const ENDED = -1;

/** Starts the server on its own thread; rejects when it cannot listen, naming the setting. */
export async function openOpcUaServer(options: OpcUaServerOptions): Promise<OpcUaServer> {
  const supervisor = new Supervisor(options);
  const endpointUrl = await supervisor.open();
  return {
    endpointUrl,
    projection: supervisor.projection,
    clients: () => supervisor.clients,
    report: (status) => supervisor.report(status),
    tellPending: (change) => supervisor.tellPending(change),
    tellAccounts: () => supervisor.tellAccounts(),
    audit: (command) => supervisor.audit(command),
    tellTrust: () => supervisor.tellTrust(),
    reloadCertificate: () => supervisor.reloadCertificate(),
    stop: () => supervisor.stop(),
  };
}

class Supervisor {
  readonly projection: ThreadProjection;
  clients: readonly ConnectedClient[] = [];
  readonly #options: OpcUaServerOptions;
  #endpoint: OpcUaServerOptions["endpoint"];
  #worker: Worker | undefined;
  #prepared: Worker | undefined;
  #status: BridgeStatus | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #restart: Timer | undefined;
  #isStopping = false;
  /** Its end is wanted. */
  #isReplacing = false;

  constructor(options: OpcUaServerOptions) {
    this.#options = options;
    this.#endpoint = options.endpoint;
    this.#prepared = options.prepared?.worker;
    this.projection = new ThreadProjection({
      clock: options.clock,
      intervalMilliseconds: options.projectionIntervalMilliseconds,
      counts: options.counts,
      vendorDatapoints: options.endpoint.vendorDatapoints,
    });
  }

  async open(): Promise<string> {
    try {
      return await this.#spawn();
    } catch (error) {
      this.projection.stop();
      throw error;
    }
  }

  /** A thread that does not serve yet drops it, and is told again once it does. */
  report(status: BridgeStatus): void {
    this.#status = status;
    if (this.#worker !== undefined) post(this.#worker, { kind: "report", status });
  }

  /** As a report; a thread that begins to serve is told of all of them. */
  tellPending(change: PendingChange): void {
    if (this.#worker !== undefined) post(this.#worker, { kind: "pending", change });
  }

  audit(command: AuditedCommand): void {
    if (this.#worker !== undefined) post(this.#worker, { kind: "audit", command });
  }

  tellAccounts(): void {
    if (this.#worker !== undefined) post(this.#worker, { kind: "accounts", accounts: this.#accounts() });
  }

  tellTrust(): void {
    if (this.#worker !== undefined) post(this.#worker, { kind: "trust" });
  }

  reloadCertificate(): void {
    if (this.#worker !== undefined) post(this.#worker, { kind: "lookAtCertificate" });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#restart?.cancel();
    this.projection.stop();
    if (this.#worker !== undefined) await this.#end(this.#worker);
  }

  async #end(worker: Worker): Promise<void> {
    const hasExited = new Promise<void>((done) => worker.once("exit", () => done()));
    post(worker, { kind: "stop" });
    const { clock } = this.#options;
    let patience: Timer | undefined;
    const isLate = new Promise<void>((late) => (patience = clock.after(STOP_WITHIN_MS, late)));
    await Promise.race([hasExited, isLate]);
    patience?.cancel();
    await worker.terminate();
  }

  /** Starts a thread; resolves with its address once it listens and rejects when it cannot. */
  #spawn(): Promise<string> {
    const { clock, log } = this.#options;
    const startedAt = clock.monotonic();
    const prepared = this.#prepared;
    this.#prepared = undefined;
    const worker = prepared === undefined || prepared.threadId === ENDED ? startThread() : prepared;
    for (const stream of [worker.stdout, worker.stderr])
      stream.on("data", (text: Buffer) => log.debug({ library: "node-opcua" }, text.toString().trim()));
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let isListening = false;
      worker.on("message", (message: FromThread) => {
        if (message.kind === "listening") {
          isListening = true;
          this.#connect(worker, message.endpointUrl);
          resolve(message.endpointUrl);
        } else if (message.kind === "failed") {
          reject(new Error(message.reason));
          void worker.terminate();
        } else this.#receive(worker, message);
      });
      worker.on("error", (error: unknown) => {
        log.error({ error: String(error) }, "the OPC UA server's thread has failed");
        reject(error instanceof Error ? error : new Error(String(error)));
      });
      worker.on("exit", (code) => {
        reject(new Error(`the OPC UA server's thread has ended with code ${code}`));
        if (this.#worker === worker) this.#worker = undefined;
        this.projection.disconnect();
        this.clients = [];
        if (clock.monotonic() - startedAt > STABLE_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
        if (isListening && !this.#isStopping) this.#startAgain();
      });
      const keepsHistory = this.#options.history !== undefined;
      post(worker, { kind: "start", endpoint: this.#endpoint, keepsHistory, accounts: this.#accounts() });
    });
  }

  #accounts(): readonly LoginAccount[] {
    return Array.from(this.#options.accounts(), loginAccountOf).filter((account) => account !== undefined);
  }

  #connect(worker: Worker, endpointUrl: string): void {
    // A free port, once taken, is kept: clients come back to the same address.
    this.#endpoint = { ...this.#endpoint, port: Number(new URL(endpointUrl).port) };
    const send = (batch: Batch): void => post(worker, batch);
    this.projection.connect(send, this.#options.replay(), this.#options.replayAlarms());
    if (this.#status !== undefined) this.report(this.#status);
    this.tellPending(this.#options.pending());
    // They may have changed since it was started.
    this.tellAccounts();
  }

  /** Nothing of the charge points passes through the thread, so that they do not notice. */
  #replace(worker: Worker, reason: string): void {
    if (this.#isReplacing || this.#isStopping) return;
    this.#isReplacing = true;
    this.#options.log.info({ reason }, "the OPC UA server is started again to serve its new certificate");
    void this.#end(worker);
  }

  #startAgain(): void {
    const { clock, log } = this.#options;
    const pauseMs = this.#isReplacing ? 0 : this.#pauseMs;
    if (!this.#isReplacing) {
      this.#pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      log.error({ pauseMs }, "the OPC UA server's thread has ended and is started again");
    }
    this.#isReplacing = false;
    this.#restart = clock.after(pauseMs, () => {
      if (this.#isStopping) return;
      this.#spawn().catch((error: unknown) => {
        log.error({ error: String(error) }, "the OPC UA server could not be started again");
        if (!this.#isStopping) this.#startAgain();
      });
    });
  }

  #receive(worker: Worker, message: FromThread): void {
    if (message.kind === "applied") this.projection.applied();
    else if (message.kind === "command") this.#command(worker, message);
    else if (message.kind === "act") this.#act(worker, message);
    else if (message.kind === "verify") void this.#verify(worker, message);
    else if (message.kind === "clients") this.clients = message.clients;
    else if (message.kind === "rejected") this.#options.rejected();
    else if (message.kind === "outdated") this.#replace(worker, message.reason);
    else if (message.kind === "log") this.#options.log[message.level](message.fields, message.message);
    else if (message.kind === "history" || message.kind === "occurrences" || message.kind === "begin")
      void this.#readHistory(worker, message);
  }

  /** Whoever reads after the answer sees what the command has changed. */
  #command(worker: Worker, { id, command, requester, flaw }: CommandMessage): void {
    void this.#options.command(command, requester, flaw).then((outcome) =>
      this.projection.whenHandedOver(() => {
        if (this.#worker === worker) post(worker, { kind: "outcome", id, outcome });
      }),
    );
  }

  #act(worker: Worker, { id, place, act, requester }: ActMessage): void {
    void this.#options.actOnAlarm(place, act, requester).then((outcome) =>
      this.projection.whenHandedOver(() => {
        if (this.#worker === worker) post(worker, { kind: "acted", id, outcome });
      }),
    );
  }

  async #verify(worker: Worker, { id, attempt }: VerifyMessage): Promise<void> {
    const verdict = await this.#options.verify(attempt);
    if (this.#worker === worker) post(worker, { kind: "verified", id, verdict });
  }

  async #readHistory(worker: Worker, message: HistoryMessage): Promise<void> {
    const answer = await this.#historyOf(message);
    if (this.#worker === worker) post(worker, answer);
  }

  async #historyOf(message: HistoryMessage): Promise<ToThread> {
    const { history, log } = this.#options;
    const { kind, id } = message;
    const unread = (error: unknown): undefined => {
      const { chargePointId = "", path = "" } = "query" in message ? { path: "events", ...message.query } : {};
      log.warn({ error: String(error), chargePoint: chargePointId, path }, "the history cannot be read");
      return undefined;
    };
    if (kind === "begin") return { kind, id, page: await history?.begin().catch(unread) };
    if (kind === "history") return { kind, id, page: await history?.read(message.query).catch(unread) };
    return { kind, id, page: await history?.readOccurrences(message.query).catch(unread) };
  }
}

function post(worker: Worker, message: ToThread): void {
  worker.postMessage(message);
}
