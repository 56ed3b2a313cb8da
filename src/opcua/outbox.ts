// Changes that wait to be handed to the server's thread: numbers appended to one array, texts beside it.
// When the thread falls behind, only the latest value of each datapoint is kept, so that what waits cannot outgrow what is known.
import type { EpochMs } from "../std/clock.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { Stamp } from "../twin/twin.ts";
import {
  RECORD,
  TEXT,
  datapointOf,
  type AlarmNotice,
  type Batch,
  type ForgottenTwin,
  type TwinNotice,
} from "./messages.ts";

const FIRST_CAPACITY = 8192;
/** Addresses without flags have 27 bits; below 2^53 that leaves room for 67 million twins. */
const TWIN_FACTOR = 2 ** 27;
const MAX_OCCURRENCES = 10_000;
/** So many cross at a time: each is copied. */
const ALARMS_AT_A_TIME = 500;
/** With so many waiting each alarm is told only as it is now, and what it was in between is not. */
const FEW_ALARMS = 10_000;

export class Outbox {
  #numbers = arrayOf(FIRST_CAPACITY * RECORD);
  #count = 0;
  #texts: string[] = [];
  #twins = new Map<number, TwinNotice>();
  #forgotten: ForgottenTwin[] = [];
  #occurrences: Occurrence[] = [];
  #alarms: AlarmNotice[] = [];
  #mostAlarms = FEW_ALARMS;

  /** Records that wait. */
  get count(): number {
    return this.#count;
  }

  get isEmpty(): boolean {
    const events = this.#occurrences.length + this.#alarms.length;
    return this.#count === 0 && this.#twins.size === 0 && this.#forgotten.length === 0 && events === 0;
  }

  /** A twin is new, or its link, connectors or configuration keys have changed. */
  notice(twin: TwinNotice): void {
    const keys = twin.keys ?? this.#twins.get(twin.index)?.keys;
    this.#twins.set(twin.index, { ...twin, keys });
  }

  /** A twin is no longer known; `isKnown` when the thread has been told of it. */
  forget(index: number, at: EpochMs, isKnown: boolean): void {
    this.#twins.delete(index);
    this.#keep((record) => this.#numbers[record * RECORD] !== index);
    if (isKnown) this.#forgotten.push({ index, at });
  }

  add(index: number, address: number, value: number, { at, received }: Stamp): void {
    if ((this.#count + 1) * RECORD > this.#numbers.length) this.#makeRoom();
    const numbers = this.#numbers;
    const first = this.#count * RECORD;
    numbers[first] = index;
    numbers[first + 1] = address;
    numbers[first + 2] = value;
    numbers[first + 3] = at;
    numbers[first + 4] = received;
    this.#count++;
  }

  /** Nobody is told of what a client cannot keep up with anyway: beyond the bound the oldest are dropped. */
  announce(occurrence: Occurrence): void {
    if (this.#occurrences.push(occurrence) > MAX_OCCURRENCES) this.#occurrences.shift();
  }

  show(alarm: AlarmNotice): void {
    if (this.#alarms.push(alarm) <= this.#mostAlarms) return;
    const latest = new Map<string, AlarmNotice>();
    for (const notice of this.#alarms) {
      const key = `${notice.chargePointId}\n${notice.connector}\n${notice.name}`;
      const isTold = notice.isTold || latest.get(key)?.isTold === true;
      latest.delete(key);
      latest.set(key, { ...notice, isTold });
    }
    this.#alarms = [...latest.values()];
    this.#mostAlarms = Math.max(FEW_ALARMS, 2 * latest.size);
  }

  /** Alarms of a charge point that is no longer known. */
  forgetAlarms(chargePointId: string): void {
    this.#alarms = this.#alarms.filter((alarm) => alarm.chargePointId !== chargePointId);
  }

  /** The number under which a text is added. */
  textIndex(text: string): number {
    return this.#texts.push(text) - 1;
  }

  /** Everything that waits, but of alarms no more than should cross at a time; `spare` is an array to go on with, if there is one. */
  take(spare: Float64Array<SharedArrayBuffer> | undefined): Batch {
    const batch: Batch = {
      kind: "batch",
      forgotten: this.#forgotten,
      twins: [...this.#twins.values()],
      numbers: this.#numbers,
      count: this.#count,
      texts: this.#texts,
      alarms: this.#alarms.slice(0, ALARMS_AT_A_TIME),
      occurrences: this.#occurrences,
    };
    const later = this.#alarms.slice(ALARMS_AT_A_TIME);
    this.#numbers = spare ?? arrayOf(FIRST_CAPACITY * RECORD);
    this.clear();
    this.#alarms = later;
    return batch;
  }

  clear(): void {
    this.#count = 0;
    this.#texts = [];
    this.#twins = new Map();
    this.#forgotten = [];
    this.#occurrences = [];
    this.#alarms = [];
  }

  /** Drops what has been overtaken; grows only when that frees less than half. */
  #makeRoom(): void {
    const seen = new Set<number>();
    const isLatest = new Uint8Array(this.#count);
    for (let record = this.#count - 1; record >= 0; record--) {
      const first = record * RECORD;
      const address = this.#numbers[first + 1] ?? 0;
      const key = (this.#numbers[first] ?? 0) * TWIN_FACTOR + datapointOf(address);
      if (seen.has(key)) continue;
      seen.add(key);
      isLatest[record] = 1;
    }
    this.#keep((record) => isLatest[record] === 1);
    if (this.#count * RECORD * 2 <= this.#numbers.length) return;
    const larger = arrayOf(this.#numbers.length * 2);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }

  #keep(isWanted: (record: number) => boolean): void {
    const numbers = this.#numbers;
    const texts: string[] = [];
    let kept = 0;
    for (let record = 0; record < this.#count; record++) {
      if (!isWanted(record)) continue;
      numbers.copyWithin(kept * RECORD, record * RECORD, (record + 1) * RECORD);
      const first = kept++ * RECORD;
      if (((numbers[first + 1] ?? 0) & TEXT) === 0) continue;
      texts.push(this.#texts[numbers[first + 2] ?? 0] ?? "");
      numbers[first + 2] = texts.length - 1;
    }
    this.#count = kept;
    this.#texts = texts;
  }
}

function arrayOf(length: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}
