// Real listeners on free ports of loopback with a door that a test drives, and raw charge points that may send anything.
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { RPCClient } from "ocpp-rpc";
import { vi } from "vitest";
import { WebSocket, type ClientOptions } from "ws";
import type { Admission, Answer, Call, Door } from "../../src/ocpp/door.ts";
import type { Link } from "../../src/ocpp/link.ts";
import { openListeners, type Listeners } from "../../src/ocpp/listeners.ts";
import type { Limits, ListenerSettings, TlsSettings } from "../../src/settings/settings.ts";
import { systemClock } from "../../src/std/clock.ts";
import { Counts, type CountName } from "../../src/std/counts.ts";
import type { Log, LogFields } from "../../src/std/log.ts";

const schema = JSON.parse(readFileSync(new URL("../../schemas/settings.json", import.meta.url), "utf8"));

/** The limits of the settings' schema. */
export const defaultLimits = Object.fromEntries(
  Object.entries<{ default: unknown }>(schema.properties.limits.properties).map(([name, limit]) => [
    name,
    limit.default,
  ]),
) as unknown as Limits;

export const admitted: Extract<Admission, { kind: "admitted" }> = {
  kind: "admitted",
  lowestProfile: 0,
  ping: true,
  missingSubprotocol: "refuse",
};

export interface LoggedLine {
  readonly level: string;
  readonly fields: LogFields;
  readonly message: string;
}

export interface ListenersUnderTest {
  readonly listeners: Listeners;
  /** Of the first listener. */
  readonly url: string;
  readonly log: LoggedLine[];
  /** `linked ID` and `unlinked ID`, in order. */
  readonly events: string[];
  /** What else the door is told: who was refused and why, or was there twice. */
  readonly suspicions: string[];
  /** What the door was told of frames that are no messages. */
  readonly misread: readonly string[];
  readonly count: (name: CountName) => number;
}

export interface ListenersSetup {
  readonly limits?: Partial<Limits>;
  readonly profiles?: readonly ListenerSettings["securityProfile"][];
  /** Loopback where absent. */
  readonly hosts?: readonly string[];
  /** Any free ones where absent. */
  readonly ports?: readonly number[];
  /** Of those with security profile 2 or 3. */
  readonly tls?: TlsSettings;
  readonly admit?: (identity: string) => Admission;
  readonly handleCall?: (link: Link, call: Call) => Answer | Promise<Answer>;
  readonly linked?: (link: Link) => void;
  readonly callTimeoutSeconds?: number;
}

const running: Listeners[] = [];

/** For `afterEach`: nothing stays open. */
export async function stopListeners(): Promise<void> {
  for (const socket of sockets.splice(0)) socket.terminate();
  await Promise.all(running.splice(0).map((listeners) => listeners.stop()));
}

export async function startListeners(setup: ListenersSetup = {}): Promise<ListenersUnderTest> {
  const log: LoggedLine[] = [];
  const events: string[] = [];
  const suspicions: string[] = [];
  const misread: string[] = [];
  const counts = new Counts();
  const door: Door = {
    admit: setup.admit ?? (() => admitted),
    refused: ({ identity, reason }) => suspicions.push(`${identity}: ${reason}`),
    contested: ({ identity }) => suspicions.push(`${identity} twice`),
    linked: (link) => {
      events.push(`linked ${link.identity}`);
      setup.linked?.(link);
    },
    tookPassword: (identity, hash) => void events.push(`${identity} took ${hash}`),
    unlinked: (link) => events.push(`unlinked ${link.identity}`),
    handleCall: setup.handleCall ?? ((_link, call) => ({ kind: "result", payload: { echo: call.payload } })),
    misread: ({ identity }, problem) => void misread.push(`${identity}: ${problem}`),
  };
  const listeners = await openListeners({
    settings: {
      limits: { ...defaultLimits, ...setup.limits },
      ocpp: {
        listeners: (setup.profiles ?? [0]).map((securityProfile, index) => ({
          host: setup.hosts?.[index] ?? "127.0.0.1",
          port: setup.ports?.[index] ?? 0,
          securityProfile,
          ...(setup.tls === undefined || securityProfile < 2 ? {} : { tls: setup.tls }),
        })),
        unknownChargePoints: "accept",
        heartbeatIntervalSeconds: 300,
        pendingRetrySeconds: 30,
        callTimeoutSeconds: setup.callTimeoutSeconds ?? 30,
        effectTimeoutSeconds: 120,
        resynchronisation: { afterSeconds: 0, configuration: false },
        validation: "tolerant",
        beforeAccepted: "refuse",
      },
    },
    door,
    clock: systemClock,
    log: recordTo(log),
    counts,
  });
  running.push(listeners);
  const count = (name: CountName): number => counts.entries().get(name) ?? 0;
  return { listeners, url: listeners.urls()[0] ?? "", log, events, suspicions, misread, count };
}

function recordTo(lines: LoggedLine[]): Log {
  const write = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
  const log: Log = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: () => log,
  };
  return log;
}

const sockets: WebSocket[] = [];

/** A charge point that sends whatever text it is told to. */
export class RawChargePoint {
  readonly socket: WebSocket;
  /** Every frame that came in, parsed. */
  readonly received: any[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    sockets.push(socket);
    socket.on("message", (data: Buffer) => this.received.push(JSON.parse(data.toString())));
    socket.on("error", () => {});
    this.closed = new Promise((resolve) =>
      socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  /** Resolves when the handshake is complete; rejects with `Unexpected server response: STATUS` when it is refused. */
  static async connect(
    url: string,
    options: ClientOptions = {},
    protocols: string[] = ["ocpp1.6"],
  ): Promise<RawChargePoint> {
    const socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
    const chargePoint = new RawChargePoint(socket);
    await once(socket, "open");
    return chargePoint;
  }

  send(...frames: unknown[]): void {
    for (const frame of frames) this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The frames received, once there are at least `count`. */
  frames(count: number): Promise<any[]> {
    return until(() => (this.received.length >= count ? this.received : undefined), `${count} frames`);
  }
}

/** The independent charge point; it answers calls in strict OCPP only when a test says so. */
export async function connectRpc(url: string, identity: string, options: object = {}): Promise<RPCClient> {
  const defaults = { endpoint: url, identity, protocols: ["ocpp1.6"], reconnect: false, callConcurrency: 10 };
  const client = new RPCClient({ ...(defaults as ConstructorParameters<typeof RPCClient>[0]), ...options });
  await client.connect();
  return client;
}

/** The value of `find` once it has one; fails after ten seconds. */
export function until<T>(find: () => T | undefined, what: string): Promise<T> {
  return vi.waitFor(
    () => {
      const found = find();
      if (found === undefined) throw new Error(`still waiting for ${what}`);
      return found;
    },
    { timeout: 30_000, interval: 5 },
  );
}

/** Resolves when the socket is closed, in whatever way. */
export function closedSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** Sends `text` over plain TCP and returns all that comes back until the other side closes. */
export async function talkRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  let answer = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  socket.write(text);
  await closedSocket(socket);
  return answer;
}

/** The head of a WebSocket handshake for `path`, with further header lines. */
export function handshake(path: string, ...headers: string[]): string {
  return [
    `GET ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Protocol: ocpp1.6",
    ...headers,
    "",
    "",
  ].join("\r\n");
}

/** Client options with Basic authentication. */
export const basic = (user: string, password: string | Buffer): { headers: { Authorization: string } } => ({
  headers: {
    Authorization: `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]).toString("base64")}`,
  },
});

/** Status, headers and body of what a handshake is refused with. */
export async function refusal(url: string, path: string, ...headers: string[]) {
  const answer = await talkRaw(url, handshake(path, ...headers));
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), head, body };
}
