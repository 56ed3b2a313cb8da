import { describe, expect, it } from "vitest";
import { type Annotation, type Definitions, type Schema, walkObject } from "../../src/schema/walk.ts";

const definitions: Definitions = {
  schemas: {
    Token: { type: "string", maxLength: 20 },
    Colour: { type: "string", enum: ["Red", "Green"] },
    Lamp: {
      type: "object",
      additionalProperties: false,
      required: ["colour"],
      properties: { colour: { $ref: "#/$defs/Colour" } },
    },
  },
  annotations: { Lamp: [note("colour")] },
};

function note(name: string, unit?: string): Annotation {
  const annotation = { name, title: `Title of ${name}`, description: `Text of ${name}.` };
  return unit === undefined ? annotation : { ...annotation, unit };
}

function objectOf(properties: Record<string, Schema>, required: string[] = []): Schema {
  return { type: "object", additionalProperties: false, required, properties };
}

function walkOne(schema: Schema): unknown {
  return walkObject(objectOf({ x: schema }), [note("x")], definitions, "Test")[0];
}

const common = {
  name: "x",
  title: "Title of x",
  description: "Text of x.",
  required: false,
  order: 0,
};

const shapes: { schema: Schema; shape: object }[] = [
  { schema: { type: "string" }, shape: { type: "string" } },
  { schema: { type: "string", maxLength: 5 }, shape: { type: "string", maxLength: 5 } },
  { schema: { type: "string", format: "date-time" }, shape: { type: "dateTime" } },
  { schema: { type: "string", format: "uri" }, shape: { type: "string", format: "uri" } },
  { schema: { type: "integer", minimum: 1 }, shape: { type: "integer", minimum: 1 } },
  {
    schema: { type: "number", maximum: 9, multipleOf: 0.1 },
    shape: { type: "number", maximum: 9, multipleOf: 0.1 },
  },
  { schema: { type: "boolean" }, shape: { type: "boolean" } },
  {
    schema: { $ref: "urn:OCPP:1.6:types#/$defs/Token" },
    shape: { type: "string", maxLength: 20, definition: "Token" },
  },
  {
    schema: { $ref: "#/$defs/Colour" },
    shape: { type: "enum", enumeration: "Colour", values: ["Red", "Green"] },
  },
  {
    schema: { type: "array", minItems: 1, items: { type: "string", maxLength: 5 } },
    shape: { type: "array", minItems: 1, items: { type: "string", maxLength: 5 } },
  },
  {
    schema: { type: "array", items: { $ref: "#/$defs/Lamp" } },
    shape: {
      type: "array",
      items: {
        type: "object",
        definition: "Lamp",
        fields: [
          {
            ...note("colour"),
            type: "enum",
            enumeration: "Colour",
            values: ["Red", "Green"],
            required: true,
            order: 0,
          },
        ],
      },
    },
  },
];

describe("walkObject", () => {
  it.each(shapes)("makes $shape of $schema", ({ schema, shape }) => {
    expect(walkOne(schema)).toEqual({ ...common, ...shape });
  });

  it("gives the fields in the order of the annotations, with unit and requiredness", () => {
    const schema = objectOf({ a: { type: "string" }, b: { type: "integer" } }, ["b"]);
    const fields = walkObject(schema, [note("b", "Wh"), note("a")], definitions, "Test");
    expect(fields.map(({ name, required, unit, order }) => [name, required, unit, order])).toEqual([
      ["b", true, "Wh", 0],
      ["a", false, undefined, 1],
    ]);
  });
});

const faults: { what: string; schema: Schema; notes?: Annotation[]; error: string }[] = [
  {
    what: "a schema that is no object",
    schema: { type: "string" },
    error: "Test: an object schema",
  },
  {
    what: "an object that is open for other members",
    schema: { type: "object", properties: {} },
    error: 'Test: "additionalProperties": false is missing',
  },
  {
    what: "a field without annotation",
    schema: objectOf({ x: { type: "string" } }),
    error: "Test.x: field without annotation",
  },
  {
    what: "an annotation without field",
    schema: objectOf({}),
    notes: [note("x")],
    error: "Test.x: annotation without field",
  },
  {
    what: "a field that is annotated twice",
    schema: objectOf({ x: { type: "string" } }),
    notes: [note("x"), note("x")],
    error: "Test: a field is annotated twice",
  },
  {
    what: "a required member that does not exist",
    schema: objectOf({}, ["x"]),
    error: "Test.x: required but not a property",
  },
  ...(
    [
      [{ type: "string", pattern: "a" } as Schema, 'Test.x: keyword "pattern" is not understood'],
      [{ type: "integer", maxLength: 5 }, 'keyword "maxLength" is not understood for type "integer"'],
      [{ type: "string", format: "email" }, 'Test.x: format "email" is not understood'],
      [{ type: "null" }, 'Test.x: type "null" is not understood'],
      [{}, 'Test.x: type "" is not understood'],
      [{ type: "array" }, 'Test.x: "items" is missing'],
      [{ type: "array", items: { type: "array" } }, 'Test.x[]: "items" is missing'],
      [objectOf({}), "Test.x: an object inside a message must be a shared type"],
      [{ type: "string", enum: ["A"] }, "Test.x: an enumeration must be a shared type"],
      [{ $ref: "#/$defs/Nothing" }, 'Test.x: $ref "#/$defs/Nothing" leads nowhere'],
      [{ $ref: "#/$defs/constructor" }, "leads nowhere"],
      [{ $ref: "elsewhere.json" }, "leads nowhere"],
      [{ $ref: "#/$defs/Token", maxLength: 3 }, "Test.x: nothing may stand beside $ref"],
    ] as const
  ).map(([schema, error]) => ({
    what: JSON.stringify(schema),
    schema: objectOf({ x: schema }),
    notes: [note("x")],
    error,
  })),
];

describe("walkObject refuses, naming the place,", () => {
  it.each(faults)("$what", ({ schema, notes, error }) => {
    expect(() => walkObject(schema, notes ?? [], definitions, "Test")).toThrow(error);
  });
});
