// Entry of the thread of the message log. It has a thread of its own, so that neither its checkpoints nor its deletions ever keep the
// ledger waiting. What the disk refuses is lost and counted; it is tried again with what comes next.
import { parentPort } from "node:worker_threads";
import type Database from "better-sqlite3";
import { every, systemClock, type Timer } from "../std/clock.ts";
import { messageLayout, openDatabase } from "./database.ts";
import type { ExchangeRow } from "./exchangeBlock.ts";
import type { ExchangeThreadOptions, FromExchangeThread, ToExchangeThread } from "./exchangeMessages.ts";
import { ExchangeTables, type Retention } from "./exchangeTables.ts";
import { isOfDisk, needsReopening, sentenceOf, StoreFault } from "./faults.ts";

const port = parentPort;
if (port === null) throw new Error("exchangeThread.ts runs only as a worker thread");

const TOO_OLD_EVERY_MS = 1000;

function send(message: FromExchangeThread): void {
  port?.postMessage(message);
}

interface Opened {
  readonly database: Database.Database;
  readonly tables: ExchangeTables;
}

/** Undefined where it cannot be used as long as this process runs. */
let options: ExchangeThreadOptions | undefined;
let opened: Opened | undefined;
let aging: Timer | undefined;
let isFailing = false;

function open(asked: ExchangeThreadOptions): void {
  try {
    opened = openFile(asked);
    options = asked;
  } catch (error) {
    // A newer layout, or no right to write: nothing that passes by itself.
    if (error instanceof StoreFault) return send({ kind: "unusable", reason: error.message });
    throw error;
  }
  aging = every(systemClock, TOO_OLD_EVERY_MS, () =>
    attempt(({ tables }) => tables.limitAge(asked, systemClock.now())),
  );
}

function openFile(asked: ExchangeThreadOptions): Opened {
  const { database, movedTo } = openDatabase({ ...asked, now: systemClock.now() }, messageLayout);
  if (movedTo !== undefined) {
    const message = "messages.db was damaged: it has been moved aside, and an empty one has been begun";
    send({ kind: "log", level: "error", fields: { movedTo }, message });
  }
  return { database, tables: new ExchangeTables(database) };
}

/** False when the disk refuses; only the first time is news. */
function attempt(work: (file: Opened, retention: Retention) => void): boolean {
  if (options === undefined) return false;
  try {
    opened ??= openFile(options);
    work(opened, options);
  } catch (error) {
    if (!(error instanceof StoreFault) && !isOfDisk(error)) throw error;
    if (needsReopening(error)) drop();
    if (!isFailing) {
      const message = "the message log cannot be written; what is missing is counted, and everything else goes on";
      send({ kind: "log", level: "error", fields: { reason: sentenceOf(error) }, message });
    }
    isFailing = true;
    return false;
  }
  if (isFailing) send({ kind: "log", level: "info", fields: {}, message: "the message log can be written again" });
  isFailing = false;
  return true;
}

function write(rows: readonly ExchangeRow[]): void {
  const isWritten = attempt(({ tables }) => tables.write(rows));
  send({ kind: "done", lost: isWritten ? 0 : rows.length });
  if (isWritten) attempt(({ tables }, retention) => tables.limitSize(retention));
}

function drop(): void {
  try {
    opened?.database.close();
  } catch {
    // It was to be given up: why has been said already.
  }
  opened = undefined;
}

port.on("message", (message: ToExchangeThread) => {
  switch (message.kind) {
    case "open":
      open(message.options);
      break;
    case "rows":
      write(message.rows);
      break;
    case "stop":
      aging?.cancel();
      drop();
      port.close();
      break;
  }
});
