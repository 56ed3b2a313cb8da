// A virtual node: what the library's services need of a node, made when somebody asks for one and kept only while somebody listens to it.
// It holds no values; those stand in the charge point's compact store.
import {
  AttributeIds,
  DataType,
  DataValue,
  PermissionType,
  SessionContext,
  StatusCodes,
  VariantArrayType,
  sameNodeId,
  type BaseNode,
  type BrowseDescription,
  type ISessionContext,
  type LocalizedText,
  type NodeClass,
  type NodeId,
  type NumericRange,
  type QualifiedName,
  type QualifiedNameLike,
  type ReferenceDescription,
  type RelativePathElement,
  type RolePermissionTypeOptions,
  type StatusCode,
  type UAObjectType,
  type UAReferenceType,
  type UAVariableType,
  type WriteValue,
} from "node-opcua";
import type { ChargePoint } from "./chargePoints.ts";
import { Listeners, type Listener } from "./listeners.ts";
import { browseTest, describe, isClassWanted, stepTest } from "./references.ts";
import { shownPermissions } from "./roles.ts";
import type { Place } from "./shape.ts";
import type { VirtualSpace } from "./virtualSpace.ts";

export type WriteCallback = (error: Error | null, statusCode?: StatusCode) => void;

/** Where a virtual node stands: on which charge point, which connector (0 none), which place of the shape. */
export interface Position {
  readonly chargePoint: ChargePoint;
  readonly connector: number;
  readonly place: Place;
}

export abstract class VirtualNode {
  readonly space: VirtualSpace;
  readonly nodeId: NodeId;
  readonly position: Position;
  readonly #listeners = new Listeners();
  #disposed = false;

  constructor(space: VirtualSpace, nodeId: NodeId, position: Position) {
    this.space = space;
    this.nodeId = nodeId;
    this.position = position;
  }

  // --- what it is

  get nodeClass(): NodeClass {
    return this.position.place.nodeClass;
  }

  get browseName(): QualifiedName {
    return this.space.browseNameOf(this.position);
  }

  get displayName(): LocalizedText[] {
    return [this.space.displayNameOf(this.position)];
  }

  get description(): LocalizedText {
    return this.position.place.description;
  }

  get typeDefinition(): NodeId | undefined {
    return this.position.place.typeDefinition?.nodeId;
  }

  get typeDefinitionObj(): UAObjectType | UAVariableType | undefined {
    return this.position.place.typeDefinition;
  }

  get addressSpace(): BaseNode["addressSpace"] {
    return this.space.addressSpace;
  }

  get namespace(): BaseNode["namespace"] {
    return this.space.namespace;
  }

  get parentNodeId(): NodeId {
    return this.space.parentLinkOf(this.position).nodeId;
  }

  /** Undefined: the namespace's defaults apply (OPC 10000-3 §5.2.9). */
  get rolePermissions(): RolePermissionTypeOptions[] | undefined {
    return undefined;
  }

  readonly accessRestrictions = undefined;

  getDisplayName(): string {
    return this.displayName[0]?.text ?? "";
  }

  toString(): string {
    return this.nodeId.toString();
  }

  isDisposed(): boolean {
    return this.#disposed;
  }

  // --- what may be done with it

  mayBrowse(context: ISessionContext | undefined): boolean {
    return context === undefined || context.checkPermission(asNode(this), PermissionType.Browse);
  }

  /** OPC 10000-4 §5.11.2: an Attribute of the node, with the node's own Bad code where it has none. */
  readAttribute(
    context: ISessionContext | null,
    attributeId: AttributeIds,
    _indexRange?: NumericRange | null,
    _dataEncoding?: QualifiedNameLike | null,
  ): DataValue {
    switch (attributeId) {
      case AttributeIds.NodeId:
        return attribute(DataType.NodeId, this.nodeId);
      case AttributeIds.NodeClass:
        return attribute(DataType.Int32, this.nodeClass);
      case AttributeIds.BrowseName:
        return attribute(DataType.QualifiedName, this.browseName);
      case AttributeIds.DisplayName:
        return attribute(DataType.LocalizedText, this.displayName[0]);
      case AttributeIds.Description:
        return attribute(DataType.LocalizedText, this.description);
      case AttributeIds.WriteMask:
      case AttributeIds.UserWriteMask:
        return attribute(DataType.UInt32, 0);
      case AttributeIds.RolePermissions:
        if (!mayDo(context, this, PermissionType.ReadRolePermissions))
          return badAttribute(StatusCodes.BadSecurityModeInsufficient);
        return permissionsAttribute(this.rolePermissions);
      case AttributeIds.UserRolePermissions:
        return permissionsAttribute(this.rolePermissions, context ?? undefined);
      default:
        return badAttribute(StatusCodes.BadAttributeIdInvalid);
    }
  }

  /** No attribute can be written but the value of some variables (virtualVariable.ts). */
  writeAttribute(_context: ISessionContext | null, written: WriteValue, callback: WriteCallback): void {
    const attributeId: AttributeIds = written.attributeId;
    const exists = attributeId >= AttributeIds.NodeId && attributeId <= AttributeIds.AccessLevelEx;
    callback(null, exists ? StatusCodes.BadNotWritable : StatusCodes.BadAttributeIdInvalid);
  }

  // --- what it is connected with

  browseNode(description: BrowseDescription, context?: ISessionContext): ReferenceDescription[] {
    if (!this.mayBrowse(context)) return [];
    const test = browseTest(this.space.addressSpace, description);
    const descriptions: ReferenceDescription[] = [];
    for (const link of this.space.linksOf(this.position)) {
      if (!test(link.type, link.isForward)) continue;
      if (!isClassWanted(description.nodeClassMask, link.nodeClass)) continue;
      descriptions.push(describe(link, description.resultMask));
    }
    return descriptions;
  }

  /** One step of TranslateBrowsePathsToNodeIds. */
  browseNodeByTargetName(element: RelativePathElement): NodeId[] {
    const test = stepTest(this.space.addressSpace, element);
    const { name, namespaceIndex } = element.targetName;
    const targets: NodeId[] = [];
    for (const link of this.space.linksOf(this.position)) {
      const { browseName } = link;
      if (browseName.name !== name || browseName.namespaceIndex !== namespaceIndex) continue;
      if (!test(link.type, link.isForward)) continue;
      // Two references may lead to one target.
      if (!targets.some((known) => sameNodeId(known, link.nodeId))) targets.push(link.nodeId);
    }
    return targets;
  }

  /** What the library looks for by name below a node, such as EURange for a percent deadband. */
  getChildByName(name: QualifiedNameLike, _namespaceIndex?: number): VirtualNode | null {
    return this.space.childOf(this.position, nameOf(name));
  }

  getPropertyByName(name: QualifiedNameLike, namespaceIndex?: number): VirtualNode | null {
    return this.getChildByName(name, namespaceIndex);
  }

  getMethods(): readonly never[] {
    return [];
  }

  getMethodById(): null {
    return null;
  }

  getMethodByName(): null {
    return null;
  }

  findReferencesEx(): readonly never[] {
    return [];
  }

  findReferences(): readonly never[] {
    return [];
  }

  findReferencesAsObject(): readonly never[] {
    return [];
  }

  findReferencesExAsObject(_type: string | NodeId | UAReferenceType): readonly never[] {
    return [];
  }

  // --- who listens to it

  on(event: string, listener: Listener): this {
    this.#listeners.add(event, listener);
    if (this.#listeners.size === 1) this.space.keep(this);
    return this;
  }

  addListener(event: string, listener: Listener): this {
    return this.on(event, listener);
  }

  once(event: string, listener: Listener): this {
    const wrapped: Listener = (...args) => {
      this.removeListener(event, wrapped);
      listener(...args);
    };
    return this.on(event, wrapped);
  }

  removeListener(event: string, listener: Listener): this {
    const before = this.#listeners.size;
    this.#listeners.remove(event, listener);
    if (before > 0 && this.#listeners.size === 0) this.space.release(this);
    return this;
  }

  off(event: string, listener: Listener): this {
    return this.removeListener(event, listener);
  }

  removeAllListeners(event?: string): this {
    const before = this.#listeners.size;
    this.#listeners.clear(event);
    if (before > 0 && this.#listeners.size === 0) this.space.release(this);
    return this;
  }

  listenerCount(event: string): number {
    return this.#listeners.count(event);
  }

  setMaxListeners(): this {
    return this;
  }

  emit(event: string, ...args: unknown[]): boolean {
    return this.#listeners.emit(event, args);
  }

  /** The node is gone: whoever monitors it is told, and it is forgotten. */
  dispose(): void {
    this.emit("dispose");
    this.#disposed = true;
    this.removeAllListeners();
  }
}

/** For the library's eyes: it only uses what is implemented here (libraryInternals.ts, proved by the test of the same name). */
export function asNode(node: VirtualNode): BaseNode {
  return node as unknown as BaseNode;
}

export function attribute(dataType: DataType, value: unknown): DataValue {
  const dataValue = new DataValue(null);
  dataValue.value.dataType = dataType;
  dataValue.value.value = value;
  dataValue.statusCode = StatusCodes.Good;
  return dataValue;
}

function permissionsAttribute(
  permissions: RolePermissionTypeOptions[] | undefined,
  context?: ISessionContext,
): DataValue {
  if (permissions === undefined) return badAttribute(StatusCodes.BadAttributeIdInvalid);
  const dataValue = attribute(DataType.ExtensionObject, shownPermissions(permissions, context));
  dataValue.value.arrayType = VariantArrayType.Array;
  return dataValue;
}

export function badAttribute(statusCode: StatusCode): DataValue {
  return new DataValue({ statusCode });
}

/** In-process callers, which have no session, may do everything. */
export function mayDo(
  context: ISessionContext | null | undefined,
  node: VirtualNode,
  permission: PermissionType,
): boolean {
  return (context ?? SessionContext.defaultContext).checkPermission(asNode(node), permission);
}

function nameOf(name: QualifiedNameLike): string {
  if (typeof name === "string") return name;
  return (name as { name?: string | null }).name ?? "";
}
