// One port on which charge points connect: HTTP server, WebSocket handshake, subprotocol. Decides nothing about identities.
import { createServer, STATUS_CODES, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { basename } from "node:path";
import { TLSSocket } from "node:tls";
import { WebSocketServer, type ServerOptions, type WebSocket } from "ws";
import type { EpochMs, Timer } from "../std/clock.ts";
import { explainListenFault } from "../std/listenFault.ts";
import type { Limits, ListenerSettings } from "../settings/settings.ts";
import { Rate } from "./bounds.ts";
import { fingerprintShown, shownCertificate } from "./clientCertificate.ts";
import type { Door } from "./door.ts";
import type { Gate, Handshake } from "./gate.ts";
import { Link, type LinkShared } from "./link.ts";
import type { Links } from "./links.ts";
import { explainTlsFault, TlsPort } from "./tlsPort.ts";
import { findSubprotocol, SUBPROTOCOL } from "./upgradeRequest.ts";

export interface ListenerParts {
  /** Its place in the settings: `ocpp.listeners[0]`. */
  readonly section: string;
  readonly door: Door;
  readonly gate: Gate;
  readonly links: Links;
  readonly shared: LinkShared;
}

/** When a certificate is valid no more. */
export interface NamedExpiry {
  readonly name: string;
  readonly at: EpochMs;
  /** The certificate: DER in base64. */
  readonly der: string;
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

type Accepted = Extract<Handshake, { kind: "accepted" }>;

/** RFC 6455 §7.4.1 */
const PROTOCOL_ERROR = 1002;
const MAX_HEADER_BYTES = 8192;
/** Connections beyond maxConnections that may be in their handshake, each for handshakeTimeoutSeconds at most. */
const MOST_HANDSHAKES = 1000;
/** How long a charge point may take to answer our close frame. */
const CLOSE_TIMEOUT_MS = 2000;
const TCP_KEEP_ALIVE_MS = 60_000;
/** A storm of refused connections must not become a storm of log lines; the counters see every one. */
const REFUSALS_LOGGED_PER_SECOND = 10;

export class Listener {
  readonly #settings: ListenerSettings;
  readonly #parts: ListenerParts;
  readonly #server: Server;
  /** Undefined where the security profile is without TLS. */
  readonly #tls: TlsPort | undefined;
  readonly #webSockets: WebSocketServer;
  /** Timers of connections that are not WebSockets yet. */
  readonly #handshakes = new WeakMap<Socket, Timer>();

  readonly #refusalLines: Rate;
  /** The real one, kept because a closed server has none any more. */
  #port = 0;

  private constructor(settings: ListenerSettings, parts: ListenerParts) {
    const { limits } = parts.shared;
    this.#settings = settings;
    this.#parts = parts;
    this.#refusalLines = new Rate(parts.shared.clock, REFUSALS_LOGGED_PER_SECOND);
    this.#webSockets = new WebSocketServer(webSocketOptions(limits));
    this.#tls = createTlsPort(settings, parts);
    this.#server = this.#tls?.server ?? createServer({ maxHeaderSize: MAX_HEADER_BYTES });
    this.#server.on("request", (_request, response) => {
      response.writeHead(426, { Connection: "close", Upgrade: "websocket" });
      response.end("This port speaks OCPP 1.6 over WebSocket; a charge point connects here.\n");
    });
    this.#server.maxConnections = limits.maxConnections + MOST_HANDSHAKES;
    // Until then the TLS port has its own bound.
    const connected = this.#tls === undefined ? "connection" : "secureConnection";
    this.#server.on(connected, (socket: Socket) => this.#limitHandshake(socket));
    this.#server.on("tlsClientError", (error: Error, socket: Socket) => this.#tlsFailed(error, socket));
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Opens the port; rejects when it cannot be had, with a sentence that names the setting. */
  static async open(settings: ListenerSettings, parts: ListenerParts): Promise<Listener> {
    const listener = new Listener(settings, parts);
    await listener.#listen();
    return listener;
  }

  /** Where charge points connect, with the real port; an address for all interfaces is written as the settings have it. */
  get url(): string {
    const { host } = this.#settings;
    const port = this.#port;
    const scheme = this.#tls === undefined ? "ws" : "wss";
    return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  /** Which of its certificates expires first, and its place in the settings; undefined without TLS. */
  get nextExpiry(): NamedExpiry | undefined {
    const next = this.#tls?.nextExpiry;
    if (next === undefined) return undefined;
    const { file, ...expiry } = next;
    return { ...expiry, name: `${this.#parts.section}.tls, ${basename(file)}` };
  }

  /** Reads the certificates again, if it has any; open links stay. */
  reloadCertificates(): void {
    this.#tls?.reload();
  }

  /** Takes no more connections; those that are open stay. */
  stopAccepting(): void {
    this.#tls?.stop();
    this.#server.close();
  }

  /** Resolves when every socket is closed; what is still open after the close timeout is cut. */
  async closed(): Promise<void> {
    await Promise.all(
      Array.from(
        this.#webSockets.clients,
        (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
      ),
    );
    this.#server.closeAllConnections();
  }

  #listen(): Promise<void> {
    const { host, port } = this.#settings;
    const { section } = this.#parts;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(explainListenFault({ section, host, port }, error));
      this.#server.once("error", fail);
      this.#server.listen({ host, port }, () => {
        this.#server.off("error", fail);
        this.#port = (this.#server.address() as AddressInfo).port;
        this.#server.on("error", (error) =>
          this.#parts.shared.log.error({ url: this.url, error: error.message }, "listener failed"),
        );
        resolve();
      });
    });
  }

  /** Whoever has not become a WebSocket in time is cut off, however slowly it sends its headers. */
  #limitHandshake(socket: Socket): void {
    const { clock, limits } = this.#parts.shared;
    const timer = clock.after(limits.handshakeTimeoutSeconds * 1000, () => socket.destroy());
    this.#handshakes.set(socket, timer);
  }

  /** Node closes the socket, with an alert where TLS has one for it. */
  #tlsFailed(error: Error, { remoteAddress = "" }: Socket): void {
    const { shared } = this.#parts;
    shared.counts.add("tlsFailed");
    if (this.#refusalLines.take())
      shared.log.warn(
        { remoteAddress: plainAddress(remoteAddress) },
        `TLS handshake failed: ${explainTlsFault(error)}`,
      );
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { gate, shared } = this.#parts;
    const { securityProfile, tls } = this.#settings;
    const remoteAddress = addressOf(request);
    const isMutual = securityProfile === 3 && request.socket instanceof TLSSocket;
    const certificate = isMutual ? shownCertificate(request.socket as TLSSocket) : undefined;
    let closing: Closing | undefined;
    const gone = (): AbortSignal => (closing ??= watchClosing(socket)).gone;
    const caller = { remoteAddress, securityProfile, certificate, organization: tls?.organization, gone };
    const judged = gate.judge(request, caller);
    if (!(judged instanceof Promise)) return this.#settle({ request, socket, head }, judged, remoteAddress);
    judged
      .then((handshake) => {
        closing?.watchNoMore();
        if (!socket.destroyed) this.#settle({ request, socket, head }, handshake, remoteAddress);
      })
      .catch((error: unknown) => {
        shared.log.error({ remoteAddress, error: String(error) }, "a handshake was not judged");
        socket.destroy();
      });
  }

  #settle({ request, socket, head }: Upgrade, handshake: Handshake, remoteAddress: string): void {
    const { shared } = this.#parts;
    if (handshake.kind === "cut") {
      shared.counts.add("linksRefused");
      return void socket.destroy();
    }
    if (handshake.kind === "refused") {
      const { status, reason, headers, identity: chargePoint, isChallenge } = handshake;
      if (status !== 503 && isChallenge !== true)
        this.#parts.door.refused({ identity: chargePoint, remoteAddress, reason });
      shared.counts.add(status === 401 || status === 429 ? "loginsFailed" : "linksRefused");
      if (this.#refusalLines.take())
        shared.log.warn({ chargePoint, remoteAddress, status }, `connection refused: ${reason}`);
      return refuse(socket, status, reason, headers);
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#handshakes.get(request.socket)?.cancel();
      this.#accept(webSocket, handshake, request);
    });
  }

  #accept(socket: WebSocket, accepted: Accepted, request: IncomingMessage): void {
    const { door, gate, links, shared } = this.#parts;
    const { identity, admission, isProven } = accepted;
    const remoteAddress = addressOf(request);
    if (socket.protocol === "" && admission.missingSubprotocol === "refuse") {
      // OCPP-J 1.6 §3.1.2: the handshake is completed without the header, then the socket is closed.
      shared.counts.add("linksRefused");
      if (this.#refusalLines.take())
        shared.log.warn(
          { chargePoint: identity, remoteAddress },
          `connection closed: Sec-WebSocket-Protocol does not offer ${SUBPROTOCOL}; set missingSubprotocol: accept for this charge point if it cannot`,
        );
      socket.on("error", () => socket.terminate());
      return socket.close(PROTOCOL_ERROR, `subprotocol ${SUBPROTOCOL} is not offered`);
    }
    // The operating system finds out about a dead peer that cannot be pinged.
    if (!admission.ping) request.socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    gate.connected(accepted, remoteAddress);
    shared.counts.add("linksOpened");
    links.add(
      new Link({
        identity,
        remoteAddress,
        securityProfile: this.#settings.securityProfile,
        isProven,
        certificate: this.#certificateOf(request),
        socket,
        pings: admission.ping,
        settleSeconds: admission.settleSeconds,
        handleCall: (link, call) => door.handleCall(link, call),
        misread: (link, problem) => door.misread(link, problem),
        ended: (link) => links.ended(link),
        shared,
      }),
    );
  }

  #certificateOf({ socket }: IncomingMessage): string | undefined {
    const isMutual = this.#settings.securityProfile === 3 && socket instanceof TLSSocket;
    return isMutual ? fingerprintShown(socket) : undefined;
  }
}

function webSocketOptions(limits: Limits): ServerOptions {
  // The types of `ws` do not know closeTimeout yet.
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: true,
    maxPayload: limits.maxFrameBytes,
    // Not offered: it costs five times the CPU, and a small frame could unpack to a large one.
    perMessageDeflate: false,
    // Firmware sends Latin-1 in its texts; one such letter must not cost the link. It becomes U+FFFD.
    skipUTF8Validation: true,
    handleProtocols: (offered) => findSubprotocol(offered) ?? false,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  return options;
}

function createTlsPort({ tls, securityProfile }: ListenerSettings, parts: ListenerParts): TlsPort | undefined {
  if (securityProfile < 2) return undefined;
  // The settings refuse this; without TLS such a port must never be open.
  if (tls === undefined) throw new Error(`${parts.section}: security profile ${securityProfile} needs a certificate`);
  const { limits, clock, log } = parts.shared;
  return TlsPort.create({
    section: parts.section,
    tls,
    isMutual: securityProfile === 3,
    handshakeTimeoutMs: limits.handshakeTimeoutSeconds * 1000,
    maxHeaderBytes: MAX_HEADER_BYTES,
    clock,
    log,
  });
}

interface Closing {
  readonly gone: AbortSignal;
  readonly watchNoMore: () => void;
}

/** Whether a socket is closed while it is being judged: nothing else reads it then, so that its end would stay unseen. */
function watchClosing(socket: Duplex): Closing {
  const closing = new AbortController();
  const cut = (): void => {
    socket.destroy();
    closing.abort();
  };
  const read = (): void => {
    const early: unknown = socket.read();
    if (early === null) return;
    // Frames before the handshake is done are for the WebSocket; behind them the end is not seen.
    socket.off("readable", read);
    socket.unshift(early);
  };
  const watchNoMore = (): void => {
    socket.off("readable", read);
    for (const event of ["end", "close", "error"]) socket.off(event, cut);
  };
  for (const event of ["end", "close", "error"]) socket.on(event, cut);
  socket.on("readable", read);
  return { gone: closing.signal, watchNoMore };
}

function addressOf(request: IncomingMessage): string {
  return plainAddress(request.socket.remoteAddress ?? "");
}

/** IPv4 as IPv4, also where the socket is an IPv6 one. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, "");
}

function refuse(socket: Duplex, status: number, reason: string, headers: Readonly<Record<string, string>>): void {
  const body = `${reason}\n`;
  const lines = Object.entries({
    ...headers,
    Connection: "close",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}`);
  socket.on("error", () => socket.destroy());
  socket.once("finish", () => socket.destroy());
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", body].join("\r\n"));
}
