// What is kept, whole, for whoever serves charge points on the same thread: read on another one, a page when it is asked for.
import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { KeptExport } from "../twin/keptPages.ts";
import type { ExportThreadOptions, FromExportThread } from "./exportThread.ts";
import { StoreFault } from "./faults.ts";

/**
 * Charge detail records or id tags as CSV, or messages as lines of JSON, the newest first. Rejects with a StoreFault where the file cannot be read.
 * Whoever ends it early ends the thread.
 */
export async function* exportKept(directory: string, wanted: KeptExport): AsyncGenerator<string, undefined> {
  const options: ExportThreadOptions = { directory, wanted };
  const thread = new URL(`./exportThread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(thread, { name: "export", workerData: options });
  try {
    for (;;) {
      const answered = once(worker, "message");
      worker.postMessage("next");
      // `once` rejects when the thread fails.
      const [message] = (await answered) as [FromExportThread];
      if ("fault" in message) throw new StoreFault(message.fault);
      if (message.text === undefined) return undefined;
      yield message.text;
    }
  } finally {
    await worker.terminate();
  }
}
