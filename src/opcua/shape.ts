// The places below a charge point and below a connector, made once from the datapoint table: what each is called, what type it has and where it hangs.
// A place belongs to all charge points; whether one of them has it is decided by what it has reported (virtualSpace.ts).
import {
  LocalizedText,
  NodeClass,
  QualifiedName,
  type BaseNode,
  type UAObjectType,
  type UAReferenceType,
  type UAVariableType,
  type Variant,
} from "node-opcua";
import type { Argument } from "../datapoints/arguments.ts";
import { CONFIGURATION_GROUP } from "../datapoints/configuration.ts";
import { METER_GROUP } from "../datapoints/meter.ts";
import type { Method } from "../datapoints/methods.ts";
import { variableTypeOf, type Datapoint, type VariableTypeName } from "../datapoints/row.ts";
import type { Table } from "../datapoints/table.ts";
import { VENDOR_GROUP } from "../datapoints/vendor.ts";
import { locations, meterPoints, phases } from "../twin/measurands.ts";
import { structuresOf } from "./argumentStructures.ts";
import { declarationOf } from "./methodDeclarations.ts";
import type { ConditionPart } from "./conditionPlaces.ts";
import { HISTORICAL_EVENT_FILTER } from "./historicalEventFilter.ts";
import { DI, SITE, TYPES, UA, type TypeNodes } from "./typeNodes.ts";

export type Role =
  /** The charge point or connector itself. */
  | "owner"
  /** An object that only groups. */
  | "group"
  | "datapoint"
  | "engineeringUnits"
  | "euRange"
  | "nodeVersion"
  | "deviceHealth"
  | "historicalEventFilter"
  | "method"
  /** A condition, the object below it that shelves it, its variables and its methods (conditionPlaces.ts). */
  | "condition"
  | "shelving"
  | "conditionField"
  | "conditionMethod"
  /** InputArguments or OutputArguments. */
  | "arguments";

export interface Place {
  readonly role: Role;
  /** Below the charge point or connector; empty for the owner. */
  readonly path: string;
  readonly nodeClass: NodeClass.Object | NodeClass.Variable | NodeClass.Method;
  readonly browseName: QualifiedName;
  readonly displayName: LocalizedText;
  readonly description: LocalizedText;
  /** Undefined for methods, which have none. */
  readonly typeDefinition: UAObjectType | UAVariableType | undefined;
  /** How the parent refers to it. */
  readonly reference: UAReferenceType;
  readonly parent: Place | undefined;
  readonly children: Place[];
  /** Of a datapoint, and of the properties below it. */
  readonly datapoint: Datapoint | undefined;
  /** Of a method. */
  readonly method: Method | undefined;
  /** Of a condition and of all below it. */
  readonly condition: ConditionPart | undefined;
  /** Its value where it is the same for all charge points: the list of Argument structures, the filter of a history. */
  readonly constant: Variant | undefined;
  /** The place exists once a column from `from` up to and not including `to` has been received; undefined when it always exists. */
  readonly needs: Needs | undefined;
}

export interface Needs {
  readonly from: number;
  readonly to: number;
}

export interface Shape {
  readonly owner: Place;
  readonly byPath: Map<string, Place>;
  readonly datapoints: readonly Datapoint[];
  /** Places of methods by the NodeId of the type's method that they are made from. */
  readonly byDeclaration: ReadonlyMap<string, Place>;
}

const NO_TEXT = new LocalizedText({ text: "" });

/** What a charge point or a connector is made from. */
export interface Plan {
  readonly table: Table;
  readonly methods: readonly Method[];
  /** What vendor files fill. */
  readonly vendor: readonly Datapoint[];
  /** The type of the charge point or connector. */
  readonly owner: UAObjectType;
  /** The HistoricalEventFilter; undefined where no events are kept. */
  readonly eventFilter: Variant | undefined;
}

export function shapeOf({ table, methods, vendor, owner, eventFilter }: Plan, types: TypeNodes): Shape {
  const root = rootOf(owner, types);
  const builder = new ShapeBuilder(root, owner, types, table.fixedCount);
  for (const datapoint of table.datapoints) builder.addDatapoint(datapoint);
  const byDeclaration = new Map<string, Place>();
  for (const method of methods)
    byDeclaration.set(declarationOf(method, owner).nodeId.toString(), builder.addMethod(method));
  if (eventFilter !== undefined) builder.addHistoricalEventFilter(eventFilter);
  if (owner === types.chargePoint) {
    builder.addNodeVersion();
    builder.addDeviceHealth();
    builder.addGroup(CONFIGURATION_GROUP);
  }
  builder.addVendorDatapoints(vendor);
  return { owner: root, byPath: builder.byPath, datapoints: table.datapoints, byDeclaration };
}

/** That of an object of which only what is added to it is virtual. */
export function bareShapeOf(owner: UAObjectType, types: TypeNodes): Shape {
  const root = rootOf(owner, types);
  return { owner: root, byPath: new Map([["", root]]), datapoints: [], byDeclaration: new Map() };
}

function rootOf(owner: UAObjectType, types: TypeNodes): Place {
  return {
    role: "owner",
    path: "",
    nodeClass: NodeClass.Object,
    browseName: new QualifiedName({}),
    displayName: NO_TEXT,
    description: NO_TEXT,
    typeDefinition: owner,
    reference: types.hasComponent,
    parent: undefined,
    children: [],
    datapoint: undefined,
    method: undefined,
    condition: undefined,
    constant: undefined,
    needs: undefined,
  };
}

class ShapeBuilder {
  readonly byPath: Map<string, Place>;
  readonly #owner: UAObjectType;
  readonly #types: TypeNodes;
  readonly #firstMeterColumn: number;

  constructor(root: Place, owner: UAObjectType, types: TypeNodes, firstMeterColumn: number) {
    this.byPath = new Map([["", root]]);
    this.#owner = owner;
    this.#types = types;
    this.#firstMeterColumn = firstMeterColumn;
  }

  /** Each exists once it has been received, and their group with the first. */
  addVendorDatapoints(datapoints: readonly Datapoint[]): void {
    const from = datapoints[0]?.column ?? 0;
    if (datapoints.length > 0) this.addGroup(VENDOR_GROUP, { from, to: from + datapoints.length });
    for (const datapoint of datapoints)
      this.addDatapoint(datapoint, { namespace: SITE, needs: { from: datapoint.column, to: datapoint.column + 1 } });
  }

  /** `from` tells where it comes from when that is not the table. */
  addDatapoint(datapoint: Datapoint, from?: Pick<NewPlace, "namespace" | "needs">): void {
    const { path, row } = datapoint;
    const types = this.#types;
    const isProperty = row.di === true;
    const place = this.#add(path, {
      role: "datapoint",
      nodeClass: NodeClass.Variable,
      namespace: isProperty ? DI : TYPES,
      description: new LocalizedText({ text: row.description }),
      typeDefinition: typeNodeOf(row, types),
      reference: isProperty ? types.hasProperty : types.hasComponent,
      datapoint,
      needs: this.#columnsNeededBy(datapoint),
      ...from,
    });
    if (row.unit !== undefined) this.#addProperty(place, "EngineeringUnits", { role: "engineeringUnits" });
    if (row.range !== undefined) this.#addProperty(place, "EURange", { role: "euRange" });
  }

  /** DI's summary of the alarms (OPC 10000-100 §4.5.4). */
  addDeviceHealth(): void {
    this.#add("DeviceHealth", {
      role: "deviceHealth",
      nodeClass: NodeClass.Variable,
      namespace: DI,
      description: new LocalizedText({ text: "The worst of the alarms that are active, after NAMUR NE 107" }),
      typeDefinition: this.#types.baseDataVariable,
      reference: this.#types.hasComponent,
    });
  }

  addNodeVersion(): void {
    this.#add("NodeVersion", {
      role: "nodeVersion",
      nodeClass: NodeClass.Variable,
      namespace: UA,
      description: this.#declaredDescription("NodeVersion"),
      typeDefinition: this.#types.property,
      reference: this.#types.hasProperty,
    });
  }

  addHistoricalEventFilter(constant: Variant): void {
    this.#add(HISTORICAL_EVENT_FILTER, {
      role: "historicalEventFilter",
      nodeClass: NodeClass.Variable,
      namespace: UA,
      description: this.#declaredDescription(HISTORICAL_EVENT_FILTER),
      typeDefinition: this.#types.property,
      reference: this.#types.hasProperty,
      constant,
    });
  }

  addMethod(method: Method): Place {
    const { name, description, inputs, outputs } = method;
    const place = this.#add(name, {
      role: "method",
      nodeClass: NodeClass.Method,
      namespace: TYPES,
      description: new LocalizedText({ text: description }),
      typeDefinition: undefined,
      reference: this.#types.hasComponent,
      method,
    });
    this.#addArguments(place, "InputArguments", inputs);
    this.#addArguments(place, "OutputArguments", outputs);
    return place;
  }

  /** OPC 10000-3 §5.7: a method without arguments has no such property. */
  #addArguments(method: Place, name: string, list: readonly Argument[]): void {
    if (list.length === 0) return;
    this.#addProperty(method, name, { role: "arguments", constant: structuresOf(list, this.#types.dataTypes) });
  }

  #addProperty(owner: Place, name: string, part: Pick<NewPlace, "role" | "constant">): void {
    this.#add(`${owner.path}/${name}`, {
      ...part,
      nodeClass: NodeClass.Variable,
      namespace: UA,
      description: NO_TEXT,
      typeDefinition: this.#types.property,
      reference: this.#types.hasProperty,
      datapoint: owner.datapoint,
      needs: owner.needs,
    });
  }

  /** A measurand exists as soon as one of its phases is reported, a phase when it is itself. */
  #columnsNeededBy({ meterPoint, column }: Datapoint): Needs | undefined {
    if (meterPoint === undefined) return undefined;
    const isTotal = meterPoints[meterPoint]?.phase === "";
    return { from: column, to: column + (isTotal ? phases.length : 1) };
  }

  addGroup(path: string, needs?: Needs): Place {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const isMeter = path === METER_GROUP;
    const location = path.startsWith(`${METER_GROUP}/`);
    return this.#add(path, {
      role: "group",
      nodeClass: NodeClass.Object,
      // DI's own name of the group that holds the nameplate (OPC 10000-100 §5.4.2).
      namespace: name === "Identification" ? DI : TYPES,
      description: this.#declaredDescription(path),
      typeDefinition: isMeter ? this.#types.meterValues : this.#types.functionalGroup,
      reference: this.#types.hasComponent,
      needs: location ? this.#columnsAt(name) : needs,
    });
  }

  /** What the type says of it; of what the type names by a placeholder it says nothing in particular. */
  #declaredDescription(path: string): LocalizedText {
    let node: BaseNode | null = this.#owner;
    for (const name of path.split("/")) node = node?.getChildByName(name) ?? null;
    return node?.description ?? NO_TEXT;
  }

  #columnsAt(location: string): Needs {
    const count = meterPoints.length / locations.length;
    const from = this.#firstMeterColumn + locations.findIndex((l) => l === location) * count;
    return { from, to: from + count };
  }

  #add(path: string, part: NewPlace): Place {
    const slash = path.lastIndexOf("/");
    const parentPath = slash < 0 ? "" : path.slice(0, slash);
    const parent = this.byPath.get(parentPath) ?? this.addGroup(parentPath);
    const name = path.slice(slash + 1);
    const { namespace, ...rest } = part;
    const place: Place = {
      ...nothingElse,
      ...rest,
      path,
      browseName: new QualifiedName({ name, namespaceIndex: namespace }),
      displayName: new LocalizedText({ text: name }),
      parent,
      children: [],
    };
    parent.children.push(place);
    this.byPath.set(path, place);
    return place;
  }
}

type Optional = "datapoint" | "method" | "condition" | "constant" | "needs";

const nothingElse: Pick<Place, Optional> = {
  datapoint: undefined,
  method: undefined,
  condition: undefined,
  constant: undefined,
  needs: undefined,
};

interface NewPlace
  extends
    Omit<Place, "path" | "browseName" | "displayName" | "parent" | "children" | Optional>,
    Partial<Pick<Place, Optional>> {
  readonly namespace: number;
}

function typeNodeOf(row: Datapoint["row"], types: TypeNodes): UAVariableType {
  const nodes: Readonly<Record<VariableTypeName, UAVariableType>> = {
    PropertyType: types.property,
    BaseDataVariableType: types.baseDataVariable,
    AnalogUnitType: types.analogUnit,
    AnalogUnitRangeType: types.analogUnitRange,
  };
  return nodes[variableTypeOf(row)];
}
