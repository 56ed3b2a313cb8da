// Reaches into the library (node-opcua 2.186) like libraryInternals.ts: a Write request of several values does not wait for each in turn.
import type { ISessionContext, OPCUAServer, StatusCode, WriteValue } from "node-opcua";

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
    const writeGroup = async (group: readonly number[]): Promise<void> => {
      const codes = await write(
        context,
        group.flatMap((place) => nodes[place] ?? []),
      );
      for (const [index, place] of group.entries()) if (codes[index] !== undefined) answers[place] = codes[index];
    };
    await Promise.all(Array.from(places.values(), writeGroup));
    return answers;
  };
}

/** The charge point as it stands in NodeIds. */
function ownerOf(text: string): string {
  const slash = text.indexOf("/");
  return slash < 0 ? text : text.slice(0, slash);
}
