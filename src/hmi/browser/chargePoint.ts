// The one charge point whose page is open: all its datapoints and what is told of it. A page opens it with `watch`.
import { signal } from "@preact/signals";
import type { DatapointsEvent, DatapointValue, OccurrenceEvent } from "../shapes.ts";

/** Identity of the charge point that the stream tells everything of. */
export const watched = signal<string | undefined>(undefined);
/** By connector and path, `1/Meter/Power`. A new map with each change. */
export const datapoints = signal<ReadonlyMap<string, DatapointValue>>(new Map());
/** Newest last; the oldest are forgotten. */
export const occurrences = signal<readonly OccurrenceEvent[]>([]);

const MOST_OCCURRENCES = 200;

/** Counts what has been wanted: who goes must not end what another page has begun meanwhile, be it of the same charge point. */
let wish = 0;

/** From now on the stream tells of this charge point too; with undefined of none. What it returns ends it, unless another is wanted since. */
export function watch(chargePointId: string | undefined): () => void {
  const own = ++wish;
  if (watched.peek() !== chargePointId) {
    datapoints.value = new Map();
    occurrences.value = [];
    watched.value = chargePointId;
  }
  return () => {
    if (own === wish) watch(undefined);
  };
}

export function datapointOf(connector: number, path: string): DatapointValue | undefined {
  return datapoints.value.get(`${connector}/${path}`);
}

export function takeDatapoints(event: DatapointsEvent): void {
  if (event.chargePointId !== watched.peek()) return;
  const next = new Map(event.whole ? [] : datapoints.peek());
  for (const each of event.values) next.set(`${each.connector}/${each.path}`, each);
  datapoints.value = next;
}

export function takeOccurrence(event: OccurrenceEvent): void {
  if (event.chargePointId !== watched.peek()) return;
  occurrences.value = [...occurrences.peek(), event].slice(-MOST_OCCURRENCES);
}
