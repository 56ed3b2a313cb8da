// References of virtual nodes and of the real nodes that hold them: what Browse and TranslateBrowsePaths answer (OPC 10000-4 §5.9).
import {
  BrowseDirection,
  NodeClass,
  NodeId,
  ReferenceDescription,
  ResultMask,
  LocalizedText,
  QualifiedName,
  ExpandedNodeId,
  type AddressSpace,
  type BrowseDescription,
  type RelativePathElement,
  type UAReferenceType,
} from "node-opcua";

/** One reference with what a client may ask about its target. */
export interface Link {
  readonly type: UAReferenceType;
  readonly isForward: boolean;
  readonly nodeId: NodeId;
  readonly nodeClass: NodeClass;
  readonly browseName: QualifiedName;
  readonly displayName: LocalizedText;
  /** Undefined for types and methods. */
  readonly typeDefinition: NodeId | undefined;
}

/** Whether a reference of this type and direction is asked for. */
export type LinkTest = (type: UAReferenceType, isForward: boolean) => boolean;

/** The test of a BrowseDescription, without the node class mask. */
export function browseTest(space: AddressSpace, description: BrowseDescription): LinkTest {
  const { browseDirection, referenceTypeId, includeSubtypes } = description;
  const ofType = typeTest(space, referenceTypeId, includeSubtypes);
  return (type, isForward) =>
    (browseDirection === BrowseDirection.Both || isForward === (browseDirection === BrowseDirection.Forward)) &&
    ofType(type);
}

/** The test of one step of a RelativePath; without a reference type the direction does not count (OPC 10000-4 §7.30). */
export function stepTest(space: AddressSpace, element: RelativePathElement): LinkTest {
  if (isNone(element.referenceTypeId)) return () => true;
  const ofType = typeTest(space, element.referenceTypeId, element.includeSubtypes);
  return (type, isForward) => isForward !== element.isInverse && ofType(type);
}

function typeTest(
  space: AddressSpace,
  wanted: NodeId | null | undefined,
  includeSubtypes: boolean,
): (type: UAReferenceType) => boolean {
  if (isNone(wanted)) return () => true;
  const base = space.findReferenceType(wanted);
  if (base === null) return () => false;
  return (type) => type === base || (includeSubtypes && type.isSubtypeOf(base));
}

function isNone(nodeId: NodeId | null | undefined): nodeId is null | undefined {
  return nodeId === null || nodeId === undefined || nodeId.isEmpty();
}

/** Whether the target's class is asked for; 0 asks for all (OPC 10000-4 §5.9.2). */
export function isClassWanted(mask: number, nodeClass: NodeClass): boolean {
  return mask === 0 || (mask & nodeClass) !== 0;
}

/** A link as Browse answers it: fields that the result mask leaves out are null. */
export function describe(link: Link, resultMask: number): ReferenceDescription {
  const wants = (bit: ResultMask): boolean => (resultMask & bit) !== 0;
  const description = new ReferenceDescription(null);
  description.referenceTypeId = wants(ResultMask.ReferenceType) ? link.type.nodeId : NO_NODE;
  description.isForward = wants(ResultMask.IsForward) && link.isForward;
  description.nodeId = expanded(link.nodeId);
  description.nodeClass = wants(ResultMask.NodeClass) ? link.nodeClass : NodeClass.Unspecified;
  description.browseName = wants(ResultMask.BrowseName) ? link.browseName : NO_NAME;
  description.displayName = wants(ResultMask.DisplayName) ? link.displayName : NO_TEXT;
  description.typeDefinition =
    wants(ResultMask.TypeDefinition) && link.typeDefinition !== undefined
      ? expanded(link.typeDefinition)
      : NO_EXPANDED_NODE;
  return description;
}

const NO_NODE = new NodeId();
const NO_NAME = new QualifiedName({});
const NO_TEXT = new LocalizedText({});
const NO_EXPANDED_NODE = ExpandedNodeId.nullExpandedNodeId;

/** A NodeId of this server as an ExpandedNodeId: no namespace URI, server index 0. */
function expanded(nodeId: NodeId): ExpandedNodeId {
  return new ExpandedNodeId(nodeId.identifierType, nodeId.value, nodeId.namespace, null, 0);
}
