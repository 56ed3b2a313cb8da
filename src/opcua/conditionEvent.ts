// An event of a condition as the library takes it: a field is made when a client has selected it or filters by it, and not before.
import {
  BrowsePathResult,
  StatusCodes,
  coerceExpandedNodeId,
  sameNodeId,
  type BaseNode,
  type BrowsePath,
  type IEventData,
  type NodeId,
  type Variant,
} from "node-opcua";
import type { ConditionNow } from "./conditionFields.ts";
import type { ConditionType, DeclaredField } from "./conditionPlaces.ts";

interface Layout {
  /** By BrowsePath, as the library spells it. */
  readonly byPath: ReadonlyMap<string, BrowsePathResult>;
  /** By the NodeId of the type's declaration, as text. */
  readonly byDeclaration: ReadonlyMap<string, DeclaredField>;
}

const layouts = new WeakMap<ConditionType, Layout>();

function layoutOf(type: ConditionType): Layout {
  const known = layouts.get(type);
  if (known !== undefined) return known;
  const layout: Layout = {
    byPath: new Map(type.fields.map((field) => [field.path.replaceAll("/", "."), resultOf(field)])),
    byDeclaration: new Map(type.fields.map((field) => [field.declaration.nodeId.toString(), field])),
  };
  layouts.set(type, layout);
  return layout;
}

function resultOf({ declaration }: DeclaredField): BrowsePathResult {
  const target = { remainingPathIndex: 0xffff_ffff, targetId: coerceExpandedNodeId(declaration.nodeId) };
  return new BrowsePathResult({ statusCode: StatusCodes.Good, targets: [target] });
}

export class ConditionEvent implements IEventData {
  /** For the library: the type of the event and the node that it comes from. */
  readonly eventType: Variant;
  readonly sourceNode: Variant;
  readonly #now: ConditionNow;
  readonly #condition: BaseNode;
  readonly #layout: Layout;
  readonly #fields: Map<string, Variant> = new Map();

  /** @param condition the node of the condition, or of its type where it may be gone */
  constructor(type: ConditionType, now: ConditionNow, condition: BaseNode) {
    this.#now = now;
    this.#condition = condition;
    this.#layout = layoutOf(type);
    this.eventType = this.#read(type.fields, "EventType");
    this.sourceNode = this.#read(type.fields, "SourceNode");
  }

  get eventId(): NodeId {
    return this.#now.conditionId;
  }

  get conditionId(): NodeId {
    return this.#now.conditionId;
  }

  get typeId(): NodeId {
    return this.#now.typeId;
  }

  getEventDataSource(): BaseNode {
    return this.#condition;
  }

  _createValue(): void {
    throw new Error("the fields of a condition are those of its type");
  }

  _browse({ startingNode, relativePath }: BrowsePath): BrowsePathResult | null {
    if (!sameNodeId(startingNode, this.#now.conditionId)) return null;
    const path = (relativePath.elements ?? []).map(({ targetName }) => targetName.toString()).join(".");
    return this.#layout.byPath.get(path) ?? null;
  }

  /** Several clients may ask for the same. */
  _readValue(declaration: NodeId): Variant | null {
    const key = declaration.toString();
    const known = this.#fields.get(key);
    if (known !== undefined) return known;
    const field = this.#layout.byDeclaration.get(key);
    if (field === undefined) return null;
    const value = field.read(this.#now);
    this.#fields.set(key, value);
    return value;
  }

  #read(fields: readonly DeclaredField[], path: string): Variant {
    const field = fields.find((each) => each.path === path);
    if (field === undefined) throw new Error(`no field ${path}`);
    return field.read(this.#now);
  }
}
