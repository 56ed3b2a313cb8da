// Keeps the stream telling everything of a charge point while one of its pages is open.
import { useEffect } from "preact/hooks";
import { watch, watched } from "../chargePoint.ts";

/** Who goes from a charge point to its connector opens the next page at once: the stream need not be opened anew. */
const LINGER_MS = 2_000;

let leaving: ReturnType<typeof setTimeout> | undefined;

export function useWatched(chargePointId: string): void {
  useEffect(() => {
    clearTimeout(leaving);
    watch(chargePointId);
    return () => {
      leaving = setTimeout(() => {
        if (watched.peek() === chargePointId) watch(undefined);
      }, LINGER_MS);
    };
  }, [chargePointId]);
}
