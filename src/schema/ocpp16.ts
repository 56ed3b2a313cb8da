// The OCPP 1.6 messages as schemas/ocpp1.6 describes them: read once, walked once. Checks no payloads;
// that is ajv.ts. Code that needs only types or enumeration values takes ocpp16.generated.ts instead.
import { readFileSync } from "node:fs";
import type { Field } from "./field.ts";
import type { Action } from "./ocpp16.generated.ts";
import { type Annotation, type Definitions, type Schema, walkObject } from "./walk.ts";

/** Half of an exchange: `.req` and `.conf` of the document. */
export type Kind = "request" | "response";

/** Who sends the request. */
export type Direction = "chargePoint" | "centralSystem" | "both";

/** Feature profile of OCPP 1.6 §3.3; `Security` is "Improved security for OCPP 1.6-J". */
export type Profile =
  | "Core"
  | "FirmwareManagement"
  | "LocalAuthListManagement"
  | "Reservation"
  | "SmartCharging"
  | "RemoteTrigger"
  | "Security";

/** What is said about an action as a whole. */
export interface ActionSummary {
  readonly title: string;
  readonly description: string;
  readonly direction: Direction;
  readonly profile: Profile;
}

/** Shared object or enumeration of the document. */
export interface TypeSummary {
  readonly title: string;
  readonly description: string;
}

interface Annotations {
  readonly actions: Readonly<Record<Action, ActionSummary & Readonly<Record<Kind, readonly Annotation[]>>>>;
  readonly types: Readonly<Record<string, TypeSummary & { readonly fields?: readonly Annotation[] }>>;
  readonly enumerations: Readonly<Record<string, TypeSummary>>;
}

const directory = new URL("../../schemas/ocpp1.6/", import.meta.url);
const annotations = read("annotations") as Annotations;

/** Schema of the shared types, `$id` `urn:OCPP:1.6:types`. */
export const typesSchema = read("types") as Schema & {
  readonly $defs: Readonly<Record<string, Schema>>;
};

/** All actions in alphabetical order. */
export const actions = Object.keys(annotations.actions) as readonly Action[];

const definitions: Definitions = {
  schemas: typesSchema.$defs,
  annotations: Object.fromEntries(Object.entries(annotations.types).map(([name, { fields }]) => [name, fields])),
};
const messages = new Map(
  actions.flatMap((action) =>
    (["request", "response"] as const).map((kind) => [key(action, kind), load(action, kind)]),
  ),
);

/** Every enumeration of the document with its values, in the document's order and spelling. */
export const enumerations: ReadonlyMap<string, TypeSummary & { readonly values: readonly string[] }> = new Map(
  Object.entries(typesSchema.$defs).flatMap(([name, schema]) => {
    if (schema.enum === undefined) return [];
    return [[name, { ...summaryOf(annotations.enumerations, name), values: schema.enum }]];
  }),
);

/** Every shared object of the document with its fields. */
export const objects: ReadonlyMap<string, TypeSummary & { readonly fields: readonly Field[] }> = new Map(
  Object.entries(typesSchema.$defs).flatMap(([name, schema]) => {
    if (schema.type !== "object") return [];
    const { title, description } = summaryOf(annotations.types, name);
    const fields = walkObject(schema, definitions.annotations[name] ?? [], definitions, name);
    return [[name, { title, description, fields }]];
  }),
);

/** Whether a text that came from outside names an action, in the document's spelling. */
export function isAction(text: string): text is Action {
  return Object.hasOwn(annotations.actions, text);
}

/** Title, description, direction and feature profile of an action. */
export function summaryOfAction(action: Action): ActionSummary {
  const { title, description, direction, profile } = annotations.actions[action];
  return { title, description, direction, profile };
}

/** Who sends the request of an action. */
export function directionOf(action: Action): Direction {
  return annotations.actions[action].direction;
}

/** Fields of a message: required ones first, `status` of a response before all others. */
export function fieldsOf(action: Action, kind: Kind): readonly Field[] {
  return message(action, kind).fields;
}

/** JSON Schema of a message, `$id` `urn:OCPP:1.6:<Action>` or `urn:OCPP:1.6:<Action>Response`. */
export function schemaOf(action: Action, kind: Kind): Schema {
  return message(action, kind).schema;
}

function message(action: Action, kind: Kind): { schema: Schema; fields: readonly Field[] } {
  const found = messages.get(key(action, kind));
  if (found === undefined) throw new Error(`no ${kind} schema of action ${action}`);
  return found;
}

function load(action: Action, kind: Kind): { schema: Schema; fields: readonly Field[] } {
  const name = kind === "request" ? action : `${action}Response`;
  const schema = read(name) as Schema;
  return {
    schema,
    fields: walkObject(schema, annotations.actions[action][kind], definitions, name),
  };
}

function summaryOf(summaries: Readonly<Record<string, TypeSummary>>, name: string): TypeSummary {
  const summary = summaries[name];
  if (summary === undefined) throw new Error(`schemas/ocpp1.6/annotations.json: ${name} is missing`);
  return summary;
}

function key(action: Action, kind: Kind): string {
  return `${action} ${kind}`;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, directory), "utf8"));
}
