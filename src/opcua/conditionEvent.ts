// An event of a condition as the library takes it: a field is made when a client has selected it or filters by it, and not before.
import {
  AttributeIds,
  BrowsePathResult,
  DataType,
  StatusCodes,
  Variant,
  coerceExpandedNodeId,
  sameNodeId,
  type BaseNode,
  type BrowsePath,
  type IEventData,
  type NodeId,
  type SimpleAttributeOperand,
} from "node-opcua";
import type { ConditionNow } from "./conditionFields.ts";
import type { ConditionType, DeclaredField } from "./conditionPlaces.ts";

/** What a select clause names: a field, the condition itself, or nothing that the type has. */
type Selected = DeclaredField | "condition" | undefined;
type SelectClauses = readonly SimpleAttributeOperand[];

interface Layout {
  /** By BrowsePath, as the library spells it. */
  readonly byPath: ReadonlyMap<string, DeclaredField>;
  /** By the NodeId of the type's declaration, as text. */
  readonly byDeclaration: ReadonlyMap<string, DeclaredField>;
  /** Of the select clauses of filters that have been used, as long as there are such filters. */
  readonly selections: WeakMap<SelectClauses, readonly Selected[]>;
}

const layouts = new WeakMap<ConditionType, Layout>();

function layoutOf(type: ConditionType): Layout {
  const known = layouts.get(type);
  if (known !== undefined) return known;
  const layout: Layout = {
    byPath: new Map(type.fields.map((field) => [field.path.replaceAll("/", "."), field])),
    byDeclaration: new Map(type.fields.map((field) => [field.declaration.nodeId.toString(), field])),
    selections: new WeakMap(),
  };
  layouts.set(type, layout);
  return layout;
}

function selectionOf({ byPath, selections }: Layout, clauses: SelectClauses): readonly Selected[] {
  let selection = selections.get(clauses);
  if (selection === undefined) {
    selection = clauses.map((clause) => {
      const attributeId: AttributeIds = clause.attributeId;
      const path = clause.browsePath ?? [];
      // OPC 10000-9 §5.5.2: an empty path with the attribute NodeId is the ConditionId.
      if (path.length === 0) return attributeId === AttributeIds.NodeId ? "condition" : undefined;
      return byPath.get(path.join("."));
    });
    selections.set(clauses, selection);
  }
  return selection;
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
  readonly #values: Map<DeclaredField, Variant> = new Map();

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
    const field = this.#layout.byPath.get(path);
    return field === undefined ? null : resultOf(field);
  }

  _readValue(declaration: NodeId): Variant | null {
    const field = this.#layout.byDeclaration.get(declaration.toString());
    return field === undefined ? null : this.#valueOf(field);
  }

  /** What select clauses name; Null where the type has no such field (OPC 10000-4 §7.22.3). */
  select(clauses: SelectClauses): Variant[] {
    return selectionOf(this.#layout, clauses).map((selected) => {
      if (selected === undefined) return new Variant();
      if (selected !== "condition") return this.#valueOf(selected);
      return new Variant({ dataType: DataType.NodeId, value: this.#now.conditionId });
    });
  }

  /** Several clients may ask for the same. */
  #valueOf(field: DeclaredField): Variant {
    let value = this.#values.get(field);
    if (value === undefined) this.#values.set(field, (value = field.read(this.#now)));
    return value;
  }

  #read(fields: readonly DeclaredField[], path: string): Variant {
    const field = fields.find((each) => each.path === path);
    if (field === undefined) throw new Error(`no field ${path}`);
    return field.read(this.#now);
  }
}
