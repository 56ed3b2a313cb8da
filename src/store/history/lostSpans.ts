// When samples were dropped, of each series the spans of time: what the history tells of instead of them. Bounded, whatever is dropped. Pure.
import type { EpochMs } from "../../std/clock.ts";

/** From the first sample that is missing to the last. */
export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Samples that are so near to each other are missing together. */
export const NEAR_MS = 3_600_000;
/** Spans of one series: a charge point that sends old samples again makes a few. Beyond them the two that are nearest become one. */
const MAX_SPANS = 8;

export class LostSpans {
  readonly #bySeries = new Map<number, Span[]>();

  get size(): number {
    return this.#bySeries.size;
  }

  add(series: number, { from, to }: Span): void {
    const spans = this.#bySeries.get(series);
    if (spans === undefined) this.#bySeries.set(series, [{ from, to }]);
    else this.#bySeries.set(series, joined([...spans, { from, to }]));
  }

  of(series: number): readonly Span[] {
    return this.#bySeries.get(series) ?? [];
  }

  *entries(): Iterable<readonly [series: number, span: Span]> {
    for (const [series, spans] of this.#bySeries) for (const span of spans) yield [series, span];
  }

  clear(): void {
    this.#bySeries.clear();
  }
}

function joined(spans: readonly Span[]): Span[] {
  const inOrder = spans.toSorted((a, b) => a.from - b.from);
  const apart: Span[] = [];
  for (const span of inOrder) {
    const last = apart.at(-1);
    if (last !== undefined && span.from - last.to <= NEAR_MS) apart[apart.length - 1] = joinedWith(last, span);
    else apart.push(span);
  }
  if (apart.length <= MAX_SPANS) return apart;
  const distances = apart.slice(1).map(({ from }, place) => from - (apart[place] as Span).to);
  const nearest = distances.indexOf(Math.min(...distances));
  const [first, second] = [apart[nearest], apart[nearest + 1]] as [Span, Span];
  return apart.toSpliced(nearest, 2, joinedWith(first, second));
}

/** One span from the beginning of the earlier to the end of the later. */
export function joinedWith(first: Span, second: Span): Span {
  return { from: Math.min(first.from, second.from), to: Math.max(first.to, second.to) };
}
