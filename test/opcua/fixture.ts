// What the tests of the OPC UA server share: a data folder, a client with a certificate of its own, twins and their batches.
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AttributeIds,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  setDebugLogger,
  setErrorLogger,
  setWarningLogger,
  type ClientSession,
  type DataValue,
  type UserIdentityInfo,
} from "node-opcua";
import { judgeRights } from "../../src/app/allow.ts";
import type { EndpointOptions, OpcUaServerOptions } from "../../src/opcua/options.ts";
import { ThreadProjection } from "../../src/opcua/projection.ts";
import { startUaServer, type UaServer, type UaServerSurroundings } from "../../src/opcua/uaServer.ts";
import { systemClock } from "../../src/std/clock.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog } from "../../src/std/log.ts";
import type { KeptAlarm } from "../../src/twin/alarms.ts";
import type { Commander } from "../../src/twin/commands.ts";
import type { ActOnAlarm, History } from "../../src/twin/ports.ts";
import type { Occurrence } from "../../src/twin/occurrences.ts";
import { meterPointOf, type Location, type PhasePath } from "../../src/twin/measurands.ts";
import {
  createTwin,
  emptyMeter,
  type ConnState,
  type Connector,
  type Meter,
  type Reading,
  type Twin,
} from "../../src/twin/twin.ts";

for (const set of [setDebugLogger, setWarningLogger, setErrorLogger]) set(() => {});

/** A folder that is removed by `clean`. */
export async function temporaryFolder(): Promise<{ path: string; clean(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "ocpp-opcua-test-"));
  return { path, clean: () => rm(path, { recursive: true, force: true }) };
}

export function endpointOptions(dataDirectory: string, changed: Partial<EndpointOptions> = {}): EndpointOptions {
  return {
    host: "127.0.0.1",
    port: 0,
    advertisedHosts: [],
    reverseConnect: [],
    securityPolicies: ["None", "Basic256Sha256"],
    anonymousRole: "observer",
    siteName: "Test site",
    version: "0.0.0",
    dataDirectory,
    vendorDatapoints: [],
    historyDays: 90,
    limits: {
      maxSessions: 100,
      maxSubscriptionsPerSession: 20,
      maxMonitoredItems: 100_000,
      maxMonitoredItemsPerSession: 90_000,
      maxNodesPerRead: 10_000,
      maxNodesPerWrite: 1000,
      maxNodesPerMethodCall: 1000,
      maxCallsInFlight: 10_000,
      maxCallBytes: 262_144,
      maxBrowseContinuationPoints: 100,
      maxNodesPerHistoryRead: 1000,
      maxHistoryValues: 50_000,
      maxHistoryContinuationPoints: 100,
      maxUnsentOpcUaBytes: 16_000_000,
    },
    ...changed,
  };
}

/** A server in this process, and the projection that feeds it at once. */
export interface Fed {
  readonly ua: UaServer;
  publish(before: Twin | undefined, after: Twin): void;
  /** Several in one batch. */
  publishTogether(changes: readonly (readonly [before: Twin | undefined, after: Twin])[]): void;
  forget(id: string): void;
  show(alarms: readonly KeptAlarm[], isTold?: boolean): void;
  /** Several in one batch. */
  announce(occurrences: readonly Occurrence[]): void;
}

/** What a server is told when nothing of a test has to do with commands. */
export const noCommands: Commander = async ({ kind }) => ({ kind: "unsupported", text: `${kind} is not tested here` });

/** The same for alarms. */
export const noAlarms: ActOnAlarm = async () => "NotKnown";

/** The same for logins: there is nobody who could log in, and nothing to tell of those who are turned away. */
export const noUsers: Pick<OpcUaServerOptions, "accounts" | "verify" | "rejected"> = {
  accounts: () => [],
  verify: async () => ({ kind: "refused" }),
  rejected: () => {},
};

/** The commander as it is on the road out: it gets only what the requester may have, and what can be read. */
function judged(command: Commander): Commander {
  return async (wanted, requester, flaw) => {
    const refusal = judgeRights(wanted, requester);
    if (refusal !== undefined) return refusal;
    return flaw === undefined ? command(wanted, requester) : { kind: "invalid", path: "", text: flaw };
  };
}

export async function startFed(
  options: EndpointOptions,
  command = noCommands,
  history?: History,
  actOnAlarm = noAlarms,
): Promise<Fed> {
  return startFedWith(options, { command, actOnAlarm, ...(history === undefined ? {} : { history }) });
}

/** The same with everything that a server may be given. */
export async function startFedWith(options: EndpointOptions, given: Partial<UaServerSurroundings>): Promise<Fed> {
  const { command = noCommands } = given;
  const common = { clock: systemClock, log: silentLog, actOnAlarm: noAlarms };
  const ua = await startUaServer(options, { ...common, ...given, command: judged(command) });
  let flush: (() => void) | undefined;
  const projection = new ThreadProjection({
    clock: {
      ...systemClock,
      after: (_, run) => {
        flush = run;
        return { cancel: () => {} };
      },
    },
    intervalMilliseconds: 1,
    counts: new Counts(),
    vendorDatapoints: options.vendorDatapoints,
  });
  projection.connect((batch) => {
    ua.apply(batch);
    projection.applied();
  }, []);
  return {
    ua,
    publish: (before, after) => {
      projection.publish(before, after);
      flush?.();
    },
    publishTogether: (changes) => {
      for (const [before, after] of changes) projection.publish(before, after);
      flush?.();
    },
    forget: (id) => {
      projection.forget(id, Date.now());
      flush?.();
    },
    show: (alarms, isTold = true) => {
      for (const alarm of alarms) projection.show({ isConnected: true, ...alarm }, isTold);
      flush?.();
    },
    announce: (occurrences) => {
      for (const occurrence of occurrences) projection.announce(occurrence);
      flush?.();
    },
  };
}

// ---------------------------------------------------------------------------------------- clients

export type Security = "None" | "Basic256Sha256";

export interface Connected {
  readonly client: OPCUAClient;
  readonly session: ClientSession;
  readonly close: () => Promise<void>;
}

/** A session of the library's own client; `folder` keeps its certificate. Without `user` it is anonymous. */
export async function connect(
  endpointUrl: string,
  folder: string,
  security: Security = "None",
  user?: UserIdentityInfo,
): Promise<Connected> {
  const client = OPCUAClient.create({
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    securityPolicy: SecurityPolicy[security],
    securityMode: security === "None" ? MessageSecurityMode.None : MessageSecurityMode.SignAndEncrypt,
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: join(folder, "client"),
      automaticallyAcceptUnknownCertificate: true,
    }),
    requestedSessionTimeout: 20_000,
    keepSessionAlive: false,
  });
  try {
    await client.connect(endpointUrl);
    const session = await client.createSession(user);
    return {
      client,
      session,
      close: async () => {
        await session.close();
        await client.disconnect();
      },
    };
  } catch (error) {
    await client.disconnect();
    throw error;
  }
}

export function site(path: string): string {
  return `ns=4;s=${path}`;
}

export async function readValue(session: ClientSession, path: string): Promise<DataValue> {
  return session.read({ nodeId: site(path), attributeId: AttributeIds.Value });
}

/** Waits until `test` answers something, at most `withinMs`. */
export async function eventually<T>(
  test: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await test();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error("it did not happen in time");
    await new Promise((done) => setTimeout(done, 10));
  }
}

// ---------------------------------------------------------------------------------------- twins

/** A source time long enough ago to be told from the present. */
export const SAMPLED_AT = Date.parse("2026-03-01T10:00:00Z");
export const RECEIVED_AT = Date.parse("2026-03-01T10:00:01Z");
const STAMP = { at: SAMPLED_AT, received: RECEIVED_AT };

export function twinOf(id: string, connectors: readonly number[] = [1]): Twin {
  const twin = createTwin(id, { status: "Accepted", heartbeatIntervalSeconds: 300 }, SAMPLED_AT - 60_000);
  const entries = connectors.map((n): [number, Connector] => [n, { id: n, meter: emptyMeter }]);
  return { ...twin, connectors: new Map(entries) };
}

export function withState(twin: Twin, state: ConnState): Twin {
  return {
    ...twin,
    link: { ...twin.link, state, ...STAMP, connectedSince: SAMPLED_AT, remoteAddress: "10.0.0.7" },
    presence: { connected: state === "Connected", ...STAMP },
  };
}

/** Keys of the charge point's configuration; those known before keep their place. */
export function withKeys(
  twin: Twin,
  keys: readonly { readonly key: string; readonly readonly: boolean; readonly value?: string }[],
): Twin {
  const entries = keys.map((entry) => [entry.key.toLowerCase(), { ...entry, ...STAMP }] as const);
  return { ...twin, configuration: new Map([...(twin.configuration ?? []), ...entries]) };
}

export function withConnector(twin: Twin, connector: Connector): Twin {
  return { ...twin, connectors: new Map([...twin.connectors, [connector.id, connector]]) };
}

export interface Sampled {
  readonly measurand: string;
  readonly phase?: PhasePath;
  readonly location?: Location;
  readonly value: number;
  readonly at?: number;
  readonly stale?: true;
}

export function meterWith(meter: Meter, samples: readonly Sampled[]): Meter {
  const readings = [...meter.readings];
  for (const { measurand, phase = "", location = "Outlet", value, at, stale } of samples) {
    const point = meterPointOf(measurand, phase, location);
    if (point === undefined) throw new Error(`no measurand ${measurand}`);
    const reading: Reading = {
      point,
      value,
      at: at ?? SAMPLED_AT,
      received: RECEIVED_AT,
      ...(stale === undefined ? {} : { stale }),
    };
    const place = readings.findIndex((known) => known.point === point);
    readings[place < 0 ? readings.length : place] = reading;
  }
  return { ...meter, readings };
}

export function withSamples(twin: Twin, connector: number, samples: readonly Sampled[]): Twin {
  const old = twin.connectors.get(connector) ?? { id: connector, meter: emptyMeter };
  return withConnector(twin, { ...old, meter: meterWith(old.meter, samples) });
}

export function withStatus(twin: Twin, connector: number, status: string): Twin {
  const old = twin.connectors.get(connector) ?? { id: connector, meter: emptyMeter };
  return withConnector(twin, { ...old, status: { status, errorCode: "NoError", ...STAMP } });
}

/** Lets the client of `connect` in, as an operator would by trusting what has gone to rejected/. */
export async function trustClient(fed: Fed, folder: string): Promise<void> {
  await connect(fed.ua.endpointUrl, folder, "Basic256Sha256").catch(() => {});
  const trusted = fed.ua.server.serverCertificateManager as OPCUACertificateManager;
  for (const name of await readdir(trusted.rejectedFolder)) {
    const pem = await readFile(join(trusted.rejectedFolder, name));
    await trusted.trustCertificate(new X509Certificate(pem).raw);
  }
}
