// The document of the API: it names everything that is routed and nothing else, and is built as OpenAPI 3.1 demands.
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import { Broadcaster } from "../../../src/hmi/broadcaster.ts";
import { Guard } from "../../../src/hmi/guard.ts";
import { routes } from "../../../src/hmi/http.ts";
import { Sessions } from "../../../src/hmi/sessions.ts";
import { systemClock } from "../../../src/std/clock.ts";
import { silentLog } from "../../../src/std/log.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content: Readonly<Record<string, { readonly schema: object }>> }
    >
  >;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object; readonly securitySchemes: object };
}

const http = {
  host: "127.0.0.1",
  port: 0,
  anonymousRole: "none",
  metricsOpen: false,
  maxConnections: 10,
  requestsPerSecond: 100,
} as const;
const clock = systemClock;
const sessions = new Sessions(clock, []);
const app = routes(http, {
  log: silentLog,
  clock,
  sessions,
  ask: () => Promise.reject(new Error("nothing is asked for the document")),
  watch: () => {},
  guard: new Guard({ ...http, clock, sessions }),
  broadcaster: new Broadcaster({ watch: () => {}, after: () => ({ cancel: () => {} }) }),
});

let document: OpenApi;
let operations: readonly { readonly path: string; readonly method: string; readonly operation: Operation }[];
beforeAll(async () => {
  const incoming = { method: "GET", headers: {}, socket: {} };
  document = (await (await app.request("/api/openapi.json", {}, { incoming })).json()) as OpenApi;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
});

describe("the OpenAPI document", () => {
  it("names every route, and every entry is routed", () => {
    // What is for all paths is no entry: the page with its files, and the protection before all.
    const routed = app.routes
      .filter(({ path, method }) => method !== "ALL" && !path.endsWith("*"))
      .map(({ path, method }) => `${method} ${path.replaceAll(/:(\w+)/gu, "{$1}")}`);
    const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    expect(described.toSorted()).toEqual([...new Set(routed)].toSorted());
    expect(described.length).toBeGreaterThan(20);
  });

  it("has the fields that OpenAPI 3.1 demands of a document and of its operations (§4.8.1, §4.8.10, §4.8.16)", () => {
    expect(document).toMatchObject({ openapi: "3.1.0", info: { title: "ocpp-opcua", version: expect.any(String) } });
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      expect(path).toMatch(/^\//u);
      const inBraces = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name);
      const inPath = operation.parameters.filter((each) => each.in === "path");
      expect(inPath.map(({ name }) => name)).toEqual(inBraces);
      expect(inPath.every(({ required }) => required)).toBe(true);
      const keys = operation.parameters.map((each) => `${each.in} ${each.name}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const { description } of Object.values(operation.responses)) expect(description).not.toBe("");
      expect(Object.keys(operation.responses).every((status) => /^(?:[1-5]\d\d|default)$/u.test(status))).toBe(true);
      for (const name of operation.security.flatMap(Object.keys))
        expect(Object.keys(document.components.securitySchemes)).toContain(name);
    }
  });

  it("has schemas of JSON Schema 2020-12 alone, whose references lead somewhere", () => {
    const ajv = new Ajv2020({ strict: false });
    for (const { operation } of operations) {
      const contents = [
        operation.requestBody?.content ?? {},
        ...Object.values(operation.responses).map(({ content }) => content),
      ];
      const schemas = [...contents.flatMap((content) => Object.values(content)), ...operation.parameters];
      for (const { schema } of schemas) {
        const whole = { ...schema, components: document.components };
        expect(() => ajv.compile(whole), JSON.stringify(schema).slice(0, 200)).not.toThrow();
      }
    }
  });

  it("asks for a login wherever one is needed", () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0).map(({ path }) => path);
    expect(open.toSorted()).toEqual(
      ["/api/login", "/api/logout", "/api/openapi.json", "/api/session", "/healthz", "/readyz"].toSorted(),
    );
  });
});
