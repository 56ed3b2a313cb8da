// One session on SCADA's server, from the first packet to its end: it calls the method and finds out when the server is gone.
// It never reconnects by itself (connection.ts does), and nothing of it outlives `close`.
import {
  AttributeIds,
  CallRequest,
  CallResponse,
  ClientSecureChannelLayer,
  DataType,
  MessageSecurityMode,
  OPCUAClient,
  ReadRequest,
  ReadResponse,
  SecurityPolicy,
  UserTokenType,
  VariableIds,
  VariantArrayType,
  coerceNodeId,
  type ClientSession,
  type NodeId,
  type OPCUAClientOptions,
  type UserIdentityInfo,
} from "node-opcua";
import { every, type Clock, type Timer } from "../../std/clock.ts";
import type { ApplicationCertificate } from "../certificates.ts";
import { endsSession, reasonOf } from "./faults.ts";
import type { ClientOptions, ScadaMethod } from "./options.ts";
import { Transports } from "./transports.ts";

export interface SessionSurroundings {
  readonly clock: Clock;
  readonly certificate: ApplicationCertificate;
  /** Aborted when the session is no longer wanted, also while it is being opened. */
  readonly signal: AbortSignal;
}

const CONNECT_WITHIN_MS = 15_000;
const CLOSE_WITHIN_MS = 2000;
const KEEP_ALIVE_MS = 5000;
const KEEP_ALIVE_WITHIN_MS = 10_000;
/** A server that no longer hears of the session may forget it. */
const SESSION_TIMEOUT_MS = 30_000;
/** Half of it without a byte ends a connection. */
const TRANSPORT_TIMEOUT_MS = 60_000;
/** The library would wait for 5 s at least. */
const SHORTEST_TIMEOUT_MS = 1;

/** The library's own session, reached where a lost one is not opened again behind our back. */
interface Performs {
  _performMessageTransaction(
    request: CallRequest | ReadRequest,
    done: (error: Error | null, response?: unknown) => void,
  ): void;
}

/** Opens a session within 15 s; rejects with the reason, and then nothing is left of it. */
export async function openSession(options: ClientOptions, surroundings: SessionSurroundings): Promise<OpenSession> {
  ClientSecureChannelLayer.minTransactionTimeout = SHORTEST_TIMEOUT_MS;
  const attempt = new Attempt(options, surroundings);
  const { clock, signal } = surroundings;
  try {
    return await within(attempt.open(), { clock, mostMs: CONNECT_WITHIN_MS, signal });
  } catch (error) {
    await attempt.end();
    throw error;
  }
}

class Attempt {
  readonly #options: ClientOptions;
  readonly #surroundings: SessionSurroundings;
  readonly #transports: Transports;
  readonly #clients: OPCUAClient[] = [];
  #hasSession = false;

  constructor(options: ClientOptions, surroundings: SessionSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#transports = new Transports(options.maxMessageBytes);
  }

  async open(): Promise<OpenSession> {
    const { method } = this.#options;
    const securityPolicy = policyOf(method.securityPolicy);
    const isSecure = securityPolicy !== SecurityPolicy.None;
    const client = this.#client(
      isSecure
        ? {
            securityPolicy,
            securityMode: MessageSecurityMode.SignAndEncrypt,
            serverCertificate: await this.#trustedCertificate(securityPolicy),
          }
        : {},
    );
    await client.connect(method.endpoint);
    const session = await client.createSession(identityOf(method));
    this.#hasSession = true;
    const { clock } = this.#surroundings;
    const opened = new OpenSession(session, {
      clock,
      end: () => this.end(),
      maxAnswerBytes: this.#options.maxAnswerBytes,
    });
    client.once("connection_lost", () => opened.lose("the connection has broken"));
    client.once("close", () => opened.lose("it has closed the connection"));
    client.once("abort", () => opened.lose("it has closed the connection"));
    await opened.find(method);
    return opened;
  }

  async end(): Promise<void> {
    const { clock } = this.#surroundings;
    // A session is closed as one should; whoever has not opened any need not be told.
    if (!this.#hasSession) this.#transports.end();
    const disconnected = Promise.all(this.#clients.map((client) => client.disconnect()));
    await within(disconnected, { clock, mostMs: CLOSE_WITHIN_MS }).catch(() => undefined);
    this.#transports.end();
  }

  /**
   * The server's certificate, as whoever answers there says it unprotected (OPC 10000-4 §5.5.4): what counts is that it is trusted,
   * and that whoever answers later has its key.
   */
  async #trustedCertificate(securityPolicy: SecurityPolicy): Promise<Buffer> {
    const finder = this.#client({});
    await finder.connect(this.#options.method.endpoint);
    const endpoints = await finder.getEndpoints();
    await finder.disconnect();
    const found = endpoints.find(
      (each) => each.securityMode === MessageSecurityMode.SignAndEncrypt && each.securityPolicyUri === securityPolicy,
    );
    if (found === undefined) throw new Error(`it offers no endpoint with ${this.#options.method.securityPolicy}`);
    const certificate: Buffer | null = found.serverCertificate;
    if (certificate === null || certificate.length === 0) throw new Error("it has no certificate");
    const status = await this.#surroundings.certificate.trustList.checkCertificate(certificate);
    if (status.isNotGood()) throw new Error(`its certificate is refused: ${status.name}`);
    return certificate;
  }

  #client(security: Partial<OPCUAClientOptions>): OPCUAClient {
    const { own, trustList } = this.#surroundings.certificate;
    const client = OPCUAClient.create({
      applicationName: "ocpp-opcua",
      applicationUri: own.applicationUri,
      clientName: "ocpp-opcua",
      certificateFile: own.certificate,
      privateKeyFile: own.key,
      clientCertificateManager: trustList,
      connectionStrategy: { maxRetry: 0 },
      endpointMustExist: false,
      keepSessionAlive: false,
      requestedSessionTimeout: SESSION_TIMEOUT_MS,
      transportTimeout: TRANSPORT_TIMEOUT_MS,
      transportFactory: this.#transports,
      securityMode: MessageSecurityMode.None,
      securityPolicy: SecurityPolicy.None,
      ...security,
    });
    this.#clients.push(client);
    return client;
  }
}

interface SessionParts {
  readonly clock: Clock;
  readonly end: () => Promise<void>;
  readonly maxAnswerBytes: number;
}

export class OpenSession {
  readonly #session: Performs;
  readonly #parts: SessionParts;
  readonly #keepAlive: Timer;
  #nodes: { readonly objectId: NodeId; readonly methodId: NodeId } | undefined;
  #isAsking = false;
  #lose: (reason: string) => void = () => {};
  /** Resolves with the reason when the session is of no more use. */
  readonly lost = new Promise<string>((resolve) => (this.#lose = resolve));

  constructor(session: ClientSession, parts: SessionParts) {
    this.#session = session as unknown as Performs;
    this.#parts = parts;
    this.#keepAlive = every(parts.clock, KEEP_ALIVE_MS, () => void this.#checkAlive());
  }

  lose(reason: string): void {
    this.#keepAlive.cancel();
    this.#lose(reason);
  }

  async close(): Promise<void> {
    this.lose("it has been closed");
    await this.#parts.end();
  }

  /** Finds the nodes of the method; their namespaces may be named by URI, whose index may change whenever the server starts. */
  async find({ objectId, methodId }: ScadaMethod): Promise<void> {
    const isNamed = [objectId, methodId].some((text) => text.startsWith("nsu="));
    const uris = isNamed ? await this.#readNamespaces() : [];
    this.#nodes = { objectId: nodeIdOf(objectId, uris), methodId: nodeIdOf(methodId, uris) };
  }

  /** The text that the method answers; rejects with a sentence when there is none within `timeoutMs`. */
  async call(action: string, payload: string, timeoutMs: number): Promise<string> {
    if (this.#nodes === undefined) throw new Error("the session is not ready");
    const inputArguments = [action, payload].map((value) => ({ dataType: DataType.String, value }));
    const methodsToCall = [{ ...this.#nodes, inputArguments }];
    // OPC 10000-4 §7.33: the server may give up what nobody waits for any more.
    const response = await this.#perform(new CallRequest({ requestHeader: { timeoutHint: timeoutMs }, methodsToCall }));
    const [result] = response instanceof CallResponse ? (response.results ?? []) : [];
    if (result === undefined) throw new Error("it has answered without a result");
    if (!result.statusCode.isGoodish()) throw new Error(`it has answered ${result.statusCode.name}`);
    const [answer] = result.outputArguments ?? [];
    if (answer?.dataType !== DataType.String || answer.arrayType !== VariantArrayType.Scalar)
      throw new Error("the first output of its method is no String");
    const text = (answer.value as string | null) ?? "";
    const { maxAnswerBytes } = this.#parts;
    if (Buffer.byteLength(text) > maxAnswerBytes)
      throw new Error(`its Answer is longer than limits.maxCallBytes, ${maxAnswerBytes}`);
    return text;
  }

  async #readNamespaces(): Promise<readonly unknown[]> {
    const nodeId = `i=${VariableIds.Server_NamespaceArray}`;
    const response = await this.#read(nodeId, KEEP_ALIVE_WITHIN_MS);
    const value: unknown = response instanceof ReadResponse ? response.results?.[0]?.value.value : undefined;
    return Array.isArray(value) ? (value as unknown[]) : [];
  }

  async #checkAlive(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    // What it answers does not matter; a session that is gone is told by #perform.
    await this.#read(`i=${VariableIds.Server_ServerStatus_State}`, KEEP_ALIVE_WITHIN_MS).catch((error: unknown) => {
      if (endsSession(error)) this.lose(reasonOf(error));
    });
    this.#isAsking = false;
  }

  #read(nodeId: string, timeoutMs: number): Promise<unknown> {
    const nodesToRead = [{ nodeId: coerceNodeId(nodeId), attributeId: AttributeIds.Value }];
    return this.#perform(new ReadRequest({ requestHeader: { timeoutHint: timeoutMs }, nodesToRead }));
  }

  #perform(request: CallRequest | ReadRequest): Promise<unknown> {
    return new Promise((resolve, reject) =>
      this.#session._performMessageTransaction(request, (error, response) => {
        if (error === null) return resolve(response);
        if ("response" in error && endsSession(error)) this.lose(reasonOf(error));
        reject(error);
      }),
    );
  }
}

function nodeIdOf(text: string, uris: readonly unknown[]): NodeId {
  const [, uri, identifier] = /^nsu=([^;]+);(.+)$/su.exec(text) ?? [];
  if (uri === undefined || identifier === undefined) return coerceNodeId(text);
  const index = uris.indexOf(uri);
  if (index < 0) throw new Error(`it has no namespace ${uri}`);
  return coerceNodeId(`ns=${index};${identifier}`);
}

function identityOf({ user }: ScadaMethod): UserIdentityInfo {
  return user === undefined
    ? { type: UserTokenType.Anonymous }
    : { type: UserTokenType.UserName, userName: user.name, password: user.password };
}

function policyOf(name: string): SecurityPolicy {
  const policy = (SecurityPolicy as unknown as Readonly<Record<string, SecurityPolicy>>)[name];
  if (policy === undefined) throw new Error(`${name} is not a security policy of OPC UA`);
  return policy;
}

interface Bounds {
  readonly clock: Clock;
  readonly mostMs: number;
  readonly signal?: AbortSignal;
}

/** Rejects when it takes longer or is no longer wanted; what comes then is dropped. */
function within<T>(work: Promise<T>, { clock, mostMs, signal }: Bounds): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      timer.cancel();
      signal?.removeEventListener("abort", stop);
    };
    const giveUp = (reason: string): void => {
      end();
      reject(new Error(reason));
    };
    const stop = (): void => giveUp("the bridge is stopping");
    const timer = clock.after(mostMs, () => giveUp(`it has not answered within ${mostMs / 1000} s`));
    signal?.addEventListener("abort", stop);
    void work.finally(end).then(resolve, reject);
  });
}
