// Writes changed alarms to the store in the background, a few at a time; what somebody has done is written before he is answered.
import { every, type Clock, type Timer } from "../std/clock.ts";
import { alarmText, isCalm, type AlarmPlace, type AlarmRecord, type AlarmState } from "../twin/alarms.ts";

const INTERVAL_MS = 250;
const PER_INTERVAL = 500;

export interface KeepingOptions {
  readonly clock: Clock;
  /** False when the disk refuses. */
  readonly keep: (record: AlarmRecord) => Promise<boolean>;
  readonly isWritable: () => boolean;
}

export class AlarmKeeping {
  readonly #options: KeepingOptions;
  /** What waits, the longest first. */
  readonly #waiting = new Map<string, AlarmRecord>();
  /** On their way: one record of an alarm at a time, so that none that fails takes the place of a newer one. */
  readonly #onTheWay = new Map<string, Promise<void>>();
  readonly #timer: Timer;

  constructor(options: KeepingOptions) {
    this.#options = options;
    this.#timer = every(options.clock, INTERVAL_MS, () => void this.#write(PER_INTERVAL));
  }

  /** Writes it by and by; undefined when there is nothing to remember. */
  note({ chargePointId, connector, name }: AlarmPlace, state: AlarmState | undefined): void {
    const text = state === undefined || isCalm(state) ? undefined : alarmText(state);
    this.#wait({ kind: "alarm", chargePointId, connector, name, state: text });
  }

  /** Resolves once it is on disk, or the disk has refused. */
  async keepNow(place: AlarmPlace): Promise<void> {
    const key = keyOf(place);
    await this.#onTheWay.get(key);
    const record = this.#waiting.get(key);
    if (record === undefined || this.#onTheWay.has(key)) await this.#onTheWay.get(key);
    else if (this.#options.isWritable()) await this.#keep(key, record);
  }

  async stop(): Promise<void> {
    this.#timer.cancel();
    await Promise.all(this.#onTheWay.values());
    await this.#write(Infinity);
  }

  #wait(record: AlarmRecord): void {
    const key = keyOf(record);
    this.#waiting.delete(key);
    this.#waiting.set(key, record);
  }

  async #write(most: number): Promise<void> {
    if (!this.#options.isWritable()) return;
    const writing: Promise<void>[] = [];
    for (const [key, record] of this.#waiting) {
      if (writing.length >= most) break;
      if (!this.#onTheWay.has(key)) writing.push(this.#keep(key, record));
    }
    await Promise.all(writing);
  }

  #keep(key: string, record: AlarmRecord): Promise<void> {
    this.#waiting.delete(key);
    const keeping = this.#handOver(key, record).finally(() => this.#onTheWay.delete(key));
    this.#onTheWay.set(key, keeping);
    return keeping;
  }

  async #handOver(key: string, record: AlarmRecord): Promise<void> {
    const isKept = await this.#options.keep(record);
    // It waits again, unless something newer does.
    if (!isKept && !this.#waiting.has(key)) this.#waiting.set(key, record);
  }
}

function keyOf({ chargePointId, connector, name }: AlarmPlace): string {
  return `${chargePointId}\n${connector}\n${name}`;
}
