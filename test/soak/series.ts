// The series that are made of what the bridge held from time to time, with their units and what each may rise by.
import type { Holds } from "./bridgeProcess.ts";
import { judge, type Allowance, type Judged, type Point } from "./trend.ts";

export interface Sample {
  /** Since the start, ms. */
  readonly atMs: number;
  readonly holds: Holds;
}

interface SeriesKind {
  readonly name: string;
  readonly unit: "MB" | "";
  /** Undefined: it is shown, and may grow, as what is kept on disk does. */
  readonly allowance?: Allowance;
  /** Undefined where there was nothing to measure. */
  readonly valueOf: (holds: Holds) => number | undefined;
}

export interface Series extends Judged {
  readonly name: string;
  readonly unit: string;
  readonly isJudged: boolean;
  readonly points: readonly Point[];
}

const MEGABYTE = 1_000_000;
/** Threads that are there from the start to the end; others come and go with those who ask. */
const LASTING = ["main", "opcua", "hmi", "store", "history", "messages"];

function sumOf({ threads }: Holds, of: "heap" | "besideHeap" | "timers"): number {
  return threads.filter(({ thread }) => LASTING.includes(thread)).reduce((sum, each) => sum + each[of], 0);
}

const ofThread = (thread: string): SeriesKind => ({
  name: `heap of the thread ${thread}, after a collection`,
  unit: "MB",
  allowance: { absolute: 2, share: 0.05 },
  valueOf: ({ threads }) => {
    const found = threads.find((each) => each.thread === thread);
    return found === undefined ? undefined : found.heap / MEGABYTE;
  },
});

const ofFile = (name: string): SeriesKind => ({
  name,
  unit: "MB",
  valueOf: ({ files }) => (files[name] === undefined ? undefined : files[name] / MEGABYTE),
});

const kinds: readonly SeriesKind[] = [
  {
    name: "resident memory",
    unit: "MB",
    allowance: { absolute: 20, share: 0.05 },
    valueOf: ({ resident }) => resident / MEGABYTE,
  },
  {
    name: "heap of all threads, after a collection",
    unit: "MB",
    allowance: { absolute: 3, share: 0.03 },
    valueOf: (holds) => sumOf(holds, "heap") / MEGABYTE,
  },
  ...LASTING.map(ofThread),
  {
    name: "memory beside the heaps",
    unit: "MB",
    allowance: { absolute: 5, share: 0.1 },
    valueOf: (holds) => sumOf(holds, "besideHeap") / MEGABYTE,
  },
  { name: "sockets", unit: "", allowance: { absolute: 10, share: 0.1 }, valueOf: ({ sockets }) => sockets },
  {
    name: "other descriptors",
    unit: "",
    allowance: { absolute: 4, share: 0.1 },
    valueOf: ({ otherDescriptors }) => otherDescriptors,
  },
  { name: "threads", unit: "", allowance: { absolute: 2, share: 0 }, valueOf: ({ threadCount }) => threadCount },
  {
    name: "timers",
    unit: "",
    allowance: { absolute: 20, share: 0.1 },
    valueOf: (holds) => sumOf(holds, "timers"),
  },
  ...["state.db", "state.db-wal", "history.db", "history.db-wal", "messages.db", "messages.db-wal"].map(ofFile),
];

/** All series after the warm-up. */
export function seriesOf(samples: readonly Sample[], warmUpMs: number): Series[] {
  const settled = samples.filter(({ atMs }) => atMs >= warmUpMs);
  return kinds.map(({ name, unit, allowance, valueOf }) => {
    const points = settled.flatMap(({ atMs, holds }) => {
      const value = valueOf(holds);
      return value === undefined ? [] : [{ atMs, value }];
    });
    const judged = judge(points, allowance ?? { absolute: Infinity, share: 0 });
    return { name, unit, isJudged: allowance !== undefined, points, ...judged };
  });
}
