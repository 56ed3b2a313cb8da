// What is wrong with what a client asks of a value: filter, encoding, range. The library takes some of it that it should refuse, and the other way round.
import {
  AggregateFilter,
  AttributeIds,
  DataChangeFilter,
  DataChangeTrigger,
  DataType,
  DataValue,
  DeadbandType,
  EventFilter,
  EventNotifierFlags,
  NodeClass,
  StatusCodes,
  Variant,
  VariantArrayType,
  validateContentFilter,
  type BaseNode,
  type NodeId,
  type NumericRange,
  type QualifiedName,
  type StatusCode,
  type UAObject,
  type UAVariable,
} from "node-opcua";

/** What is wrong with a filter that the library would take, and throw at with the next change (OPC 10000-4 §7.22); undefined when nothing is. */
export function faultOfFilter(filter: unknown, attributeId: AttributeIds): StatusCode | undefined {
  if (attributeId === AttributeIds.EventNotifier)
    return filter instanceof EventFilter ? undefined : StatusCodes.BadEventFilterInvalid;
  if (filter === null || filter === undefined || filter instanceof EventFilter) return undefined;
  if (filter instanceof AggregateFilter) return StatusCodes.BadMonitoredItemFilterUnsupported;
  if (!(filter instanceof DataChangeFilter)) return StatusCodes.BadMonitoredItemFilterInvalid;
  if (!(filter.trigger in DataChangeTrigger)) return StatusCodes.BadMonitoredItemFilterInvalid;
  const { deadbandValue } = filter;
  const deadbandType: DeadbandType = filter.deadbandType;
  if (deadbandType === DeadbandType.None) return undefined;
  const isKnown = deadbandType === DeadbandType.Absolute || deadbandType === DeadbandType.Percent;
  return isKnown && Number.isFinite(deadbandValue) && deadbandValue >= 0
    ? undefined
    : StatusCodes.BadDeadbandFilterInvalid;
}

/** How much a filter of events may ask (OPC 10000-5 §6.3.2: MaxSelectClauseParameters, MaxWhereClauseParameters). */
export interface FilterLimits {
  readonly maxSelectClauseParameters: number;
  readonly maxWhereClauseParameters: number;
}

/** What is wrong with the filter of a history of events, which names one field at least (OPC 10000-11 §6.5.2.1); undefined when nothing is. */
export function faultOfHistoryFilter(
  { selectClauses, whereClause }: EventFilter,
  { maxSelectClauseParameters, maxWhereClauseParameters }: FilterLimits,
): StatusCode | undefined {
  const selected = selectClauses?.length ?? 0;
  const operands = (whereClause.elements ?? []).flatMap((element) => element?.filterOperands ?? []);
  const isWellFormed =
    selected > 0 &&
    selected <= maxSelectClauseParameters &&
    operands.length <= maxWhereClauseParameters &&
    validateContentFilter(whereClause) === StatusCodes.Good;
  return isWellFormed ? undefined : StatusCodes.BadEventFilterInvalid;
}

/** What is wrong with monitoring the events of `node`: only objects and views have an EventNotifier, and not each of them tells of events (OPC 10000-4 §5.13.1). */
export function faultOfEvents(node: BaseNode | null): StatusCode | undefined {
  // That there is no such node, the library says.
  if (node === null) return undefined;
  const { nodeClass } = node;
  if (nodeClass !== NodeClass.Object && nodeClass !== NodeClass.View) return StatusCodes.BadAttributeIdInvalid;
  const notifier: number = (node as UAObject).eventNotifier;
  return (notifier & EventNotifierFlags.SubscribeToEvents) === 0 ? StatusCodes.BadNotSupported : undefined;
}

/** The BrowseName, in namespace 0, of the one encoding in which structures are served (OPC 10000-3 §5.8.4). */
const SERVED_ENCODING = "Default Binary";
/** Encodings that exist, but are for other transports. */
const OTHER_ENCODINGS: ReadonlySet<string> = new Set(["Default XML", "Default JSON"]);

/** What is wrong with the encoding in which the value of `node` is wanted: only structures have a choice (OPC 10000-4 §5.11.2). */
export function faultOfEncoding(
  encoding: QualifiedName | null | undefined,
  node: BaseNode | null,
): StatusCode | undefined {
  const name = encoding?.name;
  if (name === null || name === undefined || name === "") return undefined;
  if (node === null || !isOfType(node, [DataType.ExtensionObject])) return StatusCodes.BadDataEncodingInvalid;
  if (encoding?.namespaceIndex !== 0) return StatusCodes.BadDataEncodingInvalid;
  if (name === SERVED_ENCODING) return undefined;
  return OTHER_ENCODINGS.has(name) ? StatusCodes.BadDataEncodingUnsupported : StatusCodes.BadDataEncodingInvalid;
}

/** BaseDataType: any value may stand there. */
const ANY_TYPE = DataType.Variant;

/** Whether there is ever anything at a range of the value: single numbers and the like have no parts (OPC 10000-4 §7.27). */
export function hasParts(node: BaseNode): boolean {
  if (node.nodeClass !== NodeClass.Variable || (node as UAVariable).valueRank !== -1) return true;
  return isAny(node as UAVariable) || isOfType(node, [DataType.String, DataType.ByteString]);
}

/** Whether a client has asked for a range, be it one that makes no sense. */
export function isRange(range: NumericRange | null | undefined): range is NumericRange {
  return range !== null && range !== undefined && (range.isDefined() || !range.isValid());
}

/** A value that was read with a range, as it should have been answered: without a value where there is nothing at the range. */
export function correctRange(dataValue: DataValue, range: NumericRange): DataValue {
  const { statusCode, value } = dataValue;
  if (statusCode.equals(StatusCodes.BadIndexRangeNoData)) return withoutValue(dataValue, statusCode);
  if (statusCode.isBad() || value.arrayType !== VariantArrayType.Scalar) return dataValue;
  if (value.dataType === DataType.String || value.dataType === DataType.ByteString) return dataValue;
  return withoutValue(dataValue, range.isValid() ? StatusCodes.BadIndexRangeNoData : StatusCodes.BadIndexRangeInvalid);
}

/** The answer with another status, no value and the same times. */
export function withoutValue(dataValue: DataValue, statusCode: StatusCode): DataValue {
  const { sourceTimestamp, sourcePicoseconds, serverTimestamp, serverPicoseconds } = dataValue;
  const times = { sourceTimestamp, sourcePicoseconds, serverTimestamp, serverPicoseconds };
  return new DataValue({ statusCode, value: new Variant(), ...times });
}

function isAny({ dataType }: UAVariable): boolean {
  return dataType.namespace === 0 && dataType.value === ANY_TYPE;
}

/** Whether a variable's DataType is one of these built-in ones or derived from it. */
function isOfType(node: BaseNode, builtIn: readonly DataType[]): boolean {
  if (node.nodeClass !== NodeClass.Variable) return false;
  const { dataType } = node as UAVariable as { dataType: NodeId };
  const type = node.addressSpace.findDataType(dataType);
  return builtIn.some((id) => {
    const base = node.addressSpace.findDataType(id);
    return type !== null && base !== null && type.isSubtypeOf(base);
  });
}
