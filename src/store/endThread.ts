// Ends a thread that reads a file. It knows nothing of what the thread was asked.
import type { Worker } from "node:worker_threads";
import type { Clock } from "../std/clock.ts";

/** A thread within a call to a disk that hangs ends only with that call. */
const ENDING_MS = 2000;

/** Resolves when the thread has ended, or after 2 s; from then on it does not keep the process alive. */
export async function endThread(worker: Worker, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = clock.after(ENDING_MS, late.resolve);
  await Promise.race([worker.terminate(), late.promise]);
  timer.cancel();
  worker.unref();
}
