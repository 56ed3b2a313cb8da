// Samples that wait to be handed to the history's thread, in parts: numbers in one array, texts beside it. What waits and what is on its way
// has a bound; beyond it the oldest that waits is dropped.
import type { EpochMs } from "../../std/clock.ts";
import { RECORD } from "./messages.ts";

/** Samples of one part. */
const PART = 4096;
/** A long text counts for as many samples as take its room. */
const CHARACTERS_PER_SAMPLE = 32;

/** Samples as numbers, RECORD of them each. */
export type Samples = Float64Array<ArrayBuffer>;

export interface Part {
  readonly numbers: Samples;
  readonly texts: readonly string[];
  readonly count: number;
  readonly weight: number;
}

interface Times {
  readonly at: EpochMs;
  readonly received: EpochMs;
}

export class Outbox {
  readonly #most: number;
  readonly #numbers = new Float64Array(PART * RECORD);
  #length = 0;
  #texts: string[] = [];
  #textWeight = 0;
  readonly #full: Part[] = [];
  #waiting = 0;
  #onItsWay = 0;
  /** Handed over, and as far as is known neither written nor dropped: the oldest first. */
  #unsettled: Samples[] = [];
  /** So many of the first of them are. */
  #settled = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** True when a part is full. */
  add(key: number, flags: number, value: number | string, { at, received }: Times): boolean {
    const numbers = this.#numbers;
    const first = this.#length;
    numbers[first] = key;
    numbers[first + 1] = flags;
    numbers[first + 2] = typeof value === "number" ? value : this.#placeOf(value);
    numbers[first + 3] = at;
    numbers[first + 4] = received;
    this.#length += RECORD;
    if (this.#length < numbers.length) return false;
    this.#close();
    return true;
  }

  /** Everything for which there is room on the way. */
  take(): Part[] {
    this.#close();
    const taken: Part[] = [];
    for (let part = this.#full[0]; part !== undefined; part = this.#full[0]) {
      if (this.#onItsWay > 0 && this.#onItsWay + part.weight > this.#most) break;
      this.#full.shift();
      this.#waiting -= part.weight;
      this.#onItsWay += part.weight;
      this.#unsettled.push(part.numbers);
      taken.push(part);
    }
    return taken;
  }

  /** So much has arrived. */
  arrived(weight: number): void {
    this.#onItsWay -= weight;
  }

  /** So many more of those that have been handed over are written or dropped; they are in the order in which they came. */
  settled(count: number): void {
    this.#settled += count;
    let over = 0;
    for (const numbers of this.#unsettled) {
      const samples = numbers.length / RECORD;
      if (this.#settled < samples) break;
      this.#settled -= samples;
      over++;
    }
    if (over > 0) this.#unsettled = this.#unsettled.slice(over);
  }

  /** Nobody is there any more who could say what has arrived: what was handed over and is not settled. */
  forgetWay(): readonly Samples[] {
    const [first, ...others] = this.#unsettled;
    const gone = first === undefined ? [] : [first.subarray(this.#settled * RECORD), ...others];
    this.#onItsWay = 0;
    this.#unsettled = [];
    this.#settled = 0;
    return gone;
  }

  /** Drops what there is no room for. */
  makeRoom(): readonly Part[] {
    const dropped: Part[] = [];
    while (this.#waiting + this.#onItsWay > this.#most && this.#full.length > 1) {
      const part = this.#full.shift() as Part;
      this.#waiting -= part.weight;
      dropped.push(part);
    }
    return dropped;
  }

  #placeOf(text: string): number {
    this.#textWeight += Math.floor(text.length / CHARACTERS_PER_SAMPLE);
    return this.#texts.push(text) - 1;
  }

  #close(): void {
    if (this.#length === 0) return;
    const count = this.#length / RECORD;
    const weight = count + this.#textWeight;
    this.#full.push({ numbers: this.#numbers.slice(0, this.#length), texts: this.#texts, count, weight });
    this.#waiting += weight;
    this.#length = 0;
    this.#texts = [];
    this.#textWeight = 0;
  }
}
