// The OpenAPI document (3.1) of the API, from the same table that routes it, and of what is routed beside it.
import { version } from "../../std/version.ts";
import type { Described, JsonSchema } from "../endpoint.ts";

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

/** What a command or a question may be refused with beside; which it is says the table of outcomes (httpStatus.ts). */
const otherRefusal = "Not done; the sentence says why";

export function openApiOf(entries: readonly Described[]): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const entry of entries) (paths[entry.path] ??= {})[entry.method.toLowerCase()] = operationOf(entry);
  return {
    openapi: "3.1.0",
    info: {
      title: "ocpp-opcua",
      version,
      description: "What the operator's page uses. /events sends what changes.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { Refusal: refusal },
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "ocpp_opcua_PORT",
          description: "Set by /api/login; PORT is the port by which the bridge was reached",
        },
      },
    },
  };
}

function operationOf(entry: Described): JsonSchema {
  const { method, summary, role, path, query = {}, required = [], body, bodyType, answer, answerType } = entry;
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
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z]+([A-Za-z])?/gu, (_, letter: string | undefined) => letter?.toUpperCase() ?? "")}`,
    summary,
    description: role === "none" ? "Needs no login." : `Needs the role ${role}.`,
    security: role === "none" ? [] : [{ session: [] }],
    parameters: [...inPath, ...inQuery],
    ...(body !== undefined && { requestBody: { required: true, content: contentOf(body, bodyType) } }),
    responses: {
      "200": { description: "Done", content: contentOf(answer, answerType) },
      ...Object.fromEntries(Object.entries(refusals).map(([status, said]) => [status, refusalOf(said)])),
      default: refusalOf(otherRefusal),
    },
  };
}

function refusalOf(description: string): JsonSchema {
  return { description, content: contentOf({ $ref: "#/components/schemas/Refusal" }) };
}

function contentOf(schema: JsonSchema, type = "application/json"): JsonSchema {
  return { [type]: { schema } };
}
