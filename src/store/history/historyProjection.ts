// The main thread's side: turns what happens to twins into samples for the history's thread. Called for every message, so it must be cheap.
import { historize, type HistorySink, type KeptSample } from "../../datapoints/history.ts";
import type { Clock, Timer } from "../../std/clock.ts";
import type { TwinEvent } from "../../twin/events.ts";
import type { Projection } from "../../twin/ports.ts";
import type { Twin } from "../../twin/twin.ts";
import { fits, keyOf, type SamplesMessage } from "./messages.ts";
import { Outbox } from "./outbox.ts";
import { flagsOf, kindOf } from "./sample.ts";

const INTERVAL_MS = 100;

export interface HistoryProjectionOptions {
  readonly clock: Clock;
  readonly maxQueuedSamples: number;
  readonly lost: (samples: number) => void;
}

export class HistoryProjection implements Projection, HistorySink {
  readonly #options: HistoryProjectionOptions;
  readonly #outbox: Outbox;
  readonly #twins = new Map<string, number>();
  /** Twins that the thread has not been told of. */
  #fresh: [number, string][] = [];
  #nextTwin = 0;
  /** The twin that something happens to. */
  #twin = 0;
  #send: ((message: SamplesMessage) => void) | undefined;
  #timer: Timer | undefined;

  constructor(options: HistoryProjectionOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.maxQueuedSamples);
  }

  publish(before: Twin | undefined, after: Twin, events: readonly TwinEvent[]): void {
    this.#twin = this.#numberOf(after.id);
    historize(before, after, events, this);
  }

  /** What has been kept of it stays until it is too old. */
  forget(id: string): void {
    this.#twins.delete(id);
  }

  announce(): void {}

  keep(connector: number, column: number, sample: KeptSample): void {
    if (!fits(connector, column)) return;
    const { value, isUncertain } = sample;
    const flags = flagsOf(kindOf(value), isUncertain ? "Uncertain" : "Good");
    const content = typeof value === "string" ? value : Number(value);
    const isFull = this.#outbox.add(keyOf(this.#twin, connector, column), flags, content, sample);
    if (isFull) this.flush();
    else this.#timer ??= this.#options.clock.after(INTERVAL_MS, () => this.flush());
  }

  /** A thread is there, and knows of no twin. */
  connect(send: (message: SamplesMessage) => void): void {
    this.#send = send;
    this.#fresh = [...this.#twins].map(([id, twin]) => [twin, id]);
    this.flush();
  }

  /** The thread is gone, and what was on its way with it. */
  disconnect(): void {
    this.#send = undefined;
    this.#outbox.forgetWay();
  }

  arrived(weight: number): void {
    this.#outbox.arrived(weight);
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
    const lost = this.#outbox.makeRoom();
    if (lost > 0) this.#options.lost(lost);
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
