// What an entry of the API is: the table that routes, checks, describes. One source for the behaviour and for its OpenAPI document.
import type { Clock } from "../std/clock.ts";
import type { Requester, Role } from "../twin/commands.ts";
import type { Broadcaster } from "./broadcaster.ts";
import type { Ask } from "./questions.ts";
import type { Who } from "./sessions.ts";
import type { Refusal } from "./shapes.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Endpoint {
  readonly method: "GET" | "POST";
  /** `/api/charge-points/{id}`: below a brace stands one part of the path, percent-decoded. */
  readonly path: string;
  readonly summary: string;
  /** The least role that may ask. */
  readonly role: Role;
  /** Of the query, by name; their texts are taken for what these say. All are optional but those in `required`. */
  readonly query?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly body?: JsonSchema;
  /** What is answered with 200, for the document. */
  readonly answer: JsonSchema;
  readonly handle: (request: ApiRequest, surroundings: ApiSurroundings) => Promise<Reply> | Reply;
}

/** A request that fits its endpoint. */
export interface ApiRequest {
  readonly who: Who;
  readonly requester: Requester;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body: unknown;
}

/** What the handlers have. */
export interface ApiSurroundings {
  readonly ask: Ask;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
}

export type Reply =
  /** Bytes are JSON already. */
  | { readonly status: 200; readonly body: object | Uint8Array<ArrayBuffer> }
  | { readonly status: number; readonly refusal: Refusal & object };

export function ok(body: object): Reply {
  return { status: 200, body };
}

export function refused(status: 400 | 403 | 404 | 409 | 422 | 429 | 502 | 503, error: string, at?: string): Reply {
  return { status, refusal: at === undefined ? { error } : { error, at } };
}
