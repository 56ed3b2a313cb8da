// The API of the page: every endpoint of the table routed, checked, described. Who may ask is judged here; what a command may, on the road.
import type { Context, Hono, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Requester } from "../../twin/commands.ts";
import { checkOf, faultIn, type Check } from "../check.ts";
import type { ApiSurroundings, Described, Endpoint, JsonSchema, Reply } from "../endpoint.ts";
import { isPrivate, lackOf } from "../guard.ts";
import type { Refusal } from "../shapes.ts";
import type { HmiEnv } from "../http.ts";
import { acting } from "./acting.ts";
import { kept } from "./kept.ts";
import { looking } from "./looking.ts";
import { openApiOf } from "./openApi.ts";
import { site } from "./site.ts";
import { trends } from "./trends.ts";

/** As the longest request to a charge point (limits.maxCallBytes). */
const MOST_BODY_BYTES = 262_144;

const JSON_TYPE = "application/json";

const openApiDescribed: Described = {
  method: "GET",
  path: "/api/openapi.json",
  summary: "This document",
  role: "none",
  answer: { type: "object" },
};

/** In the query of everything that changes something. */
export const notAfter: JsonSchema = {
  type: "integer",
  minimum: 0,
  description:
    "Epoch ms by the bridge's clock: what arrives later, because the way was blocked, is refused with 409 and not done",
};

export const endpoints: readonly Endpoint[] = [...looking, ...trends, ...kept, ...site, ...acting].map((endpoint) =>
  endpoint.method === "POST" ? { ...endpoint, query: { ...endpoint.query, notAfter } } : endpoint,
);

/** `others` are entries that are routed elsewhere. */
export function serveApi(app: Hono<HmiEnv>, surroundings: ApiSurroundings, others: readonly Described[]): void {
  const document = openApiOf([...endpoints, ...others, openApiDescribed]);
  app.get(openApiDescribed.path, (context) => context.json(document));
  const tooLarge: Refusal = { error: `a request may have ${MOST_BODY_BYTES} bytes at most` };
  const limit = bodyLimit({ maxSize: MOST_BODY_BYTES, onError: (context) => context.json(tooLarge, 413) });
  for (const endpoint of endpoints) {
    const path = endpoint.path.replaceAll(/\{(\w+)\}/gu, ":$1");
    app.on(endpoint.method, path, mayAsk(endpoint), limit, answerBy(endpoint, surroundings));
  }
}

/** Judged before the body is read. */
function mayAsk(endpoint: Endpoint): MiddlewareHandler<HmiEnv> {
  return async (context, next) => {
    const lacking = lackOf(context.get("who"), endpoint);
    return lacking === undefined ? next() : context.json(lacking.refusal, lacking.status);
  };
}

function answerBy(endpoint: Endpoint, surroundings: ApiSurroundings): (context: Context<HmiEnv>) => Promise<Response> {
  const query = checkOf(
    {
      type: "object",
      properties: endpoint.query ?? {},
      required: endpoint.required ?? [],
      additionalProperties: false,
    },
    true,
  );
  const body = endpoint.body === undefined ? undefined : checkOf(endpoint.body);
  return async (context) => {
    const who = context.get("who");
    const read = await readRequest(context, query, body);
    if ("refusal" in read) return context.json(read.refusal, read.status);
    // Only now: what is sent slowly comes late, too.
    if (isTooLate(read.query, surroundings)) return context.json(tooLate, 409);
    const requester = requesterOf(context);
    const request = { who, requester, path: context.req.param() as Readonly<Record<string, string>>, ...read };
    return sent(context, endpoint, await endpoint.handle(request, surroundings));
  };
}

/** By `notAfter` of a query that fits it. */
export function isTooLate(
  query: Readonly<Record<string, unknown>>,
  { clock }: Pick<ApiSurroundings, "clock">,
): boolean {
  return Number(query["notAfter"] ?? Infinity) < clock.now();
}

export const tooLate: Refusal = {
  error: "the request has come too late, so nothing has been done; send it again if it is still wanted",
};

/** Who wants something by this request. */
export function requesterOf(context: Context<HmiEnv>): Requester {
  const { role, user = "anonymous" } = context.get("who");
  return { via: "http", role, user, isPrivate: isPrivate(context.env.incoming) };
}

type Read =
  | { readonly query: Readonly<Record<string, string | number | boolean | undefined>>; readonly body: unknown }
  | { readonly status: 400 | 415; readonly refusal: Refusal };

async function readRequest({ req }: Context<HmiEnv>, query: Check, body: Check | undefined): Promise<Read> {
  const asked = { ...req.query() };
  const flaw = faultIn(query(), asked);
  if (flaw !== undefined) return { status: 400, refusal: { error: `in the query ${flaw.error}` } };
  if (body === undefined) return { query: asked, body: undefined };
  // A form of another site cannot have this type without being asked first.
  if (!/^application\/json(?:;|$)/u.test(req.header("content-type") ?? ""))
    return { status: 415, refusal: { error: "the body must be application/json" } };
  const value: unknown = await req.json().catch(() => undefined);
  if (value === undefined) return { status: 400, refusal: { error: "the body is no JSON" } };
  const fault = faultIn(body(), value);
  return fault === undefined ? { query: asked, body: value } : { status: 400, refusal: fault };
}

function sent(context: Context<HmiEnv>, { answerType = JSON_TYPE }: Described, reply: Reply): Response {
  if ("refusal" in reply) return context.json(reply.refusal, reply.status as 400);
  const { body } = reply;
  if (body instanceof Uint8Array) return context.body(body, 200, { "Content-Type": JSON_TYPE });
  if ("fileName" in body)
    return context.body(body.text, 200, {
      "Content-Type": `${answerType}; charset=utf-8`,
      "Content-Disposition": `attachment; filename="${body.fileName}"`,
    });
  return context.body(JSON.stringify(body), 200, { "Content-Type": answerType });
}
