// Reaches into the library (node-opcua 2.186) like libraryInternals.ts, where writing is concerned: none of its own variables can be written,
// and a Write request of several values does not wait for each in turn.
import {
  AccessLevelFlag,
  NodeClass,
  StatusCodes,
  VariableIds,
  WriteRequest,
  type AddressSpace,
  type BaseNode,
  type ISessionContext,
  type OPCUAServer,
  type StatusCode,
  type UAVariable,
  type WriteValue,
} from "node-opcua";
import { TYPES } from "./typeNodes.ts";

/** The one standard variable that a client may set: whether diagnostics are collected (OPC 10000-5 §6.3.3). */
const DIAGNOSTICS_ENABLED = VariableIds.Server_ServerDiagnostics_EnabledFlag;

interface Registers {
  nodeIterator(): Iterable<BaseNode>;
  /** Every new node passes here, such as the diagnostics of a session. */
  _register(node: BaseNode): void;
}

/** The library and its nodesets leave variables writable that nothing here listens to, such as the settings of roles: whoever wrote them would be deceived. */
export function forbidWriting(space: AddressSpace): void {
  for (const namespace of space.getNamespaceArray()) {
    const internal = namespace as unknown as Registers;
    for (const node of internal.nodeIterator()) makeReadOnly(node);
    const register = internal._register.bind(namespace);
    internal._register = (node) => {
      makeReadOnly(node);
      register(node);
    };
  }
}

function makeReadOnly(node: BaseNode): void {
  const { nodeId, nodeClass } = node;
  if (nodeClass !== NodeClass.Variable || (nodeId.namespace === 0 && nodeId.value === DIAGNOSTICS_ENABLED)) return;
  const variable = node as UAVariable;
  if (nodeId.namespace === TYPES) {
    // What a type declares is what its instances have; the declaration itself is there to be read only (OPC 10000-3 §5.6.2).
    variable.userAccessLevel = variable.accessLevel & AccessLevelFlag.CurrentRead;
    return;
  }
  variable.accessLevel &= ~AccessLevelFlag.CurrentWrite;
  if (variable.userAccessLevel !== undefined) variable.userAccessLevel &= ~AccessLevelFlag.CurrentWrite;
}

interface WritesNodes {
  write(context: ISessionContext, nodes: readonly WriteValue[]): Promise<StatusCode[]>;
}

/**
 * Writes to different charge points at the same time: a slow one must not delay the others, and each of ours may take as long as a charge
 * point takes to answer. What belongs to one charge point keeps its order: Action and Payload come before Trigger.
 */
export function writeConcurrently(server: OPCUAServer, namespaceIndex: number): void {
  const accessor = (server.engine as unknown as { addressSpaceAccessor: WritesNodes }).addressSpaceAccessor;
  const write = accessor.write.bind(accessor);
  accessor.write = async (context, nodes) => {
    const places = new Map<string, number[]>();
    for (const [place, { nodeId }] of nodes.entries()) {
      const owner = nodeId.namespace === namespaceIndex ? ownerOf(String(nodeId.value)) : "";
      const known = places.get(owner);
      if (known === undefined) places.set(owner, [place]);
      else known.push(place);
    }
    const answers: StatusCode[] = [];
    const writePlaces = async (group: readonly number[]): Promise<void> => {
      const codes = await write(
        context,
        group.flatMap((place) => nodes[place] ?? []),
      );
      for (const [index, place] of group.entries()) if (codes[index] !== undefined) answers[place] = codes[index];
    };
    const writeGroup = async (group: readonly number[]): Promise<void> => {
      for (const part of partsOf(group, (place) => isPart(nodes[place], "Trigger")))
        if (part.some((place) => isPart(nodes[place], "Trigger")) && isCommandRefused(nodes, answers, group))
          for (const place of part) answers[place] = StatusCodes.BadInvalidState;
        else await writePlaces(part);
    };
    await Promise.all(Array.from(places.values(), writeGroup));
    return answers;
  };
}

/** Told of the beginning of a write; what it gives back of its end. `entryId` is the AuditEntryId of the request. */
export type WatchWrite = (
  context: ISessionContext,
  written: WriteValue,
  entryId: string | undefined,
) => ((statusCode: StatusCode) => void) | undefined;

/** Tells of every value that clients write, whatever becomes of it; the context of a write knows nothing of its request. */
export function watchWrites(server: OPCUAServer, watch: WatchWrite): void {
  const entryIds = new WeakMap<WriteValue, string>();
  server.on("request", (request: unknown) => {
    if (!(request instanceof WriteRequest)) return;
    const { auditEntryId } = request.requestHeader;
    if (auditEntryId !== null && auditEntryId !== "")
      for (const written of request.nodesToWrite ?? []) entryIds.set(written, auditEntryId);
  });
  const accessor = (server.engine as unknown as { addressSpaceAccessor: WritesNodes }).addressSpaceAccessor;
  const write = accessor.write.bind(accessor);
  accessor.write = async (context, nodes) => {
    const ends = nodes.map((written) => watch(context, written, entryIds.get(written)));
    const codes = await write(context, nodes);
    for (const [index, code] of codes.entries()) ends[index]?.(code);
    return codes;
  };
}

/** The charge point as it stands in NodeIds. */
function ownerOf(text: string): string {
  const slash = text.indexOf("/");
  return slash < 0 ? text : text.slice(0, slash);
}

/** Each trigger by itself, for it may depend on what has become of the writes before it, and what stands between them. */
function partsOf(group: readonly number[], isTrigger: (place: number) => boolean): readonly (readonly number[])[] {
  const parts: number[][] = [[]];
  for (const place of group)
    if (isTrigger(place)) parts.push([place], []);
    else parts.at(-1)?.push(place);
  return parts.filter((part) => part.length > 0);
}

/** Whether the last write of Action or Payload so far was refused: the rest of a command before must not go out in its place. */
function isCommandRefused(
  nodes: readonly WriteValue[],
  answers: readonly (StatusCode | undefined)[],
  group: readonly number[],
): boolean {
  return (["Action", "Payload"] as const).some((name) => {
    const last = group.findLast((place) => answers[place] !== undefined && isPart(nodes[place], name));
    return last !== undefined && answers[last]?.isGood() === false;
  });
}

/** Whether it is that command variable of a charge point. */
function isPart(node: WriteValue | undefined, name: "Action" | "Payload" | "Trigger"): boolean {
  const text = String(node?.nodeId.value);
  return text.slice(ownerOf(text).length) === `/Command/${name}`;
}
