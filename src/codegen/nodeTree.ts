// The types of our namespace as a tree of nodes, made from the datapoint table and the enumerations. Knows no XML and no NodeIds.
import { bridgeDatapoints, certificateDatapoints, folderDatapoints, idTagDatapoints } from "../datapoints/bridge.ts";
import { allEnumerations } from "../datapoints/argumentEnumerations.ts";
import type { Argument } from "../datapoints/arguments.ts";
import { bridgeMethods } from "../datapoints/certificates.ts";
import { CONFIGURATION_GROUP } from "../datapoints/configuration.ts";
import { membersOf } from "../datapoints/enumerations.ts";
import { decisionDatapoints, decisionMethods } from "../datapoints/decisions.ts";
import { descriptionOfGroup } from "../datapoints/groups.ts";
import { idTagMethods } from "../datapoints/idTags.ts";
import { METER_GROUP } from "../datapoints/meter.ts";
import { chargePointMethods, connectorMethods, folderMethods } from "../datapoints/methods.ts";
import { occurrenceTypes, type OccurrenceType } from "../datapoints/occurrences.ts";
import { scalarTypes, variableTypeOf, type Datapoint } from "../datapoints/row.ts";
import { chargePointTable, connectorTable, type Table } from "../datapoints/table.ts";
import { VENDOR_GROUP } from "../datapoints/vendor.ts";
import { meterPoints } from "../twin/measurands.ts";
import { eventTypes } from "./eventTypes.ts";
import { methodNodes } from "./methodNodes.ts";

/** Whose BrowseName it is: OPC UA's own, DI's or ours. */
export type Owner = "ua" | "di" | "own";
export type NodeClass = "ObjectType" | "DataType" | "Object" | "Variable" | "Method";
export type ModellingRule = "Mandatory" | "Optional" | "OptionalPlaceholder";

export interface TreeNode {
  readonly name: string;
  readonly owner: Owner;
  readonly nodeClass: NodeClass;
  readonly description: string;
  /** Supertype of a type, type definition of an instance: a well-known name (wellKnown.ts) or one of our types. Methods have none. */
  readonly type: string | undefined;
  readonly rule?: ModellingRule;
  /** Reference from the parent. */
  readonly reference?: "HasComponent" | "HasProperty" | "Organizes";
  readonly dataType?: string;
  readonly valueRank?: 1;
  /** How many elements a list always has; 0 or undefined when it may vary. */
  readonly length?: number;
  /** Others than reading (OPC 10000-3 §8.57): 3 is reading and writing, 5 reading values and their history. */
  readonly accessLevel?: 3 | 5;
  /** Its values are kept. */
  readonly historizing?: true;
  /** What the Value element holds. */
  readonly value?: NodeValue;
  /** Types of the events that its instances may raise. */
  readonly generates?: readonly string[];
  /** Fields of an enumeration, by ordinal. */
  readonly members?: readonly string[];
  readonly children: readonly TreeNode[];
}

export type NodeValue =
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | {
      readonly kind: "unit";
      readonly symbol: string;
      readonly name: string;
      readonly unitId: number;
    }
  | { readonly kind: "range"; readonly low: number; readonly high: number }
  | { readonly kind: "arguments"; readonly arguments: readonly Argument[] };

/** Whatever concerns a connector is seen there, at its charge point and at the folder of all of them (opcua/events.ts). */
const everyEvent = Object.keys(occurrenceTypes);
const connectorEvents = Object.entries<OccurrenceType>(occurrenceTypes)
  .filter(([, { isOfChargePoint }]) => isOfChargePoint !== true)
  .map(([name]) => name);

/** Every type of the namespace, data types first. */
export function typeTree(): TreeNode[] {
  return [
    ...allEnumerations.map(enumeration),
    meterValuesType(),
    connectorType(),
    chargePointType(),
    bridgeType(),
    idTagsType(),
    ...eventTypes(),
    decisionsType(),
    chargePointFolderType(),
  ];
}

function enumeration(name: string): TreeNode {
  const members = membersOf(name);
  const strings: TreeNode = {
    ...property("EnumStrings", "LocalizedText"),
    valueRank: 1,
    value: { kind: "texts", texts: members },
  };
  return {
    name,
    owner: "own",
    nodeClass: "DataType",
    type: "Enumeration",
    description: `${name} as OCPP 1.6 spells it; 0 is Unknown`,
    members,
    children: [strings],
  };
}

function meterValuesType(): TreeNode {
  const fixed = connectorTable.datapoints.filter(
    (d) => d.meterPoint === undefined && d.path.startsWith(`${METER_GROUP}/`),
  );
  const atOutlet = connectorTable.datapoints.filter(
    (d) => d.meterPoint !== undefined && pointOf(d).location === "Outlet",
  );
  const measurands = atOutlet.filter((d) => pointOf(d).phase === "");
  return {
    ...type(
      "MeterValuesType",
      "FunctionalGroupType",
      "Everything one meter has reported, a variable for each measurand and phase",
    ),
    children: [
      ...fixed.map((d) => variable(d, "Mandatory")),
      ...measurands.map((d) => withPhases(d, atOutlet)),
      {
        ...object(
          "<Location>",
          "FunctionalGroupType",
          "What is measured elsewhere than at the outlet: Body, Cable, EV, Inlet",
        ),
        rule: "OptionalPlaceholder",
      },
    ],
  };
}

function withPhases(measurand: Datapoint, all: readonly Datapoint[]): TreeNode {
  const phases = all.filter((d) => pointOf(d).measurand === pointOf(measurand).measurand && pointOf(d).phase !== "");
  const node = variable(measurand, "Optional");
  return { ...node, children: [...node.children, ...phases.map((d) => variable(d, "Optional"))] };
}

function connectorType(): TreeNode {
  return {
    ...type("ConnectorType", "TopologyElementType", "One connector (outlet) of a charge point"),
    generates: connectorEvents,
    children: [
      ...grouped(connectorTable),
      meterValues("The meter of the connector"),
      vendorValues(),
      historicalEventFilter,
      ...methodNodes(connectorMethods),
    ],
  };
}

function chargePointType(): TreeNode {
  return {
    ...type("ChargePointType", "DeviceType", "A charge point that speaks OCPP"),
    generates: everyEvent,
    children: [
      ...grouped(chargePointTable),
      meterValues("The main meter of the charge point (connectorId 0)"),
      {
        ...object("<Connector>", "ConnectorType", "Connector1, Connector2, …; there once reported or configured"),
        rule: "OptionalPlaceholder",
      },
      configurationKeys(),
      vendorValues(),
      nodeVersion("Changes whenever something appears below the charge point"),
      historicalEventFilter,
      ...methodNodes(chargePointMethods),
    ],
  };
}

function configurationKeys(): TreeNode {
  const key: TreeNode = {
    name: "<Key>",
    owner: "own",
    nodeClass: "Variable",
    type: "BaseDataVariableType",
    dataType: "String",
    description: "A configuration key, spelt as the charge point spells it; the value is null where the key has none",
    accessLevel: 3,
    rule: "OptionalPlaceholder",
    reference: "HasComponent",
    children: [],
  };
  const description = "The charge point's configuration keys, once GetConfiguration has told them";
  return { ...object(CONFIGURATION_GROUP, "FunctionalGroupType", description), children: [key] };
}

/** What it holds has no type of its own: each vendor file has names and types for it. */
function vendorValues(): TreeNode {
  const description =
    "What a vendor profile finds in the data of DataTransfer messages; there once something was found";
  return { ...object(VENDOR_GROUP, "FunctionalGroupType", description), rule: "Optional" };
}

function bridgeType(): TreeNode {
  return {
    ...type("BridgeType", "BaseObjectType", "What the bridge knows of itself"),
    children: [
      ...[...bridgeDatapoints, ...certificateDatapoints].map((d) => variable(d, "Mandatory")),
      historicalEventFilter,
      ...methodNodes(bridgeMethods),
    ],
  };
}

function chargePointFolderType(): TreeNode {
  return {
    ...type("ChargePointFolderType", "FolderType", "The folder of all charge points"),
    generates: everyEvent,
    children: [
      {
        ...object("<ChargePoint>", "ChargePointType", "A charge point, named by its OCPP identity"),
        rule: "OptionalPlaceholder",
        reference: "Organizes",
      },
      nodeVersion("Changes whenever a charge point comes or goes"),
      historicalEventFilter,
      ...folderDatapoints.map((d) => variable(d, "Mandatory")),
      ...methodNodes(folderMethods),
    ],
  };
}

/** OPC 10000-11 §5.4.2: whatever has a history of events says what is kept of them. */
const historicalEventFilter: TreeNode = {
  ...property("HistoricalEventFilter", "EventFilter"),
  description: "The events whose history can be read, and their fields",
  rule: "Optional",
};

/** OPC 10000-3 §9.32.2: who has it is told by model change events. */
function nodeVersion(description: string): TreeNode {
  return { ...property("NodeVersion", "String"), description };
}

function idTagsType(): TreeNode {
  return {
    ...type("IdTagsType", "BaseObjectType", "The list of id tags: who may charge where the list decides"),
    children: [...idTagDatapoints.map((d) => variable(d, "Mandatory")), ...methodNodes(idTagMethods)],
  };
}

function decisionsType(): TreeNode {
  const isSeen = ([, { seenAt }]: [string, OccurrenceType]): boolean => seenAt === "decisions";
  return {
    ...type("DecisionsType", "BaseObjectType", "The questions of charge points that SCADA decides"),
    generates: Object.entries<OccurrenceType>(occurrenceTypes)
      .filter(isSeen)
      .map(([name]) => name),
    children: [...decisionDatapoints.map((d) => variable(d, "Mandatory")), ...methodNodes(decisionMethods)],
  };
}

function meterValues(description: string): TreeNode {
  return object(METER_GROUP, "MeterValuesType", description);
}

/** The fixed rows of a table below their groups; DI's own properties are inherited, the meter has a type of its own. */
function grouped(table: Table): TreeNode[] {
  const rows = table.datapoints.filter(
    (d) => d.meterPoint === undefined && d.row.di !== true && !d.path.startsWith(`${METER_GROUP}/`),
  );
  return nest(rows.map((datapoint) => ({ path: datapoint.path.split("/"), datapoint })));
}

interface Placed {
  readonly path: readonly string[];
  readonly datapoint: Datapoint;
}

function nest(rows: readonly Placed[]): TreeNode[] {
  const groups = new Map<string, Placed[]>();
  for (const { path, datapoint } of rows) {
    const [first = "", ...rest] = path;
    groups.set(first, [...(groups.get(first) ?? []), { path: rest, datapoint }]);
  }
  return [...groups].map(([name, members]) => {
    const [only] = members;
    if (only !== undefined && only.path.length === 0) return variable(only.datapoint, "Mandatory");
    return {
      ...object(name, "FunctionalGroupType", descriptionOfGroup(name)),
      owner: name === "Identification" ? "di" : "own",
      children: nest(members),
    };
  });
}

function variable({ path, row }: Datapoint, rule: ModellingRule): TreeNode {
  const children: TreeNode[] = [];
  if (row.unit !== undefined)
    children.push({
      ...property("EngineeringUnits", "EUInformation"),
      value: { kind: "unit", ...row.unit },
    });
  if (row.range !== undefined) {
    const [low, high] = row.range;
    children.push({ ...property("EURange", "Range"), value: { kind: "range", low, high } });
  }
  return {
    name: path.slice(path.lastIndexOf("/") + 1),
    owner: "own",
    nodeClass: "Variable",
    type: variableTypeOf(row),
    dataType: row.type,
    description: row.description,
    ...(row.write === undefined ? {} : { accessLevel: 3 as const }),
    ...(row.history === undefined ? {} : { accessLevel: 5 as const, historizing: true as const }),
    rule,
    reference: "HasComponent",
    children,
  };
}

function pointOf({ meterPoint }: Datapoint): (typeof meterPoints)[number] {
  const point = meterPoints[meterPoint ?? -1];
  if (point === undefined) throw new Error("not a meter point");
  return point;
}

function type(name: string, supertype: string, description: string): TreeNode {
  return {
    name,
    owner: "own",
    nodeClass: "ObjectType",
    type: supertype,
    description,
    children: [],
  };
}

function object(name: string, definition: string, description: string): TreeNode {
  return {
    name,
    owner: "own",
    nodeClass: "Object",
    type: definition,
    description,
    rule: "Mandatory",
    reference: "HasComponent",
    children: [],
  };
}

function property(name: string, dataType: string): TreeNode {
  return {
    name,
    owner: "ua",
    nodeClass: "Variable",
    type: "PropertyType",
    dataType,
    description: "",
    rule: "Mandatory",
    reference: "HasProperty",
    children: [],
  };
}

/** Data types of the table that are OPC UA's own. */
export function isScalar(name: string): boolean {
  return (scalarTypes as readonly string[]).includes(name) || ["EUInformation", "Range", "Argument"].includes(name);
}
