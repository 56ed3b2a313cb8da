// Long work on a thread for which others wait: a slice of it at a time. It knows nothing of the work.
import { setImmediate as othersTurn } from "node:timers/promises";

/** Hands `items` to `work` in slices of at most `atOnce`, and lets everybody else have a turn between two. What throws ends it. */
export async function inSlices<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (slice: readonly T[]) => void,
): Promise<void> {
  let slice: T[] = [];
  for (const item of items) {
    if (slice.length === atOnce) {
      work(slice);
      slice = [];
      await othersTurn();
    }
    slice.push(item);
  }
  if (slice.length > 0) work(slice);
}
