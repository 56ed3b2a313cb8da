// The address space of a site as it stands before the first charge point: its ordinary nodes, the virtual ones behind them, and their methods.
import {
  DataType,
  EventNotifierFlags,
  type AddressSpace,
  type Namespace,
  type UAObject,
  type UAVariable,
} from "node-opcua";
import type { BridgeStatus } from "../datapoints/bridge.ts";
import { bridgeMethods } from "../datapoints/certificates.ts";
import { decisionMethods } from "../datapoints/decisions.ts";
import { idTagMethods } from "../datapoints/idTags.ts";
import { folderMethods } from "../datapoints/methods.ts";
import type { Clock } from "../std/clock.ts";
import type { Commander } from "../twin/commands.ts";
import type { VendorDatapoint } from "../twin/vendorProfile.ts";
import { BatchReader } from "./applyBatch.ts";
import type { CallsInFlight } from "./callsInFlight.ts";
import { ChargePoints } from "./chargePoints.ts";
import { BRIDGE_ALARMS } from "./conditionPlaces.ts";
import type { ConditionRefresh } from "./conditionRefresh.ts";
import { openFinder } from "./findMethod.ts";
import { addReferences, resolveVirtualNodes } from "./libraryInternals.ts";
import { addEventFilters, historicalEventFilters } from "./historicalEventFilter.ts";
import { type FindMethod } from "./methodCalls.ts";
import { completeMethods } from "./methodDeclarations.ts";
import { ModelChanges } from "./modelChanges.ts";
import { BRIDGE, CHARGE_POINTS, DECISIONS, ID_TAGS } from "./nodeIds.ts";
import { EventFactory } from "./eventFactory.ts";
import { Events } from "./events.ts";
import { openConditions } from "./openConditions.ts";
import { PendingQuestions } from "./pendingQuestions.ts";
import { referencesToChargePoints } from "./siteReferences.ts";
import { addSiteMethods } from "./siteMethods.ts";
import { addSiteObjects } from "./siteObjects.ts";
import { DEVICE_SET, SITE, SITE_URI, checkNamespaceOrder, findTypeNodes, type TypeNodes } from "./typeNodes.ts";
import { notifierOf } from "./virtualObject.ts";
import { VirtualSpace } from "./virtualSpace.ts";

/** A storm of questions makes so many values a second at most. */
const PENDING_AFTER_MS = 20;

export interface SpaceSurroundings {
  readonly clock: Clock;
  readonly command: Commander;
  readonly inFlight: CallsInFlight;
  readonly keepsHistory: boolean;
  readonly maxCallBytes: number;
  /** What vendor files fill, in the order of its columns. */
  readonly vendorDatapoints: readonly VendorDatapoint[];
  readonly onFault: (error: unknown) => void;
}

export interface OpenedSpace {
  readonly space: VirtualSpace;
  readonly reader: BatchReader;
  readonly changes: ModelChanges;
  readonly events: Events;
  readonly factory: EventFactory;
  readonly pending: PendingQuestions;
  readonly show: (status: BridgeStatus) => void;
  readonly find: FindMethod;
  readonly refresh: ConditionRefresh;
}

export function openSpace(addressSpace: AddressSpace, surroundings: SpaceSurroundings): OpenedSpace {
  const { clock, command, keepsHistory, inFlight, maxCallBytes, vendorDatapoints, onFault } = surroundings;
  const namespace = addressSpace.registerNamespace(SITE_URI);
  checkNamespaceOrder(addressSpace);
  const types = findTypeNodes(addressSpace);
  completeMethods(types);
  const { folder, folderVersion } = addFolder(namespace, types);
  const { bridge, idTags, decisions, pending: variable, show } = addSiteObjects(namespace, types, folder);
  const deviceSet = addressSpace.findNode(DEVICE_SET) as UAObject;
  const chargePoints = new ChargePoints();
  const eventFilters = keepsHistory ? historicalEventFilters(addressSpace) : undefined;
  const space = new VirtualSpace({
    addressSpace,
    namespace,
    types,
    chargePoints,
    folder,
    deviceSet,
    startedAt: clock.now(),
    command,
    inFlight,
    eventFilters,
    maxCallBytes,
    vendorDatapoints,
  });
  resolveVirtualNodes(namespace, BRIDGE_ALARMS, (nodeId) => space.find(nodeId));
  addReferences(folder, referencesToChargePoints(space, chargePoints, types.organizes));
  addReferences(deviceSet, referencesToChargePoints(space, chargePoints, types.organizes));
  // The folder is the one area of events (OPC 10000-3 §7.18). No such reference leads to charge points and connectors, or trees would show
  // them twice at one place: whoever wants events of one alone is told by its EventNotifier (§7.17: the references need not be there).
  const { server: serverObject } = addressSpace.rootFolder.objects;
  for (const object of [folder, serverObject]) object.setEventNotifier(notifierOf(keepsHistory));
  if (eventFilters !== undefined) addEventFilters(namespace, eventFilters);
  // What it tells of stands in the history of the charge points.
  decisions.setEventNotifier(EventNotifierFlags.SubscribeToEvents);
  for (const { nodeId } of [folder, decisions]) serverObject.addReference({ referenceType: types.hasNotifier, nodeId });
  const later = (run: () => void): void => void clock.after(0, run);
  const factory = new EventFactory(addressSpace, folder);
  const events = new Events({ addressSpace, chargePoints, folder, decisions, factory, later, onFault });
  const soon = (run: () => void): void => void clock.after(PENDING_AFTER_MS, () => survive(run, onFault));
  const pending = new PendingQuestions({ variable, soon });
  const changes = new ModelChanges({ addressSpace, types, folder, folderVersion, clock, vendorDatapoints });
  const siteMethods = new Map([
    [CHARGE_POINTS, addSiteMethods(folder, folderMethods, types)],
    [BRIDGE, addSiteMethods(bridge, bridgeMethods, types)],
    [ID_TAGS, addSiteMethods(idTags, idTagMethods, types)],
    [DECISIONS, addSiteMethods(decisions, decisionMethods, types)],
  ]);
  const find = openFinder(space, siteMethods);
  const { conditions, refresh } = openConditions({ addressSpace, space, types, chargePoints, folder, clock, onFault });
  const reader = new BatchReader({ chargePoints, conditions, structure: changes, onFault });
  return { space, reader, changes, events, factory, pending, show, find, refresh };
}

/** The folder of all charge points. */
function addFolder(namespace: Namespace, types: TypeNodes): { folder: UAObject; folderVersion: UAVariable } {
  const folder = namespace.addObject({
    browseName: "ChargePoints",
    nodeId: `ns=${SITE};s=${CHARGE_POINTS}`,
    description: types.chargePointFolder.description,
    typeDefinition: types.chargePointFolder,
    organizedBy: namespace.addressSpace.rootFolder.objects,
  });
  const folderVersion = namespace.addVariable({
    browseName: { name: "NodeVersion", namespaceIndex: 0 },
    nodeId: `ns=${SITE};s=${CHARGE_POINTS}/NodeVersion`,
    description: types.chargePointFolder.getPropertyByName("NodeVersion")?.description ?? "",
    propertyOf: folder,
    dataType: "String",
    accessLevel: "CurrentRead",
    value: { dataType: DataType.String, value: "0" },
  });
  return { folder, folderVersion };
}

function survive(run: () => void, onFault: (error: unknown) => void): void {
  try {
    run();
  } catch (error) {
    onFault(error);
  }
}
