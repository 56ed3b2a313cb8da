// Entry of the thread that reads a file of the store for one export, so that a slow disk keeps no charge point waiting. A page for each
// question.
import { parentPort, workerData } from "node:worker_threads";
import type { KeptExport } from "../twin/keptPages.ts";
import { idTagHeading, idTagLines } from "../datapoints/idTagCsv.ts";
import { sentenceOf } from "./faults.ts";
import { findExchanges, jsonLineOf } from "./findExchanges.ts";
import { idTagsIn } from "./idTagsIn.ts";
import { transactionsCsv } from "./transactionsCsv.ts";

export interface ExportThreadOptions {
  readonly directory: string;
  readonly wanted: KeptExport;
}

/** A page; undefined after the last one. `fault` is a sentence. */
export type FromExportThread = { readonly text: string | undefined } | { readonly fault: string };

const port = parentPort;
if (port === null) throw new Error("exportThread.ts runs only as a worker thread");
// Handed over by exportKept.ts alone.
const pages = pagesOf(workerData as ExportThreadOptions);

function* pagesOf({ directory, wanted }: ExportThreadOptions): Generator<string, undefined> {
  if (wanted.kind === "transactions") for (const { text } of transactionsCsv(directory, wanted.filter)) yield text;
  else if (wanted.kind === "idTags") {
    yield idTagHeading;
    for (const page of idTagsIn(directory)) yield idTagLines(page);
  } else
    for (const page of findExchanges(directory, wanted.query))
      yield page.map((each) => `${jsonLineOf(each)}\n`).join("");
  return undefined;
}

function next(): FromExportThread {
  try {
    return { text: pages.next().value };
  } catch (error) {
    return { fault: sentenceOf(error) };
  }
}

port.on("message", () => port.postMessage(next()));
