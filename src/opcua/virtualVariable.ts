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
  type StatusCode,
} from "node-opcua";
import { VirtualNode, attribute, asNode, badAttribute, mayDo } from "./virtualNode.ts";

export class VirtualVariable extends VirtualNode {
  /** Values are delivered on change; nothing is sampled. */
  readonly minimumSamplingInterval = 0;
  readonly valueRank = -1;
  readonly arrayDimensions = null;
  readonly historizing = false;
  readonly accessLevel = AccessLevelFlag.CurrentRead;
  readonly userAccessLevel = undefined;
  /** Units and ranges never change while the program runs. */
  readonly semantic_version = 0;

  get dataType(): NodeId {
    return this.space.dataTypeOf(this.position);
  }

  isReadable(): boolean {
    return true;
  }

  isUserReadable(context?: ISessionContext): boolean {
    return mayDo(context, this, PermissionType.Read);
  }

  isWritable(): boolean {
    return false;
  }

  isUserWritable(): boolean {
    return false;
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
        return noDimensions();
      case AttributeIds.AccessLevel:
        return attribute(DataType.Byte, this.accessLevel);
      case AttributeIds.UserAccessLevel:
        return attribute(
          DataType.Byte,
          mayDo(context, this, PermissionType.Read) ? this.accessLevel : AccessLevelFlag.NONE,
        );
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

  #refusalOf(context: ISessionContext): StatusCode | undefined {
    if (context.isAccessRestricted(asNode(this))) return StatusCodes.BadSecurityModeInsufficient;
    if (!context.checkPermission(asNode(this), PermissionType.Read)) return StatusCodes.BadUserAccessDenied;
    return undefined;
  }
}

function noDimensions(): DataValue {
  const dataValue = attribute(DataType.UInt32, null);
  dataValue.value.arrayType = VariantArrayType.Array;
  return dataValue;
}

function stampedNow(statusCode: StatusCode): DataValue {
  const now = new Date();
  return new DataValue({ statusCode, sourceTimestamp: now, serverTimestamp: now });
}
