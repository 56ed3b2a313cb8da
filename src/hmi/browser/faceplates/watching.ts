// Keeps the stream telling everything of a charge point while one of its pages is open.
import { useEffect } from "preact/hooks";
import { watch } from "../chargePoint.ts";

/** Who goes from a charge point to its connector opens the next page at once: the stream need not be opened anew. */
const LINGER_MS = 2_000;

export function useWatched(chargePointId: string): void {
  useEffect(() => {
    const leave = watch(chargePointId);
    return () => void setTimeout(leave, LINGER_MS);
  }, [chargePointId]);
}
