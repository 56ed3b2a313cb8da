// Tells administrators who has called or written what, and whether it was done (OPC 10000-4 §6.5): one event for each call and each written
// value, refused ones too as long as they are not too many. The library raises those of sessions itself, and lets administrators alone receive
// them. No secret is shown.
import {
  DataType,
  LocalizedText,
  NodeId,
  Variant,
  VariantArrayType,
  type AddressSpace,
  type BaseNode,
  type CallMethodRequest,
  type ISessionContext,
  type StatusCode,
  type UAObject,
  type VariantOptions,
  type WriteValue,
} from "node-opcua";
import type { Argument } from "../datapoints/arguments.ts";
import { severities } from "../datapoints/occurrence.ts";
import type { Clock, EpochMs } from "../std/clock.ts";
import type { AuditedCommand } from "../twin/ports.ts";
import { AuditBounds } from "./auditBounds.ts";
import { shownArguments, shownNodeId, shownText, shownValue } from "./auditedValues.ts";
import { dateOf } from "./dataValues.ts";
import { emitEvent } from "./libraryEvents.ts";
import { clientUserIdOf } from "./libraryLogins.ts";
import { roleOf } from "./roles.ts";
import { mayActAs } from "../twin/commands.ts";

export interface AuditsOptions {
  readonly addressSpace: AddressSpace;
  /** ApplicationUri of this server. */
  readonly serverId: string;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

/** Whose action it was. */
interface Actor {
  readonly at: EpochMs;
  readonly user: string;
  /** How the client has said who it is; null when it has not. */
  readonly userId: string | null;
  /** Whether it may change anything at all. */
  readonly mayAct: boolean;
  /** What the client itself calls it, from the header of its request. */
  readonly entryId: string | undefined;
}

interface Told extends Actor {
  readonly type: "AuditUpdateMethodEventType" | "AuditWriteUpdateEventType";
  /** Undefined: the Server object. */
  readonly sourceNode: NodeId | undefined;
  readonly sourceName: string;
  readonly isDone: boolean;
  readonly message: string;
  readonly fields: () => Readonly<Record<string, VariantOptions>>;
}

export class Audits {
  readonly #options: AuditsOptions;
  readonly #server: UAObject;
  readonly #bounds: AuditBounds;

  constructor(options: AuditsOptions) {
    this.#options = options;
    this.#bounds = new AuditBounds(options.clock, (user, count) => this.#tellOmitted(user, count));
    this.#server = options.addressSpace.rootFolder.objects.server;
  }

  /** A call begins; what is given back is told how it has ended. Undefined while nobody listens. */
  call(
    context: ISessionContext,
    { objectId, methodId, inputArguments }: CallMethodRequest,
    inputs: readonly Argument[],
  ): ((statusCode: StatusCode) => void) | undefined {
    if (!this.#isHeard()) return undefined;
    const actor = this.#actorOf(context, context.getAuditEntryId());
    return (statusCode) =>
      this.#tell({
        ...actor,
        type: "AuditUpdateMethodEventType",
        sourceNode: objectId,
        sourceName: "Attribute/Call",
        isDone: statusCode.isGood(),
        message: `${nameOf(this.#find(methodId), methodId)} called by ${actor.user}: ${statusCode.name}`,
        fields: () => ({
          methodId: { dataType: DataType.NodeId, value: shownNodeId(methodId) },
          inputArguments: variants(shownArguments(inputArguments ?? [], inputs)),
        }),
      });
  }

  /** The same of a value that is to be written. */
  write(
    context: ISessionContext,
    { nodeId, attributeId, indexRange, value }: WriteValue,
    entryId: string | undefined,
  ): ((statusCode: StatusCode) => void) | undefined {
    if (!this.#isHeard()) return undefined;
    const actor = this.#actorOf(context, entryId);
    const node = this.#find(nodeId);
    const before = node?.readAttribute(null, attributeId).value;
    return (statusCode) =>
      this.#tell({
        ...actor,
        type: "AuditWriteUpdateEventType",
        sourceNode: nodeId,
        sourceName: "Attribute/Write",
        isDone: statusCode.isGood(),
        message: `${nameOf(node, nodeId)} written by ${actor.user}: ${statusCode.name}`,
        fields: () => ({
          attributeId: { dataType: DataType.UInt32, value: attributeId },
          indexRange: {
            dataType: DataType.String,
            value: indexRange?.isDefined() ? shownText(indexRange.toString()) : null,
          },
          oldValue: shownValue(nodeId, attributeId, before),
          newValue: shownValue(nodeId, attributeId, value.value),
        }),
      });
  }

  /** A command that has not come over OPC UA has ended: an account was changed, rules were read again. */
  command({ at, user, via, action, payload, isDone, result }: AuditedCommand): void {
    if (!this.#isHeard()) return;
    this.#tellCommand(
      { at, user, sourceName: `${via}/${action}`, isDone, message: `${action} by ${user}: ${result}` },
      payload,
    );
  }

  #tellOmitted(user: string, count: number): void {
    if (!this.#isHeard()) return;
    const message = `${count} more calls and writes of ${user}, all refused or without effect, are not told one by one`;
    const at = this.#options.clock.now();
    this.#tellCommand({ at, user, sourceName: "Audit/Omitted", isDone: false, message }, String(count));
  }

  #tellCommand(command: Pick<Told, "at" | "user" | "sourceName" | "isDone" | "message">, payload: string): void {
    this.#emit({
      ...command,
      userId: command.user,
      mayAct: true,
      entryId: undefined,
      type: "AuditUpdateMethodEventType",
      sourceNode: undefined,
      fields: () => ({
        // There is none.
        methodId: { dataType: DataType.NodeId, value: new NodeId() },
        inputArguments: variants([new Variant({ dataType: DataType.String, value: payload })]),
      }),
    });
  }

  #isHeard(): boolean {
    return this.#server.listenerCount("event") > 0;
  }

  #find(nodeId: NodeId): BaseNode | null {
    return this.#options.addressSpace.findNode(nodeId);
  }

  #actorOf(context: ISessionContext, entryId: string | undefined): Actor {
    return {
      at: this.#options.clock.now(),
      user: context.getUserName(),
      userId: clientUserIdOf(context),
      mayAct: mayActAs(roleOf(context), "operator"),
      entryId,
    };
  }

  #tell(told: Told): void {
    if ((told.isDone && told.mayAct) || this.#bounds.mayTell(told.user)) this.#emit(told);
  }

  /** OPC 10000-5 §6.4.3 */
  #emit({ type, sourceNode = this.#server.nodeId, sourceName, message, isDone, fields, ...actor }: Told): void {
    const { addressSpace, serverId, onFault } = this.#options;
    try {
      const text = new LocalizedText({ locale: "en", text: message });
      const eventType = addressSpace.findEventType(type);
      if (eventType === null) throw new Error(`${type} is not in the loaded nodesets`);
      const event = addressSpace.constructEventData(eventType, {
        sourceNode: { dataType: DataType.NodeId, value: shownNodeId(sourceNode) },
        sourceName: { dataType: DataType.String, value: sourceName },
        localTime: { dataType: DataType.Null },
        message: { dataType: DataType.LocalizedText, value: text },
        severity: { dataType: DataType.UInt16, value: isDone ? severities.information : severities.warning },
        actionTimeStamp: { dataType: DataType.DateTime, value: dateOf(actor.at) ?? null },
        status: { dataType: DataType.Boolean, value: isDone },
        serverId: { dataType: DataType.String, value: serverId },
        clientAuditEntryId: { dataType: DataType.String, value: actor.entryId ?? "" },
        clientUserId: { dataType: DataType.String, value: actor.userId },
        ...fields(),
      });
      emitEvent(this.#server, event);
    } catch (error) {
      onFault(error);
    }
  }
}

function nameOf(node: BaseNode | null, nodeId: NodeId): string {
  return node?.browseName.name ?? shownText(nodeId.toString());
}

function variants(value: readonly Variant[]): VariantOptions {
  return { dataType: DataType.Variant, arrayType: VariantArrayType.Array, value };
}
