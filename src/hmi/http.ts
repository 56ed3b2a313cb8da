// The HTTP side: the page, its API, live events, health and metrics. What it shows and does goes by questions to the main thread.
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:http";
import { serve, type HttpBindings } from "@hono/node-server";
import { Hono, type Context, type MiddlewareHandler } from "hono";
import type { Clock } from "../std/clock.ts";
import type { Running } from "../std/lifecycle.ts";
import { explainListenFault } from "../std/listenFault.ts";
import type { Log } from "../std/log.ts";
import type { LoginAccount } from "../twin/accounts.ts";
import { serveApi } from "./api/routes.ts";
import { isPagePath, readAssets, type Asset } from "./assets.ts";
import { Broadcaster } from "./broadcaster.ts";
import type { Described } from "./endpoint.ts";
import { eventsDescribed, serveEvents } from "./events.ts";
import { addressOf, Guard, isOwnOrigin, lackOf } from "./guard.ts";
import { importDescribed, serveImport } from "./importIdTags.ts";
import { loginDescribed, serveLogin } from "./login.ts";
import type { HttpOptions, LiveBatch, Watched } from "./messages.ts";
import type { Ask } from "./questions.ts";
import { Sessions, type Who } from "./sessions.ts";
import { downloadsDescribed, serveDownloads } from "./downloads.ts";

/** What a handler finds: the connection, and who asks. */
export interface HmiEnv {
  Bindings: HttpBindings;
  Variables: { who: Who };
}

/** What the HTTP side has of the rest of the program. */
export interface HttpSurroundings {
  readonly log: Pick<Log, "error">;
  readonly clock: Clock;
  readonly ask: Ask;
  readonly watch: (watched: Watched) => void;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_TIMEOUTS_EVERY_MS = 5000;
const IDLE_TIMEOUT_MS = 120_000;
const MAX_HEADER_BYTES = 16_384;
/** Requests of one connection that are not answered yet; a browser has one. */
const MOST_PIPELINED = 16;
/** Of a body that nobody reads. */
const MOST_DRAINED_BYTES = 4 * 1024 * 1024;
/** So long the main thread may be busy before it counts as dead. */
const HEALTH_TIMEOUT_MS = 5000;

export interface HttpServer extends Running {
  readonly url: string;
  readonly take: (batch: LiveBatch) => void;
  readonly setAccounts: (accounts: readonly LoginAccount[]) => void;
}

/** Serves until stopped; rejects with an error that names the setting when the port cannot be opened. */
export async function openHttp(
  options: HttpOptions,
  accounts: readonly LoginAccount[],
  surroundings: HttpSurroundings,
): Promise<HttpServer> {
  const { clock, watch } = surroundings;
  const sessions = new Sessions(clock, accounts);
  const guard = new Guard({ ...options, clock, sessions });
  const broadcaster = new Broadcaster({ watch, after: (delayMs, run) => clock.after(delayMs, run) });
  const app = routes(options, { ...surroundings, sessions, guard, broadcaster });
  const server = await listen(options, app, surroundings.log);
  server.maxConnections = options.maxConnections;
  // Whoever does not read his answer is cut off; events have a sign of life.
  server.timeout = IDLE_TIMEOUT_MS;
  boundRequests(server);
  drainUnread(server);
  const { host } = options;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    take: (batch) => broadcaster.take(batch),
    setAccounts: (now) => {
      sessions.setAccounts(now);
      broadcaster.review();
    },
    stop: () => {
      broadcaster.end();
      return close(server);
    },
  };
}

function listen({ host, port }: HttpOptions, app: Hono<HmiEnv>, log: Pick<Log, "error">): Promise<Server> {
  let isListening = false;
  return new Promise((resolve, reject) => {
    const listening = serve(
      {
        fetch: app.fetch,
        hostname: host,
        port,
        createServer,
        // It would cut off whoever needs more than half a second for a body that nobody reads.
        autoCleanupIncoming: false,
        serverOptions: {
          maxHeaderSize: MAX_HEADER_BYTES,
          headersTimeout: HEADERS_TIMEOUT_MS,
          requestTimeout: REQUEST_TIMEOUT_MS,
          connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS,
        },
      },
      () => {
        isListening = true;
        resolve(listening as Server);
      },
    );
    // It stays: an error without a listener would end the process, such as EMFILE at a connection.
    listening.on("error", (error: Error) => {
      if (isListening) log.error({ error: error.message }, "the HTTP server failed");
      else reject(explainListenFault({ section: "hmi", host, port }, error));
    });
  });
}

/** What the routes have. */
export interface Routing extends HttpSurroundings {
  readonly sessions: Sessions;
  readonly guard: Guard;
  readonly broadcaster: Broadcaster;
}

/** Everything that is answered by HTTP. */
export function routes(options: HttpOptions, routing: Routing): Hono<HmiEnv> {
  const app = new Hono<HmiEnv>();
  // Before all others: a watchdog must not be refused because somebody else asks too often.
  serveHealth(app, routing);
  app.use(protect(routing));
  serveMetrics(app, options, routing);
  serveLogin(app, routing);
  serveEvents(app, routing);
  serveDownloads(app, routing);
  serveImport(app, routing);
  serveApi(app, routing, [
    ...loginDescribed,
    ...downloadsDescribed,
    importDescribed,
    eventsDescribed,
    ...healthDescribed(options),
  ]);
  servePage(app);
  app.notFound((context) =>
    context.json({ error: "there is nothing here; /api/openapi.json says what there is" }, 404),
  );
  app.onError((error, context) => {
    routing.log.error({ error: String(error), path: context.req.path }, "a request could not be answered");
    return context.json({ error: "the bridge could not answer; its log says why" }, 500);
  });
  return app;
}

/** Of the page itself, for whatever comes through it: nothing from elsewhere, no script in texts, in no other page. */
const POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

function protect({ guard }: Routing): MiddlewareHandler<HmiEnv> {
  return async (context, next) => {
    const { incoming } = context.env;
    const seconds = guard.throttled(addressOf(incoming));
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Cache-Control", "no-store");
    context.header("Content-Security-Policy", POLICY);
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    if (seconds !== undefined)
      return context.json({ error: `too many requests; try again in ${seconds} s` }, 429, {
        "Retry-After": `${seconds}`,
      });
    const isReading = incoming.method === "GET" || incoming.method === "HEAD";
    if (!isReading && !isOwnOrigin(incoming))
      return context.json({ error: "a request of another site is not taken" }, 403);
    context.set("who", guard.who(incoming));
    return next();
  };
}

function healthDescribed({ metricsOpen }: HttpOptions): readonly Described[] {
  const plain = { method: "GET", answer: { type: "string" }, answerType: "text/plain" } as const;
  return [
    { ...plain, path: "/healthz", role: "none", summary: "200 while the process lives" },
    { ...plain, path: "/readyz", role: "none", summary: "200 while the bridge serves; else 503 and why" },
    {
      ...plain,
      path: "/metrics",
      role: metricsOpen ? "none" : "observer",
      summary: "Metrics as Prometheus reads them",
    },
  ];
}

function serveHealth(app: Hono<HmiEnv>, { ask, clock }: Routing): void {
  let asked: Promise<readonly string[] | undefined> | undefined;
  /** Undefined where the main thread does not answer; however many ask, it is asked once at a time. */
  const reasonsInTime = (): Promise<readonly string[] | undefined> =>
    (asked ??= Promise.race([
      ask("notReady"),
      new Promise<undefined>((late) => clock.after(HEALTH_TIMEOUT_MS, () => late(undefined))),
    ]).finally(() => (asked = undefined)));
  const late = (context: Context): Response =>
    context.text(`the main thread has not answered for ${HEALTH_TIMEOUT_MS / 1000} s\n`, 503);
  app.get("/healthz", async (context) =>
    (await reasonsInTime()) === undefined ? late(context) : context.text("ok\n"),
  );
  app.get("/readyz", async (context) => {
    const reasons = await reasonsInTime();
    if (reasons === undefined) return late(context);
    if (reasons.length > 0) return context.text(`not ready: ${reasons.join("; ")}\n`, 503);
    return context.text(["ready", ...(await ask("impaired"))].join("; ") + "\n");
  });
}

function serveMetrics(app: Hono<HmiEnv>, { metricsOpen }: HttpOptions, { ask }: Routing): void {
  app.get("/metrics", async (context) => {
    if (!metricsOpen && lackOf(context.get("who"), { role: "observer" }) !== undefined)
      return context.text("Log in, or set hmi.metricsOpen: true in the settings.\n", 401);
    const { type, text } = await ask("metrics");
    return context.body(text, 200, { "Content-Type": type });
  });
}

function servePage(app: Hono<HmiEnv>): void {
  const assets = readAssets();
  app.get("*", async (context, next) => {
    const { path } = context.req;
    const asset = assets.get(path) ?? (isPagePath(path) ? assets.get("/index.html") : undefined);
    if (asset !== undefined) return sent(context, asset);
    if (path === "/")
      return context.text("The page has not been built; `npm start` and `npm run demo` do that.\n", 503);
    return next();
  });
}

function sent(context: Context<HmiEnv>, { type, bytes, gzipped, isImmutable }: Asset): Response {
  const isZipped = /\bgzip\b/u.test(context.req.header("accept-encoding") ?? "");
  return context.body(isZipped ? gzipped : bytes, 200, {
    "Content-Type": type,
    "Cache-Control": isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
    Vary: "Accept-Encoding",
    ...(isZipped && { "Content-Encoding": "gzip" }),
  });
}

/**
 * A body that is refused unread is taken to its end, so that the next request of the connection (RFC 9112 §9.3) is answered, unless it
 * is long or does not say how long it is.
 */
function drainUnread(server: Server): void {
  server.prependListener("request", (request, response) => {
    response.once("finish", () => {
      if (request.complete) return;
      request.removeAllListeners("data");
      request.resume();
      if (!(Number(request.headers["content-length"]) <= MOST_DRAINED_BYTES)) request.socket.destroySoon();
    });
  });
}

/** Node hands over every request that one packet holds at once (RFC 9112 §9.3.2): each has an answer in memory. */
function boundRequests(server: Server): void {
  const open = new WeakMap<object, number>();
  server.prependListener("request", ({ socket }, response) => {
    const count = (open.get(socket) ?? 0) + 1;
    open.set(socket, count);
    if (count > MOST_PIPELINED) socket.destroy();
    response.on("close", () => open.set(socket, (open.get(socket) ?? 1) - 1));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
