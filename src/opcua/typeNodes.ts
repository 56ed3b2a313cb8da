// The type nodes that our virtual instances refer to, found by BrowseName once the nodesets are loaded.
import {
  DataType,
  NodeId,
  NodeIdType,
  resolveNodeId,
  type AddressSpace,
  type UADataType,
  type UAObjectType,
  type UAReferenceType,
  type UAVariableType,
} from "node-opcua";
import { allEnumerations } from "../datapoints/argumentEnumerations.ts";

/** Namespace indices, always in this order. */
export const UA = 0;
export const DI = 2;
export const TYPES = 3;
export const SITE = 4;

/** The NodeId of one of our instances. */
export function siteNodeId(text: string): NodeId {
  return new NodeId(NodeIdType.STRING, text, SITE);
}

const DI_URI = "http://opcfoundation.org/UA/DI/";
const TYPES_URI = "urn:ocpp-opcua:types";
export const SITE_URI = "urn:ocpp-opcua:site";

/** DI's DeviceSet (OPC 10000-100 §5.9). */
export const DEVICE_SET = `ns=${DI};i=5001`;

export const DEVICE_HEALTH = "DeviceHealthEnumeration";

export interface TypeNodes {
  readonly bridge: UAObjectType;
  readonly idTags: UAObjectType;
  readonly decisions: UAObjectType;
  readonly chargePoint: UAObjectType;
  readonly chargePointFolder: UAObjectType;
  readonly connector: UAObjectType;
  readonly meterValues: UAObjectType;
  readonly functionalGroup: UAObjectType;
  readonly baseDataVariable: UAVariableType;
  readonly analogUnit: UAVariableType;
  readonly analogUnitRange: UAVariableType;
  readonly property: UAVariableType;
  readonly organizes: UAReferenceType;
  readonly hasComponent: UAReferenceType;
  readonly hasProperty: UAReferenceType;
  readonly hasNotifier: UAReferenceType;
  readonly hasCondition: UAReferenceType;
  readonly hasHistoricalConfiguration: UAReferenceType;
  readonly hasTypeDefinition: UAReferenceType;
  /** NodeIds of DataTypes: OPC UA's own and our enumerations. */
  readonly dataTypes: ReadonlyMap<string, NodeId>;
}

/** Throws when the namespaces do not stand in the order on which NodeIds rely. */
export function checkNamespaceOrder(space: AddressSpace): void {
  for (const [uri, index] of [
    [DI_URI, DI],
    [TYPES_URI, TYPES],
    [SITE_URI, SITE],
  ] as const) {
    const actual = space.getNamespaceIndex(uri);
    if (actual !== index) throw new Error(`${uri} is namespace ${actual}, but has to be ${index}`);
  }
}

/** Finds all of them; throws when a nodeset does not hold what the datapoint table needs. */
export function findTypeNodes(space: AddressSpace): TypeNodes {
  return {
    bridge: found(space.findObjectType("BridgeType", TYPES), "BridgeType"),
    idTags: found(space.findObjectType("IdTagsType", TYPES), "IdTagsType"),
    decisions: found(space.findObjectType("DecisionsType", TYPES), "DecisionsType"),
    chargePoint: found(space.findObjectType("ChargePointType", TYPES), "ChargePointType"),
    chargePointFolder: found(space.findObjectType("ChargePointFolderType", TYPES), "ChargePointFolderType"),
    connector: found(space.findObjectType("ConnectorType", TYPES), "ConnectorType"),
    meterValues: found(space.findObjectType("MeterValuesType", TYPES), "MeterValuesType"),
    functionalGroup: found(space.findObjectType("FunctionalGroupType", DI), "FunctionalGroupType"),
    baseDataVariable: variableType(space, "BaseDataVariableType"),
    analogUnit: variableType(space, "AnalogUnitType"),
    analogUnitRange: variableType(space, "AnalogUnitRangeType"),
    property: variableType(space, "PropertyType"),
    organizes: referenceType(space, "Organizes"),
    hasComponent: referenceType(space, "HasComponent"),
    hasProperty: referenceType(space, "HasProperty"),
    hasNotifier: referenceType(space, "HasNotifier"),
    hasCondition: referenceType(space, "HasCondition"),
    hasHistoricalConfiguration: referenceType(space, "HasHistoricalConfiguration"),
    hasTypeDefinition: referenceType(space, "HasTypeDefinition"),
    dataTypes: dataTypes(space),
  };
}

const builtIn = {
  Boolean: DataType.Boolean,
  String: DataType.String,
  LocalizedText: DataType.LocalizedText,
  Int32: DataType.Int32,
  UInt32: DataType.UInt32,
  Double: DataType.Double,
  DateTime: DataType.DateTime,
} as const;

/** The built-in type in which values of a datapoint type travel; enumerations travel as Int32. */
export function builtInTypeOf(type: string): DataType {
  return (builtIn as Readonly<Record<string, DataType>>)[type] ?? DataType.Int32;
}

function dataTypes(space: AddressSpace): Map<string, NodeId> {
  const ids = new Map<string, NodeId>();
  for (const [name, number] of Object.entries(builtIn)) ids.set(name, resolveNodeId(number));
  for (const name of ["EUInformation", "Range", "Argument", "EventFilter"])
    ids.set(name, found<UADataType>(space.findDataType(name), name).nodeId);
  ids.set(DEVICE_HEALTH, found<UADataType>(space.findDataType(DEVICE_HEALTH, DI), DEVICE_HEALTH).nodeId);
  for (const name of allEnumerations) ids.set(name, found<UADataType>(space.findDataType(name, TYPES), name).nodeId);
  return ids;
}

function variableType(space: AddressSpace, name: string): UAVariableType {
  return found(space.findVariableType(name), name);
}

function referenceType(space: AddressSpace, name: string): UAReferenceType {
  return found(space.findReferenceType(name), name);
}

function found<T>(node: T | null, name: string): T {
  if (node === null) throw new Error(`${name} is not in the loaded nodesets`);
  return node;
}
