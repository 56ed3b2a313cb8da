// Which of our methods a Call means by the NodeIds of an object and of a method (OPC 10000-4 §5.12.2).
import { NodeClass, StatusCodes, type BaseNode, type NodeId, type UAObjectType } from "node-opcua";
import type { FindMethod, FoundMethod } from "./methodCalls.ts";
import { SITE, TYPES } from "./typeNodes.ts";
import { VirtualNode, asNode } from "./virtualNode.ts";
import type { VirtualSpace } from "./virtualSpace.ts";

/** Methods of an object of the site, by the texts of their NodeIds. */
type Methods = ReadonlyMap<string, FoundMethod>;

/** @param siteMethods those of the objects of the site, by the strings of the NodeIds of the objects */
export function openFinder(space: VirtualSpace, siteMethods: ReadonlyMap<string, Methods>): FindMethod {
  return (objectId, methodId) => {
    // A method of a type is there to be named together with an instance; on the type itself it does nothing.
    if (objectId.namespace === TYPES)
      return isDeclaredBy(space.addressSpace.findNode(objectId), methodId) ? StatusCodes.BadNotExecutable : undefined;
    if (objectId.namespace !== SITE) return undefined;
    const ofSite = siteMethods.get(String(objectId.value));
    if (ofSite !== undefined) return ofSite.get(methodId.toString());
    const owner: BaseNode | VirtualNode | null = space.addressSpace.findNode(objectId);
    const node = owner instanceof VirtualNode ? space.methodOf(owner, methodId) : undefined;
    const method = node?.position.place.method;
    if (node === undefined || method === undefined) return undefined;
    const { chargePoint, connector } = node.position;
    return { node: asNode(node), method, target: { chargePointId: chargePoint.id, connectorId: connector } };
  };
}

function isDeclaredBy(type: BaseNode | null, methodId: NodeId): boolean {
  return type?.nodeClass === NodeClass.ObjectType && (type as UAObjectType).getMethodById(methodId) !== null;
}
