// Entry of the thread that reads the ledger for one export, so that a slow disk keeps no charge point waiting. A page for each question.
import { parentPort, workerData } from "node:worker_threads";
import type { TransactionFilter } from "../twin/ports.ts";
import { sentenceOf } from "./faults.ts";
import { transactionsCsv } from "./transactionsCsv.ts";

export interface CsvThreadOptions {
  readonly directory: string;
  readonly filter: TransactionFilter;
}

/** A page; undefined after the last one. `fault` is a sentence. */
export type FromCsvThread = { readonly text: string | undefined } | { readonly fault: string };

const port = parentPort;
if (port === null) throw new Error("csvThread.ts runs only as a worker thread");
// Handed over by exportTransactions.ts alone.
const { directory, filter } = workerData as CsvThreadOptions;
const pages = transactionsCsv(directory, filter);

function next(): FromCsvThread {
  try {
    return { text: pages.next().value?.text };
  } catch (error) {
    return { fault: sentenceOf(error) };
  }
}

port.on("message", () => port.postMessage(next()));
