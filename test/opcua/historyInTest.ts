// What the tests of the history share: a history in memory, a server that serves it, and HistoryRead requests as they go over the wire.
import {
  HistoryData,
  HistoryReadRequest,
  ReadRawModifiedDetails,
  coerceNodeId,
  type ClientSession,
  type DataValue,
  type HistoryReadResponse,
  type HistoryReadValueIdOptions2,
  type TimestampsToReturn,
  type Variant,
} from "node-opcua";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { isAlarmChange } from "../../src/twin/alarms.ts";
import type {
  AnyOccurrence,
  History,
  HistoryBegin,
  HistoryPage,
  HistoryQuery,
  HistorySample,
  KeptOccurrence,
  OccurrencePage,
  OccurrencePlace,
  OccurrenceQuery,
} from "../../src/twin/ports.ts";
import {
  connect,
  endpointOptions,
  noCommands,
  site,
  startFed,
  temporaryFolder,
  twinOf,
  withSamples,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

/** A history in memory: one sorted list for each datapoint. */
export class Kept implements History {
  readonly #series = new Map<string, HistorySample[]>();
  /** Every question, for tests of how much is asked. */
  readonly asked: HistoryQuery[] = [];
  readonly askedForOccurrences: OccurrenceQuery[] = [];
  readonly #occurrences: KeptOccurrence[] = [];
  /** Questions wait for it. */
  gate: Promise<void> = Promise.resolve();
  isBroken = false;

  keep({ chargePointId, connector, path }: Place, samples: readonly HistorySample[]): void {
    const key = `${chargePointId} ${connector} ${path}`;
    const all = new Map([...(this.#series.get(key) ?? []), ...samples].map((each) => [each.at, each]));
    this.#series.set(
      key,
      [...all.values()].toSorted((a, b) => a.at - b.at),
    );
  }

  announce(occurrences: readonly AnyOccurrence[]): void {
    for (const occurrence of occurrences) {
      const told = isAlarmChange(occurrence) ? occurrence.state : occurrence;
      const place = { at: told.at, number: this.#occurrences.length + 1 };
      // As it comes back from a file.
      this.#occurrences.push({ place, occurrence: JSON.parse(JSON.stringify(occurrence)) as AnyOccurrence });
    }
  }

  forgetOccurrences(): void {
    this.#occurrences.length = 0;
  }

  async readOccurrences(query: OccurrenceQuery): Promise<OccurrencePage> {
    this.askedForOccurrences.push(query);
    await this.gate;
    if (this.isBroken) throw new Error("the disk is gone");
    const { from, to, limit, after } = query;
    const isBackward = from > to;
    const left = this.#occurrences
      .filter(({ occurrence }) => isWanted(occurrence, query))
      .filter(({ place }) => place.at >= Math.min(from, to) && place.at <= Math.max(from, to))
      .filter(({ place }) => after === undefined || isBehind(place, after, isBackward))
      .toSorted((a, b) => (isBehind(a.place, b.place, isBackward) ? 1 : -1));
    return { kept: left.slice(0, limit), more: left.length > limit };
  }

  async begin(): Promise<HistoryBegin> {
    if (this.isBroken) throw new Error("the disk is gone");
    const samples = [...this.#series.values()].flatMap((all) => all.slice(0, 1)).map((each) => each.at);
    const occurrences = this.#occurrences.map(({ place }) => place.at);
    const first = (times: readonly number[]): number | undefined =>
      times.length === 0 ? undefined : Math.min(...times);
    return { samples: first(samples), occurrences: first(occurrences) };
  }

  async read(query: HistoryQuery): Promise<HistoryPage> {
    this.asked.push(query);
    await this.gate;
    if (this.isBroken) throw new Error("the disk is gone");
    const { chargePointId, connector, path, from, to, limit, after } = query;
    const all = this.#series.get(`${chargePointId} ${connector} ${path}`) ?? [];
    const isBackward = from > to;
    const inOrder = isBackward ? all.toReversed() : all;
    const within = inOrder.filter((each) => each.at >= Math.min(from, to) && each.at <= Math.max(from, to));
    const left = within.filter((each) => after === undefined || (isBackward ? each.at < after : each.at > after));
    return { samples: left.slice(0, limit), more: left.length > limit };
  }
}

function isWanted(occurrence: AnyOccurrence, { chargePointId, connector, isWithoutBridge }: OccurrenceQuery): boolean {
  if (chargePointId === undefined) return isWithoutBridge !== true || occurrence.chargePointId !== "";
  const isOther = !isAlarmChange(occurrence) && occurrence.isStray === true;
  if (isOther || occurrence.chargePointId !== chargePointId) return false;
  const of = isAlarmChange(occurrence) ? occurrence.connector : occurrence.connectorId;
  return connector === undefined || of === connector;
}

/** Whether a place lies behind another one in a direction. */
function isBehind(place: OccurrencePlace, other: OccurrencePlace, isBackward: boolean): boolean {
  const distance = place.at - other.at || place.number - other.number;
  return isBackward ? distance < 0 : distance > 0;
}

export type Place = Pick<HistoryQuery, "chargePointId" | "connector" | "path">;

export interface Asked extends Omit<HistoryReadValueIdOptions2, "nodeId"> {
  readonly nodeId: string;
}

export interface Answer {
  readonly status: string;
  readonly point: Buffer | undefined;
  /** Undefined when there is no HistoryData. */
  readonly values: NonNullable<HistoryData["dataValues"]> | undefined;
  /** The fields of each event; undefined when there is no HistoryEvent. */
  readonly events: Variant[][] | undefined;
}

export interface HistoryRequest {
  readonly details: object | null;
  readonly times?: TimestampsToReturn;
  readonly release?: boolean;
}

const BOTH = 2;

/** Sends one HistoryRead; rejects when the service as a whole is refused. */
export async function historyRead(
  session: ClientSession,
  nodes: readonly (Asked | string)[],
  { details, times = BOTH, release = false }: HistoryRequest,
): Promise<Answer[]> {
  const request = new HistoryReadRequest({
    historyReadDetails: details as never,
    timestampsToReturn: times,
    releaseContinuationPoints: release,
    nodesToRead: nodes.map((node) => {
      const { nodeId, ...rest } = typeof node === "string" ? { nodeId: node } : node;
      return { nodeId: coerceNodeId(nodeId), ...rest };
    }),
  });
  const channel = session as unknown as { performMessageTransaction(asked: object): Promise<HistoryReadResponse> };
  const { results } = await channel.performMessageTransaction(request);
  return (results ?? []).map(({ statusCode, continuationPoint, historyData }) => ({
    status: statusCode.name,
    point: (continuationPoint as Buffer | null)?.length ? continuationPoint : undefined,
    values: historyData instanceof HistoryData ? (historyData.dataValues ?? []) : undefined,
    events: eventsOf(historyData),
  }));
}

interface EventFields {
  readonly events?: readonly { readonly eventFields: Variant[] | null }[] | null;
}

function eventsOf(historyData: unknown): Variant[][] | undefined {
  if ((historyData as object | null)?.constructor.name !== "HistoryEvent") return undefined;
  return ((historyData as EventFields).events ?? []).map(({ eventFields }) => eventFields ?? []);
}

// ---------------------------------------------------------------------------------------- a server

export const POWER = site("H1/Connector1/MeterValues/Power.Active.Import");
/** 3500 seconds from 6:00, each with its number as value. */
export const LONG = site("H1/Connector2/MeterValues/Power.Active.Import");
export const STATUS = site("H1/Connector1/Status/Status");
export const CONNECTED = site("H1/State/Connected");
export const MAX_VALUES = 1000;
export const MAX_POINTS = 5;
export const MAX_NODES = 50;

/** Minutes of the example of OPC 10000-11 §4.4, Table 1. */
export function at(time: string): number {
  const [hours, minutes] = time.split(":");
  return Date.UTC(2026, 2, 1, Number(hours), Number(minutes));
}

function sample(
  time: number,
  value: HistorySample["value"],
  quality: HistorySample["quality"] = "Good",
): HistorySample {
  return { at: time, received: time + 250, value, quality };
}

interface Opened {
  readonly fed: Fed;
  readonly client: Connected;
  readonly folder: Awaited<ReturnType<typeof temporaryFolder>>;
}

/** A server with charge point H1, and an observer's session; opened before the tests of a file and closed after them. */
export class Served {
  readonly kept = new Kept();
  #open: Opened | undefined;

  /** @param most unfinished reads of a session */
  async open(most = MAX_POINTS): Promise<void> {
    const folder = await temporaryFolder();
    const options = endpointOptions(folder.path);
    const limits = {
      ...options.limits,
      maxHistoryValues: MAX_VALUES,
      maxHistoryContinuationPoints: most,
      maxNodesPerHistoryRead: MAX_NODES,
    };
    const fed = await startFed({ ...options, limits }, noCommands, this.kept);
    fill(fed, this.kept);
    const client = await connect(fed.ua.endpointUrl, folder.path);
    this.#open = { fed, client, folder };
  }

  async close(): Promise<void> {
    await this.#open?.client.close();
    await this.#open?.fed.ua.stop();
    await this.#open?.folder.clean();
  }

  get session(): ClientSession {
    return this.#opened.client.session;
  }

  get fed(): Fed {
    return this.#opened.fed;
  }

  get folder(): string {
    return this.#opened.folder.path;
  }

  get #opened(): Opened {
    if (this.#open === undefined) throw new Error("nothing is open");
    return this.#open;
  }

  /** One node. */
  async read(node: Asked | string, details: object | null, more: Partial<HistoryRequest> = {}): Promise<Answer> {
    const [answer] = await historyRead(this.session, [node], { details, ...more });
    if (answer === undefined) throw new Error("a HistoryRead without a result");
    return answer;
  }
}

/** Opens for the tests of a file. */
export function useHistory(): Served {
  const served = new Served();
  beforeAll(() => served.open(), 60_000);
  afterAll(() => served.close());
  beforeEach(() => {
    served.kept.asked.length = 0;
    served.kept.askedForOccurrences.length = 0;
  });
  return served;
}

function fill(fed: Fed, kept: Kept): void {
  const twin = withState(twinOf("H1", [1, 2]), "Connected");
  fed.publish(
    undefined,
    withSamples(withSamples(twin, 1, [{ measurand: "Power.Active.Import", value: 1 }]), 2, [
      { measurand: "Power.Active.Import", value: 1 },
    ]),
  );
  const one = { chargePointId: "H1", connector: 1 };
  kept.keep({ ...one, path: "MeterValues/Power.Active.Import" }, [
    sample(at("5:00"), 100),
    sample(at("5:02"), 120),
    sample(at("5:03"), 130),
    sample(at("5:05"), 150),
    sample(at("5:06"), 160),
  ]);
  kept.keep({ ...one, path: "Status/Status" }, [
    sample(at("5:00"), "Available"),
    sample(at("5:02"), "Preparing"),
    sample(at("5:03"), "Charging"),
    sample(at("5:05"), "Charging", "Uncertain"),
    sample(at("5:06"), null, "Bad"),
  ]);
  kept.keep({ ...one, path: "Transaction/TransactionId" }, [sample(at("5:00"), 7), sample(at("5:01"), null)]);
  kept.keep({ chargePointId: "H1", connector: 0, path: "State/Connected" }, [
    sample(at("5:00"), true),
    // What is sampled behind it was sent later.
    sample(at("5:06"), false),
  ]);
  kept.keep(
    { chargePointId: "H1", connector: 2, path: "MeterValues/Power.Active.Import" },
    Array.from({ length: 3500 }, (_, second) => sample(at("6:00") + second * 1000, second)),
  );
}

export function raw(start: string | null, end: string | null, count = 0, returnBounds = false): ReadRawModifiedDetails {
  return new ReadRawModifiedDetails({
    isReadModified: false,
    startTime: start === null ? null : new Date(at(start)),
    endTime: end === null ? null : new Date(at(end)),
    numValuesPerNode: count,
    returnBounds,
  });
}

export const timeOf = ({ sourceTimestamp }: DataValue): string =>
  sourceTimestamp?.toISOString().slice(12, 16) ?? "none";

/** Minutes of the values; a missing bound is `?`. */
export function minutesOf({ values = [] }: Answer): string[] {
  return values.map((value) => (value.statusCode.name === "BadBoundNotFound" ? `?${timeOf(value)}` : timeOf(value)));
}
