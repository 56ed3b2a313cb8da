// The HistoryRead service (OPC 10000-4 §5.11.3): which node, who asks, how much at a time, and what is left for the next request.
import {
  HistoryReadResult,
  NodeClass,
  PermissionType,
  ReadEventDetails,
  ReadProcessedDetails,
  StatusCodes,
  TimestampsToReturn,
  type BaseNode,
  type HistoryReadRequest,
  type HistoryReadValueId,
  type ISessionContext,
  type NodeId,
  type NumericRange,
  type StatusCode,
} from "node-opcua";
import type { History } from "../twin/ports.ts";
import { AnswerRoom } from "./answerRoom.ts";
import { CallsInFlight } from "./callsInFlight.ts";
import { ContinuationPoints, type RequestToken } from "./continuationPoints.ts";
import { AnswerFull, type EventScope, type EventSubject } from "./eventReadings.ts";
import type { Times } from "./historyValues.ts";
import { eventReadingOf, readingOf } from "./historyWishes.ts";
import type { Reading, Share, Subject } from "./readings.ts";
import { faultOfEncoding, isRange, type FilterLimits } from "./requestFaults.ts";
import { Series } from "./series.ts";
import { VirtualVariable } from "./virtualVariable.ts";

export interface HistoryReadsOptions {
  /** Undefined: nothing is kept, and nothing can be read. */
  readonly history: History | undefined;
  readonly find: (nodeId: NodeId) => BaseNode | null;
  /** Values of one answer, of all its nodes together. */
  readonly maxValues: number;
  readonly events: HistoricalEvents;
  /** Unfinished reads of one session. */
  readonly maxContinuationPoints: number;
}

/** What is known of events whose history is kept. */
export interface HistoricalEvents extends Pick<EventSubject, "eventOf" | "dataOf"> {
  /** Of one answer, of all its nodes together. */
  readonly most: number;
  /** Of one filter. */
  readonly filterLimits: FilterLimits;
  /** Whose events a node tells of; undefined when it has no history of events. */
  readonly scopeOf: (node: BaseNode) => EventScope | undefined;
}

interface Unfinished {
  readonly nodeId: string;
  readonly reading: Reading;
}

/** Requests of all sessions that wait for the history; one session may have half of them. */
const MAX_REQUESTS = 40;
/** Nodes of one request that are read at the same time. */
const NODES_TOGETHER = 32;

/** Its history tells when a charge point was not connected. */
const CONNECTED = "State/Connected";

/** What all nodes of one request share. */
interface Asked {
  readonly context: ISessionContext;
  readonly request: HistoryReadRequest;
  readonly points: ContinuationPoints<Unfinished>;
  readonly token: RequestToken;
  /** What one node may have of the answer. */
  readonly share: Share;
}

export class HistoryReads {
  readonly inFlight = new CallsInFlight(MAX_REQUESTS);
  readonly #options: HistoryReadsOptions;
  readonly #points = new WeakMap<object, ContinuationPoints<Unfinished>>();

  constructor(options: HistoryReadsOptions) {
    this.#options = options;
  }

  /** One result for each node of the request; never rejects. */
  async read(context: ISessionContext, request: HistoryReadRequest): Promise<HistoryReadResult[]> {
    const session = context.session ?? this;
    const nodes = request.nodesToRead ?? [];
    const crowded = this.inFlight.crowded(session);
    if (crowded === "session") return nodes.map(() => bad(StatusCodes.BadTooManyOperations));
    if (crowded === "server") return nodes.map(() => bad(StatusCodes.BadResourceUnavailable));
    const { maxValues, events } = this.#options;
    const most = request.historyReadDetails instanceof ReadEventDetails ? events.most : maxValues;
    const asked: Asked = {
      context,
      request,
      points: this.#pointsOf(session),
      token: Symbol("request"),
      share: { most: Math.max(1, Math.floor(most / nodes.length)), room: new AnswerRoom(nodes.length) },
    };
    return this.inFlight.follow(session, async () => {
      const results: HistoryReadResult[] = [];
      for (let first = 0; first < nodes.length; first += NODES_TOGETHER) {
        const together = nodes.slice(first, first + NODES_TOGETHER);
        results.push(...(await Promise.all(together.map((node, place) => this.#readNode(asked, node, first + place)))));
      }
      return results;
    });
  }

  #pointsOf(session: object): ContinuationPoints<Unfinished> {
    const known = this.#points.get(session);
    if (known !== undefined) return known;
    const points = new ContinuationPoints<Unfinished>(this.#options.maxContinuationPoints);
    this.#points.set(session, points);
    return points;
  }

  async #readNode(asked: Asked, wanted: HistoryReadValueId, place: number): Promise<HistoryReadResult> {
    const { points, token, request } = asked;
    const point = wanted.continuationPoint as Buffer | null | undefined;
    if (point === null || point === undefined || point.length === 0) {
      if (request.releaseContinuationPoints) return bad(StatusCodes.BadContinuationPointInvalid);
      const reading = this.#begin(asked, wanted, place);
      return typeof reading === "function" ? this.#go(asked, reading, wanted) : bad(reading);
    }
    const claimed = points.claim(point, token);
    if (claimed === undefined) return bad(StatusCodes.BadContinuationPointInvalid);
    const isSame = claimed.value.nodeId === wanted.nodeId.toString();
    if (request.releaseContinuationPoints || !isSame) {
      points.free(claimed.number);
      return bad(isSame ? StatusCodes.Good : StatusCodes.BadContinuationPointInvalid);
    }
    return this.#go(asked, claimed.value.reading, wanted, claimed.number);
  }

  /** Reads on and keeps what is left; a claimed place is given back for it. */
  async #go(
    { points, token, share }: Asked,
    reading: Reading,
    { nodeId }: HistoryReadValueId,
    claimed?: number,
  ): Promise<HistoryReadResult> {
    const part = await reading(share).catch((error: unknown) =>
      // OPC 10000-11 §6.2.2. The history says in its own log why it cannot be read.
      error instanceof AnswerFull ? StatusCodes.BadResponseTooLarge : StatusCodes.BadDataUnavailable,
    );
    if (claimed !== undefined) points.free(claimed);
    if (!("data" in part)) return bad(part);
    const { data, count, rest } = part;
    const point = rest === undefined ? undefined : points.keep({ nodeId: nodeId.toString(), reading: rest }, token);
    if (rest !== undefined && point === undefined) return bad(StatusCodes.BadNoContinuationPoints);
    const isEmpty = count === 0 && rest === undefined;
    return new HistoryReadResult({
      statusCode: isEmpty ? StatusCodes.GoodNoData : StatusCodes.Good,
      historyData: data,
      ...(point === undefined ? {} : { continuationPoint: point }),
    });
  }

  /** The reading that a new request wants, or what is wrong with it. */
  #begin({ context, request }: Asked, wanted: HistoryReadValueId, place: number): Reading | StatusCode {
    const node = this.#options.find(wanted.nodeId);
    if (node === null) return StatusCodes.BadNodeIdUnknown;
    if (request.historyReadDetails instanceof ReadEventDetails) return this.#beginEvents(context, request, wanted);
    const { history } = this.#options;
    const found = node as unknown;
    if (history === undefined || !(found instanceof VirtualVariable) || !found.historizing)
      return StatusCodes.BadHistoryOperationUnsupported;
    const refusal = refusalOf(context, node) ?? faultOf(request, wanted, node);
    if (refusal !== undefined) return refusal;
    const { chargePoint, connector, place: at } = found.position;
    if (at.datapoint === undefined) return StatusCodes.BadHistoryOperationUnsupported;
    const { path, row } = at.datapoint;
    const of = { chargePointId: chargePoint.id };
    const subject: Subject = {
      series: new Series(history, { ...of, connector, path }),
      row,
      times: request.timestampsToReturn as Times,
      connected: row.own === true ? undefined : new Series(history, { ...of, connector: 0, path: CONNECTED }),
    };
    return readingOf(request.historyReadDetails, subject, place);
  }

  #beginEvents(
    context: ISessionContext,
    { historyReadDetails: details }: HistoryReadRequest,
    wanted: HistoryReadValueId,
  ): Reading | StatusCode {
    const { history, find, events } = this.#options;
    const node = find(wanted.nodeId);
    if (node === null) return StatusCodes.BadNodeIdUnknown;
    const scope = events.scopeOf(node);
    if (history === undefined || scope === undefined) return StatusCodes.BadHistoryOperationUnsupported;
    const fault =
      refusalOf(context, node) ?? faultOfEncoding(wanted.dataEncoding, node) ?? faultOfRange(wanted.indexRange);
    if (fault !== undefined) return fault;
    const { eventOf, dataOf, filterLimits } = events;
    return eventReadingOf(details as ReadEventDetails, { history, scope, context, eventOf, dataOf }, filterLimits);
  }
}

function refusalOf(context: ISessionContext, node: BaseNode): StatusCode | undefined {
  if (context.isAccessRestricted(node)) return StatusCodes.BadSecurityModeInsufficient;
  return context.checkPermission(node, PermissionType.ReadHistory) ? undefined : StatusCodes.BadUserAccessDenied;
}

function faultOf(request: HistoryReadRequest, wanted: HistoryReadValueId, node: BaseNode): StatusCode | undefined {
  const { historyReadDetails: details, timestampsToReturn: times, nodesToRead } = request;
  // OPC 10000-11 §4.3: neither is not a choice here.
  if (times !== TimestampsToReturn.Source && times !== TimestampsToReturn.Server && times !== TimestampsToReturn.Both)
    return StatusCodes.BadTimestampsToReturnInvalid;
  if (details instanceof ReadProcessedDetails && details.aggregateType?.length !== nodesToRead?.length)
    return StatusCodes.BadAggregateListMismatch;
  const encoding = node.nodeClass === NodeClass.Variable ? faultOfEncoding(wanted.dataEncoding, node) : undefined;
  return encoding ?? faultOfRange(wanted.indexRange);
}

/** Whatever is kept is a single number, which has no parts (OPC 10000-4 §7.27). */
function faultOfRange(range: NumericRange | null): StatusCode | undefined {
  if (!isRange(range)) return undefined;
  return range.isValid() ? StatusCodes.BadIndexRangeNoData : StatusCodes.BadIndexRangeInvalid;
}

function bad(statusCode: StatusCode): HistoryReadResult {
  return new HistoryReadResult({ statusCode });
}
