// Payloads for tests, derived from Field[]: valid ones at random, and every single way of breaking one.
// Knows no particular message.
import fc from "fast-check";
import type { Field, Shape } from "../../src/schema/field.ts";

export type Payload = Record<string, unknown>;

/** Step into a payload: name of a member or index of an element. */
export type Path = readonly (string | number)[];

/** Place in a message where a value stands: `meterValue[].timestamp`. */
export interface Site {
  readonly place: string;
  readonly path: Path;
  readonly shape: Shape;
  readonly optional: boolean;
  /** Whether the value is a member, which can be left out. */
  readonly member: boolean;
}

/** One way of changing a value; `absent` takes it away. */
export interface Mutation {
  readonly name: string;
  readonly value: unknown;
}

export const absent = Symbol("absent");

/** Valid payloads; `required` have no optional field, `all` every one, `any` some. */
export function payloadsOf(fields: readonly Field[], presence: "required" | "all" | "any"): fc.Arbitrary<Payload> {
  const used = presence === "required" ? fields.filter((field) => field.required) : fields;
  const values = Object.fromEntries(used.map((field) => [field.name, valuesOf(field, presence)]));
  const required = used.filter((field) => field.required || presence !== "any");
  return fc.record(values, {
    requiredKeys: required.map(({ name }) => name),
    noNullPrototype: true,
  });
}

function valuesOf(shape: Shape, presence: "required" | "all" | "any"): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case "string":
      return shape.format === "uri" ? fc.webUrl() : textsOf(shape.maxLength);
    case "integer":
      return fc.oneof(fc.integer(), fc.maxSafeInteger());
    case "number":
      return fc.integer({ min: -999_999, max: 999_999 }).map((tenths) => tenths / 10);
    case "boolean":
      return fc.boolean();
    case "enum":
      return fc.constantFrom(...(shape.values ?? []));
    case "dateTime":
      return fc
        .date({
          min: new Date("0000-01-01T00:00:00Z"),
          max: new Date("9999-12-31T23:59:59Z"),
          noInvalidDate: true,
        })
        .map((date) => date.toISOString());
    case "array":
      return fc.array(valuesOf(itemsOf(shape), presence), { minLength: 1, maxLength: 3 });
    case "object":
      return payloadsOf(shape.fields ?? [], presence);
  }
}

function textsOf(maxLength: number | undefined): fc.Arbitrary<string> {
  const short = fc.string({ unit: "binary", maxLength: Math.min(maxLength ?? 60, 60) });
  if (maxLength === undefined) return short;
  const longest = fc.constantFrom("x", "é", "漢", "😀").map((sign) => sign.repeat(maxLength));
  return fc.oneof({ arbitrary: short, weight: 9 }, { arbitrary: longest, weight: 1 });
}

function itemsOf(shape: Shape): Shape {
  if (shape.items === undefined) throw new Error("a list without items");
  return shape.items;
}

/** The payload itself and every place below it, in first elements of lists. */
export function sitesOf(fields: readonly Field[]): readonly Site[] {
  const root: Shape = { type: "object", fields };
  return sitesBelow({ place: "", path: [], shape: root, optional: false, member: false });
}

function sitesBelow(site: Site): readonly Site[] {
  const { place, path, shape } = site;
  const below: Site[] = (shape.fields ?? []).map((field) => ({
    place: place === "" ? field.name : `${place}.${field.name}`,
    path: [...path, field.name],
    shape: field,
    optional: !field.required,
    member: true,
  }));
  if (shape.items !== undefined)
    below.push({
      place: `${place}[]`,
      path: [...path, 0],
      shape: shape.items,
      optional: false,
      member: false,
    });
  return [site, ...below.flatMap(sitesBelow)];
}

/** A copy of a payload with one value changed; undefined where the payload has no such place. */
export function mutate(payload: Payload, path: Path, mutation: Mutation): unknown {
  if (path.length === 0) return mutation.value;
  const copy = structuredClone(payload);
  let parent: unknown = copy;
  for (const step of path.slice(0, -1)) {
    if (typeof parent !== "object" || parent === null) return undefined;
    parent = (parent as Payload)[step];
  }
  if (typeof parent !== "object" || parent === null) return undefined;
  const last = path.at(-1) ?? "";
  if (mutation.value === absent) delete (parent as Payload)[last];
  else (parent as Payload)[last] = mutation.value;
  return copy;
}

/** Every change that is made at a site; some keep the payload valid. `current` is the value there. */
export function mutationsOf(site: Site, current: unknown): readonly Mutation[] {
  return [
    ...(site.member ? [{ name: "absent", value: absent }] : []),
    { name: "null", value: null },
    { name: "a boolean", value: true },
    { name: "a number", value: 12 },
    { name: "a text", value: "text" },
    { name: "an empty list", value: [] },
    { name: "an object", value: {} },
    { name: "a list in a list", value: [[]] },
    ...byShape(site.shape, current),
  ];
}

function byShape(shape: Shape, current: unknown): readonly Mutation[] {
  switch (shape.type) {
    case "string":
      return [...textMutations(shape), { name: "empty text", value: "" }];
    case "integer":
    case "number":
      return numberMutations;
    case "boolean":
      return [{ name: "true as text", value: "true" }];
    case "enum":
      return enumMutations(shape.values ?? []);
    case "dateTime":
      return dateTimeMutations;
    case "array":
      return [
        { name: "its element without list", value: (current as unknown[])[0] },
        { name: "null after its elements", value: [...(current as unknown[]), null] },
      ];
    case "object":
      return [
        { name: "unknown member", value: { ...(current as Payload), vendorSpecific: 1 } },
        {
          name: "member __proto__",
          value: JSON.parse(`{"__proto__":1,${JSON.stringify(current).slice(1)}`.replace(",}", "}")),
        },
      ];
  }
}

function textMutations(shape: Shape): readonly Mutation[] {
  if (shape.format === "uri")
    return [
      { name: "address without scheme", value: "//host/firmware.bin" },
      { name: "address with blank", value: "http://host/a b" },
      { name: "ftp address with password", value: "ftp://user:pass@10.0.0.1:2121/logs" },
    ];
  if (shape.maxLength === undefined) return [{ name: "long text", value: "x".repeat(100_000) }];
  return ["x", "😀"].flatMap((sign) => [
    { name: `longest text of ${sign}`, value: sign.repeat(shape.maxLength ?? 0) },
    { name: `one ${sign} too long`, value: sign.repeat((shape.maxLength ?? 0) + 1) },
  ]);
}

function enumMutations(values: readonly string[]): readonly Mutation[] {
  return [
    { name: "unknown value", value: "Sleeping" },
    { name: "empty text", value: "" },
    { name: "other case", value: swapCase(values[0] ?? "") },
    { name: "trailing blank", value: `${values[0]} ` },
    ...values.map((value) => ({ name: `value ${value}`, value })),
  ];
}

function swapCase(text: string): string {
  return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}

const numberMutations: readonly Mutation[] = [
  { name: "number as text", value: "12" },
  { name: "zero", value: 0 },
  { name: "negative zero", value: -0 },
  { name: "minus one", value: -1 },
  { name: "a tenth", value: 0.1 },
  { name: "many tenths", value: 1234.7 },
  { name: "a half", value: 1.5 },
  { name: "two decimals", value: 16.25 },
  { name: "2^31", value: 2 ** 31 },
  { name: "2^63", value: 2 ** 63 },
  { name: "1e308", value: 1e308 },
];

/** Beside a date-time proper: what chargers send, and what looks like one. */
const dateTimeMutations: readonly Mutation[] = [
  { name: "empty text", value: "" },
  { name: "UTC", value: "2024-02-29T12:00:00Z" },
  { name: "one digit of fraction", value: "2024-02-29T12:00:00.1Z" },
  { name: "nine digits of fraction", value: "2024-02-29T12:00:00.123456789Z" },
  { name: "offset", value: "2024-02-29T12:00:00+02:00" },
  { name: "negative offset", value: "2024-02-29T12:00:00.5-11:30" },
  { name: "lower case", value: "2024-02-29t12:00:00z" },
  { name: "leap second", value: "2016-12-31T23:59:60Z" },
  { name: "leap second at another time", value: "2016-12-31T22:59:60Z" },
  { name: "without zone", value: "2024-02-29T12:00:00" },
  { name: "hours of offset only", value: "2024-02-29T12:00:00+02" },
  { name: "offset without colon", value: "2024-02-29T12:00:00+0200" },
  { name: "blank for T", value: "2024-02-29 12:00:00Z" },
  { name: "line feed for T", value: "2024-02-29\n12:00:00Z" },
  { name: "date only", value: "2024-02-29" },
  { name: "without seconds", value: "2024-02-29T12:00Z" },
  { name: "comma for fraction", value: "2024-02-29T12:00:00,5Z" },
  { name: "empty fraction", value: "2024-02-29T12:00:00.Z" },
  { name: "29 February of a common year", value: "2023-02-29T12:00:00Z" },
  { name: "month 13", value: "2024-13-01T12:00:00Z" },
  { name: "day 0", value: "2024-01-00T12:00:00Z" },
  { name: "hour 24", value: "2024-01-01T24:00:00Z" },
  { name: "minute 60", value: "2024-01-01T12:60:00Z" },
  { name: "offset of 24 hours", value: "2024-01-01T12:00:00+24:00" },
  { name: "five digits of year", value: "12024-01-01T12:00:00Z" },
  { name: "surrounding blanks", value: " 2024-02-29T12:00:00Z " },
  { name: "trailing line feed", value: "2024-02-29T12:00:00Z\n" },
  { name: "epoch milliseconds", value: 1_709_208_000_000 },
];
