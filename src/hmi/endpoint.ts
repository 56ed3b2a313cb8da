// What an entry of the API is: the table that routes, checks, describes. One source for the behaviour and for its OpenAPI document.
import type { Clock } from "../std/clock.ts";
import type { Requester, Role } from "../twin/commands.ts";
import type { Broadcaster } from "./broadcaster.ts";
import type { Ask } from "./questions.ts";
import type { Who } from "./sessions.ts";
import type { Refusal } from "./shapes.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the document says of an entry, also where the table does not route it. */
export interface Described {
  readonly method: "GET" | "POST";
  /** `/api/charge-points/{id}`: below a brace stands one part of the path, percent-decoded. */
  readonly path: string;
  readonly summary: string;
  /** The least role that may ask; `none`: nobody need log in. */
  readonly role: Role;
  /** Of the query, by name; their texts are taken for what these say. All are optional but those in `required`. */
  readonly query?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly body?: JsonSchema;
  /** Its media type; JSON when left out. */
  readonly bodyType?: string;
  /** What is answered with 200. */
  readonly answer: JsonSchema;
  /** Its media type; JSON when left out. */
  readonly answerType?: string;
}

export interface Endpoint extends Described {
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

/** A file for whoever downloads it, of the media type that its endpoint names. */
export interface FileText {
  readonly text: string;
  readonly fileName: string;
}

export type Reply =
  /** Bytes are JSON already. */
  | { readonly status: 200; readonly body: object | FileText | Uint8Array<ArrayBuffer> }
  | { readonly status: number; readonly refusal: Refusal & object };

export function ok(body: object): Reply {
  return { status: 200, body };
}

/** The same, of what is JSON already. */
export function okText(json: string): Reply {
  return { status: 200, body: new TextEncoder().encode(json) };
}

export function refused(status: 400 | 403 | 404 | 409 | 422 | 429 | 502 | 503, error: string, at?: string): Reply {
  return { status, refusal: at === undefined ? { error } : { error, at } };
}
