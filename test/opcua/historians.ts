// The example data of OPC 10000-13 Annex A.1. Their first entry, Bad_NoData at 12:00:00, says that there are no data before; here there
// simply are none.
import type { HistorySample } from "../../src/twin/ports.ts";

export const NOON = Date.parse("2026-01-01T12:00:00Z");

export type Entry = readonly [time: string, value: number | null, quality?: "Uncertain" | "Bad"];

export function at(time: string): number {
  return Date.parse(`2026-01-01T12:${time}Z`);
}

export function samplesOf(entries: readonly Entry[]): HistorySample[] {
  return entries.map(([time, value, quality]): HistorySample => ({
    at: at(time),
    received: at(time),
    value,
    quality: quality ?? "Good",
  }));
}

/** A.1.1. */
export const historian1 = {
  samples: samplesOf([
    ["00:10", 10],
    ["00:20", 20],
    ["00:30", 30],
    ["00:40", 40, "Bad"],
    ["00:50", 50],
    ["01:00", 60],
    ["01:10", 70, "Uncertain"],
    ["01:20", 80],
    ["01:30", 90],
  ]),
  rules: {
    stepped: false,
    treatUncertainAsBad: false,
    percentDataBad: 100,
    percentDataGood: 100,
    useSlopedExtrapolation: false,
  },
};

/** A.1.2. */
export const historian2 = {
  samples: samplesOf([
    ["00:02", 10],
    ["00:25", 20],
    ["00:28", 25],
    ["00:39", 30],
    ["00:42", null, "Bad"],
    ["00:48", 40],
    ["00:52", 50],
    ["01:12", 60],
    ["01:17", 70, "Uncertain"],
    ["01:23", 70],
    ["01:26", 80],
    ["01:30", 90],
  ]),
  rules: { ...historian1.rules, treatUncertainAsBad: true },
};

/** A.1.3. */
export const historian3 = {
  samples: historian2.samples,
  rules: { ...historian2.rules, stepped: true, percentDataBad: 50, percentDataGood: 50 },
};
