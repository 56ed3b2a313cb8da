// The only walker of message schemas: JSON Schema and annotations in, Field[] out. It refuses what it
// does not understand, so that nothing of a schema is lost on the way. Reads no files.
import type { Field, Shape } from "./field.ts";

/** The part of JSON Schema 2020-12 that message schemas use. */
export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly additionalProperties?: boolean;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** What a person reads about a field; the order of the list is the order of the fields. */
export interface Annotation {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly unit?: string;
}

/** Shared types that a `$ref` can name. */
export interface Definitions {
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Annotations of the fields of each shared object. */
  readonly annotations: Readonly<Record<string, readonly Annotation[] | undefined>>;
}

const constraints = ["maxLength", "minimum", "maximum", "multipleOf", "minItems"] as const;
const objectKeywords = ["type", "additionalProperties", "required", "properties"];
const headKeywords = ["$schema", "$id", "title"];
const keywordsOf: Readonly<Record<string, readonly string[]>> = {
  string: ["type", "format", "enum", "maxLength"],
  integer: ["type", "minimum", "maximum", "multipleOf"],
  number: ["type", "minimum", "maximum", "multipleOf"],
  boolean: ["type"],
  array: ["type", "items", "minItems"],
  object: [...headKeywords, ...objectKeywords],
};

/**
 * Fields of an object schema in the order of its annotations.
 * @param place names the object in error texts
 * @throws Error when schema and annotations do not fit together, or the schema says something unknown
 */
export function walkObject(
  schema: Schema,
  annotations: readonly Annotation[],
  definitions: Definitions,
  place: string,
): readonly Field[] {
  if (schema.type !== "object") throw new Error(`${place}: an object schema is expected here`);
  refuseUnknownKeywords(schema, "object", place);
  if (schema.additionalProperties !== false) throw new Error(`${place}: "additionalProperties": false is missing`);
  const properties = schema.properties ?? {};
  checkNames(Object.keys(properties), schema.required ?? [], annotations, place);
  return annotations.map((annotation, order) => {
    const property = properties[annotation.name];
    if (property === undefined)
      throw new Error(`${place}.${annotation.name}: annotation without field; remove it or add the field`);
    return {
      ...shapeOf(property, definitions, `${place}.${annotation.name}`),
      ...annotation,
      required: schema.required?.includes(annotation.name) ?? false,
      order,
    };
  });
}

function checkNames(
  properties: readonly string[],
  required: readonly string[],
  annotations: readonly Annotation[],
  place: string,
): void {
  const annotated = annotations.map(({ name }) => name);
  for (const name of properties)
    if (!annotated.includes(name)) throw new Error(`${place}.${name}: field without annotation; add one`);
  for (const name of required)
    if (!properties.includes(name)) throw new Error(`${place}.${name}: required but not a property`);
  if (new Set(annotated).size !== annotated.length) throw new Error(`${place}: a field is annotated twice`);
}

function shapeOf(schema: Schema, definitions: Definitions, place: string): Shape {
  if (schema.$ref !== undefined) return referredShape(schema, definitions, place);
  const type = schema.type ?? "";
  refuseUnknownKeywords(schema, type, place);
  const shape = Object.fromEntries(
    constraints.flatMap((keyword) => (schema[keyword] === undefined ? [] : [[keyword, schema[keyword]]])),
  );
  if (type === "object") throw new Error(`${place}: an object inside a message must be a shared type ($ref)`);
  if (schema.enum !== undefined) throw new Error(`${place}: an enumeration must be a shared type ($ref)`);
  if (type === "array") {
    if (schema.items === undefined) throw new Error(`${place}: "items" is missing`);
    return { ...shape, type, items: shapeOf(schema.items, definitions, `${place}[]`) };
  }
  if (type === "string") return { ...shape, ...textShape(schema.format, place) };
  if (type === "integer" || type === "number" || type === "boolean") return { ...shape, type };
  throw new Error(`${place}: type "${type}" is not understood`);
}

function textShape(format: string | undefined, place: string): Shape {
  if (format === undefined) return { type: "string" };
  if (format === "date-time") return { type: "dateTime" };
  if (format === "uri") return { type: "string", format };
  throw new Error(`${place}: format "${format}" is not understood`);
}

function referredShape(schema: Schema, definitions: Definitions, place: string): Shape {
  if (Object.keys(schema).length > 1) throw new Error(`${place}: nothing may stand beside $ref`);
  const definition = /#\/\$defs\/(\w+)$/.exec(schema.$ref ?? "")?.[1] ?? "";
  const target = Object.hasOwn(definitions.schemas, definition) ? definitions.schemas[definition] : undefined;
  if (target === undefined) throw new Error(`${place}: $ref "${schema.$ref}" leads nowhere`);
  if (target.enum !== undefined) {
    refuseUnknownKeywords(target, "string", definition);
    return { type: "enum", enumeration: definition, values: target.enum };
  }
  if (target.type === "object") {
    const annotations = definitions.annotations[definition] ?? [];
    const fields = walkObject(target, annotations, definitions, definition);
    return { type: "object", definition, fields };
  }
  return { ...shapeOf(target, definitions, definition), definition };
}

function refuseUnknownKeywords(schema: Schema, type: string, place: string): void {
  const known = keywordsOf[type];
  if (known === undefined) throw new Error(`${place}: type "${type}" is not understood`);
  for (const keyword of Object.keys(schema))
    if (!known.includes(keyword))
      throw new Error(`${place}: keyword "${keyword}" is not understood for type "${type}"`);
}
