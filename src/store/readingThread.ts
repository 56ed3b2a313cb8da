// Entry of the thread that reads one file of the store for whoever looks at it, so that a slow disk keeps no charge point waiting. It
// lives while it is asked; readings.ts ends it.
import { statSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type Database from "better-sqlite3";
import type { EndedEnergy, ExchangePage, TransactionPage } from "../twin/keptPages.ts";
import { messageLayout, stateLayout } from "./database.ts";
import { needsReopening, sentenceOf, StoreFault } from "./faults.ts";
import { pageOfExchanges } from "./findExchanges.ts";
import { energyEnded, findTransaction, findTransactions } from "./findTransactions.ts";
import { findIdTags } from "./idTagsIn.ts";
import { openReadOnly, reading } from "./readOnly.ts";
import type { FromReadingThread, Readable, ReadingThreadOptions, ToReadingThread } from "./readingMessages.ts";

const port = parentPort;
if (port === null) throw new Error("readingThread.ts runs only as a worker thread");
// Handed over by readings.ts alone.
const { directory, file } = workerData as ReadingThreadOptions;
const layout = file === "state" ? stateLayout : messageLayout;

interface Opened {
  readonly database: Database.Database;
  /** The file that stood there. */
  readonly file: string;
}

let opened: Opened | undefined;

/** Undefined where nothing has been kept yet. A file that was moved aside is left for the one that was begun in its place. */
function database(): Database.Database | undefined {
  const lying = fileNow();
  if (opened?.file !== lying) forget();
  if (opened === undefined) {
    const found = openReadOnly(directory, layout);
    if (found !== undefined) opened = { database: found, file: lying };
  }
  return opened?.database;
}

/** As the file system tells files apart, whatever they are called; empty where there is none. */
function fileNow(): string {
  const found = statSync(join(directory, layout.fileName), { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "" : `${found.dev} ${found.ino}`;
}

function forget(): void {
  opened?.database.close();
  opened = undefined;
}

const noTransactions: TransactionPage = { transactions: [], next: undefined };
const noEnergy: EndedEnergy = { energy: 0, presumed: new Map() };
const noExchanges: ExchangePage = { exchanges: [], next: undefined, newest: 0 };

/** `empty` is what is answered where nothing has been kept yet. */
function from<T>(read: (kept: Database.Database) => T, empty: T): T {
  const kept = database();
  if (kept === undefined) return empty;
  return reading(directory, layout, () => {
    try {
      return read(kept);
    } catch (error) {
      if (needsReopening(error)) forget();
      throw error;
    }
  });
}

const state: Readable["state"] = {
  transactions: (query) => JSON.stringify(from((kept) => findTransactions(kept, query), noTransactions)),
  transaction: (id) => from((kept) => findTransaction(kept, id), undefined),
  idTags: (query) => from((kept) => findIdTags(kept, query), []),
  energyEnded: (ended) => from((kept) => energyEnded(kept, ended), noEnergy),
};

const messages: Readable["messages"] = {
  exchanges: (query) => JSON.stringify(from((kept) => pageOfExchanges(kept, query), noExchanges)),
};

const readable: Readable = { state, messages };

function answerTo({ name, input }: ToReadingThread): FromReadingThread {
  try {
    const read = readable[file][name as never] as (asked: unknown) => unknown;
    return { answer: read(input) };
  } catch (error) {
    return { fault: error instanceof StoreFault ? error.message : sentenceOf(error) };
  }
}

port.on("message", (message: ToReadingThread) => port.postMessage(answerTo(message)));
