// Charge detail records for whoever serves charge points on the same thread: read on another one, a page when it is asked for.
import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { TransactionFilter } from "../twin/ports.ts";
import type { CsvThreadOptions, FromCsvThread } from "./csvThread.ts";
import { StoreFault } from "./faults.ts";

/** The pages of transactionsCsv.ts; rejects with a StoreFault where the file cannot be read. Whoever ends it early ends the thread. */
export async function* exportTransactions(
  directory: string,
  filter: TransactionFilter,
): AsyncGenerator<string, undefined> {
  const options: CsvThreadOptions = { directory, filter };
  const thread = new URL(`./csvThread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(thread, { name: "export", workerData: options });
  try {
    for (;;) {
      const answered = once(worker, "message");
      worker.postMessage("next");
      // `once` rejects when the thread fails.
      const [message] = (await answered) as [FromCsvThread];
      if ("fault" in message) throw new StoreFault(message.fault);
      if (message.text === undefined) return undefined;
      yield message.text;
    }
  } finally {
    await worker.terminate();
  }
}
