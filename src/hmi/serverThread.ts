// The thread that serves browsers: whatever they do, charge points do not wait for it. It holds no twin, and decides nothing.
import { parentPort } from "node:worker_threads";
import { systemClock } from "../std/clock.ts";
import { openHttp, type HttpServer } from "./http.ts";
import type { LoginAccount } from "../twin/accounts.ts";
import type { FromThread, ToThread } from "./messages.ts";
import type { Ask } from "./questions.ts";

interface Asked {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

const asked = new Map<number, Asked>();
let nextId = 0;
let server: HttpServer | undefined;
/** Those that came while the port was being opened. */
let accounts: readonly LoginAccount[] | undefined;

function post(message: FromThread): void {
  parentPort?.postMessage(message);
}

const ask = ((name, ...input) =>
  new Promise((resolve, reject) => {
    const id = nextId++;
    // What cannot cross rejects.
    post({ kind: "ask", id, name, input });
    asked.set(id, { resolve: resolve as Asked["resolve"], reject });
  })) as Ask;

function settle(id: number, end: (waiting: Asked) => void): void {
  const waiting = asked.get(id);
  asked.delete(id);
  if (waiting !== undefined) end(waiting);
}

async function start(first: Extract<ToThread, { kind: "start" }>): Promise<void> {
  try {
    server = await openHttp(first.options, first.accounts, {
      clock: systemClock,
      log: { error: (fields, message) => post({ kind: "log", fields, message }) },
      ask,
      watch: (watched) => post({ kind: "watch", watched }),
    });
    if (accounts !== undefined) server.setAccounts(accounts);
    post({ kind: "listening", url: server.url });
  } catch (error) {
    post({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
}

parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "start") void start(message);
  else if (message.kind === "answer") settle(message.id, ({ resolve }) => resolve(message.answer));
  else if (message.kind === "fault") settle(message.id, ({ reject }) => reject(new Error(message.reason)));
  else if (message.kind === "live") server?.take(message.batch);
  else if (message.kind === "accounts") {
    ({ accounts } = message);
    server?.setAccounts(accounts);
  } else void server?.stop().then(() => parentPort?.close());
});
