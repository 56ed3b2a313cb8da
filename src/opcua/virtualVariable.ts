// Virtual variables: datapoints, and the properties below them. Their values are read from the compact store at the moment of reading.
import {
  AccessLevelFlag,
  AttributeIds,
  DataType,
  DataValue,
  PermissionType,
  SessionContext,
  StatusCodes,
  VariantArrayType,
  extractRange,
  isDataEncoding,
  type ISessionContext,
  type NodeId,
  type NumericRange,
  type QualifiedNameLike,
  type RolePermissionTypeOptions,
  type StatusCode,
  type WriteValue,
} from "node-opcua";
import type { Write } from "../datapoints/row.ts";
import { statusOfCrowding, statusOfWrite } from "./outcomeStatus.ts";
import { permissionsToWrite, requesterOf, roleOf } from "./roles.ts";
import { mayActAs } from "../twin/commands.ts";
import { VirtualNode, attribute, asNode, badAttribute, mayDo, type WriteCallback } from "./virtualNode.ts";
import { commandOf } from "./writes.ts";

/** The library's own NONE does not fit into a Byte. */
const NOTHING = 0 as AccessLevelFlag;
const READ = AccessLevelFlag.CurrentRead;
const READ_AND_WRITE = AccessLevelFlag.CurrentRead | AccessLevelFlag.CurrentWrite;

export class VirtualVariable extends VirtualNode {
  /** Values are delivered on change; nothing is sampled. */
  readonly minimumSamplingInterval = 0;
  readonly userAccessLevel = undefined;
  /** Units and ranges never change while the program runs. */
  readonly semantic_version = 0;

  get valueRank(): number {
    return this.#length === undefined ? -1 : 1;
  }

  get arrayDimensions(): number[] | null {
    return this.#length === undefined ? null : [this.#length];
  }

  /** How many elements the list of arguments of a method has; everything else is a scalar. */
  get #length(): number | undefined {
    return (this.position.place.constant?.value as readonly unknown[] | undefined)?.length;
  }

  get dataType(): NodeId {
    return this.space.dataTypeOf(this.position);
  }

  get accessLevel(): AccessLevelFlag {
    const level = this.#write === undefined ? READ : READ_AND_WRITE;
    return this.historizing ? level | AccessLevelFlag.HistoryRead : level;
  }

  /** Whether its values are kept and can be read back (OPC 10000-3 §5.6.2). */
  get historizing(): boolean {
    return this.space.isHistorized(this.position.place);
  }

  /** What a write wants; only datapoints can be written, not the properties below them. */
  get #write(): Write | undefined {
    const { role, datapoint } = this.position.place;
    return role === "datapoint" ? datapoint?.row.write : undefined;
  }

  override get rolePermissions(): RolePermissionTypeOptions[] | undefined {
    return this.#write === undefined ? undefined : permissionsToWrite(this.#write.role);
  }

  isReadable(): boolean {
    return true;
  }

  isUserReadable(context?: ISessionContext): boolean {
    return mayDo(context, this, PermissionType.Read);
  }

  isWritable(): boolean {
    return this.#write !== undefined;
  }

  /** OPC 10000-3 §5.6.2: what the session's role may do, as UserAccessLevel says it; the road out decides. */
  isUserWritable(context?: ISessionContext | null): boolean {
    return this.#write !== undefined && mayActAs(roleOf(context), this.#write.role);
  }

  /** OPC 10000-4 §5.11.4: the value alone can be written, and only where that is a command; Good once the command is done. */
  override writeAttribute(context: ISessionContext | null, written: WriteValue, callback: WriteCallback): void {
    const attributeId: AttributeIds = written.attributeId;
    const type = this.position.place.datapoint?.row.type;
    const write = this.#write;
    if (attributeId !== AttributeIds.Value || type === undefined || write === undefined)
      super.writeAttribute(context, written, callback);
    else void this.#command(context, { type, write }, written).then((statusCode) => callback(null, statusCode));
  }

  async #command(
    context: ISessionContext | null,
    writable: { readonly type: string; readonly write: Write },
    written: WriteValue,
  ): Promise<StatusCode> {
    if ((context ?? SessionContext.defaultContext).isAccessRestricted(asNode(this)))
      return StatusCodes.BadSecurityModeInsufficient;
    const { inFlight, command, maxCallBytes } = this.space;
    const session = context?.session ?? this.space;
    const crowded = inFlight.crowded(session);
    if (crowded !== undefined) return statusOfCrowding[crowded];
    const { chargePoint, connector } = this.position;
    const target = { chargePointId: chargePoint.id, connectorId: connector };
    const wanted = commandOf({ ...writable, longestText: maxCallBytes }, target, written);
    const requester = requesterOf(context, "write");
    const outcome = await inFlight.follow(session, () => command(wanted.command, requester, wanted.fault?.name));
    // Whoever may not write is told that, and not what is wrong with the value.
    return wanted.fault === undefined || outcome.kind === "denied" ? statusOfWrite(outcome) : wanted.fault;
  }

  /** The library refreshes the time of receipt in this one; ours is made anew each time, so that it stays. */
  get $dataValue(): DataValue {
    return this.space.valueOf(this.position);
  }

  /** Encodings have been judged before (requestFaults.ts). */
  readValue(context?: ISessionContext | null, indexRange?: NumericRange | null): DataValue {
    const refusal = this.#refusalOf(context ?? (SessionContext.defaultContext as ISessionContext));
    if (refusal !== undefined) return stampedNow(refusal);
    const dataValue = this.space.valueOf(this.position);
    if (indexRange === null || indexRange === undefined || dataValue.statusCode.isBad()) return dataValue;
    return extractRange(dataValue, indexRange);
  }

  readValueAsync(
    context: ISessionContext | null,
    callback?: (error: Error | null, dataValue?: DataValue) => void,
  ): Promise<DataValue> | undefined {
    const dataValue = this.readValue(context);
    if (callback === undefined) return Promise.resolve(dataValue);
    callback(null, dataValue);
    return undefined;
  }

  override readAttribute(
    context: ISessionContext | null,
    attributeId: AttributeIds,
    indexRange?: NumericRange | null,
    dataEncoding?: QualifiedNameLike | null,
  ): DataValue {
    if (attributeId === AttributeIds.Value) return this.readValue(context, indexRange);
    // OPC 10000-4 §5.11.2.4: ranges and encodings are for values only.
    if (indexRange?.isDefined() === true) return badAttribute(StatusCodes.BadIndexRangeNoData);
    if (isDataEncoding(dataEncoding)) return badAttribute(StatusCodes.BadDataEncodingInvalid);
    switch (attributeId) {
      case AttributeIds.DataType:
        return attribute(DataType.NodeId, this.dataType);
      case AttributeIds.ValueRank:
        return attribute(DataType.Int32, this.valueRank);
      case AttributeIds.ArrayDimensions:
        return dimensions(this.arrayDimensions);
      case AttributeIds.AccessLevel:
        return attribute(DataType.Byte, this.accessLevel);
      case AttributeIds.UserAccessLevel:
        return attribute(DataType.Byte, this.#userAccessLevelOf(context));
      case AttributeIds.AccessLevelEx:
        return attribute(DataType.UInt32, this.accessLevel);
      case AttributeIds.MinimumSamplingInterval:
        return attribute(DataType.Double, this.minimumSamplingInterval);
      case AttributeIds.Historizing:
        return attribute(DataType.Boolean, this.historizing);
      default:
        return super.readAttribute(context, attributeId);
    }
  }

  #userAccessLevelOf(context: ISessionContext | null): number {
    const mayReadHistory = this.historizing && mayDo(context, this, PermissionType.ReadHistory);
    return (
      (mayDo(context, this, PermissionType.Read) ? READ : NOTHING) |
      (this.isUserWritable(context) ? AccessLevelFlag.CurrentWrite : NOTHING) |
      (mayReadHistory ? AccessLevelFlag.HistoryRead : NOTHING)
    );
  }

  #refusalOf(context: ISessionContext): StatusCode | undefined {
    if (context.isAccessRestricted(asNode(this))) return StatusCodes.BadSecurityModeInsufficient;
    if (!context.checkPermission(asNode(this), PermissionType.Read)) return StatusCodes.BadUserAccessDenied;
    return undefined;
  }
}

function dimensions(lengths: readonly number[] | null): DataValue {
  const dataValue = attribute(DataType.UInt32, lengths === null ? null : Uint32Array.from(lengths));
  dataValue.value.arrayType = VariantArrayType.Array;
  return dataValue;
}

function stampedNow(statusCode: StatusCode): DataValue {
  const now = new Date();
  return new DataValue({ statusCode, sourceTimestamp: now, serverTimestamp: now });
}
