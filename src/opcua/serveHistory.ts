// Lets clients read what has been kept (OPC 10000-11): HistoryRead, and what the server says of it. It keeps nothing itself.
import {
  EventNotifierFlags,
  NodeClass,
  type AddressSpace,
  type BaseNode,
  type IEventData,
  type Namespace,
  type OPCUAServer,
  type UAObject,
} from "node-opcua";
import { BRIDGE_PLACE } from "../datapoints/alarms.ts";
import type { Clock } from "../std/clock.ts";
import { isAlarmChange } from "../twin/alarms.ts";
import type { AnyOccurrence, History } from "../twin/ports.ts";
import { aggregateNames } from "./aggregates.ts";
import type { EventFactory } from "./eventFactory.ts";
import type { EventScope } from "./eventReadings.ts";
import { fillHistoricalConfigurations, showBegin } from "./historicalConfiguration.ts";
import { HistoryReads } from "./historyReads.ts";
import { nodeOfAggregate } from "./historyWishes.ts";
import { keptConditionEvent } from "./keptConditions.ts";
import { historyEventOf } from "./libraryEvents.ts";
import { announceHistory, readHistoryWith } from "./libraryHistory.ts";
import { BRIDGE, CHARGE_POINTS } from "./nodeIds.ts";
import type { EndpointOptions } from "./options.ts";
import { SITE } from "./typeNodes.ts";
import { VirtualObject } from "./virtualObject.ts";

/** Events of one answer: to filter and to show one takes far longer than a value. */
const MAX_EVENTS = 5000;
const DAY_MS = 86_400_000;

export interface Historian {
  readonly options: Pick<EndpointOptions, "limits" | "historyDays">;
  readonly clock: Clock;
  /** Of the site. */
  readonly namespace: Namespace;
  readonly factory: EventFactory;
  /** Undefined: nothing is kept. */
  readonly history: History | undefined;
}

/** HistoryRead; what there is to read is listed only where there is something. */
export function serveHistory(server: OPCUAServer, { options, clock, namespace, factory, history }: Historian): void {
  const { engine } = server;
  const { limits, historyDays } = options;
  const addressSpace = engine.addressSpace as AddressSpace;
  const most = Math.min(limits.maxHistoryValues, MAX_EVENTS);
  const eventOf = (occurrence: AnyOccurrence): IEventData | undefined =>
    isAlarmChange(occurrence) ? keptConditionEvent(addressSpace, occurrence) : factory.eventOf(occurrence);
  const reads = new HistoryReads({
    history,
    find: (nodeId) => addressSpace.findNode(nodeId),
    maxValues: limits.maxHistoryValues,
    maxContinuationPoints: limits.maxHistoryContinuationPoints,
    events: {
      most,
      filterLimits: engine.serverCapabilities,
      scopeOf: eventScopeOf,
      eventOf,
      dataOf: (events) => historyEventOf(addressSpace, events),
    },
  });
  readHistoryWith(server, (context, request) => reads.read(context, request));
  if (history === undefined) return;
  fillHistoricalConfigurations(namespace, historyDays * DAY_MS);
  showBegin(addressSpace, history, clock);
  announceHistory(server, {
    aggregates: aggregateNames.map(nodeOfAggregate),
    maxValues: limits.maxHistoryValues,
    maxEvents: most,
  });
}

/** What tells of some of all events alone, by its NodeId in the site's namespace. */
const scopesOfSite: Readonly<Record<string, EventScope>> = {
  [CHARGE_POINTS]: { isWithoutBridge: true },
  [BRIDGE]: { chargePointId: BRIDGE_PLACE },
};

/** Whose events an object tells of, where they are kept: Server of all, charge points of themselves and their connectors. */
function eventScopeOf(node: BaseNode): EventScope | undefined {
  const object = node as unknown as UAObject | VirtualObject;
  if (object.nodeClass !== NodeClass.Object || (object.eventNotifier & EventNotifierFlags.HistoryRead) === 0)
    return undefined;
  const { namespace, value } = object.nodeId;
  if (!(object instanceof VirtualObject)) return (namespace === SITE ? scopesOfSite[String(value)] : undefined) ?? {};
  const { chargePoint, connector } = object.position;
  return connector === 0 ? { chargePointId: chargePoint.id } : { chargePointId: chargePoint.id, connector };
}
