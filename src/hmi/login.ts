// Login and logout of browsers. Whether a password is right is judged on the main thread, as for every way in.
import type { Context, Hono } from "hono";
import { checkOf, faultIn } from "./check.ts";
import type { Described } from "./endpoint.ts";
import type { HmiEnv, Routing } from "./http.ts";
import { addressOf, cookieOf } from "./guard.ts";
import type { Who } from "./sessions.ts";
import type { SessionView } from "./shapes.ts";
import { objectSchema } from "../datapoints/commandSchema.ts";
import { roles } from "../twin/commands.ts";

/** Names and passwords of any length are refused without being looked at. */
const MOST_BYTES = 10_000;

const loginSchema = objectSchema({
  name: { type: "string", maxLength: 256 },
  password: { type: "string", maxLength: 1024 },
});
const check = checkOf(loginSchema);

const nobody = {
  role: "none",
  answer: {
    type: "object",
    properties: { user: { type: "string" }, role: { enum: roles }, hasOneTimePassword: { type: "boolean" } },
    required: ["role"],
  },
} as const;

export const loginDescribed: readonly Described[] = [
  { ...nobody, method: "GET", path: "/api/session", summary: "Who asks, by the cookie, and what he may do" },
  { ...nobody, method: "POST", path: "/api/login", summary: "Begins a session: sets a cookie", body: loginSchema },
  { ...nobody, method: "POST", path: "/api/logout", summary: "Ends the session of the cookie" },
];

export function serveLogin(app: Hono<HmiEnv>, { ask, sessions, broadcaster }: Routing): void {
  app.get("/api/session", (context) => context.json(viewOf(context.get("who"))));
  app.post("/api/login", async (context) => {
    const { incoming } = context.env;
    const length = Number(context.req.header("content-length") ?? MOST_BYTES + 1);
    const isJson = /^application\/json(?:;|$)/u.test(context.req.header("content-type") ?? "");
    if (!isJson || !(length <= MOST_BYTES)) return context.json({ error: "name and password must come as JSON" }, 415);
    const body: unknown = await context.req.json().catch(() => undefined);
    const fault = faultIn(check(), body);
    if (fault !== undefined) return context.json(fault, 400);
    const { name, password } = body as { readonly name: string; readonly password: string };
    const verdict = await ask("verify", { name, password, from: addressOf(incoming) });
    if (verdict.kind !== "accepted") return refusal(context, verdict.kind === "busy");
    const { token: former } = context.get("who");
    if (former !== undefined) sessions.end(former);
    const token = sessions.open(verdict.account, verdict.hasOneTimePassword);
    context.header("Set-Cookie", cookieOf(incoming, token));
    return context.json(viewOf(sessions.find(token) ?? { role: "none" }));
  });
  app.post("/api/logout", (context) => {
    const { token } = context.get("who");
    if (token !== undefined) {
      sessions.end(token);
      broadcaster.review();
    }
    context.header("Set-Cookie", cookieOf(context.env.incoming, undefined));
    return context.json({ role: "none" } satisfies SessionView);
  });
}

function refusal(context: Context<HmiEnv>, isBusy: boolean): Response {
  if (!isBusy) return context.json({ error: "user name or password is wrong, or the user is not enabled" }, 401);
  return context.json({ error: "too many logins wait; try again in a minute" }, 429, { "Retry-After": "60" });
}

/** Without the token. */
export function viewOf({ token: _, ...view }: Who): SessionView {
  return view;
}
