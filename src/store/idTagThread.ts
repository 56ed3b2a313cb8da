// Entry of the thread that looks into the list of id tags for browsers, so that a slow disk keeps no charge point waiting. A page for each question.
import { parentPort, workerData } from "node:worker_threads";
import type { IdTag, IdTagQuery } from "../twin/idTags.ts";
import { sentenceOf } from "./faults.ts";
import { findIdTags } from "./idTagsIn.ts";

/** `fault` is a sentence. */
export type FromIdTagThread = { readonly entries: readonly IdTag[] } | { readonly fault: string };

const port = parentPort;
if (port === null) throw new Error("idTagThread.ts runs only as a worker thread");
// Handed over by idTagPages.ts alone.
const directory = workerData as string;

function find(query: IdTagQuery): FromIdTagThread {
  try {
    return { entries: findIdTags(directory, query) };
  } catch (error) {
    return { fault: sentenceOf(error) };
  }
}

port.on("message", (query: IdTagQuery) => port.postMessage(find(query)));
