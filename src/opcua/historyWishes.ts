// What a HistoryRead asks of a node, judged: the reading that answers it, or the code that says what is wrong (OPC 10000-11 §6.5).
import {
  NodeIdType,
  ReadAtTimeDetails,
  ReadEventDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  StatusCodes,
  resolveNodeId,
  type AggregateConfiguration,
  type NodeId,
  type StatusCode,
} from "node-opcua";
import type { EpochMs } from "../std/clock.ts";
import { aggregateNames, aggregateOf, type AggregateName } from "./aggregates.ts";
import { readEvents, type EventSubject } from "./eventReadings.ts";
import type { AggregateRules } from "./interpolation.ts";
import { readAtTime, readProcessed, readRaw, type Reading, type Subject } from "./readings.ts";
import { faultOfHistoryFilter, type FilterLimits } from "./requestFaults.ts";
import { EARLIEST, LATEST } from "./series.ts";

/** The server's own configuration of aggregates: the defaults of OPC 10000-13 §4.2.1.2. */
export const defaultConfiguration = {
  treatUncertainAsBad: true,
  percentDataBad: 100,
  percentDataGood: 100,
  useSlopedExtrapolation: false,
} as const satisfies Omit<AggregateRules, "stepped">;

/** The node of an aggregate function: `AggregateFunction_…` of OPC 10000-13 §4.2.2. */
export function nodeOfAggregate(name: AggregateName): NodeId {
  return resolveNodeId(`AggregateFunction_${name}`);
}

const byNumber: ReadonlyMap<number, AggregateName> = new Map(
  aggregateNames.map((name) => [nodeOfAggregate(name).value as number, name]),
);

function aggregateOfNode({ namespace, identifierType, value }: NodeId): AggregateName | undefined {
  return namespace === 0 && identifierType === NodeIdType.NUMERIC ? byNumber.get(value as number) : undefined;
}

/** Amounts change along a line from sample to sample, everything else in steps. */
export function isStepped({ type }: Subject["row"]): boolean {
  return type !== "Double";
}

/** @param place of the node in the request, which may want another aggregate of each */
export function readingOf(details: unknown, subject: Subject, place: number): Reading | StatusCode {
  if (details instanceof ReadRawModifiedDetails) return rawReading(details, subject);
  if (details instanceof ReadAtTimeDetails) return atTimeReading(details, subject);
  if (details instanceof ReadProcessedDetails) return processedReading(details, subject, place);
  return StatusCodes.BadHistoryOperationUnsupported;
}

/** What a request for the events of an object wants (OPC 10000-11 §6.5.2). */
export function eventReadingOf(
  details: ReadEventDetails,
  subject: Omit<EventSubject, "filter">,
  limits: FilterLimits,
): Reading | StatusCode {
  // Modified events are not kept, and none are sorted otherwise than by time: its subtypes ask for more than is served.
  if (details.constructor !== ReadEventDetails) return StatusCodes.BadHistoryOperationUnsupported;
  const { filter } = details;
  const range = rangeOf(details);
  if (range === undefined) return StatusCodes.BadInvalidTimestampArgument;
  return faultOfHistoryFilter(filter, limits) ?? readEvents({ ...subject, filter }, range);
}

interface NamedRange {
  readonly start: EpochMs | undefined;
  readonly end: EpochMs | undefined;
  readonly count: number;
}

/** Undefined when it names fewer than two of start, end and number. */
function rangeOf(details: ReadRawModifiedDetails | ReadEventDetails): NamedRange | undefined {
  const start = timeOf(details.startTime);
  const end = timeOf(details.endTime);
  const { numValuesPerNode: count } = details;
  const named = [start !== undefined, end !== undefined, count !== 0].filter((isNamed) => isNamed);
  return named.length < 2 ? undefined : { start, end, count };
}

function rawReading(details: ReadRawModifiedDetails, subject: Subject): Reading | StatusCode {
  if (details.isReadModified) return StatusCodes.BadHistoryOperationUnsupported;
  const range = rangeOf(details);
  if (range === undefined) return StatusCodes.BadInvalidTimestampArgument;
  return readRaw(subject, { ...range, returnBounds: details.returnBounds });
}

/** Times of one request. */
const MAX_TIMES = 2000;

function atTimeReading({ reqTimes, useSimpleBounds }: ReadAtTimeDetails, subject: Subject): Reading | StatusCode {
  // An unfinished read keeps them all.
  if ((reqTimes?.length ?? 0) > MAX_TIMES) return StatusCodes.BadTooManyOperations;
  const at = (reqTimes ?? []).flatMap((time) => timeOf(time) ?? []);
  if (at.length === 0 || at.length !== reqTimes?.length) return StatusCodes.BadInvalidTimestampArgument;
  const rules = { ...defaultConfiguration, stepped: isStepped(subject.row) };
  return readAtTime(subject, { at, useSimpleBounds, rules });
}

function processedReading(details: ReadProcessedDetails, subject: Subject, place: number): Reading | StatusCode {
  const { aggregateType, processingInterval, aggregateConfiguration } = details;
  const node = aggregateType?.[place];
  const aggregate = node === undefined ? undefined : aggregateOfNode(node);
  const stepped = isStepped(subject.row);
  if (aggregate === undefined || (stepped && aggregateOf(aggregate).forStates !== true))
    return StatusCodes.BadAggregateNotSupported;
  const start = timeOf(details.startTime);
  const end = timeOf(details.endTime);
  if (start === undefined || end === undefined) return StatusCodes.BadInvalidTimestampArgument;
  if (start === end || !(processingInterval >= 0)) return StatusCodes.BadInvalidArgument;
  const rules = rulesOf(aggregateConfiguration, stepped);
  if (rules === undefined) return StatusCodes.BadAggregateInvalidInputs;
  const whole = Math.abs(end - start);
  const length = processingInterval === 0 ? whole : Math.min(processingInterval, whole);
  // Shorter than any two samples can be apart: the intervals would differ by nothing that a Double can say.
  if (length < SHORTEST_MS) return StatusCodes.BadInvalidArgument;
  return readProcessed(subject, { aggregate, range: { start, end, length }, rules });
}

const SHORTEST_MS = 1;

/** Undefined when the percentages contradict each other (OPC 10000-13 §4.2.1.2). */
function rulesOf(
  configuration: AggregateConfiguration | null | undefined,
  stepped: boolean,
): AggregateRules | undefined {
  if (configuration === null || configuration === undefined || configuration.useServerCapabilitiesDefaults)
    return { ...defaultConfiguration, stepped };
  const { treatUncertainAsBad, percentDataBad, percentDataGood, useSlopedExtrapolation } = configuration;
  if (percentDataBad > 100 || percentDataGood > 100 || percentDataGood < 100 - percentDataBad) return undefined;
  return { stepped, treatUncertainAsBad, percentDataBad, percentDataGood, useSlopedExtrapolation };
}

/** A time that a client has named; the first that a DateTime can say stands for none (OPC 10000-6 §5.2.2.5). */
function timeOf(time: Date | null | undefined): EpochMs | undefined {
  const value = time?.getTime() ?? Number.NaN;
  if (Number.isNaN(value) || value <= FIRST_DATE) return undefined;
  return Math.min(Math.max(value, EARLIEST), LATEST);
}

const FIRST_DATE = Date.UTC(1601, 0, 1);
