// The virtual part of the address space: finds the node of a NodeId string, knows its neighbours and its value, and keeps the nodes that are listened to.
import {
  LocalizedText,
  NodeClass,
  type NodeId,
  NodeIdType,
  QualifiedName,
  type AddressSpace,
  type DataValue,
  type Namespace,
  type UAObject,
  type UAObjectType,
  type UAVariableType,
} from "node-opcua";
import { bridgeAlarms, chargePointAlarms, connectorAlarms } from "../datapoints/alarms.ts";
import { CONFIGURATION_GROUP } from "../datapoints/configuration.ts";
import { chargePointMethods, connectorMethods } from "../datapoints/methods.ts";
import type { Datapoint } from "../datapoints/row.ts";
import { chargePointTable, connectorTable } from "../datapoints/table.ts";
import { vendorDatapoints } from "../datapoints/vendor.ts";
import type { EpochMs } from "../std/clock.ts";
import type { Commander } from "../twin/commands.ts";
import type { VendorDatapoint } from "../twin/vendorProfile.ts";
import type { CallsInFlight } from "./callsInFlight.ts";
import { ChargePoint, type ChargePoints } from "./chargePoints.ts";
import { ALARMS_GROUP, BRIDGE_ALARMS, addConditionPlaces } from "./conditionPlaces.ts";
import { conditionValueOf, deviceHealthOf } from "./conditionValues.ts";
import { ConfigurationKeys } from "./configurationKeys.ts";
import { constantValueOf, dataValueOf } from "./dataValues.ts";
import { addressOf, datapointOf } from "./messages.ts";
import { BRIDGE, formatAddress, parseAddress, type Address } from "./nodeIds.ts";
import { configurationOfStates } from "./historicalConfiguration.ts";
import type { HistoricalEventFilters } from "./historicalEventFilter.ts";
import { isStepped } from "./historyWishes.ts";
import type { Link } from "./references.ts";
import { bareShapeOf, shapeOf, type Place, type Shape } from "./shape.ts";
import { SITE, siteNodeId, type TypeNodes } from "./typeNodes.ts";
import { dataTypeNameOf, nodeVersionOf, propertyOf } from "./placeValues.ts";
import type { Position, VirtualNode } from "./virtualNode.ts";
import { VirtualMethod } from "./virtualMethod.ts";
import { VirtualObject } from "./virtualObject.ts";
import { VirtualVariable } from "./virtualVariable.ts";

export interface VirtualSpaceOptions {
  readonly addressSpace: AddressSpace;
  readonly namespace: Namespace;
  readonly types: TypeNodes;
  readonly chargePoints: ChargePoints;
  /** The folder of all charge points. */
  readonly folder: UAObject;
  /** DI's DeviceSet, which refers to all charge points as well. */
  readonly deviceSet: UAObject;
  /** Source time of what never changes. */
  readonly startedAt: EpochMs;
  /** Where everything goes that clients want. */
  readonly command: Commander;
  /** Bounds the commands that wait. */
  readonly inFlight: CallsInFlight;
  /** What is kept of events; undefined where nothing of the past can be read. */
  readonly eventFilters: HistoricalEventFilters | undefined;
  /** Longest text of a write that is a command; no call can hold a longer one. */
  readonly maxCallBytes: number;
  /** What vendor files fill, in the order of its columns. */
  readonly vendorDatapoints: readonly VendorDatapoint[];
}

export class VirtualSpace {
  readonly addressSpace: AddressSpace;
  readonly namespace: Namespace;
  readonly command: Commander;
  /** Bounds the commands that wait. */
  readonly inFlight: CallsInFlight;
  /** Whether values and events of the past can be read. */
  readonly keepsHistory: boolean;
  /** Longest text of a write that is a command. */
  readonly maxCallBytes: number;
  /** The bridge, as far as what stands below it is virtual: its conditions. */
  readonly bridge = new ChargePoint("Bridge", BRIDGE);
  readonly #options: VirtualSpaceOptions;
  readonly #chargePointShape: Shape;
  readonly #connectorShape: Shape;
  readonly #bridgeShape: Shape;
  readonly #keys: ConfigurationKeys;
  #liveCount = 0;

  constructor(options: VirtualSpaceOptions) {
    this.#options = options;
    this.addressSpace = options.addressSpace;
    this.namespace = options.namespace;
    this.command = options.command;
    this.inFlight = options.inFlight;
    this.keepsHistory = options.eventFilters !== undefined;
    this.maxCallBytes = options.maxCallBytes;
    const { types, eventFilters } = options;
    const vendorOf = (connector: number): Datapoint[] => vendorDatapoints(options.vendorDatapoints, connector);
    const chargePoint = { table: chargePointTable, methods: chargePointMethods, owner: types.chargePoint };
    const connector = { table: connectorTable, methods: connectorMethods, owner: types.connector };
    this.#chargePointShape = shapeOf(
      { ...chargePoint, vendor: vendorOf(0), eventFilter: eventFilters?.chargePoints },
      types,
    );
    this.#connectorShape = shapeOf({ ...connector, vendor: vendorOf(1), eventFilter: eventFilters?.connectors }, types);
    this.#bridgeShape = bareShapeOf(types.bridge, types);
    for (const [shape, rows] of [
      [this.#chargePointShape, chargePointAlarms],
      [this.#connectorShape, connectorAlarms],
      [this.#bridgeShape, bridgeAlarms],
    ] as const)
      addConditionPlaces(shape.owner, shape.byPath, rows, options.addressSpace);
    const group = this.#chargePointShape.byPath.get(CONFIGURATION_GROUP);
    if (group === undefined) throw new Error(`no place for ${CONFIGURATION_GROUP}`);
    this.#keys = new ConfigurationKeys(group, types);
  }

  /** How many virtual nodes are being listened to. */
  get liveCount(): number {
    return this.#liveCount;
  }

  // --- finding

  /** The node of a NodeId string: the one being listened to if there is one, else a new one; undefined when there is no such node. */
  find(nodeId: NodeId): VirtualNode | undefined {
    const text = nodeId.value as string;
    const isOfBridge = text.startsWith(BRIDGE_ALARMS);
    const address = isOfBridge ? { connector: 0, path: text.slice(BRIDGE.length + 1) } : parseAddress(text);
    if (address === undefined) return undefined;
    const chargePoint = "id" in address ? this.#options.chargePoints.find(address.id) : this.bridge;
    if (chargePoint === undefined) return undefined;
    const live = chargePoint.live?.get(text);
    if (live !== undefined) return live;
    const place = this.#placeAt(chargePoint, address);
    if (place === undefined) return undefined;
    const position: Position = { chargePoint, connector: address.connector, place };
    if (!exists(position)) return undefined;
    switch (place.nodeClass) {
      case NodeClass.Object:
        return new VirtualObject(this, nodeId, position);
      case NodeClass.Method:
        return new VirtualMethod(this, nodeId, position);
      case NodeClass.Variable:
        return new VirtualVariable(this, nodeId, position);
    }
  }

  /** The method of a charge point or connector, named by its own NodeId or by that of its type's method. */
  methodOf(owner: VirtualNode, methodId: NodeId): VirtualNode | undefined {
    const { position } = owner;
    if (position.place.role !== "owner") return undefined;
    const named = this.#shapeOf(position.chargePoint, position.connector).byDeclaration.get(methodId.toString());
    const nodeId = named === undefined ? methodId : this.nodeIdOf({ ...position, place: named });
    if (nodeId.namespace !== SITE || nodeId.identifierType !== NodeIdType.STRING) return undefined;
    const method = this.find(nodeId);
    if (method?.position.place.role !== "method") return undefined;
    const { chargePoint, connector } = method.position;
    return chargePoint === position.chargePoint && connector === position.connector ? method : undefined;
  }

  childOf(position: Position, name: string): VirtualNode | null {
    const child = this.#childrenOf(position).find(({ browseName }) => browseName.name === name);
    if (child === undefined) return null;
    return this.find(this.nodeIdOf({ ...position, place: child })) ?? null;
  }

  /** The place of a condition by the index of its row. */
  conditionPlaceOf(chargePoint: ChargePoint, connector: number, index: number): Place | undefined {
    return this.#shapeOf(chargePoint, connector).byPath.get(ALARMS_GROUP)?.children[index];
  }

  #placeAt(chargePoint: ChargePoint, { connector, path }: Omit<Address, "id">): Place | undefined {
    const place = this.#shapeOf(chargePoint, connector).byPath.get(path);
    return place ?? (connector === 0 ? this.#keys.find(chargePoint, path) : undefined);
  }

  #childrenOf({ chargePoint, place }: Position): readonly Place[] {
    const keys = this.#keys.below(chargePoint, place);
    return keys.length === 0 ? place.children : [...place.children, ...keys];
  }

  #shapeOf(chargePoint: ChargePoint, connector: number): Shape {
    if (chargePoint === this.bridge) return this.#bridgeShape;
    return connector === 0 ? this.#chargePointShape : this.#connectorShape;
  }

  // --- describing

  nodeIdOf({ chargePoint, connector, place }: Position): NodeId {
    return siteNodeId(formatAddress(chargePoint.encodedId, connector, place.path));
  }

  browseNameOf({ chargePoint, connector, place }: Position): QualifiedName {
    if (place.role !== "owner") return place.browseName;
    return new QualifiedName({ name: ownerName(chargePoint, connector), namespaceIndex: SITE });
  }

  displayNameOf({ chargePoint, connector, place }: Position): LocalizedText {
    if (place.role !== "owner") return place.displayName;
    return new LocalizedText({ text: ownerName(chargePoint, connector) });
  }

  /** Whether the values of a place are kept and can be read back (OPC 10000-3 §5.6.2). */
  isHistorized({ role, datapoint }: Place): boolean {
    return this.keepsHistory && role === "datapoint" && datapoint?.row.history === true;
  }

  dataTypeOf({ place }: Position): NodeId {
    const { field } = place.condition ?? {};
    if (place.role === "conditionField" && field !== undefined) return field.declaration.dataType;
    const { dataTypes } = this.#options.types;
    const id = dataTypes.get(dataTypeNameOf(place));
    if (id === undefined) throw new Error(`no DataType for ${place.path}`);
    return id;
  }

  valueOf({ chargePoint, connector, place }: Position): DataValue {
    const { datapoint } = place;
    if (place.role === "datapoint" && datapoint !== undefined) {
      const values = chargePoint.parts.get(connector);
      if (values !== undefined) return dataValueOf(chargePoint, values, datapoint);
    }
    if (place.role === "conditionField" && place.condition !== undefined) {
      const value = conditionValueOf({ chargePoint, connector, place }, place.condition, this.#options.startedAt);
      if (value !== undefined) return value;
    }
    if (place.role === "deviceHealth") return deviceHealthOf(chargePoint, this.#options.startedAt);
    if (place.role === "nodeVersion") return constantValueOf(nodeVersionOf(chargePoint), chargePoint.structureAt);
    return constantValueOf(place.constant ?? propertyOf(place), this.#options.startedAt);
  }

  // --- neighbours

  /** Every reference of a node, as a node of the library would list them. */
  *linksOf(position: Position): Iterable<Link> {
    const { chargePoint, connector, place } = position;
    const { deviceSet } = this.#options;
    const { hasTypeDefinition, hasHistoricalConfiguration } = this.#options.types;
    if (place.typeDefinition !== undefined) yield linkAway(hasTypeDefinition, place.typeDefinition);
    if (this.isHistorized(place) && place.datapoint !== undefined && isStepped(place.datapoint.row))
      yield linkAway(hasHistoricalConfiguration, configurationOfStates(this.addressSpace));
    yield this.parentLinkOf(position);
    const isOwner = place.role === "owner";
    const isChargePoint = isOwner && connector === 0;
    if (isChargePoint) yield this.#realLink(deviceSet);
    // A condition hangs where what it is about stands (OPC 10000-9 §5.12).
    if (isOwner) yield* this.conditionLinksOf(position);
    if (place.role === "condition") yield this.#sourceLinkOf(position);
    for (const child of this.#childrenOf(position)) {
      const at = { chargePoint, connector, place: child };
      if (exists(at)) yield this.#linkTo(at, child.reference, true);
    }
    if (!isChargePoint) return;
    const owner = this.#connectorShape.owner;
    for (const number of chargePoint.connectors())
      yield this.#linkTo({ chargePoint, connector: number, place: owner }, owner.reference, true);
  }

  /** The references HasCondition of a charge point, a connector or the bridge. */
  *conditionLinksOf({ chargePoint, connector }: Omit<Position, "place">): Iterable<Link> {
    const { hasCondition } = this.#options.types;
    for (const place of this.#shapeOf(chargePoint, connector).byPath.get(ALARMS_GROUP)?.children ?? [])
      yield this.#linkTo({ chargePoint, connector, place }, hasCondition, true);
  }

  #sourceLinkOf({ chargePoint, connector }: Position): Link {
    const place = this.#shapeOf(chargePoint, connector).owner;
    return this.#linkTo({ chargePoint, connector, place }, this.#options.types.hasCondition, false);
  }

  /** What the object of the bridge refers to beside its variables. */
  *linksOfBridge(): Iterable<Link> {
    const at = { chargePoint: this.bridge, connector: 0 };
    const place = this.#bridgeShape.byPath.get(ALARMS_GROUP);
    if (place !== undefined) yield this.#linkTo({ ...at, place }, place.reference, true);
    yield* this.conditionLinksOf(at);
  }

  /** The inverse reference to the parent. */
  parentLinkOf({ chargePoint, connector, place }: Position): Link {
    if (place.parent !== undefined)
      return this.#linkTo({ chargePoint, connector, place: place.parent }, place.reference, false);
    if (connector === 0) return this.#realLink(this.#options.folder);
    const parent = this.#chargePointShape.owner;
    return this.#linkTo({ chargePoint, connector: 0, place: parent }, place.reference, false);
  }

  /** A charge point as the folder and DeviceSet refer to it. */
  linkToChargePoint(chargePoint: ChargePoint, type: Link["type"]): Link {
    const place = this.#chargePointShape.owner;
    return this.#linkTo({ chargePoint, connector: 0, place }, type, true);
  }

  #linkTo(position: Position, type: Link["type"], isForward: boolean): Link {
    return {
      type,
      isForward,
      nodeId: this.nodeIdOf(position),
      nodeClass: position.place.nodeClass,
      browseName: this.browseNameOf(position),
      displayName: this.displayNameOf(position),
      typeDefinition: position.place.typeDefinition?.nodeId,
    };
  }

  #realLink(node: UAObject): Link {
    return {
      type: this.#options.types.organizes,
      isForward: false,
      nodeId: node.nodeId,
      nodeClass: node.nodeClass,
      browseName: node.browseName,
      displayName: node.displayName[0] ?? new LocalizedText({}),
      typeDefinition: node.typeDefinition,
    };
  }

  // --- listening

  /** A node has got its first listener. */
  keep(node: VirtualNode): void {
    const { chargePoint } = node.position;
    (chargePoint.live ??= new Map()).set(node.nodeId.value, node);
    const key = watchKeyOf(node.position);
    if (key !== undefined) (chargePoint.watched ??= new Map()).set(key, node);
    this.#liveCount++;
  }

  /** A node has lost its last listener. */
  release(node: VirtualNode): void {
    const { chargePoint } = node.position;
    const { live, watched } = chargePoint;
    live?.delete(node.nodeId.value as string);
    if (live?.size === 0) chargePoint.live = undefined;
    const key = watchKeyOf(node.position);
    if (key !== undefined) watched?.delete(key);
    if (watched?.size === 0) chargePoint.watched = undefined;
    this.#liveCount--;
  }
}

/** To what all charge points share, and which does not refer back to each of them (OPC 10000-3 §4.3.3). */
function linkAway(type: Link["type"], target: UAObjectType | UAVariableType | UAObject): Link {
  const { nodeId, nodeClass, browseName, displayName } = target;
  const typeDefinition = nodeClass === NodeClass.Object ? target.typeDefinition : undefined;
  const name = displayName[0] ?? new LocalizedText({});
  return { type, isForward: true, nodeId, nodeClass, browseName, displayName: name, typeDefinition };
}

function exists({ chargePoint, connector, place }: Position): boolean {
  const values = chargePoint.parts.get(connector);
  if (values === undefined) return false;
  return place.needs === undefined || values.hasAny(place.needs.from, place.needs.to);
}

function ownerName(chargePoint: ChargePoint, connector: number): string {
  return connector === 0 ? chargePoint.id : `Connector${connector}`;
}

function watchKeyOf({ connector, place }: Position): number | undefined {
  if (place.role !== "datapoint" || place.datapoint === undefined) return undefined;
  return datapointOf(addressOf(connector, place.datapoint.column, 0));
}
