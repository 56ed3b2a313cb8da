// Entry of the OPC UA server's thread: starts the server, applies batches, stops. It knows nothing of OCPP, files of settings or other threads.
import { parentPort } from "node:worker_threads";
import { systemClock } from "../std/clock.ts";
import { explainListenFault } from "../std/listenFault.ts";
import type { AlarmOutcome } from "../twin/alarms.ts";
import type { Commander, CommandOutcome } from "../twin/commands.ts";
import type {
  ActOnAlarm,
  History,
  HistoryBegin,
  HistoryPage,
  HistoryQuery,
  LoginVerdict,
  OccurrencePage,
  OccurrenceQuery,
  VerifyLogin,
} from "../twin/ports.ts";
import { isOfLibrary } from "./faults.ts";
import { redirectLibraryLog } from "./libraryLog.ts";
import type { FromThread, ToThread } from "./messages.ts";
import { threadLog } from "./threadLog.ts";
import { startUaServer, type UaServer } from "./uaServer.ts";

const port = parentPort;
if (port === null) throw new Error("serverThread.ts runs only as a worker thread");

function send(message: FromThread): void {
  port?.postMessage(message);
}

/** Until the first status comes across (OPC 10000-4 §6.6.2.4.2). */
const STARTING = 1;

type StartMessage = Extract<ToThread, { kind: "start" }>;

const log = threadLog(send);

/** An error of our own ends the thread, which is then started again (server.ts). */
function surviveLibrary(error: unknown): void {
  if (!isOfLibrary(error)) throw error;
  log.error({ error: String(error) }, "the OPC UA library failed at a request");
}

let running: UaServer | undefined;

/** Commands on their way, by the number under which their outcome comes back. */
const commands = new Map<number, (outcome: CommandOutcome) => void>();
let lastCommand = 0;

const command: Commander = (wanted, requester, flaw) =>
  new Promise((resolve) => {
    const id = ++lastCommand;
    commands.set(id, resolve);
    send({ kind: "command", id, command: wanted, requester, flaw });
  });

/** What is done with alarms, by the number under which the outcome comes back. */
const acts = new Map<number, (outcome: AlarmOutcome) => void>();
let lastAct = 0;

const actOnAlarm: ActOnAlarm = (place, act, requester) =>
  new Promise((resolve) => {
    const id = ++lastAct;
    acts.set(id, resolve);
    send({ kind: "act", id, place, act, requester });
  });

/** Questions for the history on their way, by the number under which the answer comes back. */
class Questions<Query, Page> {
  readonly #ask: (id: number, query: Query) => void;
  readonly #waiting = new Map<number, (page: Page | undefined) => void>();
  #last = 0;

  constructor(ask: (id: number, query: Query) => void) {
    this.#ask = ask;
  }

  async read(query: Query): Promise<Page> {
    const page = await new Promise<Page | undefined>((resolve) => {
      const id = ++this.#last;
      this.#waiting.set(id, resolve);
      this.#ask(id, query);
    });
    if (page === undefined) throw new Error("the history cannot be read");
    return page;
  }

  answer(id: number, page: Page | undefined): void {
    this.#waiting.get(id)?.(page);
    this.#waiting.delete(id);
  }
}

const samples = new Questions<HistoryQuery, HistoryPage>((id, query) => send({ kind: "history", id, query }));
const occurrences = new Questions<OccurrenceQuery, OccurrencePage>((id, query) =>
  send({ kind: "occurrences", id, query }),
);
const begins = new Questions<undefined, HistoryBegin>((id) => send({ kind: "begin", id }));
const history: History = {
  read: (query) => samples.read(query),
  readOccurrences: (query) => occurrences.read(query),
  begin: () => begins.read(undefined),
};

/** Logins that are being judged, by the number under which the verdict comes back. */
const logins = new Map<number, (verdict: LoginVerdict) => void>();
let lastLogin = 0;

const verify: VerifyLogin = (attempt) =>
  new Promise((resolve) => {
    const id = ++lastLogin;
    logins.set(id, resolve);
    send({ kind: "verify", id, attempt });
  });

async function start({ endpoint, keepsHistory, accounts }: StartMessage): Promise<void> {
  try {
    const outdated = (reason: string): void => send({ kind: "outdated", reason });
    const rejected = (): void => send({ kind: "rejected" });
    const common = {
      clock: systemClock,
      log,
      command,
      actOnAlarm,
      verify,
      accounts,
      outdated,
      rejected,
      serviceLevel: STARTING,
    };
    const surroundings = { ...common, ...(keepsHistory ? { history } : {}) };
    running = await startUaServer(endpoint, surroundings);
    send({ kind: "listening", endpointUrl: running.endpointUrl });
  } catch (error) {
    send({ kind: "failed", reason: explainListenFault({ section: "opcua", ...endpoint }, error).message });
  }
}

let told = "";

/** With each report, where they have changed. */
function tellClients(): void {
  const clients = running?.clients() ?? [];
  const text = JSON.stringify(clients);
  if (text === told) return;
  told = text;
  send({ kind: "clients", clients });
}

async function stop(): Promise<void> {
  await running?.stop();
  send({ kind: "stopped" });
  port?.close();
}

redirectLibraryLog(log, systemClock);
process.on("unhandledRejection", surviveLibrary);
process.on("uncaughtException", surviveLibrary);
port.on("message", (message: ToThread) => {
  switch (message.kind) {
    case "start":
      void start(message);
      break;
    case "accounts":
      running?.setAccounts(message.accounts);
      break;
    case "audit":
      running?.audit(message.command);
      break;
    case "verified":
      logins.get(message.id)?.(message.verdict);
      logins.delete(message.id);
      break;
    case "batch":
      running?.apply(message);
      send({ kind: "applied" });
      break;
    case "report":
      running?.report(message.status);
      tellClients();
      break;
    case "pending":
      running?.tellPending(message.change);
      break;
    case "outcome":
      running?.flush();
      commands.get(message.id)?.(message.outcome);
      commands.delete(message.id);
      break;
    case "acted":
      acts.get(message.id)?.(message.outcome);
      acts.delete(message.id);
      break;
    case "history":
      samples.answer(message.id, message.page);
      break;
    case "occurrences":
      occurrences.answer(message.id, message.page);
      break;
    case "begin":
      begins.answer(message.id, message.page);
      break;
    case "trust":
      void running?.judgeClients();
      break;
    case "lookAtCertificate":
      running?.lookAtCertificate();
      break;
    case "stop":
      void stop();
      break;
  }
});
