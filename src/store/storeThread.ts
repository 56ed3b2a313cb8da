// Entry of the store's thread: opens the file, hands out what it holds, writes records, closes it. It decides nothing about charge points.
import { parentPort } from "node:worker_threads";
import type Database from "better-sqlite3";
import { systemClock } from "../std/clock.ts";
import { lockDirectory, openDatabase, stateLayout } from "./database.ts";
import { isCorrupt, sentenceOf, StoreFault } from "./faults.ts";
import { GroupCommit } from "./groupCommit.ts";
import type { FromStore, Restored, ThreadOptions, ToStore } from "./messages.ts";
import { Tables } from "./tables.ts";

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
    send({ kind: "opened", restored: begin(options) });
  } catch (error) {
    lock?.close();
    lock = undefined;
    const fault = error instanceof StoreFault ? error : new StoreFault(`store.directory: ${sentenceOf(error)}`);
    send({ kind: "failed", reason: fault.message, isElsewhere: fault.isElsewhere });
  }
}

/** Some damage passes the check of SQLite and shows when everything is read. */
function begin(options: ThreadOptions): Restored {
  try {
    return restoreFrom(openFile(options), options);
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return restoreFrom(openFile(options, true), options);
  }
}

/** Reads first and writes then: a disk that refuses what is written hides nothing of what is there. */
function restoreFrom(opened: Database.Database, options: ThreadOptions): Restored {
  try {
    const restored = new Tables(opened).restore((chargePoint) =>
      log("warn", { chargePoint }, "what was known of a charge point cannot be read and is left out"),
    );
    commits = commitsTo(opened, options);
    return restored;
  } catch (error) {
    opened.close();
    throw error;
  }
}

function commitsTo(opened: Database.Database, options: ThreadOptions): GroupCommit {
  return new GroupCommit(opened, {
    clock: systemClock,
    open: () => openFile(options),
    acknowledge: (receipts) => send({ kind: "receipts", receipts }),
    changed: (state, reason) => {
      send({ kind: "state", state });
      if (state === "ok") log("info", {}, "the store can write again; transactions are confirmed again");
      else
        log("error", { reason }, "the store cannot write; no start or end of a transaction is confirmed until it can");
    },
    rejected: ({ kind }, error) =>
      log("error", { record: kind, error: String(error) }, "a record could not be written"),
  });
}

function openFile(options: ThreadOptions, isDamaged = false): Database.Database {
  const now = systemClock.now();
  const { database, movedTo, salvaged } = openDatabase({ ...options, now }, stateLayout, isDamaged);
  if (movedTo !== undefined)
    log(
      "error",
      { movedTo, salvaged },
      "state.db was damaged: it has been moved aside, and all rows that could be read were taken over into a new one",
    );
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
