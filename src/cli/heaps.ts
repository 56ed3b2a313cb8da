// How much room V8 gives to the heaps of a bridge. Each thread has a heap of its own, and what V8 presumes of a single one is too much for eight of them.
import { setFlagsFromString } from "node:v8";

/**
 * Flags of V8: at most 16 MB of young objects, where it would take 64, which no cache of a processor holds and whose collection keeps charge
 * points waiting for 50 ms; and a collection of the old ones when they have become 30 % more, where it would wait for twice as many and more.
 * The first one holds for threads that begin later; for the thread that runs it stands on the command line of `npm start`.
 */
export const HEAP_FLAGS = ["--max-semi-space-size=16", "--heap-growing-percent=30"] as const;

/** To be called before other threads begin. */
export function keepHeapsSmall(): void {
  for (const flag of HEAP_FLAGS) setFlagsFromString(flag);
}
