// The one place where twins change: events are reduced one after the other, the result is kept and published, and what it is to those who
// listen is told.
import { occurrencesOf } from "../datapoints/occurrencesOf.ts";
import type { EpochMs } from "../std/clock.ts";
import type { TwinEvent } from "../twin/events.ts";
import type { Projection } from "../twin/ports.ts";
import { reduce } from "../twin/reduce/reduce.ts";
import type { Twin } from "../twin/twin.ts";
import { announce, type Sequences } from "./announce.ts";
import { hideInOccurrence } from "../twin/hideSecrets.ts";
import type { Twins } from "./twins.ts";

export interface House {
  readonly twins: Twins;
  readonly projections: readonly Projection[];
  readonly sequences: Sequences;
}

interface Change {
  readonly before: Twin | undefined;
  readonly after: Twin;
  readonly events: readonly TwinEvent[];
}

/** The twin after `events`; every projection has been told. */
export function apply(house: House, before: Twin, events: readonly TwinEvent[]): Twin {
  let after = before;
  for (const event of events) after = reduce(after, event);
  if (after !== before) {
    house.twins.set(after);
    publish(house, { before, after, events });
    for (const occurrence of occurrencesOf(before, after, events)) announce(house, hideInOccurrence(occurrence));
  }
  return after;
}

/** Puts a new twin into the house and shows it. */
export function introduce(house: House, twin: Twin): Twin {
  house.twins.set(twin);
  publish(house, { before: undefined, after: twin, events: [] });
  return twin;
}

/** Takes a twin out of the house and, as of `at`, from all who show it. */
export function forget(house: House, id: string, at: EpochMs): void {
  house.twins.delete(id);
  for (const projection of house.projections) projection.forget(id, at);
}

/** Projections only enqueue; they cannot fail the call. */
function publish({ projections }: House, { before, after, events }: Change): void {
  for (const projection of projections) projection.publish(before, after, events);
}
