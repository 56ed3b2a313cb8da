// The HTTP side: health, readiness and metrics. It knows what it is told through `HttpSources` and changes nothing.
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:http";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { Counts } from "../std/counts.ts";
import type { Running } from "../std/lifecycle.ts";
import { explainListenFault } from "../std/listenFault.ts";
import type { Log } from "../std/log.ts";
import type { TransactionFilter } from "../twin/ports.ts";
import { openMetrics, type Decided, type Gauges } from "./metrics.ts";
import { serveTransactions } from "./transactions.ts";

/** What the HTTP side may read, and where it tells of its own faults. */
export interface HttpSources {
  readonly log: Log;
  readonly counts: Counts;
  readonly gauges: () => Gauges;
  readonly decisions: () => Iterable<Decided>;
  /** Why the bridge is not serving yet or no longer; empty when it serves. */
  readonly notReady: () => readonly string[];
  /** What does not work although the bridge serves; mostly empty. */
  readonly impaired: () => readonly string[];
  /** Charge detail records in pieces; ended early where nobody reads on. */
  readonly transactionsCsv: (filter: TransactionFilter) => AsyncGenerator<string, undefined>;
}

export interface HttpOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** `/metrics` without login. */
  readonly metricsOpen: boolean;
  /** What is about persons without login. */
  readonly recordsOpen: boolean;
  readonly maxConnections: number;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_HEADER_BYTES = 16_384;

export interface HttpServer extends Running {
  readonly url: string;
}

/** Serves until stopped; rejects with an error that names the setting when the port cannot be opened. */
export async function openHttpServer(options: HttpOptions, sources: HttpSources): Promise<HttpServer> {
  const app = routes(options, sources);
  const { host, port: wantedPort } = options;
  let isListening = false;
  const server = (await new Promise<unknown>((resolve, reject) => {
    const listening = serve(
      {
        fetch: app.fetch,
        hostname: host,
        port: wantedPort,
        createServer,
        serverOptions: {
          maxHeaderSize: MAX_HEADER_BYTES,
          headersTimeout: HEADERS_TIMEOUT_MS,
          requestTimeout: REQUEST_TIMEOUT_MS,
        },
      },
      () => {
        isListening = true;
        resolve(listening);
      },
    );
    // It stays: an error without a listener would end the process, such as EMFILE at a connection.
    listening.on("error", (error: Error) => {
      if (isListening) sources.log.error({ error: error.message }, "the HTTP server failed");
      else reject(explainListenFault({ section: "hmi", host, port: wantedPort }, error));
    });
  })) as Server;
  server.maxConnections = options.maxConnections;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    stop: () => close(server),
  };
}

function routes(options: HttpOptions, sources: HttpSources): Hono {
  const metrics = openMetrics(sources);
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Cache-Control", "no-store");
  });
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/readyz", (context) => {
    const reasons = sources.notReady();
    if (reasons.length > 0) return context.text(`not ready: ${reasons.join("; ")}\n`, 503);
    return context.text(["ready", ...sources.impaired()].join("; ") + "\n");
  });
  app.get("/metrics", async (context) => {
    if (!options.metricsOpen) return context.text("Log in, or set hmi.metricsOpen: true in the settings.\n", 401);
    return context.body(await metrics.render(), 200, { "Content-Type": metrics.type });
  });
  serveTransactions(app, options, sources);
  app.notFound((context) =>
    context.text("Nothing here; /healthz, /readyz, /metrics and /api/transactions.csv are.\n", 404),
  );
  app.onError((_, context) => context.text("The request could not be answered.\n", 500));
  return app;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
