// `GET /events`: server-sent events (WHATWG HTML §9.2) to browsers. What is told comes from the broadcaster.
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Hono } from "hono";
import { every } from "../std/clock.ts";
import type { Listener } from "./broadcaster.ts";
import type { Described } from "./endpoint.ts";
import type { HmiEnv, Routing } from "./http.ts";
import { addressOf, lackOf } from "./guard.ts";
import { viewOf } from "./login.ts";

/** A proxy between must not take the silence for the end. */
const SIGN_OF_LIFE_MS = 15_000;
/** Each holds a connection; there are others who need some. */
const MOST_LISTENERS = 150;
const MOST_OF_ONE = 30;
const LONGEST_ID = 255;

export const eventsDescribed: Described = {
  method: "GET",
  path: "/events",
  summary:
    "Server-sent events bridge, rows, alarms and session, each with a JSON object as its data; of one charge point datapoints and occurrence as well. It does not end",
  role: "observer",
  query: { chargePoint: { type: "string", maxLength: LONGEST_ID } },
  answer: { type: "string" },
  answerType: "text/event-stream",
};

export function serveEvents(app: Hono<HmiEnv>, { guard, broadcaster, clock }: Routing): void {
  app.get("/events", (context) => {
    const who = context.get("who");
    const lacking = lackOf(who, { role: "observer" });
    if (lacking !== undefined) return context.json(lacking.refusal, lacking.status);
    const owner = who.user ?? addressOf(context.env.incoming);
    if (broadcaster.size >= MOST_LISTENERS || broadcaster.sizeOf(owner) >= MOST_OF_ONE)
      return context.json({ error: "too many pages are open" }, 503, { "Retry-After": "30" });
    const { incoming, outgoing } = context.env;
    if (incoming.method === "HEAD") return context.body(null, 200, { "Content-Type": "text/event-stream" });
    const chargePointId = context.req.query("chargePoint")?.slice(0, LONGEST_ID);
    const response = outgoing;
    response.writeHead(200, {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      // nginx would gather them.
      "X-Accel-Buffering": "no",
    });
    const listener: Listener = {
      chargePointId,
      owner,
      write: (text) => void response.write(text),
      waiting: () => response.writableLength,
      end: () => void response.end(),
      cut: () => void response.destroy(),
      session: () => viewOf(guard.who(incoming, true)),
    };
    // A session that nobody uses any more ends with its time.
    const life = every(clock, SIGN_OF_LIFE_MS, () => {
      response.write(":\n\n");
      if (listener.session().role === "none") broadcaster.review();
    });
    response.on("close", () => {
      life.cancel();
      broadcaster.remove(listener);
    });
    response.on("error", () => {});
    response.write("retry: 1000\n\n");
    broadcaster.add(listener);
    return RESPONSE_ALREADY_SENT;
  });
}
