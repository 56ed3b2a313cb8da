// Entry of the thread that reads one file of the store for whoever looks at it, so that a slow disk keeps no charge point waiting. It
// lives while it is asked; readings.ts ends it.
import { parentPort, workerData } from "node:worker_threads";
import type Database from "better-sqlite3";
import type { ExchangePage, TransactionPage } from "../twin/keptPages.ts";
import { messageLayout, stateLayout } from "./database.ts";
import { sentenceOf, StoreFault } from "./faults.ts";
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

let opened: Database.Database | undefined;

/** Undefined where nothing has been kept yet. */
function database(): Database.Database | undefined {
  return (opened ??= openReadOnly(directory, layout));
}

const noTransactions: TransactionPage = { transactions: [], next: undefined };
const noExchanges: ExchangePage = { exchanges: [], next: undefined, newest: 0 };

/** `empty` is what is answered where nothing has been kept yet. */
function from<T>(read: (kept: Database.Database) => T, empty: T): T {
  const kept = database();
  return kept === undefined ? empty : reading(directory, layout, () => read(kept));
}

const state: Readable["state"] = {
  transactions: (query) => JSON.stringify(from((kept) => findTransactions(kept, query), noTransactions)),
  transaction: (id) => from((kept) => findTransaction(kept, id), undefined),
  idTags: (query) => from((kept) => findIdTags(kept, query), []),
  energyEnded: (ended) => from((kept) => energyEnded(kept, ended), 0),
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
