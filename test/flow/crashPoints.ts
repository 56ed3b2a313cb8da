// Loaded into a bridge before anything else (`--import`), in each of its threads: it kills the process with SIGKILL at one step of the way
// of one message, or at one on which a second socket claims the identity of a first one. The step is named by CRASH_AT, the message by the
// text CRASH_TAG in it; what the bridge does is not changed otherwise.
import { Server } from "node:http";
import { MessagePort, Worker, isMainThread } from "node:worker_threads";
import Database from "better-sqlite3";
import WebSocket from "ws";

const { CRASH_AT, CRASH_TAG = "" } = process.env;

function reach(step: string): void {
  if (step !== CRASH_AT) return;
  process.kill(process.pid, "SIGKILL");
  // Nothing more happens on this thread, should the signal take its time.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Puts `around` about a method of a prototype; `go` is the method itself. */
function wrap(prototype: object, name: string, around: (args: unknown[], go: () => unknown, self: unknown) => unknown) {
  const original = Reflect.get(prototype, name) as Method;
  const wrapped: Method = function (...args) {
    return around(args, () => original.apply(this, args), this);
  };
  Reflect.defineProperty(prototype, name, { value: wrapped, configurable: true, writable: true });
}

const names = (value: unknown): boolean => (JSON.stringify(value) ?? "").includes(CRASH_TAG);
const kindOf = (message: unknown): unknown => (message as { kind?: unknown } | undefined)?.kind;

if (isMainThread) {
  /** How the answer to the message begins, once it has been received. */
  let answer: string | undefined;
  let isHandedOver = false;
  let sockets = 0;
  const reachInClaim = (step: string): void => {
    if (sockets === 2) reach(step);
  };
  wrap(Server.prototype, "emit", ([event], go) => {
    if (event === "upgrade") {
      sockets++;
      reachInClaim("handshake received");
    }
    return go();
  });
  for (const [method, what] of [
    ["ping", "question whether it lives"],
    ["close", "end of the old socket"],
  ] as const)
    wrap(WebSocket.prototype, method, (_args, go) => {
      reachInClaim(`${what} about to go`);
      const result = go();
      reachInClaim(`${what} gone`);
      return result;
    });
  wrap(WebSocket.prototype, "emit", ([event, data], go) => {
    if (event === "pong" || event === "message") reachInClaim("sign of life received");
    const text = event === "message" && Buffer.isBuffer(data) ? data.toString() : "";
    if (text.startsWith("[2,") && text.includes(CRASH_TAG)) {
      answer = `[3,${JSON.stringify((JSON.parse(text) as unknown[])[1])}`;
      reach("frame received");
    }
    return go();
  });
  wrap(Worker.prototype, "postMessage", ([message], go) => {
    const isIt = kindOf(message) === "records" && names(message);
    if (isIt) reach("record about to cross");
    const result = go();
    isHandedOver ||= isIt;
    if (isIt) reach("record crossing");
    return result;
  });
  wrap(Worker.prototype, "emit", ([event, message], go) => {
    const isIt = isHandedOver && event === "message" && kindOf(message) === "receipts";
    if (isIt) reach("receipt arrived");
    const result = go();
    if (isIt) reach("receipt taken");
    return result;
  });
  wrap(WebSocket.prototype, "send", ([data], go) => {
    const isIt = answer !== undefined && String(data).startsWith(answer);
    if (isIt) reach("answer about to go");
    const result = go();
    if (isIt) reach("answer gone");
    return result;
  });
} else {
  let isWritten = false;
  const transaction = Reflect.get(Database.prototype, "transaction") as Method;
  wrap(Database.prototype, "prepare", (_args, go, self) => {
    const statement = go() as Database.Statement;
    if (!(self as Database.Database).name.endsWith("state.db")) return statement;
    const run = statement.run.bind(statement);
    statement.run = (...values: unknown[]) => {
      const isIt = names(values);
      if (isIt) reach("about to be written");
      isWritten ||= isIt;
      return run(...values);
    };
    return statement;
  });
  wrap(Database.prototype, "transaction", ([work], _go, self) => {
    const original = transaction.call(self, (...values: unknown[]) => {
      const result = (work as Method)(...values);
      if (isWritten) reach("about to be committed");
      return result;
    }) as Database.Transaction;
    return {
      immediate: (...values: unknown[]) => {
        const result: unknown = original.immediate(...values);
        if (isWritten) reach("committed");
        return result;
      },
    };
  });
  wrap(MessagePort.prototype, "postMessage", ([message], go) => {
    const isIt = isWritten && kindOf(message) === "receipts";
    if (isIt) reach("receipt about to cross");
    const result = go();
    if (isIt) reach("receipt crossing");
    return result;
  });
}
