// Occurrences that wait, to be handed over or to be written: bounded by the room that they take; beyond it the oldest are dropped.
import { isAlarmChange } from "../../twin/alarms.ts";
import type { AnyOccurrence } from "../../twin/ports.ts";

/** A long text counts for as many samples as take its room, and so does an occurrence. */
const CHARACTERS_PER_SAMPLE = 32;
const SAMPLES_PER_OCCURRENCE = 16;
/** So that dropping costs little: one in so many at a time. */
const DROPPED_SHARE = 8;

export class OccurrenceQueue {
  readonly #most: number;
  #waiting: AnyOccurrence[] = [];
  #weights: number[] = [];
  #weight = 0;

  /** @param most samples whose room they may take */
  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#waiting.length;
  }

  get weight(): number {
    return this.#weight;
  }

  get waiting(): readonly AnyOccurrence[] {
    return this.#waiting;
  }

  /** How many have been dropped to make room. */
  add(occurrence: AnyOccurrence): number {
    const weight = weightOf(occurrence);
    this.#waiting.push(occurrence);
    this.#weights.push(weight);
    this.#weight += weight;
    return this.#weight > this.#most ? this.#drop() : 0;
  }

  clear(): void {
    this.#waiting = [];
    this.#weights = [];
    this.#weight = 0;
  }

  /** The last one stays, whatever it weighs. */
  #drop(): number {
    const wanted = this.#most - this.#most / DROPPED_SHARE;
    let dropped = 0;
    while (this.#weight > wanted && dropped < this.#waiting.length - 1) this.#weight -= this.#weights[dropped++] ?? 0;
    this.#waiting = this.#waiting.slice(dropped);
    this.#weights = this.#weights.slice(dropped);
    return dropped;
  }
}

function weightOf(occurrence: AnyOccurrence): number {
  const texts = isAlarmChange(occurrence) ? occurrence.state : { message: occurrence.message, ...occurrence.fields };
  let characters = 0;
  for (const value of Object.values(texts)) if (typeof value === "string") characters += value.length;
  return SAMPLES_PER_OCCURRENCE + Math.floor(characters / CHARACTERS_PER_SAMPLE);
}
