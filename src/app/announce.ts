// The one place where occurrences are told to the projections: each gets what tells it from others, here and in the history.
import type { EpochMs } from "../std/clock.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { House } from "./apply.ts";

/** Counts the occurrences of each charge point that have the same time of receipt. */
export class Sequences {
  #received: EpochMs | undefined;
  #counts = new Map<string, number>();

  /** How many of the same charge point and time came before; those of one time come one after the other. */
  next({ chargePointId, received }: Pick<Occurrence, "chargePointId" | "received">): number {
    if (received !== this.#received) this.#counts = new Map();
    this.#received = received;
    const count = this.#counts.get(chargePointId) ?? 0;
    this.#counts.set(chargePointId, count + 1);
    return count;
  }
}

/** Projections only enqueue; they cannot fail what has happened. */
export function announce({ twins, projections, sequences }: House, occurrence: Occurrence): void {
  const sequence = sequences.next(occurrence);
  const told: Occurrence = {
    ...occurrence,
    ...(sequence === 0 ? {} : { sequence }),
    ...(twins.get(occurrence.chargePointId) === undefined ? { isStray: true } : {}),
  };
  for (const projection of projections) projection.announce(told);
}
