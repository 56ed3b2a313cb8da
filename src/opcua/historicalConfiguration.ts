// How values are kept and calculated with (OPC 10000-11 §5.2.2): the standard's two objects say it, one for amounts and one for states. Every
// variable refers to the same: nothing is made for each of them.
import {
  DataType,
  DataValue,
  ObjectIds,
  StatusCodes,
  Variant,
  coerceNodeId,
  type AddressSpace,
  type BaseNode,
  type Namespace,
  type UAObject,
  type UAVariable,
} from "node-opcua";
import type { Clock, EpochMs } from "../std/clock.ts";
import type { History, HistoryBegin } from "../twin/ports.ts";
import { aggregateNames, aggregateOf, type AggregateName } from "./aggregates.ts";
import { defaultConfiguration, nodeOfAggregate } from "./historyWishes.ts";
import { SITE, UA } from "./typeNodes.ts";

/** DefaultHAConfiguration (OPC 10000-11 §5.7.3): for every variable that refers to no other. */
const OF_AMOUNTS = coerceNodeId(ObjectIds.DefaultHAConfiguration);
/** DefaultHEConfiguration (OPC 10000-11 §5.7.3): for every object with a history of events. */
const OF_EVENTS = coerceNodeId(ObjectIds.DefaultHEConfiguration);
/** `HA Configuration` (OPC 10000-11 §5.2.4). */
const OF_STATES = coerceNodeId(ObjectIds.HAConfiguration);

/** Optional, and with nothing to say: samples are kept as they come (OPC 10000-11 §5.2.2). */
const unused = [
  "Definition",
  "MaxTimeInterval",
  "MinTimeInterval",
  "ExceptionDeviation",
  "ExceptionDeviationFormat",
  "MaxCountStoredValues",
] as const;

/** How long the answer to where the history begins is good. */
const RENEWED_MS = 60_000;

/** The object to which variables that are states refer. */
export function configurationOfStates(space: BaseNode["addressSpace"]): UAObject {
  return space.findNode(OF_STATES) as UAObject;
}

/** When the oldest began that is kept. It moves slowly, and whoever asks often must not keep the history busy. */
class Begin {
  readonly #history: History;
  readonly #clock: Clock;
  #asked: Promise<HistoryBegin> | undefined;
  #askedAt = 0;

  constructor(history: History, clock: Clock) {
    this.#history = history;
    this.#clock = clock;
  }

  ask(): Promise<HistoryBegin> {
    const now = this.#clock.monotonic();
    if (this.#asked === undefined || now - this.#askedAt >= RENEWED_MS) {
      this.#asked = this.#history.begin().catch((error: unknown) => {
        this.#asked = undefined;
        throw error;
      });
      this.#askedAt = now;
    }
    return this.#asked;
  }
}

/** StartOfArchive and StartOfOnlineArchive of both defaults (OPC 10000-11 §5.2.2, §5.4.3): all that is kept is on line. */
export function showBegin(space: AddressSpace, history: History, clock: Clock): void {
  const begin = new Begin(history, clock);
  for (const [id, of] of [
    [OF_AMOUNTS, "samples"],
    [OF_EVENTS, "occurrences"],
  ] as const)
    for (const name of ["StartOfArchive", "StartOfOnlineArchive"])
      showTime(partOf(space.findNode(id) as UAObject, name) as UAVariable, async () => (await begin.ask())[of]);
}

function showTime(variable: UAVariable, read: () => Promise<EpochMs | undefined>): void {
  const refreshFunc = (callback: (error: Error | null, dataValue?: DataValue) => void): void =>
    void read()
      .then(timeValueOf, () => new DataValue({ statusCode: StatusCodes.BadDataUnavailable }))
      .then((dataValue) => callback(null, dataValue));
  variable.bindVariable({ refreshFunc }, true);
}

/** While there is nothing it has no beginning. */
function timeValueOf(at: EpochMs | undefined): DataValue {
  if (at === undefined) return new DataValue({ statusCode: StatusCodes.GoodNoData });
  return new DataValue({ statusCode: StatusCodes.Good, value: { dataType: DataType.DateTime, value: new Date(at) } });
}

/**
 * Gives both objects their values.
 * @param retentionMs how long samples are kept
 */
export function fillHistoricalConfigurations(namespace: Namespace, retentionMs: number): void {
  const { addressSpace } = namespace;
  const ofAmounts = addressSpace.findNode(OF_AMOUNTS) as UAObject;
  const ofStates = configurationOfStates(addressSpace);
  for (const name of unused) addressSpace.deleteNode(partOf(ofAmounts, name).nodeId);
  for (const [object, stepped] of [
    [ofAmounts, false],
    [ofStates, true],
  ] as const) {
    bind(partOf(object, "Stepped"), DataType.Boolean, stepped);
    const rules = partOf(object, "AggregateConfiguration");
    const { treatUncertainAsBad, percentDataBad, percentDataGood, useSlopedExtrapolation } = defaultConfiguration;
    bind(partOf(rules, "TreatUncertainAsBad"), DataType.Boolean, treatUncertainAsBad);
    bind(partOf(rules, "PercentDataBad"), DataType.Byte, percentDataBad);
    bind(partOf(rules, "PercentDataGood"), DataType.Byte, percentDataGood);
    bind(partOf(rules, "UseSlopedExtrapolation"), DataType.Boolean, useSlopedExtrapolation);
  }
  bind(partOf(ofAmounts, "ServerTimestampSupported"), DataType.Boolean, true);
  bind(partOf(ofAmounts, "MaxTimeStoredValues"), DataType.Double, retentionMs);
  list(partOf(ofAmounts, "AggregateFunctions") as UAObject, aggregateNames);
  list(
    namespace.addObject({
      browseName: { name: "AggregateFunctions", namespaceIndex: UA },
      nodeId: `ns=${SITE};s=/Server/HA Configuration/AggregateFunctions`,
      typeDefinition: "FolderType",
      componentOf: ofStates,
    }),
    aggregateNames.filter((name) => aggregateOf(name).forStates === true),
  );
}

function list(folder: UAObject, aggregates: readonly AggregateName[]): void {
  for (const name of aggregates) folder.addReference({ referenceType: "Organizes", nodeId: nodeOfAggregate(name) });
}

function partOf(node: BaseNode, name: string): BaseNode {
  const part = node.getChildByName(name);
  if (part === null) throw new Error(`${node.browseName.toString()} has no ${name} in the loaded nodesets`);
  return part;
}

function bind(node: BaseNode, dataType: DataType, value: boolean | number): void {
  (node as UAVariable).bindVariable({ get: () => new Variant({ dataType, value }) }, true);
}
