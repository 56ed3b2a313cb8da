// What a trend draws, from what the history has. Pure: a line is broken where nobody knows what was, and nowhere else.
import type { TrendSample } from "../../shapes.ts";

/** Epoch ms, from and to. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Trend {
  /** Epoch ms, ascending. */
  readonly times: readonly number[];
  /** null breaks the line. */
  readonly values: readonly (number | null)[];
  /** Those that are not Good, at the same places. */
  readonly doubtful: readonly (number | null)[];
  /** Between two samples, or behind the last one, where nothing is known. */
  readonly gaps: readonly Span[];
}

/** When the charge point was not connected, from the history of State/Connected. */
export function offlineSpans(samples: readonly TrendSample[], range: Span, isConnectedNow: boolean): readonly Span[] {
  const spans: Span[] = [];
  // Before the first change it was the other way round, or unknown; without a change it was as it is.
  let offlineSince = samples.length === 0 ? (isConnectedNow ? undefined : range.from) : undefined;
  if (samples[0]?.[1] === true) offlineSince = range.from;
  for (const [at, value] of samples) {
    if (value === true && offlineSince !== undefined) {
      if (at > offlineSince) spans.push({ from: offlineSince, to: at });
      offlineSince = undefined;
    } else if (value === false) offlineSince ??= at;
  }
  if (offlineSince !== undefined) spans.push({ from: offlineSince, to: range.to });
  return spans;
}

/** A charge point that queues sends what it measured offline later, at its own times (OCPP 1.6 §4.8): then there is no gap. */
export function trendOf(samples: readonly TrendSample[], offline: readonly Span[], range: Span): Trend {
  const times: number[] = [];
  const values: (number | null)[] = [];
  const doubtful: (number | null)[] = [];
  const gaps: Span[] = [];
  let before: number | undefined;
  let lostFrom: number | undefined;
  const breakLine = (gap: Span) => {
    gaps.push(gap);
    times.push((gap.from + gap.to) / 2);
    values.push(null);
    doubtful.push(null);
  };
  for (const [at, value, quality] of samples) {
    if (quality === "Lost" || typeof value !== "number") {
      lostFrom ??= before ?? at;
      continue;
    }
    if (before !== undefined && (lostFrom !== undefined || liesWithin(offline, before, at)))
      breakLine({ from: before, to: at });
    times.push(at);
    values.push(value);
    doubtful.push(quality === "Good" ? null : value);
    [before, lostFrom] = [at, undefined];
  }
  const isOpen = before !== undefined && (lostFrom !== undefined || liesWithin(offline, before, range.to));
  if (before !== undefined && isOpen) breakLine({ from: before, to: range.to });
  return { times, values, doubtful, gaps };
}

/** It is read again as often as it would change by a few pixels. */
const STEPS = 240;
const SHORTEST_MS = 5_000;
/** So long after it has come back a charge point may still send what it measured offline, which no value of now tells of (OCPP 1.6 §3.7). */
const CATCHING_UP_MS = 5 * 60_000;

interface LastLook {
  readonly shownMs: number;
  /** False where it was refused. */
  readonly isRead: boolean;
  /** Undefined where it is not connected; negative where the clock was set back since. */
  readonly connectedForMs: number | undefined;
}

/** So long after it was last looked at a trend is looked at again, ms. */
export function untilNextMs({ shownMs, isRead, connectedForMs }: LastLook): number {
  const isCatchingUp = connectedForMs !== undefined && Math.abs(connectedForMs) < CATCHING_UP_MS;
  return isRead && !isCatchingUp ? Math.max(SHORTEST_MS, shownMs / STEPS) : SHORTEST_MS;
}

/** Whether a whole time without connection lies between two samples. */
function liesWithin(offline: readonly Span[], from: number, to: number): boolean {
  return offline.some((span) => span.from >= from && span.to <= to);
}
