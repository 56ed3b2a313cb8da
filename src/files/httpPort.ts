// The port of files for HTTP or HTTPS: takes connections, so many at once and of one address, each for a bounded time without a request.
// It answers no request itself.
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { FilesSettings, Limits } from "../settings/settings.ts";
import type { Clock } from "../std/clock.ts";
import type { Running } from "../std/lifecycle.ts";
import { explainListenFault } from "../std/listenFault.ts";
import type { Log } from "../std/log.ts";
import { Shares, type NoRoom } from "./shares.ts";

export interface HttpPortOptions {
  readonly settings: Pick<FilesSettings, "http">;
  readonly limits: Pick<Limits, "maxFileConnections" | "maxFileConnectionsPerAddress" | "fileIdleSeconds">;
  readonly clock: Clock;
  readonly log: Log;
}

export interface HttpPort extends Running {
  /** The one that is open, also where the settings leave it free. */
  readonly port: number;
}

const HEADERS_TIMEOUT_MS = 10_000;
const CHECKING_INTERVAL_MS = 2000;
const MAX_HEADER_BYTES = 16_384;
const RETRY_SECONDS = 30;

const refusals: Readonly<Record<NoRoom, string>> = {
  port: refusal("Too many connections."),
  address: refusal("Too many connections from this address."),
};

/** Open until stopped; rejects with an error that names the setting. */
export async function openHttpPort(options: HttpPortOptions, answer: RequestListener): Promise<HttpPort> {
  const { limits, settings, clock } = options;
  const server = createPort(options, answer);
  const shares = new Shares({
    clock,
    most: limits.maxFileConnections,
    mostPerAddress: limits.maxFileConnectionsPerAddress,
  });
  // Before the handshake of TLS nothing can be said that its client would understand.
  guard(server, shares, settings.http.tls === undefined ? refusals : undefined);
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      shares.stop();
      return close(server);
    },
  };
}

/** RFC 9110 §15.6.4 */
function refusal(sentence: string): string {
  const text = `${sentence}\n`;
  const head = [
    "HTTP/1.1 503 Service Unavailable",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${text.length}`,
    `Retry-After: ${RETRY_SECONDS}`,
    "Connection: close",
  ];
  return `${head.join("\r\n")}\r\n\r\n${text}`;
}

/** Only connections that find room get to whatever the server does with them. */
function guard(server: Server, shares: Shares, texts: Readonly<Record<NoRoom, string>> | undefined): void {
  const takers = server.listeners("connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    const full = shares.take(socket);
    if (full !== undefined) return shares.turnAway(socket, texts?.[full]);
    for (const take of takers) take.call(server, socket);
  });
}

function createPort({ settings, limits }: HttpPortOptions, answer: RequestListener): Server {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: CHECKING_INTERVAL_MS,
    // An upload may take as long as its token is valid.
    requestTimeout: 0,
  };
  const { tls } = settings.http;
  const server = tls === undefined ? createServer(options, answer) : createTlsPort(options, tls, answer);
  // As many again may be being told that there is no room.
  server.maxConnections = 2 * limits.maxFileConnections;
  // Uploads that stand still are answered before; this is for downloads that nobody reads.
  server.timeout = limits.fileIdleSeconds * 2000;
  return server;
}

function createTlsPort(
  options: object,
  tls: NonNullable<FilesSettings["http"]["tls"]>,
  answer: RequestListener,
): Server {
  const cert = readPem("certificate", tls.certificate);
  const key = readPem("key", tls.key);
  try {
    return createTlsServer({ ...options, cert, key, handshakeTimeout: HEADERS_TIMEOUT_MS }, answer);
  } catch (error) {
    throw because("files.http.tls", error);
  }
}

function readPem(name: "certificate" | "key", file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw because(`files.http.tls.${name}`, error);
  }
}

/** An error that names the setting. */
export function because(setting: string, error: unknown): Error {
  return new Error(`${setting}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

function listen(server: Server, { settings, log }: HttpPortOptions): Promise<void> {
  const { host, port } = settings.http;
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(explainListenFault({ section: "files.http", host, port }, error));
    server.once("error", fail);
    server.listen({ host, port }, () => {
      server.off("error", fail);
      // Without a listener an error would end the process, such as EMFILE at a connection.
      server.on("error", (error) => log.error({ error: error.message }, "the port of files failed"));
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
