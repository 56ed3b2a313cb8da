// The main thread's side: turns what happens to twins into samples for the history's thread, and hands over occurrences and changes of alarms. Called for every message, so it must be cheap.
import {
  historize,
  historizeNew,
  historizeVendorValues,
  type HistorySink,
  type KeptSample,
} from "../../datapoints/history.ts";
import type { Clock, Timer } from "../../std/clock.ts";
import type { AlarmChange } from "../../twin/alarms.ts";
import type { TwinEvent } from "../../twin/events.ts";
import type { Occurrence } from "../../twin/occurrences.ts";
import type { AlarmDisplay, AnyOccurrence, Projection } from "../../twin/ports.ts";
import type { Twin } from "../../twin/twin.ts";
import type { VendorDatapoint } from "../../twin/vendorProfile.ts";
import { LostSpans } from "./lostSpans.ts";
import { RECORD, fits, keyOf, type LostMessage, type OccurrencesMessage, type SamplesMessage } from "./messages.ts";
import { OccurrenceQueue } from "./occurrenceQueue.ts";
import { Outbox, type Samples } from "./outbox.ts";
import { flagsOf, kindOf } from "./sample.ts";

const INTERVAL_MS = 100;
/** Room of occurrences, as that of so many samples. */
const MAX_ON_THEIR_WAY = 100_000;

export interface HistoryProjectionOptions {
  readonly clock: Clock;
  readonly maxQueuedSamples: number;
  /** Those from the vendors' own messages, in the order of their columns. */
  readonly vendorDatapoints: readonly VendorDatapoint[];
  readonly lost: (samples: number) => void;
  readonly lostOccurrences: (count: number) => void;
}

type Send = (message: SamplesMessage | LostMessage | OccurrencesMessage) => void;

export class HistoryProjection implements Projection, AlarmDisplay, HistorySink {
  readonly #options: HistoryProjectionOptions;
  readonly #outbox: Outbox;
  /** By the keys of samples. */
  readonly #lost = new LostSpans();
  readonly #occurrences: OccurrenceQueue;
  /** The room of those that the thread has not taken yet. */
  #occurrencesOnTheirWay = 0;
  /** How many it was handed that it has neither written nor dropped. */
  #occurrencesUnsettled = 0;
  readonly #twins = new Map<string, number>();
  /** Twins that the thread has not been told of. */
  #fresh: [number, string][] = [];
  #nextTwin = 0;
  /** The twin that something happens to. */
  #twin = 0;
  #send: Send | undefined;
  #timer: Timer | undefined;

  constructor(options: HistoryProjectionOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.maxQueuedSamples);
    this.#occurrences = new OccurrenceQueue(options.maxQueuedSamples);
  }

  publish(before: Twin | undefined, after: Twin, events: readonly TwinEvent[]): void {
    this.#twin = this.#numberOf(after.id);
    historize(before, after, events, this);
    historizeVendorValues(this.#options.vendorDatapoints, before, after, this);
    if (before === undefined) historizeNew(after, this.#options.clock.now(), this);
  }

  /** What has been kept of it stays until it is too old. */
  forget(id: string): void {
    this.#twins.delete(id);
  }

  announce(occurrence: Occurrence): void {
    this.#add(occurrence);
  }

  show(alarm: AlarmChange, isTold: boolean): void {
    if (isTold) this.#add(alarm);
  }

  #add(occurrence: AnyOccurrence): void {
    const dropped = this.#occurrences.add(occurrence);
    if (dropped > 0) this.#options.lostOccurrences(dropped);
    this.#flushSoon();
  }

  keep(connector: number, column: number, sample: KeptSample): void {
    if (!fits(connector, column)) return;
    const { value, isUncertain } = sample;
    const flags = flagsOf(kindOf(value), isUncertain ? "Uncertain" : "Good");
    const content = typeof value === "string" ? value : Number(value);
    const isFull = this.#outbox.add(keyOf(this.#twin, connector, column), flags, content, sample);
    if (isFull) this.flush();
    else this.#flushSoon();
  }

  /** A thread is there, and knows of no twin. */
  connect(send: Send): void {
    this.#send = send;
    this.#fresh = [...this.#twins].map(([id, twin]) => [twin, id]);
    this.flush();
  }

  /** The thread is gone, and with it what was on its way or not written: the next one is told what is missing. */
  disconnect(): void {
    this.#send = undefined;
    for (const numbers of this.#outbox.forgetWay()) this.#lose(numbers);
    if (this.#occurrencesUnsettled > 0) this.#options.lostOccurrences(this.#occurrencesUnsettled);
    this.#occurrencesOnTheirWay = 0;
    this.#occurrencesUnsettled = 0;
  }

  arrived(weight: number): void {
    this.#outbox.arrived(weight);
  }

  /** The thread has written so many samples, or dropped them and said so. */
  settled(count: number): void {
    this.#outbox.settled(count);
  }

  occurrencesSettled(count: number): void {
    this.#occurrencesUnsettled -= count;
  }

  occurrencesArrived(weight: number): void {
    this.#occurrencesOnTheirWay -= weight;
    if (this.#occurrences.count > 0) this.#flushSoon();
  }

  /** Hands over what waits, as far as there is room. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const parts = this.#send === undefined ? [] : this.#outbox.take();
    for (const { numbers, texts, weight } of parts) {
      this.#send?.({ kind: "samples", twins: this.#fresh, numbers, texts, weight });
      this.#fresh = [];
    }
    for (const { numbers } of this.#outbox.makeRoom()) this.#lose(numbers);
    this.#flushLost();
    this.#flushOccurrences();
  }

  #lose(numbers: Samples): void {
    this.#options.lost(numbers.length / RECORD);
    for (let first = 0; first < numbers.length; first += RECORD) {
      const at = numbers[first + 3] as number;
      this.#lost.add(numbers[first] as number, { from: at, to: at });
    }
  }

  #flushLost(): void {
    if (this.#send === undefined || this.#lost.size === 0) return;
    this.#send({ kind: "lost", twins: this.#fresh, spans: [...this.#lost.entries()] });
    this.#fresh = [];
    this.#lost.clear();
  }

  /** While the thread has some that it has not taken yet, the others wait where they are bounded. */
  #flushOccurrences(): void {
    const { waiting, weight, count } = this.#occurrences;
    if (this.#send === undefined || count === 0 || this.#occurrencesOnTheirWay > MAX_ON_THEIR_WAY) return;
    this.#send({ kind: "occurrences", occurrences: waiting, weight });
    this.#occurrencesOnTheirWay += weight;
    this.#occurrencesUnsettled += count;
    this.#occurrences.clear();
  }

  #flushSoon(): void {
    this.#timer ??= this.#options.clock.after(INTERVAL_MS, () => this.flush());
  }

  #numberOf(id: string): number {
    const known = this.#twins.get(id);
    if (known !== undefined) return known;
    const twin = this.#nextTwin++;
    this.#twins.set(id, twin);
    this.#fresh.push([twin, id]);
    return twin;
  }
}
