// schemas/settings.json explains itself in an editor: what each key means, its default, its range, its unit.
import { describe, expect, it } from "vitest";
import { accept, load } from "./settingsInTest.ts";
import { allKeys, schemaOfSettings, settingsOfSchema } from "./schemaInTest.ts";

const named = <T extends { path: readonly string[] }>(settings: readonly T[]) =>
  settings.map((setting) => [setting.path.join("."), setting] as const);

describe("the schema of the settings", () => {
  it("is a JSON Schema 2020-12", () => {
    expect(schemaOfSettings()).toHaveProperty("$schema", "https://json-schema.org/draft/2020-12/schema");
  });

  it.each(named(allKeys()))("%s has a title and a description", (_, { schema }) => {
    expect(schema.title).toMatch(/^[A-Z].*[^.]$/u);
    expect(schema.description).toMatch(/^[A-Z0-9].*\.$/u);
  });

  // Of keys that are the charge point's own none is unknown.
  it.each(named(allKeys().filter(({ schema }) => schema.type === "object" && "properties" in schema)))(
    "%s takes no unknown key",
    (_, { schema }) => {
      expect(schema.additionalProperties).toBe(false);
    },
  );

  const numbers = settingsOfSchema().filter(({ schema }) => /^(?:integer|number)$/u.test(schema.type ?? ""));

  it.each(named(numbers))("%s is a number with a range and a default inside", (_, { schema }) => {
    expect(schema.minimum).toBeLessThan(schema.maximum ?? NaN);
    expect(schema.default).toBeGreaterThanOrEqual(schema.minimum ?? NaN);
    expect(schema.default).toBeLessThanOrEqual(schema.maximum ?? NaN);
  });

  it.each(named(numbers.filter(({ path }) => !["port", "connectors"].includes(path.at(-1) ?? ""))))(
    "%s has a unit that its name does not contradict",
    (name, { schema }) => {
      expect(schema.unit).toBeTruthy();
      if (name.endsWith("Seconds")) expect(schema.unit).toBe("s");
      if (name.endsWith("Milliseconds")) expect(schema.unit).toBe("ms");
      if (name.endsWith("Bytes")) expect(schema.unit).toBe("bytes");
    },
  );

  it.each(named(settingsOfSchema().filter(({ schema }) => schema.type === "string")))(
    "%s is a text of bounded length",
    (_, { schema }) => {
      expect(schema.maxLength).toBeGreaterThan(0);
    },
  );

  // Absent has a meaning of its own: what was set while the bridge ran, no password, what the charge point has said or done itself, the
  // bridge's own validation, nothing that its configuration has to be, no client certificates, any organization, another way to sign, the
  // host beside it.
  const withoutDefault = [
    ...[
      "registration",
      "password",
      "serialNumber",
      "lowestSecurityProfile",
      "validation",
      "beforeAccepted",
      "configuration",
    ].map((name) => `chargePoints.*.${name}`),
    "ocpp.listeners.*.tls.clientCa",
    "ocpp.listeners.*.tls.organization",
    ...["certificate", "key", "requestDirectory"].map((name) => `ocpp.certificateAuthority.${name}`),
    "files.publicHost",
    ...["certificate", "key", "discoveryServer"].map((name) => `opcua.${name}`),
  ];

  it.each(named(settingsOfSchema().filter(({ isRequired }) => !isRequired)))(
    "%s has a default, or its absence a meaning",
    (name, { schema }) => {
      expect(schema.default !== undefined).toBe(!withoutDefault.includes(name));
    },
  );

  it("has for every limit a place under limits that can be raised and lowered to the ends of its range", () => {
    for (const { path, schema } of settingsOfSchema().filter(({ path: [section] }) => section === "limits")) {
      const key = path.at(-1) ?? "";
      for (const value of [schema.minimum, schema.maximum])
        expect(accept(`limits: { ${key}: ${value} }\n`).limits).toHaveProperty(key, value);
      for (const value of [(schema.minimum ?? 0) - 1, (schema.maximum ?? 0) + 1])
        expect(load(`limits: { ${key}: ${value} }\n`)).not.toHaveProperty("settings");
    }
  });
});
