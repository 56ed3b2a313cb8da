// Entry of the store's thread: opens the file, hands out what it holds, writes records, closes it. It decides nothing about charge points.
import { parentPort } from "node:worker_threads";
import type Database from "better-sqlite3";
import { systemClock } from "../std/clock.ts";
import { lockDirectory, openDatabase, stateLayout } from "./database.ts";
import { sentenceOf, StoreFault } from "./faults.ts";
import { GroupCommit } from "./groupCommit.ts";
import { noIdTags } from "../twin/idTags.ts";
import type { FromStore, ThreadOptions, ToStore } from "./messages.ts";

const port = parentPort;
if (port === null) throw new Error("storeThread.ts runs only as a worker thread");

function send(message: FromStore): void {
  port?.postMessage(message);
}

function log(level: "info" | "warn" | "error", fields: Readonly<Record<string, unknown>>, message: string): void {
  send({ kind: "log", level, fields, message });
}

let lock: Database.Database | undefined;
let commits: GroupCommit | undefined;

function open(options: ThreadOptions): void {
  try {
    lock = lockDirectory(options.directory);
    const opened = openFile(options);
    commits = new GroupCommit(opened, {
      clock: systemClock,
      open: () => openFile(options),
      acknowledge: (receipts) => send({ kind: "receipts", receipts }),
      changed: (state, reason) => {
        send({ kind: "state", state });
        if (state === "ok") log("info", {}, "the store can write again; transactions are confirmed again");
        else
          log(
            "error",
            { reason },
            "the store cannot write; no start or end of a transaction is confirmed until it can",
          );
      },
      rejected: ({ kind }, error) =>
        log("error", { record: kind, error: String(error) }, "a record could not be written"),
    });
    const restored = commits.tables?.restore((chargePoint) =>
      log("warn", { chargePoint }, "what was known of a charge point cannot be read and is left out"),
    );
    send({
      kind: "opened",
      restored: restored ?? {
        twins: [],
        transactions: [],
        register: new Map(),
        idTags: noIdTags,
        alarms: [],
        accounts: [],
      },
    });
  } catch (error) {
    lock?.close();
    lock = undefined;
    const fault = error instanceof StoreFault ? error : new StoreFault(`store.directory: ${sentenceOf(error)}`);
    send({ kind: "failed", reason: fault.message, isElsewhere: fault.isElsewhere });
  }
}

function openFile(options: ThreadOptions): Database.Database {
  const { database, movedTo } = openDatabase({ ...options, now: systemClock.now() }, stateLayout);
  if (movedTo !== undefined)
    log("error", { movedTo }, "state.db was damaged: it has been moved aside, and an empty one has been begun");
  return database;
}

function stop(): void {
  commits?.close();
  lock?.close();
  port?.close();
}

port.on("message", (message: ToStore) => {
  switch (message.kind) {
    case "open":
      open(message.options);
      break;
    case "records":
      commits?.add(message.records.map((record, index) => ({ number: message.first + index, record })));
      break;
    case "stop":
      stop();
      break;
  }
});
