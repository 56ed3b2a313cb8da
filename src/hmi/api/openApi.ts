// The OpenAPI document (3.1) of the API, from the same table that routes it.
import { version } from "../../std/version.ts";
import type { Endpoint, JsonSchema } from "../endpoint.ts";

const refusal: JsonSchema = {
  type: "object",
  properties: {
    error: { type: "string", description: "One sentence" },
    at: { type: "string", description: "Where in the body, as a JSON pointer" },
  },
  required: ["error"],
};

const refusals = {
  "400": "It does not fit its schema",
  "401": "Nobody is logged in",
  "403": "The role does not suffice, or the request comes from another site",
  "429": "Too many requests from this address",
};

export function openApiOf(endpoints: readonly Endpoint[]): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints)
    (paths[endpoint.path] ??= {})[endpoint.method.toLowerCase()] = operationOf(endpoint);
  return {
    openapi: "3.1.0",
    info: { title: "ocpp-opcua", version, description: "What the operator's page uses. /events sends what changes." },
    paths,
    components: { schemas: { Refusal: refusal } },
  };
}

function operationOf({ summary, role, path, query = {}, required = [], body, answer }: Endpoint): JsonSchema {
  const inPath = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(query).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
  return {
    summary,
    description: `Needs the role ${role}.`,
    parameters: [...inPath, ...inQuery],
    ...(body !== undefined && { requestBody: { required: true, content: jsonOf(body) } }),
    responses: {
      "200": { description: "Done", content: jsonOf(answer) },
      ...Object.fromEntries(
        Object.entries(refusals).map(([status, description]) => [
          status,
          { description, content: jsonOf({ $ref: "#/components/schemas/Refusal" }) },
        ]),
      ),
    },
  };
}

function jsonOf(schema: JsonSchema): JsonSchema {
  return { "application/json": { schema } };
}
