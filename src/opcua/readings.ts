// The three ways to read the history of a datapoint (OPC 10000-11 §6.5): each answers a page of values and what is left to read.
import { HistoryData, type DataValue, type ExtensionObject } from "node-opcua";
import type { Datapoint } from "../datapoints/row.ts";
import type { EpochMs } from "../std/clock.ts";
import type { HistorySample } from "../twin/ports.ts";
import type { AnswerRoom } from "./answerRoom.ts";
import { aggregateOf, type AggregateName } from "./aggregates.ts";
import { Aggregation } from "./aggregation.ts";
import { COUNT_TYPE, calculatedValueOf, rawValueOf, type MissingBound, type Times } from "./historyValues.ts";
import {
  interpolatedBound,
  simpleBound,
  type AggregateRules,
  type Calculated,
  type Neighbours,
} from "./interpolation.ts";
import { countOf, intervalAt, type Range } from "./intervals.ts";
import { noOutages, readOutages, type Outages } from "./outages.ts";
import { EARLIEST, LATEST, type Series } from "./series.ts";

export interface Part {
  /** HistoryData or HistoryEvent. */
  readonly data: ExtensionObject;
  readonly count: number;
  /** Undefined when everything has been read. */
  readonly rest: Reading | undefined;
}

/** Reads the next values or events, at most so many; rejects when the history cannot be read. */
export type Reading = (share: Share) => Promise<Part>;

/** What one node may have of an answer. */
export interface Share {
  /** Values or events, above 0. */
  readonly most: number;
  /** Bytes of texts, of all nodes of the answer together. */
  readonly room: AnswerRoom;
}

function partOf(values: DataValue[], rest: Reading | undefined): Part {
  return { data: new HistoryData({ dataValues: values }), count: values.length, rest };
}

/** What is read, and how it is shown. */
export interface Subject {
  readonly series: Series;
  readonly row: Datapoint["row"];
  readonly times: Times;
  /** Whether its charge point was connected; undefined of what the bridge knows by itself. */
  readonly connected: Series | undefined;
}

// ---------------------------------------------------------------------------------------- raw

export interface RawWish {
  /** Undefined: from the end backward. */
  readonly start: EpochMs | undefined;
  /** Undefined: as far as the number of values leads. */
  readonly end: EpochMs | undefined;
  /** 0: all. */
  readonly count: number;
  readonly returnBounds: boolean;
}

interface RawPlan {
  readonly from: EpochMs;
  /** Of the range; where it is open, the last that can be. */
  readonly end: EpochMs;
  readonly isOpen: boolean;
  readonly isBackward: boolean;
  /** Of one answer. */
  readonly perPart: number;
  readonly returnBounds: boolean;
}

interface RawState {
  readonly stage: "start" | "values" | "end";
  /** How many may still come; of an open range only. */
  readonly left: number;
  readonly after: EpochMs | undefined;
}

export function readRaw(subject: Subject, { start, end, count, returnBounds }: RawWish): Reading {
  const from = start ?? end ?? EARLIEST;
  const isOpen = start === undefined || end === undefined;
  const isBackward = start === undefined || (end !== undefined && end < start);
  const most = count === 0 ? Infinity : count;
  const plan: RawPlan = {
    from,
    end: isOpen ? (isBackward ? EARLIEST : LATEST) : end,
    isOpen,
    isBackward,
    perPart: isOpen ? Infinity : most,
    returnBounds,
  };
  return rawFrom(subject, plan, { stage: "start", left: isOpen ? most : Infinity, after: undefined });
}

function rawFrom(subject: Subject, plan: RawPlan, state: RawState): Reading {
  return async ({ most }) => {
    const room = Math.min(most, plan.perPart, state.left);
    const { found, next } = await rawPart(subject.series, plan, state, room);
    const values = found.map((each) => rawValueOf(subject.row, each, subject.times));
    const left = state.left - found.length;
    const isDone = next === undefined || left <= 0;
    return partOf(values, isDone ? undefined : rawFrom(subject, plan, { ...next, left }));
  };
}

interface RawPart {
  readonly found: readonly (HistorySample | MissingBound)[];
  readonly next: RawState | undefined;
}

async function rawPart(series: Series, plan: RawPlan, state: RawState, room: number): Promise<RawPart> {
  const found: (HistorySample | MissingBound)[] = [];
  let { after } = state;
  if (state.stage === "start" && plan.returnBounds) {
    const bound = await series.next(plan.from, !plan.isBackward);
    // One at the very start is part of the range.
    if (bound?.at !== plan.from) found.push(bound ?? { missingAt: plan.from });
  }
  if (state.stage !== "end") {
    if (found.length >= room) return { found, next: { ...state, stage: "values" } };
    const range = { from: plan.from, to: lastOf(plan), limit: room - found.length };
    const { samples, more } = await series.page({ ...range, ...(after === undefined ? {} : { after }) });
    found.push(...samples);
    after = samples.at(-1)?.at ?? after;
    if (more) return { found, next: { ...state, stage: "values", after } };
  }
  if (!plan.returnBounds) return { found, next: undefined };
  if (found.length >= room) return { found, next: { ...state, stage: "end", after } };
  const bound = await endBound(series, plan, after);
  if (bound !== undefined) found.push(bound);
  return { found, next: undefined };
}

/** OPC 10000-11 §3.1.8: a value at the end is outside, but where start and end are the same. */
function lastOf({ from, end, isOpen, isBackward }: RawPlan): EpochMs {
  if (isOpen || from === end) return end;
  return isBackward ? end + 1 : end - 1;
}

const SECOND_MS = 1000;

async function endBound(
  series: Series,
  plan: RawPlan,
  lastRead: EpochMs | undefined,
): Promise<HistorySample | MissingBound | undefined> {
  const { end, isOpen, isBackward, from } = plan;
  const sign = isBackward ? -1 : 1;
  // Where no end was named, it is taken to be next to the last value.
  if (isOpen) return { missingAt: (lastRead ?? from) + sign * SECOND_MS };
  const bound = await series.next(end, isBackward);
  if (bound === undefined) return { missingAt: end };
  return bound.at === lastRead ? undefined : bound;
}

// ---------------------------------------------------------------------------------------- at time

export interface AtTimeWish {
  readonly at: readonly EpochMs[];
  readonly useSimpleBounds: boolean;
  readonly rules: AggregateRules;
}

/** Each time is two questions or more; so many times are asked for together. */
const TIMES_TOGETHER = 16;
const MAX_TIMES = 1000;

export function readAtTime(subject: Subject, wish: AtTimeWish, first = 0): Reading {
  return async ({ most }) => {
    const last = Math.min(first + Math.min(most, MAX_TIMES), wish.at.length);
    const values: DataValue[] = [];
    for (let place = first; place < last; place += TIMES_TOGETHER) {
      const times = wish.at.slice(place, Math.min(place + TIMES_TOGETHER, last));
      values.push(...(await Promise.all(times.map((at) => valueAt(subject, wish, at)))));
    }
    return partOf(values, last < wish.at.length ? readAtTime(subject, wish, last) : undefined);
  };
}

async function valueAt(subject: Subject, wish: AtTimeWish, at: EpochMs): Promise<DataValue> {
  const { row, times } = subject;
  const { rules, useSimpleBounds } = wish;
  const calculated = useSimpleBounds ? await simpleAt(subject, rules, at) : await interpolatedAt(subject, rules, at);
  const isCalculated = calculated.raw === undefined && calculated.quality !== "NoData";
  return calculatedValueOf(row, { ...calculated, bits: isCalculated ? ["Interpolated"] : [] }, times);
}

async function simpleAt(subject: Subject, rules: AggregateRules, at: EpochMs): Promise<Calculated> {
  const next = await subject.series.neighbours(at);
  return simpleBound(at, next, rules, await outagesBetween(subject, next, at));
}

async function interpolatedAt(subject: Subject, rules: AggregateRules, at: EpochMs): Promise<Calculated> {
  const around = await subject.series.around(at, rules);
  return interpolatedBound(at, around, rules, await outagesBetween(subject, around, at));
}

/** Nothing is asked where the answer makes no difference. */
async function outagesBetween({ connected }: Subject, { before, after }: Neighbours, at: EpochMs): Promise<Outages> {
  if (connected === undefined || before === undefined || before.at === at) return noOutages;
  return readOutages(connected, before.at, after?.at ?? at);
}

// ---------------------------------------------------------------------------------------- processed

export interface ProcessedWish {
  readonly aggregate: AggregateName;
  readonly range: Range;
  readonly rules: AggregateRules;
}

export function readProcessed(subject: Subject, wish: ProcessedWish, first = 0): Reading {
  return async ({ most }) => {
    const { aggregate, range, rules } = wish;
    const last = Math.min(first + most, countOf(range));
    const intervals = Array.from({ length: last - first }, (_, place) => intervalAt(range, first + place));
    const isBackward = range.end < range.start;
    if (isBackward) intervals.reverse();
    const lo = intervals[0]?.lo ?? range.start;
    const hi = intervals.at(-1)?.hi ?? range.end;
    const aggregation = await fed(
      subject,
      { lo, hi, isBackward, rules },
      (outages) => new Aggregation(aggregate, intervals, rules, outages),
    );
    const results = aggregation.results();
    if (isBackward) results.reverse();
    const type = aggregateOf(aggregate).isCount ? COUNT_TYPE : undefined;
    const values = results.map((result) => calculatedValueOf(subject.row, result, subject.times, type));
    return partOf(values, last < countOf(range) ? readProcessed(subject, wish, last) : undefined);
  };
}

interface Span {
  readonly lo: EpochMs;
  readonly hi: EpochMs;
  readonly isBackward: boolean;
  readonly rules: AggregateRules;
}

/** An aggregation that has every sample of the span, and those on either side up to a usable one; ends may lie between milliseconds. */
async function fed(
  { series, connected }: Subject,
  { lo, hi, isBackward, rules }: Span,
  create: (outages: Outages) => Aggregation,
): Promise<Aggregation> {
  const from = isBackward ? Math.floor(lo) + 1 : Math.ceil(lo);
  const behind = isBackward ? Math.floor(hi) + 1 : Math.ceil(hi);
  const before = (await series.search(from - 1, true, rules, rules.useSlopedExtrapolation ? 2 : 1)).toReversed();
  const after = await series.search(behind, false, rules);
  const [first, last] = [before[0]?.at ?? from, after.at(-1)?.at ?? behind];
  const aggregation = create(connected === undefined ? noOutages : await readOutages(connected, first, last));
  const add = (sample: HistorySample): void => aggregation.add(sample);
  before.forEach(add);
  await series.forEach(from, behind - 1, add);
  after.forEach(add);
  return aggregation;
}
