// A sample as numbers: what its value is and how good it is stand in one byte of flags. Pure.
import type { EpochMs } from "../../std/clock.ts";
import type { HistorySample } from "../../twin/ports.ts";

/** What the number of a sample stands for: itself, a truth value, a text by its place in a list, or nothing. */
export const NUMBER = 0;
export const BOOLEAN = 1;
export const TEXT = 2;
export const NOTHING = 3;
const KIND = 3;

const qualities = ["Good", "Uncertain", "Bad", "Lost"] as const;
const QUALITY_SHIFT = 2;

export type Quality = HistorySample["quality"];

export function kindOf(value: HistorySample["value"]): number {
  if (typeof value === "number") return NUMBER;
  if (value === null) return NOTHING;
  return typeof value === "boolean" ? BOOLEAN : TEXT;
}

export function flagsOf(kind: number, quality: Quality): number {
  return kind | (qualities.indexOf(quality) << QUALITY_SHIFT);
}

export function qualityOf(flags: number): Quality {
  return qualities[flags >> QUALITY_SHIFT] ?? "Bad";
}

/** The value that a number stands for. */
export function valueOf(flags: number, number: number, texts: readonly string[]): HistorySample["value"] {
  switch (flags & KIND) {
    case NUMBER:
      return number;
    case BOOLEAN:
      return number === 1;
    case TEXT:
      return texts[number] ?? "";
    default:
      return null;
  }
}

export function isText(flags: number): boolean {
  return (flags & KIND) === TEXT;
}

/** Times of samples lie in years that a calendar has; differences of their differences are then whole numbers without loss. */
const LAST_TIME: EpochMs = 2 ** 48;

export function isTime(time: number): boolean {
  return Number.isInteger(time) && time >= 0 && time <= LAST_TIME;
}

/** In the order of time, one for each time: the one received last, of equals the one that stands later. */
export function inOrder(samples: HistorySample[]): HistorySample[] {
  let isAscending = true;
  for (let index = 1; index < samples.length && isAscending; index++)
    isAscending = (samples[index - 1] as HistorySample).at < (samples[index] as HistorySample).at;
  if (isAscending) return samples;
  const kept: HistorySample[] = [];
  for (const sample of samples.toSorted((a, b) => a.at - b.at)) {
    const last = kept.at(-1);
    if (last?.at !== sample.at) kept.push(sample);
    else if (sample.received >= last.received) kept[kept.length - 1] = sample;
  }
  return kept;
}
