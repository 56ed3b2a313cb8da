// Tells administrators who has called or written what, and whether it was done (OPC 10000-4 §6.5): one event for each call and each written
// value, refused ones too. The library raises those of sessions itself, and lets administrators alone receive them. No secret is shown.
import {
  AttributeIds,
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
import type { EpochMs } from "../std/clock.ts";
import type { AuditedCommand } from "../twin/ports.ts";
import { hideSecrets } from "../twin/hideSecrets.ts";
import { dateOf } from "./dataValues.ts";
import { emitEvent } from "./libraryEvents.ts";

export interface AuditsOptions {
  readonly addressSpace: AddressSpace;
  /** ApplicationUri of this server. */
  readonly serverId: string;
  readonly now: () => EpochMs;
  readonly onFault: (error: unknown) => void;
}

/** Whose action it was. */
interface Actor {
  readonly at: EpochMs;
  readonly user: string;
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
  readonly fields: Readonly<Record<string, VariantOptions>>;
}

export class Audits {
  readonly #options: AuditsOptions;
  readonly #server: UAObject;

  constructor(options: AuditsOptions) {
    this.#options = options;
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
        fields: {
          methodId: { dataType: DataType.NodeId, value: methodId },
          inputArguments: variants(shownArguments(inputArguments ?? [], inputs)),
        },
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
        fields: {
          attributeId: { dataType: DataType.UInt32, value: attributeId },
          indexRange: {
            dataType: DataType.String,
            value: indexRange?.isDefined() ? indexRange.toString() : null,
          },
          oldValue: shownValue(nodeId, attributeId, before),
          newValue: shownValue(nodeId, attributeId, value.value),
        },
      });
  }

  /** A command that has not come over OPC UA has ended: an account was changed, rules were read again. */
  command({ at, user, via, action, payload, isDone, result }: AuditedCommand): void {
    if (!this.#isHeard()) return;
    this.#tell({
      at,
      user,
      entryId: undefined,
      type: "AuditUpdateMethodEventType",
      sourceNode: undefined,
      sourceName: `${via}/${action}`,
      isDone,
      message: `${action} by ${user}: ${result}`,
      fields: {
        // There is none.
        methodId: { dataType: DataType.NodeId, value: new NodeId() },
        inputArguments: variants([new Variant({ dataType: DataType.String, value: payload })]),
      },
    });
  }

  #isHeard(): boolean {
    return this.#server.listenerCount("event") > 0;
  }

  #find(nodeId: NodeId): BaseNode | null {
    return this.#options.addressSpace.findNode(nodeId);
  }

  #actorOf(context: ISessionContext, entryId: string | undefined): Actor {
    return { at: this.#options.now(), user: context.getUserName(), entryId };
  }

  /** OPC 10000-5 §6.4.3 */
  #tell({ type, sourceNode = this.#server.nodeId, sourceName, message, isDone, fields, ...actor }: Told): void {
    const { addressSpace, serverId, onFault } = this.#options;
    try {
      const text = new LocalizedText({ locale: "en", text: message });
      const eventType = addressSpace.findEventType(type);
      if (eventType === null) throw new Error(`${type} is not in the loaded nodesets`);
      const event = addressSpace.constructEventData(eventType, {
        sourceNode: { dataType: DataType.NodeId, value: sourceNode },
        sourceName: { dataType: DataType.String, value: sourceName },
        localTime: { dataType: DataType.Null },
        message: { dataType: DataType.LocalizedText, value: text },
        severity: { dataType: DataType.UInt16, value: isDone ? severities.information : severities.warning },
        actionTimeStamp: { dataType: DataType.DateTime, value: dateOf(actor.at) ?? null },
        status: { dataType: DataType.Boolean, value: isDone },
        serverId: { dataType: DataType.String, value: serverId },
        clientAuditEntryId: { dataType: DataType.String, value: actor.entryId ?? "" },
        clientUserId: { dataType: DataType.String, value: actor.user },
        ...fields,
      });
      emitEvent(this.#server, event);
    } catch (error) {
      onFault(error);
    }
  }
}

function nameOf(node: BaseNode | null, nodeId: NodeId): string {
  return node?.browseName.name ?? nodeId.toString().slice(0, LONGEST_NAME);
}

const LONGEST_NAME = 200;
/** Characters of a text; events wait in the queues of whoever listens. */
const LONGEST_TEXT = 4096;

function variants(value: readonly Variant[]): VariantOptions {
  return { dataType: DataType.Variant, arrayType: VariantArrayType.Array, value };
}

/** One argument may say what another one is: Key and Value of ChangeConfiguration. */
function shownArguments(given: readonly Variant[], inputs: readonly Argument[]): Variant[] {
  const named = given.map(({ value }, index) => [inputs[index]?.field ?? String(index), shortened(value)] as const);
  const shown = hideSecrets(Object.fromEntries(named)) as Readonly<Record<string, unknown>>;
  return given.map((variant, index) => shownAs(variant, shown[named[index]?.[0] ?? ""]));
}

/** The last part of a NodeId says what a configuration key is. */
function shownValue(nodeId: NodeId, attributeId: AttributeIds, variant: Variant | undefined): VariantOptions {
  if (variant === undefined) return {};
  if (attributeId !== AttributeIds.Value) return variant;
  const key = String(nodeId.value).split("/").at(-1);
  const { value } = hideSecrets({ key, value: shortened(variant.value) }) as { readonly value: unknown };
  return shownAs(variant, value);
}

/** What is too long is not shown, so that nothing of it needs to be hidden. Values that are no text bear no secret. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "string") return undefined;
  return value.length > LONGEST_TEXT ? `(${value.length} characters)` : value;
}

function shownAs(variant: Variant, shown: unknown): Variant {
  if (variant.dataType !== DataType.String && variant.dataType !== DataType.LocalizedText) return variant;
  if (variant.dataType === DataType.LocalizedText || shown === variant.value) return variant;
  const arrayType = Array.isArray(shown) ? VariantArrayType.Array : VariantArrayType.Scalar;
  return new Variant({ dataType: DataType.String, arrayType, value: shown });
}
