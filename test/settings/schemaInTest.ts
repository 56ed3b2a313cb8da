// schemas/settings.json as a list of settings, for tests that hold for each of them.
import { readFileSync } from "node:fs";

export interface SchemaNode {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly additionalProperties?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
}

export interface Setting {
  /** `*` stands for every entry of a list. */
  readonly path: readonly string[];
  readonly schema: SchemaNode;
  /** Whether the section above demands it. */
  readonly isRequired: boolean;
}

export function schemaOfSettings(): SchemaNode {
  return JSON.parse(readFileSync(new URL("../../schemas/settings.json", import.meta.url), "utf8")) as SchemaNode;
}

/** Every key of the schema, sections included. */
export function allKeys(schema = schemaOfSettings(), path: readonly string[] = []): Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const own = [...path, key];
    const isRequired = schema.required?.includes(key) === true;
    const below = inner.items === undefined ? allKeys(inner, own) : allKeys(inner.items, [...own, "*"]);
    return [{ path: own, schema: inner, isRequired }, ...below];
  });
}

/** Every key that holds no section. */
export function settingsOfSchema(): Setting[] {
  return allKeys().filter(({ schema }) => schema.properties === undefined && schema.items?.properties === undefined);
}
