// SCADA's own server in tests: a real OPC UA server with a method that decides, whatever a test lets it answer.
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  StatusCodes,
  Variant,
  type CallMethodResultOptions,
} from "node-opcua";

export type Deciding = (action: string, payload: string) => CallMethodResultOptions | Promise<CallMethodResultOptions>;

export interface ScadaInTest {
  readonly endpoint: string;
  readonly port: number;
  /** What its method does; may be changed at any time. */
  decide: Deciding;
  /** How many sessions are open. */
  sessions(): number;
  /** How many secure channels are open. */
  channels(): number;
  /** Names of the users of those sessions. */
  users(): (string | undefined)[];
  stop(): Promise<void>;
}

/** The answer of the method with a text. */
export function say(answer: unknown): CallMethodResultOptions {
  const value = typeof answer === "string" ? answer : JSON.stringify(answer);
  return { statusCode: StatusCodes.Good, outputArguments: [new Variant({ dataType: DataType.String, value })] };
}

export const NAMESPACE = "urn:acme:scada";

const LIMITLESS = { receiveBufferSize: 65_536, sendBufferSize: 65_536, maxMessageSize: 1e9, maxChunkCount: 1e6 };

export interface ScadaOptions {
  readonly port?: number;
  readonly decide?: Deciding;
  /** Namespaces before its own. */
  readonly others?: number;
  /** Whether it sends messages of any length, whatever a client has said that it takes. */
  readonly limitless?: boolean;
}

/** Starts the server; `folder` keeps its certificate, so that it is the same one when it comes back. */
export async function startScada(folder: string, options: ScadaOptions = {}): Promise<ScadaInTest> {
  const { port = 0, decide = () => say({ status: "Accepted" }), others = 0, limitless = false } = options;
  const manager = (name: string) =>
    new OPCUACertificateManager({ rootFolder: join(folder, name), automaticallyAcceptUnknownCertificate: true });
  const server = new OPCUAServer({
    host: "127.0.0.1",
    port,
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256, SecurityPolicy.Aes256_Sha256_RsaPss],
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
    allowAnonymous: true,
    serverCertificateManager: manager("scada"),
    userCertificateManager: manager("users"),
    ...(limitless ? { transportSettings: { adjustTransportLimits: () => LIMITLESS } } : {}),
    userManager: { isValidUser: (name: string, password: string) => name === "bridge" && password === "s3cret" },
  });
  await server.initialize();
  const space = server.engine.addressSpace!;
  for (let index = 0; index < others; index++) space.registerNamespace(`urn:acme:other${index}`);
  const namespace = space.registerNamespace(NAMESPACE);
  const decisions = namespace.addObject({
    organizedBy: space.rootFolder.objects,
    browseName: "Decisions",
    nodeId: `s=Decisions`,
  });
  const argument = (name: string) => ({ name, dataType: DataType.String });
  const method = namespace.addMethod(decisions, {
    browseName: "Decide",
    nodeId: `s=Decisions.Decide`,
    inputArguments: [argument("Action"), argument("Payload")],
    outputArguments: [argument("Answer")],
  });
  const scada = { decide };
  method.bindMethod((inputs, _context, done) => {
    const [action, payload] = inputs.map(({ value }) => String(value));
    void (async () => done(null, await scada.decide(action ?? "", payload ?? "")))();
  });
  await server.start();
  const [listening] = server.endpoints;
  const { port: opened } = (listening as unknown as { _server: Server })._server.address() as AddressInfo;
  const sessions = () => Object.values(Reflect.get(server.engine, "_sessions") as Record<string, unknown>);
  return Object.assign(scada, {
    endpoint: `opc.tcp://127.0.0.1:${opened}`,
    port: opened,
    sessions: () => server.engine.currentSessionCount,
    channels: () => server.currentChannelCount,
    users: () =>
      sessions().map(
        (session) => (session as { userIdentityToken?: { userName?: string } }).userIdentityToken?.userName,
      ),
    stop: () => server.shutdown(0),
  });
}

/** A server that takes connections and does with them what `serve` does. */
export async function listen(
  serve: (socket: Socket) => void,
): Promise<{ endpoint: string; open: Set<Socket>; stop(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => {});
    // Without it the end of the connection would not be seen.
    socket.resume();
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `opc.tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
