// THE TABLE OF AGGREGATES (OPC 10000-13 §5.4.3): what each makes of one interval. Pure.
import type { HistorySample } from "../twin/ports.ts";
import { noData, type Calculated } from "./interpolation.ts";
import type { Extreme, Tally } from "./tally.ts";

/** Where a value comes from and how far it holds (OPC 10000-11 §6.2.2). */
export type InfoBit = "Calculated" | "Interpolated" | "Partial" | "MultiValue";

export interface Aggregated extends Calculated {
  readonly bits: readonly InfoBit[];
}

interface Aggregate {
  /** Whether it makes sense for states, which are no amounts. */
  readonly forStates?: true;
  /** A count, whatever the values are. */
  readonly isCount?: true;
  readonly of: (tally: Tally) => Aggregated;
}

export const aggregates = {
  Interpolative: {
    forStates: true,
    of: ({ atBegin, begin }) => {
      const value = atBegin ?? noData(begin);
      return { ...value, bits: value.raw !== undefined || value.quality === "NoData" ? [] : ["Interpolated"] };
    },
  },
  Average: {
    of: (tally) =>
      tally.good === 0
        ? nothing(tally)
        : { ...unsureIf(tally.isBroken, counted(tally, tally.sum / tally.good)), bits: ["Calculated"] },
  },
  TimeAverage: { of: (tally) => underLines(tally, tally.area / tally.covered) },
  // Per second, as the standard wants it; of an interval that data cover in part, the part.
  Total: { of: (tally) => underLines(tally, tally.area / 1000) },
  Minimum: { of: (tally) => extreme(tally, tally.lowest, tally.lowestUncertain < (tally.lowest?.value ?? -Infinity)) },
  Maximum: {
    of: (tally) => extreme(tally, tally.highest, tally.highestUncertain > (tally.highest?.value ?? Infinity)),
  },
  Count: {
    forStates: true,
    isCount: true,
    of: (tally) =>
      tally.count === 0 && !(tally.hasDataBefore && tally.hasDataBehind)
        ? nothing(tally)
        : { ...counted(tally, tally.good), bits: ["Calculated", ...partialOf(tally)] },
  },
  Start: { forStates: true, of: (tally) => rawOf(tally, tally.flow[0]) },
  End: { forStates: true, of: (tally) => rawOf(tally, tally.flow[1]) },
  Delta: {
    of: (tally) => {
      const { firstUsable, lastUsable, begin, interval } = tally;
      if (firstUsable === undefined || lastUsable === undefined) return nothing(tally);
      const rise = Number(lastUsable.value) - Number(firstUsable.value);
      // Between the first and the last one nothing is missing in the difference, whoever was there to see it.
      const isUnsure = tally.hasSkippedEdge || lastUsable !== tally.last || tally.isBrokenAtEdge;
      const value = interval.isBackward ? 0 - rise : rise;
      return {
        at: begin,
        value,
        quality: isUnsure ? "Uncertain" : "Good",
        bits: ["Calculated", ...partialOf(tally)],
      };
    },
  },
} as const satisfies Readonly<Record<string, Aggregate>>;

export type AggregateName = keyof typeof aggregates;
export const aggregateNames = Object.keys(aggregates) as readonly AggregateName[];

export function aggregateOf(name: AggregateName): Aggregate {
  return aggregates[name];
}

function nothing({ begin }: Tally): Aggregated {
  return { ...noData(begin), bits: [] };
}

/** OPC 10000-13 §5.3.3.2: data begin or end within the interval, or the range does. */
function partialOf({ interval, hasDataBefore, hasDataBehind }: Tally): readonly InfoBit[] {
  return interval.isCut || !hasDataBefore || !hasDataBehind ? ["Partial"] : [];
}

/** The quality by counting values (OPC 10000-13 §5.4.3.2.1); where both limits meet, that of Good counts (§4.2.1.2). */
function counted({ begin, rules, good, uncertain, bad, count }: Tally, value: number): Calculated {
  if (count === 0) return { at: begin, value, quality: "Good" };
  const badShare = ((bad + (rules.treatUncertainAsBad ? uncertain : 0)) / count) * 100;
  const isGood = (good / count) * 100 >= rules.percentDataGood;
  const limitsMeet = rules.percentDataGood === 100 - rules.percentDataBad;
  if (badShare >= rules.percentDataBad && !(limitsMeet && isGood))
    return { at: begin, value: undefined, quality: "Bad" };
  return { at: begin, value, quality: isGood ? "Good" : "Uncertain" };
}

function unsureIf(isUnsure: boolean, calculated: Calculated): Calculated {
  return isUnsure && calculated.quality === "Good" ? { ...calculated, quality: "Uncertain" } : calculated;
}

/** The lines are drawn to the end of the interval even where data end before: that is not partial, but uncertain. */
function underLines(tally: Tally, value: number): Aggregated {
  if (tally.covered === 0) return nothing(tally);
  const isPartial = tally.interval.isCut || tally.covered < tally.interval.hi - tally.interval.lo;
  return {
    at: tally.begin,
    value,
    quality: tally.isAreaUnsure ? "Uncertain" : "Good",
    bits: isPartial ? ["Calculated", "Partial"] : ["Calculated"],
  };
}

function extreme(tally: Tally, found: Extreme | undefined, isBeatenByUncertain: boolean): Aggregated {
  if (found === undefined) return nothing(tally);
  const { bad, uncertain, rules, begin } = tally;
  const isUnsure = tally.isBroken || bad > 0 || isBeatenByUncertain || (rules.treatUncertainAsBad && uncertain > 0);
  const isRaw = (found.firstAt === begin || found.lastAt === begin) && !isUnsure;
  return {
    at: begin,
    value: found.value,
    quality: isUnsure ? "Uncertain" : "Good",
    bits: [
      ...(isRaw ? [] : (["Calculated"] as const)),
      ...partialOf(tally),
      ...(found.isRepeated ? (["MultiValue"] as const) : []),
    ],
  };
}

function rawOf(tally: Tally, sample: HistorySample | undefined): Aggregated {
  if (sample === undefined) return nothing(tally);
  return { at: sample.at, value: sample.value, quality: sample.quality, raw: sample, bits: [...partialOf(tally)] };
}
