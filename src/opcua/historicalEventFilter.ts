// The property HistoricalEventFilter (OPC 10000-11 §5.4.2): which events are kept, and which of their fields. One value for all charge points.
import {
  AttributeIds,
  ContentFilter,
  DataType,
  ElementOperand,
  EventFilter,
  FilterOperator,
  LiteralOperand,
  NodeClass,
  SimpleAttributeOperand,
  Variant,
  resolveNodeId,
  type AddressSpace,
  type BaseNode,
  type ContentFilterElementOptions,
  type Namespace,
  type NodeId,
  type UAObject,
} from "node-opcua";
import { bridgeAlarms, chargePointAlarms, connectorAlarms, type AlarmRow } from "../datapoints/alarms.ts";
import { allFieldsOf, occurrenceTypes, type OccurrenceType } from "../datapoints/occurrences.ts";
import { conditionTypeOf } from "./conditionPlaces.ts";
import { BRIDGE, CHARGE_POINTS } from "./nodeIds.ts";
import { SITE, TYPES, UA } from "./typeNodes.ts";

export const HISTORICAL_EVENT_FILTER = "HistoricalEventFilter";

/** Where events are kept, by whose events they are. */
export interface HistoricalEventFilters {
  /** Of a charge point with its connectors, and of all of them. */
  readonly chargePoints: Variant;
  readonly connectors: Variant;
  readonly bridge: Variant;
  readonly everything: Variant;
}

type NamedType = readonly [name: string, type: OccurrenceType];

const everyType: readonly NamedType[] = Object.entries<OccurrenceType>(occurrenceTypes);
const typesOfConnectors = everyType.filter(([, { isOfChargePoint }]) => isOfChargePoint !== true);
const alarmsOfChargePoints: readonly AlarmRow[] = [...chargePointAlarms, ...connectorAlarms];

export function historicalEventFilters(space: AddressSpace): HistoricalEventFilters {
  const of = (types: readonly NamedType[], alarms: readonly AlarmRow[]): Variant =>
    new Variant({ dataType: DataType.ExtensionObject, value: filterOf(space, types, alarms) });
  return {
    chargePoints: of(everyType, alarmsOfChargePoints),
    connectors: of(typesOfConnectors, connectorAlarms),
    bridge: of([], bridgeAlarms),
    everything: of(everyType, [...alarmsOfChargePoints, ...bridgeAlarms]),
  };
}

/** Adds the property to the objects that are ordinary nodes. */
export function addEventFilters(
  namespace: Namespace,
  { chargePoints, bridge, everything }: HistoricalEventFilters,
): void {
  const { addressSpace } = namespace;
  const add = (object: UAObject, path: string, value: Variant): void => {
    const declared = object.typeDefinitionObj.getPropertyByName(HISTORICAL_EVENT_FILTER);
    namespace.addVariable({
      browseName: { name: HISTORICAL_EVENT_FILTER, namespaceIndex: UA },
      nodeId: `ns=${SITE};s=${path}/${HISTORICAL_EVENT_FILTER}`,
      description: declared?.description ?? "",
      propertyOf: object,
      dataType: "EventFilter",
      accessLevel: "CurrentRead",
      minimumSamplingInterval: 0,
      value,
    });
  };
  for (const [path, value] of [
    [CHARGE_POINTS, chargePoints],
    [BRIDGE, bridge],
  ] as const)
    add(addressSpace.findNode(`ns=${SITE};s=${path}`) as UAObject, path, value);
  add(addressSpace.rootFolder.objects.server, "/Server", everything);
}

function filterOf(space: AddressSpace, types: readonly NamedType[], alarms: readonly AlarmRow[]): EventFilter {
  const nodes = types.map(([name, type]) => {
    const node = space.findEventType(name, TYPES);
    if (node === null) throw new Error(`${name} is not in the loaded nodesets`);
    return { nodeId: node.nodeId, fields: Object.keys(allFieldsOf(type)) };
  });
  return new EventFilter({
    selectClauses: [
      ...baseFields.map((name) => operand(BASE_EVENT_TYPE, [{ name, namespaceIndex: UA }])),
      ...nodes.flatMap(({ nodeId, fields }) =>
        fields.map((name) => operand(nodeId, [{ name, namespaceIndex: TYPES }])),
      ),
      ...conditionOperands(space, alarms),
    ],
    whereClause: new ContentFilter({ elements: elementsOf(nodes.map(({ nodeId }) => nodeId)) }),
  });
}

const BASE_EVENT_TYPE = resolveNodeId("BaseEventType");
const CONDITION_TYPE = resolveNodeId("ConditionType");
/** What every event that is kept has of BaseEventType (OPC 10000-5 §6.4.2). */
const baseFields = ["EventId", "EventType", "SourceNode", "SourceName", "Time", "ReceiveTime", "Message", "Severity"];

type Step = Readonly<{ name: string; namespaceIndex: number }>;

function operand(typeDefinitionId: NodeId, browsePath: Step[]): SimpleAttributeOperand {
  const attributeId = browsePath.length === 0 ? AttributeIds.NodeId : AttributeIds.Value;
  return new SimpleAttributeOperand({ typeDefinitionId, browsePath, attributeId });
}

/** ConditionId (OPC 10000-9 §5.5.2), and each field by the type that declares it. */
function conditionOperands(space: AddressSpace, alarms: readonly AlarmRow[]): SimpleAttributeOperand[] {
  const declarations = new Map(
    alarms.flatMap((row) => conditionTypeOf(row, space).fields.map((each) => [each.declaration, each] as const)),
  );
  const operands = [...declarations].flatMap(([declaration, { path }]) => {
    if (baseFields.includes(path)) return [];
    const steps = path.split("/").map((name) => ({ name, namespaceIndex: UA }));
    return [operand(declaringType(declaration), steps)];
  });
  return [operand(CONDITION_TYPE, []), ...operands];
}

function declaringType(declaration: BaseNode): NodeId {
  let node: BaseNode | null = declaration;
  while (node !== null && node.nodeClass !== NodeClass.ObjectType)
    node = node.parentNodeId === undefined ? null : declaration.addressSpace.findNode(node.parentNodeId);
  if (node === null) throw new Error(`no type declares ${declaration.browseName.toString()}`);
  return node.nodeId;
}

/** Our own types, which have no subtypes, and conditions of all types. */
function elementsOf(types: readonly NodeId[]): ContentFilterElementOptions[] {
  const literal = (value: NodeId): LiteralOperand =>
    new LiteralOperand({ value: new Variant({ dataType: DataType.NodeId, value }) });
  const ofConditions = { filterOperator: FilterOperator.OfType, filterOperands: [literal(CONDITION_TYPE)] };
  if (types.length === 0) return [ofConditions];
  const eventType = operand(BASE_EVENT_TYPE, [{ name: "EventType", namespaceIndex: UA }]);
  return [
    {
      filterOperator: FilterOperator.Or,
      filterOperands: [new ElementOperand({ index: 1 }), new ElementOperand({ index: 2 })],
    },
    { filterOperator: FilterOperator.InList, filterOperands: [eventType, ...types.map(literal)] },
    ofConditions,
  ];
}
