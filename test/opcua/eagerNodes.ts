// A charge point made of the library's own nodes, from the same table and types: what the virtual ones are compared with.
import {
  Argument as ArgumentStructure,
  DataType,
  EventNotifierFlags,
  Range,
  StatusCodes,
  VariantArrayType,
  makeEUInformation,
  type AddressSpace,
  type Namespace,
  type UAMethod,
  type UAObject,
  type UAVariable,
  type VariantLike,
} from "node-opcua";
import type { Argument } from "../../src/datapoints/arguments.ts";
import { CONFIGURATION_GROUP, rowOfKey } from "../../src/datapoints/configuration.ts";
import { membersOf } from "../../src/datapoints/enumerations.ts";
import { descriptionOfGroup } from "../../src/datapoints/groups.ts";
import { chargePointMethods, connectorMethods, type Method } from "../../src/datapoints/methods.ts";
import type { Datapoint, Write } from "../../src/datapoints/row.ts";
import { chargePointTable, connectorTable, type Table } from "../../src/datapoints/table.ts";
import { permissionsToCall, permissionsToWrite } from "../../src/opcua/roles.ts";

export const EAGER_URI = "urn:test:eager";
/** The namespace index that the eager nodes get. */
export const EAGER = 5;

/** The configuration keys of the charge point. */
export const keys = [
  { key: "HeartbeatInterval", readonly: false },
  { key: "NumberOfConnectors", readonly: true },
] as const;

export interface EagerSite {
  readonly variables: ReadonlyMap<string, UAVariable>;
}

/** Builds `<id>` with connectors, showing of the connectors' meters only the paths in `meterPaths`, of the main meter nothing. */
export function buildEager(
  space: AddressSpace,
  id: string,
  connectors: readonly number[],
  meterPaths: readonly string[],
): EagerSite {
  const namespace = space.registerNamespace(EAGER_URI);
  if (namespace.index !== EAGER) throw new Error(`eager nodes are in namespace ${namespace.index}`);
  // The same may be done with them.
  namespace.setDefaultRolePermissions(space.getNamespace(4).getDefaultRolePermissions());
  const folder = namespace.addObject({
    browseName: { name: "ChargePoints", namespaceIndex: 4 },
    nodeId: node("/ChargePoints"),
    typeDefinition: space.findObjectType("ChargePointFolderType", 3)!,
    organizedBy: space.rootFolder.objects,
  });
  const chargePoint = namespace.addObject({
    browseName: { name: id, namespaceIndex: 4 },
    nodeId: node(id),
    typeDefinition: space.findObjectType("ChargePointType", 3)!,
    organizedBy: folder,
    eventNotifier: EventNotifierFlags.SubscribeToEvents,
  });
  (space.findNode("ns=2;i=5001") as UAObject).addReference({ referenceType: "Organizes", nodeId: chargePoint.nodeId });
  const builder = new Builder(space, namespace);
  builder.addTable(chargePoint, id, chargePointTable, []);
  builder.addConfiguration(chargePoint, id);
  for (const method of chargePointMethods) builder.addMethod(chargePoint, id, method);
  namespace.addVariable({
    browseName: { name: "NodeVersion", namespaceIndex: 0 },
    nodeId: node(`${id}/NodeVersion`),
    description: "Changes whenever something appears below the charge point",
    propertyOf: chargePoint,
    dataType: "String",
    accessLevel: "CurrentRead",
    minimumSamplingInterval: 0,
    value: { dataType: DataType.String, value: "1" },
  });
  for (const connector of connectors) {
    const path = `${id}/Connector${connector}`;
    const object = namespace.addObject({
      browseName: { name: `Connector${connector}`, namespaceIndex: 4 },
      nodeId: node(path),
      typeDefinition: space.findObjectType("ConnectorType", 3)!,
      componentOf: chargePoint,
      eventNotifier: EventNotifierFlags.SubscribeToEvents,
    });
    builder.addTable(object, path, connectorTable, meterPaths);
    for (const method of connectorMethods) builder.addMethod(object, path, method);
  }
  return { variables: builder.variables };
}

function node(path: string): string {
  return `ns=${EAGER};s=${path}`;
}

/** A location has none. */
function descriptionOf(group: string, ownerPath: string): string {
  if (group.startsWith("MeterValues/")) return "";
  if (group === CONFIGURATION_GROUP)
    return "The charge point's configuration keys, once GetConfiguration has told them";
  if (group !== "MeterValues") return descriptionOfGroup(group.slice(group.lastIndexOf("/") + 1));
  return ownerPath.includes("/") ? "The meter of the connector" : "The main meter of the charge point (connectorId 0)";
}

class Builder {
  readonly variables = new Map<string, UAVariable>();
  readonly #space: AddressSpace;
  readonly #namespace: Namespace;

  constructor(space: AddressSpace, namespace: Namespace) {
    this.#space = space;
    this.#namespace = namespace;
  }

  addTable(owner: UAObject, ownerPath: string, { datapoints }: Table, meterPaths: readonly string[]): void {
    for (const datapoint of datapoints)
      if (datapoint.meterPoint === undefined || meterPaths.includes(datapoint.path))
        this.#addDatapoint(owner, ownerPath, datapoint);
  }

  addMethod(owner: UAObject, ownerPath: string, { name, description, role, inputs, outputs }: Method): void {
    const method = this.#namespace.addMethod(owner, {
      browseName: { name, namespaceIndex: 3 },
      nodeId: node(`${ownerPath}/${name}`),
      description,
      rolePermissions: permissionsToCall(role),
    });
    method.bindMethod((_inputs, _context, done) => done(null, { statusCode: StatusCodes.Good }));
    if (inputs.length > 0) this.#addArguments(method, "InputArguments", inputs);
    if (outputs.length > 0) this.#addArguments(method, "OutputArguments", outputs);
  }

  #addArguments(method: UAMethod, name: string, list: readonly Argument[]): void {
    const structures = list.map(({ name: argument, type, isEnumeration, isList, description }) => {
      const dataType = isEnumeration ? this.#space.findDataType(type, 3)! : this.#space.findDataType(type)!;
      return new ArgumentStructure({
        name: argument,
        dataType: dataType.nodeId,
        valueRank: isList ? 1 : -1,
        description: { text: description },
        ...(isList ? { arrayDimensions: [0] } : {}),
      });
    });
    this.#namespace.addVariable({
      browseName: { name, namespaceIndex: 0 },
      nodeId: `${method.nodeId.toString()}/${name}`,
      propertyOf: method,
      dataType: "Argument",
      valueRank: 1,
      arrayDimensions: [list.length],
      accessLevel: "CurrentRead",
      minimumSamplingInterval: 0,
      value: { dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value: structures },
    });
  }

  /** One key that can be written and one that cannot. */
  addConfiguration(owner: UAObject, ownerPath: string): void {
    const group = this.#parent(owner, ownerPath, `${CONFIGURATION_GROUP}/`);
    for (const listed of keys) {
      const name = `${ownerPath}/${CONFIGURATION_GROUP}/${listed.key}`;
      const variable = this.#namespace.addVariable({
        browseName: { name: listed.key, namespaceIndex: 4 },
        nodeId: node(name),
        componentOf: group,
        typeDefinition: "BaseDataVariableType",
        dataType: "String",
        description: rowOfKey(listed).description,
        accessLevel: listed.readonly ? "CurrentRead" : "CurrentRead | CurrentWrite",
        userAccessLevel: "CurrentRead",
        minimumSamplingInterval: 0,
      });
      this.#letWrite(variable, rowOfKey(listed).write);
      this.variables.set(name, variable);
    }
  }

  #letWrite(variable: UAVariable, write: Write | undefined): void {
    if (write !== undefined) variable.setRolePermissions(permissionsToWrite(write.role));
  }

  #addDatapoint(owner: UAObject, ownerPath: string, { path, row }: Datapoint): void {
    const parent = this.#parent(owner, ownerPath, path);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const isProperty = row.di === true;
    const variableType =
      row.unit === undefined
        ? "BaseDataVariableType"
        : row.range === undefined
          ? "AnalogUnitType"
          : "AnalogUnitRangeType";
    const isEnumeration = membersOf(row.type).length > 1;
    const variable = this.#namespace.addVariable({
      browseName: { name, namespaceIndex: isProperty ? 2 : 3 },
      nodeId: node(`${ownerPath}/${path}`),
      ...(isProperty ? { propertyOf: parent } : { componentOf: parent, typeDefinition: variableType }),
      dataType: isEnumeration ? this.#space.findDataType(row.type, 3)!.nodeId : row.type,
      description: row.description,
      accessLevel: row.write === undefined ? "CurrentRead" : "CurrentRead | CurrentWrite",
      // What an observer, as which the tests compare, may do.
      userAccessLevel: "CurrentRead",
      minimumSamplingInterval: 0,
    });
    this.#letWrite(variable, row.write);
    this.variables.set(`${ownerPath}/${path}`, variable);
    if (row.unit !== undefined) {
      const value = makeEUInformation("", row.unit.symbol, row.unit.name);
      value.unitId = row.unit.unitId;
      this.#addProperty(variable, "EngineeringUnits", { dataType: DataType.ExtensionObject, value });
    }
    if (row.range !== undefined) {
      const value = new Range({ low: row.range[0], high: row.range[1] });
      this.#addProperty(variable, "EURange", { dataType: DataType.ExtensionObject, value });
    }
  }

  #addProperty(variable: UAVariable, name: string, value: VariantLike): void {
    this.#namespace.addVariable({
      browseName: { name, namespaceIndex: 0 },
      nodeId: `${variable.nodeId.toString()}/${name}`,
      propertyOf: variable,
      dataType: name === "EURange" ? "Range" : "EUInformation",
      accessLevel: "CurrentRead",
      minimumSamplingInterval: 0,
      value,
    });
  }

  /** The object or variable above a path, made when it is a group that is not there yet. */
  #parent(owner: UAObject, ownerPath: string, path: string): UAObject | UAVariable {
    const slash = path.lastIndexOf("/");
    if (slash < 0) return owner;
    const group = path.slice(0, slash);
    const nodeId = node(`${ownerPath}/${group}`);
    const known = this.#space.findNode(nodeId);
    if (known !== null) return known as UAObject | UAVariable;
    const name = group.slice(group.lastIndexOf("/") + 1);
    const isMeter = group === "MeterValues";
    return this.#namespace.addObject({
      browseName: { name, namespaceIndex: name === "Identification" ? 2 : 3 },
      nodeId,
      description: descriptionOf(group, ownerPath),
      componentOf: this.#parent(owner, ownerPath, group),
      typeDefinition: isMeter
        ? this.#space.findObjectType("MeterValuesType", 3)!
        : this.#space.findObjectType("FunctionalGroupType", 2)!,
    });
  }
}
