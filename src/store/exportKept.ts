// What is kept, whole, for whoever serves charge points on the same thread: read on another one, a page when it is asked for.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock } from "../std/clock.ts";
import type { KeptExport } from "../twin/keptPages.ts";
import { endThread } from "./endThread.ts";
import type { ExportThreadOptions, FromExportThread } from "./exportThread.ts";
import { StoreFault } from "./faults.ts";

/**
 * Charge detail records or id tags as CSV, or messages as lines of JSON, the newest first. Rejects with a StoreFault where the file cannot be read.
 * Whoever ends it early ends the thread.
 */
export async function* exportKept(
  directory: string,
  wanted: KeptExport,
  clock: Clock,
): AsyncGenerator<string, undefined> {
  const options: ExportThreadOptions = { directory, wanted };
  const thread = new URL(`./exportThread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(thread, { name: "export", workerData: options });
  // Whoever only looks does not keep the process alive.
  worker.unref();
  const ask = askingOf(worker);
  try {
    for (;;) {
      const message = await ask();
      if ("fault" in message) throw new StoreFault(message.fault);
      if (message.text === undefined) return undefined;
      yield message.text;
    }
  } finally {
    await endThread(worker, clock);
  }
}

/** Asks for one page after the other. A thread that has ended, while it was asked or between two pages, answers with a fault. */
function askingOf(worker: Worker): () => Promise<FromExportThread> {
  let settle: ((answered: FromExportThread) => void) | undefined;
  let ended: FromExportThread | undefined;
  const end = (fault: string): void => {
    ended ??= { fault };
    settle?.(ended);
  };
  worker.on("message", (message: FromExportThread) => settle?.(message));
  worker.on("error", (error: unknown) => end(`the thread that exports has failed: ${String(error)}`));
  worker.on("exit", () => end("the thread that exports has ended"));
  return () =>
    new Promise((answer) => {
      if (ended !== undefined) return answer(ended);
      settle = answer;
      worker.postMessage("next");
    });
}
