// How much room V8 gives to the heaps of a bridge. Each thread has a heap of its own, and what V8 presumes of a single one is too much for eight of them.
import { setFlagsFromString } from "node:v8";

/** At most 16 MB of young objects where V8 would take 64, whose collection keeps charge points waiting for 50 ms. */
export const YOUNG_OBJECTS = "--max-semi-space-size=16";

/**
 * Flags of V8. The first one holds for threads that begin later; for the thread that runs it stands on the command line of `npm start`.
 * With the second one the old objects are collected when they have become 30 % more.
 */
export const HEAP_FLAGS = [YOUNG_OBJECTS, "--heap-growing-percent=30"] as const;

/** To be called before other threads begin. */
export function keepHeapsSmall(): void {
  for (const flag of HEAP_FLAGS) setFlagsFromString(flag);
}
