// THE TABLE OF REQUESTS of the control socket: one JSON line asks, one JSON line answers. A further request is one member of
// `Requests`, one row of `schemas` and one handler (server.ts). Nothing from outside passes unchecked.
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { Command, CommandOutcome } from "../twin/commands.ts";
import type { GatheredIdTags, IdTagPiece } from "../twin/idTags.ts";
import { commandSchema, objectSchema, outcomeSchema } from "../datapoints/commandSchema.ts";

/** Of the protocol; a bridge answers only its own. */
export const VERSION = 1;

/** What can be asked, and what is answered. */
export interface Requests {
  readonly command: {
    readonly request: { readonly command: Command };
    readonly answer: { readonly outcome: CommandOutcome };
  };
  /** A piece of a list of id tags; the command importIdTags takes the whole list over. */
  readonly gatherIdTags: {
    readonly request: { readonly gathering?: number; readonly entries: readonly IdTagPiece[] };
    readonly answer: { readonly gathered: GatheredIdTags };
  };
}

export type RequestName = keyof Requests;
export type RequestOf<Name extends RequestName> = Requests[Name]["request"];
export type AnswerOf<Name extends RequestName> = Requests[Name]["answer"];

/** Why there is no answer. */
export interface Refusal {
  readonly code: (typeof refusals)[number];
  /** As a person reads it. */
  readonly text: string;
}

const refusals = [
  /** What came is no request: no text, no JSON, or a field breaks a rule. */
  "malformed",
  "tooLong",
  "tooSlow",
  /** Another version of the protocol. */
  "version",
  /** Too many connections or commands at once; later there will be room. */
  "busy",
  /** The bridge is starting or stopping. */
  "notReady",
  /** A fault of the bridge; its log says which. */
  "failed",
] as const;

const ajv = new Ajv2020({ strict: true, discriminator: true });
/** Entries of one request: as many as are checked in a few ms. */
export const MOST_ENTRIES = 1000;
const field = { type: "string", maxLength: 100 };
const pieceSchema = objectSchema({ idTag: field, status: field }, { expiryDate: field, parentIdTag: field });
const gatheredSchema = {
  type: "object",
  required: ["kind"],
  oneOf: [
    objectSchema({ kind: { const: "gathered" }, gathering: { type: "integer" }, count: { type: "integer" } }),
    objectSchema({ kind: { const: "refused" }, text: { type: "string" } }),
  ],
};
const envelope = { version: { const: VERSION }, do: { type: "string" } } as const;

const checks: {
  readonly [Name in RequestName]: {
    readonly request: () => ValidateFunction<RequestOf<Name>>;
    readonly answer: () => ValidateFunction<AnswerOf<Name>>;
  };
} = {
  command: {
    request: compiled(objectSchema({ ...envelope, command: commandSchema })),
    answer: compiled(objectSchema({ version: envelope.version, outcome: outcomeSchema })),
  },
  gatherIdTags: {
    request: compiled(
      objectSchema(
        { ...envelope, entries: { type: "array", maxItems: MOST_ENTRIES, items: pieceSchema } },
        { gathering: { type: "integer" } },
      ),
    ),
    answer: compiled(objectSchema({ version: envelope.version, gathered: gatheredSchema })),
  },
};

const isAddressed = compiled<{ version: number; do: string }>({
  type: "object",
  properties: { version: { type: "number" }, do: { type: "string" } },
  required: ["version", "do"],
});
const isRefused = compiled<{ error: Refusal }>({
  ...objectSchema({
    version: { type: "number" },
    error: objectSchema({ code: { enum: refusals }, text: { type: "string" } }),
  }),
});

/** A schema as a check, made when it is first asked for. */
function compiled<T>(schema: object): () => ValidateFunction<T> {
  let check: ValidateFunction<T> | undefined;
  return () => (check ??= ajv.compile<T>(schema));
}

export function isRequestName(text: string): text is RequestName {
  return Object.hasOwn(checks, text);
}

/** What a line asks for, or why it cannot be told. */
export function readRequest(line: string): { readonly name: RequestName; readonly body: unknown } | Refusal {
  const body = parse(line);
  if (body === undefined) return { code: "malformed", text: "the request is no JSON, or too deep" };
  const check = isAddressed();
  if (!check(body)) return { code: "malformed", text: faultOf("the request", check.errors) };
  if (body.version !== VERSION)
    return { code: "version", text: `this bridge speaks version ${VERSION} of the protocol, not ${body.version}` };
  if (!isRequestName(body.do))
    return { code: "malformed", text: `/do: must be one of ${Object.keys(checks).join(", ")}` };
  return { name: body.do, body };
}

/** The body of a request once it is known what it asks for. */
export function checkRequest<Name extends RequestName>(name: Name, body: unknown): RequestOf<Name> | Refusal {
  const check: ValidateFunction<RequestOf<Name>> = checks[name].request();
  return check(body) ? body : { code: "malformed", text: faultOf("the request", check.errors) };
}

/** What a line answers; undefined when it cannot be understood. */
export function readAnswer<Name extends RequestName>(name: Name, line: string): AnswerOf<Name> | Refusal | undefined {
  const body = parse(line);
  const check: ValidateFunction<AnswerOf<Name>> = checks[name].answer();
  if (check(body)) return body;
  return isRefused()(body) ? body.error : undefined;
}

export function isRefusal(value: object): value is Refusal {
  return "code" in value;
}

/** More than a payload may be nested (datapoints/arguments.ts); what is deeper could exhaust the stack of whoever walks it. */
const DEEPEST = 40;

function parse(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return isDeeperThan(DEEPEST, value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part));
}

const LONGEST_SHOWN = 60;

/** The first fault with its place; what came from outside is cut short. */
function faultOf(whole: string, errors: readonly ErrorObject[] | null | undefined): string {
  const [error] = errors ?? [];
  const { additionalProperty, allowedValues } = (error?.params ?? {}) as Readonly<Record<string, unknown>>;
  const detail = additionalProperty ?? allowedValues;
  const shown = detail === undefined ? "" : ` (${(JSON.stringify(detail) ?? "").slice(0, LONGEST_SHOWN)})`;
  const place = error?.instancePath ?? "";
  return `${place === "" ? whole : place}: ${error?.message ?? "is not understood"}${shown}`;
}
