import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Field } from "../../src/schema/field.ts";
import {
  actions,
  directionOf,
  enumerations,
  fieldsOf,
  isAction,
  objects,
  schemaOf,
  summaryOfAction,
  typesSchema,
} from "../../src/schema/ocpp16.ts";

const directory = new URL("../../schemas/ocpp1.6/", import.meta.url);
const kinds = ["request", "response"] as const;
const messages = actions.flatMap((action) => kinds.map((kind) => ({ action, kind })));

function read(name: string): Record<string, Record<string, unknown>> {
  return JSON.parse(readFileSync(new URL(name, directory), "utf8")) as never;
}

function namesOf(fields: readonly Field[]): string[] {
  return fields.map(({ name }) => name);
}

describe("the OCPP 1.6 schemas", () => {
  it("are a pair for each of the 28 actions of OCPP 1.6 and the 11 of the security document", () => {
    const security = actions.filter((action) => summaryOfAction(action).profile === "Security");
    expect([actions.length, security.length]).toEqual([39, 11]);
    const files = actions.flatMap((action) => [`${action}.json`, `${action}Response.json`]);
    expect(readdirSync(directory).toSorted()).toEqual([...files, "annotations.json", "types.json"].toSorted());
  });

  it.each(messages)("bear their own name: $action $kind", ({ action, kind }) => {
    const schema = schemaOf(action, kind);
    expect(schema.$id).toBe(`urn:OCPP:1.6:${action}${kind === "request" ? "" : "Response"}`);
    expect(schema.title).toBe(`${action}.${kind === "request" ? "req" : "conf"}`);
  });

  it("have the feature profiles of OCPP 1.6 §3.3", () => {
    const counts: Record<string, number> = {};
    for (const action of actions) {
      const { profile } = summaryOfAction(action);
      counts[profile] = (counts[profile] ?? 0) + 1;
    }
    expect(counts).toEqual({
      Core: 16,
      FirmwareManagement: 4,
      LocalAuthListManagement: 2,
      Reservation: 2,
      SmartCharging: 3,
      RemoteTrigger: 1,
      Security: 11,
    });
  });

  it("say who sends each request: 13 the charge point, 25 the central system, 1 both", () => {
    const directions = actions.map(directionOf);
    const count = (direction: string): number => directions.filter((each) => each === direction).length;
    expect(["chargePoint", "centralSystem", "both"].map(count)).toEqual([13, 25, 1]);
    expect(directionOf("DataTransfer")).toBe("both");
  });

  it("use every shared type", () => {
    const text = [...actions.flatMap((a) => [`${a}.json`, `${a}Response.json`]), "types.json"]
      .map((name) => readFileSync(new URL(name, directory), "utf8"))
      .join("");
    for (const name of Object.keys(typesSchema.$defs)) expect(text).toContain(`/$defs/${name}"`);
  });
});

describe("annotations.json", () => {
  const annotations = read("annotations.json");

  it("describes exactly the shared types that there are", () => {
    const described = [annotations.types, annotations.enumerations].flatMap((part) => Object.keys(part ?? {}));
    expect(described.toSorted()).toEqual(Object.keys(typesSchema.$defs).toSorted());
    expect(objects.size + enumerations.size + 1).toBe(described.length); // and IdToken
  });

  it("gives every field, action and type a title and one or more sentences", () => {
    const texts: { title?: unknown; description?: unknown }[] = [];
    const collect = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      if ("title" in value) texts.push(value);
      Object.values(value).forEach(collect);
    };
    collect(annotations);
    expect(texts.length).toBeGreaterThan(200);
    for (const text of texts) {
      expect(text.title).toMatch(/^[A-Z]/);
      expect(text.description).toMatch(/^[A-Z].*\.$/);
    }
  });

  it("gives a unit only to numbers", () => {
    const units = new Map<string, string>();
    for (const { action, kind } of messages)
      for (const field of fieldsOf(action, kind))
        if (field.unit !== undefined) {
          expect(["integer", "number"]).toContain(field.type);
          units.set(field.name, field.unit);
        }
    expect(Object.fromEntries(units)).toEqual({
      interval: "s",
      duration: "s",
      retryInterval: "s",
      meterStart: "Wh",
      meterStop: "Wh",
    });
  });
});

describe("fieldsOf", () => {
  it.each(messages)("puts required fields first: $action $kind", ({ action, kind }) => {
    const fields = fieldsOf(action, kind);
    const required = fields.filter((field) => field.required);
    expect(fields.slice(0, required.length)).toEqual(required);
    expect(fields.map(({ order }) => order)).toEqual(fields.map((_, index) => index));
  });

  it("puts the status of a response before everything else", () => {
    for (const action of actions) {
      const names = namesOf(fieldsOf(action, "response"));
      if (names.includes("status")) expect(names[0]).toBe("status");
    }
  });

  it("keeps the document's order within the required and within the optional ones", () => {
    expect(namesOf(fieldsOf("ReserveNow", "request"))).toEqual([
      "connectorId",
      "expiryDate",
      "idTag",
      "reservationId",
      "parentIdTag",
    ]);
    expect(namesOf(fieldsOf("SignedUpdateFirmware", "request"))).toEqual([
      "requestId",
      "firmware",
      "retries",
      "retryInterval",
    ]);
  });
});

describe("isAction", () => {
  it("knows the actions in their own spelling only", () => {
    expect(actions.every(isAction)).toBe(true);
    for (const text of ["", "heartbeat", "Heartbeat ", "constructor", "__proto__", "toString"])
      expect(isAction(text), text).toBe(false);
  });
});
