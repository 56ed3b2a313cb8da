// The charge point's end of the WebSocket: a thin cover over `ws`, so that the simulator needs no WebSocket library of its own.
// It knows frames only as text and never reconnects by itself.
import { WebSocket } from "ws";
import type { ClientOptions } from "ws";

/** What a charge point needs to know to dial its central system. */
export interface ClientSocketOptions {
  /** Full address, the charge point's identity being the last path segment (OCPP-J 1.6 §3.1.1). */
  url: string;
  /** Offered in Sec-WebSocket-Protocol; left out, no header is sent (OCPP-J 1.6 §3.1.2 forbids that: for tests). */
  subprotocol?: string;
  /** HTTP Basic authentication (OCPP-J 1.6 §6.2.1): the password as raw bytes. */
  credentials?: { user: string; password: Uint8Array };
  /** PEM texts for wss: authorities to trust, and for security profile 3 the charge point's own certificate. */
  tls?: { ca?: string; certificate?: string; key?: string };
  /** Longest frame taken, in bytes; a longer one closes the socket with 1009. */
  maxPayloadBytes: number;
  /** How long the handshake may take, in milliseconds. */
  handshakeTimeoutMs: number;
}

/** Called by the socket, never before `openClientSocket` has returned and never after `closed`. */
export interface ClientSocketEvents {
  opened(): void;
  text(text: string): void;
  ponged(): void;
  /** Once, at the end of the socket, also of one that never opened; `reason` says what went wrong in words. */
  closed(code: number, reason: string): void;
}

/** One socket, from dialling to its end. */
export interface ClientSocket {
  /** False when the socket is not open; nothing was sent then. */
  send(text: string): boolean;
  ping(): void;
  /** The orderly end: close frame, answer, FIN; what does not answer within `ws`'s 30 s is cut. */
  close(code: number, reason: string): void;
  /** Cuts the connection without a close frame, as a lost mobile network does. */
  terminate(): void;
  /** Half-open from now on: reads nothing, so that pings stay unanswered, until it is terminated. */
  freeze(): void;
}

/** Dials; everything that happens afterwards comes through `events`. A malformed url throws (a programmer's error). */
export function openClientSocket(options: ClientSocketOptions, events: ClientSocketEvents): ClientSocket {
  const protocols = options.subprotocol === undefined ? [] : [options.subprotocol];
  const socket = new WebSocket(options.url, protocols, clientOptions(options));
  let problem = "";
  socket.on("open", () => events.opened());
  socket.on("message", (data, isBinary) => {
    // OCPP-J 1.6 §4.1.1: frames are text; a binary one means nothing to a charge point. `ws` delivers a Buffer (nodebuffer).
    if (!isBinary && Buffer.isBuffer(data)) events.text(data.toString("utf8"));
  });
  socket.on("pong", () => events.ponged());
  socket.on("error", (error) => {
    problem = error.message;
  });
  socket.on("close", (code, reason) => events.closed(code, problem || reason.toString("utf8")));
  return {
    send: (text) => {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(text);
      return true;
    },
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    freeze: () => socket.pause(),
  };
}

function clientOptions(options: ClientSocketOptions): ClientOptions {
  const { credentials, tls } = options;
  const headers: Record<string, string> = {};
  if (credentials !== undefined) {
    const pair = Buffer.concat([Buffer.from(`${credentials.user}:`, "utf8"), credentials.password]);
    headers["Authorization"] = `Basic ${pair.toString("base64")}`;
  }
  return {
    headers,
    perMessageDeflate: false,
    maxPayload: options.maxPayloadBytes,
    handshakeTimeout: options.handshakeTimeoutMs,
    followRedirects: false,
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls?.key === undefined ? {} : { key: tls.key }),
  };
}
