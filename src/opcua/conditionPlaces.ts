// The places of conditions below a charge point, a connector or the bridge: made once from the table of alarms and the types of the
// library, like all other places (shape.ts).
import {
  LocalizedText,
  NodeClass,
  QualifiedName,
  type AddressSpace,
  type BaseNode,
  type NodeId,
  type UAMethod,
  type UAObject,
  type UAObjectType,
  type UAVariable,
  type Variant,
} from "node-opcua";
import type { AlarmRow } from "../datapoints/alarms.ts";
import type { AlarmAct } from "../twin/alarms.ts";
import type { Role } from "../twin/commands.ts";
import { conditionFields, type ConditionField } from "./conditionFields.ts";
import { BRIDGE } from "./nodeIds.ts";
import type { Place } from "./shape.ts";
import { DI, TYPES, UA } from "./typeNodes.ts";

/** Below which all conditions stand. */
export const ALARMS_GROUP = "Alarms";
/** What stands there in the object of the bridge, which is an ordinary node. */
export const BRIDGE_ALARMS = `${BRIDGE}/${ALARMS_GROUP}`;

/** What a place has to do with a condition. */
export interface ConditionPart {
  readonly row: AlarmRow;
  /** Index of the row in its table. */
  readonly index: number;
  readonly type: ConditionType;
  readonly field?: DeclaredField;
  readonly verb?: ConditionVerb;
}

/** A type of conditions with what it declares. */
export interface ConditionType {
  readonly node: UAObjectType;
  readonly fields: readonly DeclaredField[];
  readonly verbs: readonly ConditionVerb[];
}

export interface DeclaredField extends ConditionField {
  readonly declaration: UAVariable;
}

/** A method of a condition. */
export interface ConditionVerb {
  /** Below the condition. */
  readonly path: string;
  readonly act: AlarmAct["kind"];
  readonly role: Role;
  /** NodeIds of the types' methods by which it can be called, as text. */
  readonly declarations: ReadonlySet<string>;
  readonly inputs: Variant | undefined;
  readonly description: LocalizedText;
}

const acts: Readonly<Record<AlarmAct["kind"], readonly [path: string, role: Role]>> = {
  enable: ["Enable", "engineer"],
  disable: ["Disable", "engineer"],
  addComment: ["AddComment", "operator"],
  acknowledge: ["Acknowledge", "operator"],
  confirm: ["Confirm", "operator"],
  timedShelve: ["ShelvingState/TimedShelve", "operator"],
  oneShotShelve: ["ShelvingState/OneShotShelve", "operator"],
  unshelve: ["ShelvingState/Unshelve", "operator"],
};

/** Adds the conditions of these rows below `owner`, also to `byPath`. */
export function addConditionPlaces(
  owner: Place,
  byPath: Map<string, Place>,
  rows: readonly AlarmRow[],
  space: AddressSpace,
): void {
  const folderType = space.findObjectType("FolderType");
  if (folderType === null) throw new Error("FolderType is not in the loaded nodesets");
  const add = (parent: Place, part: Pick<Place, "nodeClass" | "role"> & Partial<Place>, name: QualifiedName): Place => {
    const path = parent.path === "" ? (name.name ?? "") : `${parent.path}/${name.name}`;
    const place: Place = {
      ...nothing,
      reference: found(space.findReferenceType("HasComponent"), "HasComponent"),
      ...part,
      path,
      parent,
      browseName: name,
      displayName: new LocalizedText({ text: name.name }),
      children: [],
    };
    parent.children.push(place);
    byPath.set(path, place);
    return place;
  };
  const group = add(
    owner,
    { role: "group", nodeClass: NodeClass.Object, typeDefinition: folderType },
    new QualifiedName({ name: ALARMS_GROUP, namespaceIndex: TYPES }),
  );
  rows.forEach((row, index) => {
    const type = conditionTypeOf(row, space);
    const part: ConditionPart = { row, index, type };
    const condition = add(
      group,
      {
        role: "condition",
        nodeClass: NodeClass.Object,
        typeDefinition: type.node,
        description: new LocalizedText({ text: row.description }),
        condition: part,
      },
      new QualifiedName({ name: row.name, namespaceIndex: TYPES }),
    );
    addParts(condition, part, { add, byPath, space });
  });
}

const nothing = {
  description: new LocalizedText({ text: "" }),
  typeDefinition: undefined,
  datapoint: undefined,
  method: undefined,
  constant: undefined,
  needs: undefined,
  condition: undefined,
} as const;

interface Building {
  readonly add: (parent: Place, part: Pick<Place, "nodeClass" | "role"> & Partial<Place>, name: QualifiedName) => Place;
  readonly byPath: ReadonlyMap<string, Place>;
  readonly space: AddressSpace;
}

function addParts(condition: Place, part: ConditionPart, { add, byPath, space }: Building): void {
  const hasProperty = found(space.findReferenceType("HasProperty"), "HasProperty");
  const property = found(space.findVariableType("PropertyType"), "PropertyType");
  const shelving = declarationOf(part.type.node, "ShelvingState") as UAObject;
  add(
    condition,
    { role: "shelving", nodeClass: NodeClass.Object, typeDefinition: shelving.typeDefinitionObj, condition: part },
    shelving.browseName,
  );
  const parentOf = (path: string): Place => {
    const slash = path.lastIndexOf("/");
    const parent = slash < 0 ? condition : byPath.get(`${condition.path}/${path.slice(0, slash)}`);
    return found(parent ?? null, `${condition.path}/${path}`);
  };
  for (const field of part.type.fields) {
    const typeDefinition = field.declaration.typeDefinitionObj;
    const isProperty = typeDefinition === property;
    add(
      parentOf(field.path),
      {
        role: "conditionField",
        nodeClass: NodeClass.Variable,
        typeDefinition,
        ...(isProperty ? { reference: hasProperty } : {}),
        condition: { ...part, field },
      },
      field.declaration.browseName,
    );
  }
  for (const verb of part.type.verbs) {
    const name = new QualifiedName({ name: verb.path.slice(verb.path.lastIndexOf("/") + 1), namespaceIndex: UA });
    const { description } = verb;
    const place = add(
      parentOf(verb.path),
      { role: "conditionMethod", nodeClass: NodeClass.Method, description, condition: { ...part, verb } },
      name,
    );
    if (verb.inputs === undefined) continue;
    const inputs = { role: "arguments", nodeClass: NodeClass.Variable, constant: verb.inputs } as const;
    const as = { typeDefinition: property, reference: hasProperty };
    add(place, { ...inputs, ...as }, new QualifiedName({ name: "InputArguments", namespaceIndex: UA }));
  }
}

const types = new WeakMap<UAObjectType, ConditionType>();

export function conditionTypeOf({ type: name }: AlarmRow, space: AddressSpace): ConditionType {
  const node: UAObjectType = found(space.findObjectType(name, UA) ?? space.findObjectType(name, DI), name);
  let type = types.get(node);
  if (type === undefined) {
    const fields = conditionFields.flatMap((field) => {
      const declaration = declarationOf(node, field.path);
      return declaration === undefined ? [] : [{ ...field, declaration: declaration as UAVariable }];
    });
    type = { node, fields, verbs: Object.entries(acts).map(([act, [path, role]]) => verbOf(node, act, path, role)) };
    types.set(node, type);
  }
  return type;
}

function verbOf(type: UAObjectType, act: string, path: string, role: Role): ConditionVerb {
  const declaration = found(declarationOf(type, path) ?? null, path) as UAMethod;
  const ids: NodeId[] = [declaration.nodeId];
  const machine = type.addressSpace.findObjectType("ShelvedStateMachineType");
  const [, ofMachine] = path.split("/");
  if (ofMachine !== undefined && machine !== null) {
    const own = machine.getMethodByName(ofMachine);
    if (own !== null) ids.push(own.nodeId);
  }
  const inputs = declaration.getChildByName("InputArguments") as UAVariable | null;
  return {
    path,
    act: act as AlarmAct["kind"],
    role,
    declarations: new Set(ids.map(String)),
    inputs: inputs?.readValue().value,
    description: declaration.description,
  };
}

/** What a type or the nearest of its supertypes declares at a path. */
function declarationOf(type: UAObjectType, path: string): BaseNode | undefined {
  for (let at: UAObjectType | null = type; at !== null; at = at.subtypeOfObj) {
    let node: BaseNode | null = at;
    for (const name of path.split("/")) node = node?.getChildByName(name) ?? null;
    // The library takes subtypes for children: BaseObjectType has one that is named CertificateType.
    if (node !== null && node.nodeClass !== NodeClass.ObjectType) return node;
  }
  return undefined;
}

function found<T>(node: T | null, name: string): T {
  if (node === null) throw new Error(`${name} is not in the loaded nodesets`);
  return node;
}
