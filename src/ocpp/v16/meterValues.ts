// OCPP sampled values -> readings in base units at meter points (OCPP 1.6 §7.32, §7.43). Pure. Runs for every sample of every
// charge point: table look-ups first, tolerance only where they find nothing. Totals from phases are not made here.
import type { EpochMs } from "../../std/clock.ts";
import type { MeterValue, SampledValue } from "../../schema/ocpp16.generated.ts";
import { isPlausible, parseTimestamp } from "../../twin/timestamps.ts";
import type { Reading } from "../../twin/twin.ts";
import { contextRankOf, convert, meterPointFor, type Refusal } from "./meterTables.ts";

export interface Samples {
  /** At most one for each meter point and time. */
  readonly readings: readonly Reading[];
  /** Newest time as the charge point sent it; undefined when none can be read. */
  readonly newestSent: EpochMs | undefined;
  /** Source time of the newest sample; the time of receipt when there is none. */
  readonly at: EpochMs;
  /** The newest sample bears no plausible time. */
  readonly assumed: boolean;
  readonly refused: number;
  /** Why the last refused value was refused, behind its place in the list: `[0]: "x" is no number`. */
  readonly lastRefusal: string | undefined;
}

/** Normalises one MeterValues telegram or the transactionData of a StopTransaction. */
export function readSamples(meterValues: readonly MeterValue[], received: EpochMs): Samples {
  const collector = new Collector(received);
  for (const [index, meterValue] of meterValues.entries()) collector.add(meterValue, index);
  return collector;
}

const ASSUMED = { assumed: true } as const;

/**
 * A reading of plausible time. A class, because V8 gives up its machine code again and again for an object literal whose
 * fields are now a small integer, now a fraction; that took a third of the CPU of a MeterValues.
 */
class Sampled implements Reading {
  readonly point: number;
  readonly value: number;
  readonly at: EpochMs;
  readonly received: EpochMs;

  constructor(point: number, value: number, at: EpochMs, received: EpochMs) {
    this.point = point;
    this.value = value;
    this.at = at;
    this.received = received;
  }
}

class Collector implements Samples {
  readonly readings: Reading[] = [];
  newestSent: EpochMs | undefined;
  at: EpochMs;
  assumed = true;
  refused = 0;
  lastRefusal: string | undefined;
  readonly #received: EpochMs;
  /** Rank of the context of each reading. */
  readonly #ranks: number[] = [];
  /** Readings of the same time begin here. */
  #groupStart = 0;
  #groupAt: EpochMs | undefined;

  constructor(received: EpochMs) {
    this.#received = received;
    this.at = received;
  }

  add({ timestamp, sampledValue }: MeterValue, index: number): void {
    const sent = parseTimestamp(timestamp);
    const isSent = isPlausible(sent, this.#received);
    const at = isSent ? sent : this.#received;
    if (sent !== undefined && sent > (this.newestSent ?? Number.NEGATIVE_INFINITY)) this.newestSent = sent;
    if (this.#groupAt === undefined || at > this.at) {
      this.at = at;
      this.assumed = !isSent;
    }
    if (at !== this.#groupAt) {
      this.#groupAt = at;
      this.#groupStart = this.readings.length;
    }
    for (const sample of sampledValue) {
      // Signed data is a document, not a number; it stays in the telegram.
      if (sample.format === "SignedData") continue;
      const refusal = this.#read(sample, at, isSent);
      if (refusal !== undefined) this.#refuse(refusal, index);
    }
  }

  #read(sample: SampledValue, at: EpochMs, isSent: boolean): Refusal | undefined {
    const { measurand = "Energy.Active.Import.Register", phase, location, unit, context } = sample;
    const point = meterPointFor(measurand, phase, location);
    if (typeof point === "string") return point;
    const value = convert(sample.value, unit, point);
    if (typeof value === "string") return value;
    const sampled = new Sampled(point, value, at, this.#received);
    this.#keep(isSent ? sampled : Object.assign(sampled, ASSUMED), contextRankOf(context));
    return undefined;
  }

  /** The same point twice at one time: the regular sample beats the one of the begin or end of the transaction. */
  #keep(reading: Reading, rank: number): void {
    for (let index = this.#groupStart; index < this.readings.length; index++) {
      if (this.readings[index]?.point !== reading.point) continue;
      if (rank < (this.#ranks[index] ?? 0)) return;
      this.readings[index] = reading;
      this.#ranks[index] = rank;
      return;
    }
    this.readings.push(reading);
    this.#ranks.push(rank);
  }

  #refuse(refusal: Refusal, index: number): void {
    this.refused++;
    this.lastRefusal = `[${index}]: ${refusal}`;
  }
}
