// Calls of the methods of conditions (OPC 10000-9 §5.5 to §5.8): finds the condition and the method, reads the arguments, hands over what
// is wanted and tells what came of it. Who may do it and whether it can be done is decided by the alarms themselves.
import {
  DataType,
  LocalizedText,
  MethodIds,
  ObjectTypeIds,
  StatusCodes,
  VariantArrayType,
  resolveNodeId,
  type CallMethodRequest,
  type ISessionContext,
  type NodeId,
  type StatusCode,
  type Variant,
} from "node-opcua";
import { BRIDGE_PLACE } from "../datapoints/alarms.ts";
import type { AlarmAct, AlarmOutcome, AlarmPlace } from "../twin/alarms.ts";
import type { ActOnAlarm } from "../twin/ports.ts";
import type { CallsInFlight } from "./callsInFlight.ts";
import type { ConditionRefresh } from "./conditionRefresh.ts";
import { sequenceOf } from "./conditionEventIds.ts";
import type { CallResult } from "./libraryCalls.ts";
import { statusOfCrowding } from "./outcomeStatus.ts";
import { requesterOf } from "./roles.ts";
import { SITE } from "./typeNodes.ts";
import { VirtualNode, asNode } from "./virtualNode.ts";
import type { VirtualSpace } from "./virtualSpace.ts";

const statusOf: Readonly<Record<AlarmOutcome, StatusCode>> = {
  Done: StatusCodes.Good,
  Denied: StatusCodes.BadUserAccessDenied,
  NotKnown: StatusCodes.BadNodeIdUnknown,
  CommentTooLong: StatusCodes.BadOutOfRange,
  EventUnknown: StatusCodes.BadEventIdUnknown,
  AlreadyAcknowledged: StatusCodes.BadConditionBranchAlreadyAcked,
  AlreadyConfirmed: StatusCodes.BadConditionBranchAlreadyConfirmed,
  AlreadyEnabled: StatusCodes.BadConditionAlreadyEnabled,
  AlreadyDisabled: StatusCodes.BadConditionAlreadyDisabled,
  Disabled: StatusCodes.BadConditionDisabled,
  AlreadyShelved: StatusCodes.BadConditionAlreadyShelved,
  NotShelved: StatusCodes.BadConditionNotShelved,
  ShelvingTimeOutOfRange: StatusCodes.BadShelvingTimeOutOfRange,
};

const CONDITION_TYPE = resolveNodeId(ObjectTypeIds.ConditionType).toString();
const REFRESH = resolveNodeId(MethodIds.ConditionType_ConditionRefresh).toString();
const REFRESH_ITEM = resolveNodeId(MethodIds.ConditionType_ConditionRefresh2).toString();

/** Of the types of conditions, by the NodeIds that OPC 10000-9 gives them: Enable, Disable, AddComment, Acknowledge, Confirm and shelving. */
const verbsOfTypes: ReadonlySet<string> = new Set(
  [9027, 9028, 9029, 9111, 9113, 9211, 9212, 9213].map((id) => resolveNodeId(id).toString()),
);

export interface ConditionCallsOptions {
  readonly space: VirtualSpace;
  readonly refresh: ConditionRefresh;
  readonly act: ActOnAlarm;
  /** Bounds the calls that wait. */
  readonly inFlight: CallsInFlight;
}

export class ConditionCalls {
  readonly #options: ConditionCallsOptions;

  constructor(options: ConditionCallsOptions) {
    this.#options = options;
  }

  /** Starts one call; undefined when it is none of a condition. Rejects never. */
  start(
    context: ISessionContext,
    { objectId, methodId, inputArguments }: CallMethodRequest,
  ): Promise<CallResult> | undefined {
    const given = inputArguments ?? [];
    if (objectId.toString() === CONDITION_TYPE) return this.#refresh(context, methodId, given);
    // There are no other conditions than ours, and a type is none (OPC 10000-9 §5.7.3).
    if (objectId.namespace !== SITE)
      return verbsOfTypes.has(methodId.toString()) ? Promise.resolve(result(StatusCodes.BadNodeIdInvalid)) : undefined;
    const object: unknown = this.#options.space.addressSpace.findNode(objectId);
    return object instanceof VirtualNode ? this.#call(context, object, methodId, given) : undefined;
  }

  #refresh(context: ISessionContext, methodId: NodeId, given: readonly Variant[]): Promise<CallResult> | undefined {
    const method = methodId.toString();
    if (method !== REFRESH && method !== REFRESH_ITEM) return undefined;
    const types = method === REFRESH ? [DataType.UInt32] : [DataType.UInt32, DataType.UInt32];
    const fault = faultOf(given, types);
    if (fault !== undefined) return Promise.resolve(fault);
    const [subscriptionId, monitoredItemId] = given.map(({ value }) => Number(value));
    return Promise.resolve(result(this.#options.refresh.start(context, subscriptionId ?? 0, monitoredItemId)));
  }

  #call(
    context: ISessionContext,
    object: VirtualNode,
    methodId: NodeId,
    given: readonly Variant[],
  ): Promise<CallResult> | undefined {
    const { chargePoint, connector, place } = object.position;
    const part = place.condition;
    if (part === undefined || (place.role !== "condition" && place.role !== "shelving")) return undefined;
    const id = methodId.toString();
    const { space } = this.#options;
    const condition = place.role === "condition" ? object : space.find(object.parentNodeId);
    const own = `ns=${SITE};s=${String(condition?.nodeId.value)}/`;
    const verb = part.type.verbs.find(({ path, declarations }) => declarations.has(id) || id === own + path);
    // The library would say that the object has no methods at all.
    if (verb === undefined) return Promise.resolve(result(StatusCodes.BadMethodInvalid));
    if (context.isAccessRestricted(asNode(object)))
      return Promise.resolve(result(StatusCodes.BadSecurityModeInsufficient));
    const fault = faultOf(given, inputTypes[verb.act]);
    if (fault !== undefined) return Promise.resolve(fault);
    const act = actOf(verb.act, given, String(condition?.nodeId.value));
    const chargePointId = chargePoint === space.bridge ? BRIDGE_PLACE : chargePoint.id;
    return this.#act(context, { chargePointId, connector, name: part.row.name }, act);
  }

  async #act(context: ISessionContext, place: AlarmPlace, act: AlarmAct): Promise<CallResult> {
    const { inFlight, act: actOnAlarm } = this.#options;
    const session = context.session ?? this;
    const crowded = inFlight.crowded(session);
    if (crowded !== undefined) return result(statusOfCrowding[crowded]);
    const outcome = await inFlight.follow(session, () => actOnAlarm(place, act, requesterOf(context, "method")));
    return result(statusOf[outcome]);
  }
}

const MARKED = [DataType.ByteString, DataType.LocalizedText];

const inputTypes: Readonly<Record<AlarmAct["kind"], readonly DataType[]>> = {
  acknowledge: MARKED,
  confirm: MARKED,
  addComment: MARKED,
  timedShelve: [DataType.Double],
  oneShotShelve: [],
  unshelve: [],
  enable: [],
  disable: [],
};

function actOf(kind: AlarmAct["kind"], [first, second]: readonly Variant[], condition: string): AlarmAct {
  switch (kind) {
    case "acknowledge":
    case "confirm":
    case "addComment":
      return { kind, sequence: sequenceOf(condition, first?.value) ?? -1, comment: commentOf(second?.value) };
    case "timedShelve":
      return { kind, milliseconds: Number(first?.value) };
    default:
      return { kind };
  }
}

/** OPC 10000-9 §5.5.6: without locale and text the comment stays; an empty text with a locale takes it away. */
function commentOf(comment: unknown): string | undefined {
  if (!(comment instanceof LocalizedText)) return undefined;
  const { locale, text } = comment;
  if (text !== null && text !== undefined && text !== "") return text;
  return locale === null || locale === undefined || locale === "" ? undefined : "";
}

/** OPC 10000-4 §5.12.2.4 */
function faultOf(given: readonly Variant[], types: readonly DataType[]): CallResult | undefined {
  if (given.length < types.length) return result(StatusCodes.BadArgumentsMissing);
  if (given.length > types.length) return result(StatusCodes.BadTooManyArguments);
  const results = given.map(({ dataType, arrayType }, index) => {
    const isFine = dataType === types[index] && arrayType === VariantArrayType.Scalar;
    return isFine ? StatusCodes.Good : StatusCodes.BadTypeMismatch;
  });
  if (results.every((status) => status === StatusCodes.Good)) return undefined;
  return { ...result(StatusCodes.BadInvalidArgument), inputArgumentResults: results };
}

function result(statusCode: StatusCode): CallResult {
  return { statusCode, inputArgumentResults: [], outputArguments: [] };
}
