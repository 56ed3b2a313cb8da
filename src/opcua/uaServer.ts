// The OPC UA server itself: set up once, fed with batches, stopped. Runs on any thread; in the product on one of its own (serverThread.ts).
import { DataType, Variant, VariableIds, type AddressSpace, type OPCUAServer, type UAVariable } from "node-opcua";
import { isWildcard } from "../settings/hosts.ts";
import type { BridgeStatus } from "../datapoints/bridge.ts";
import type { PendingChange } from "../datapoints/decisions.ts";
import type { Clock, Timer } from "../std/clock.ts";
import { every } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import type { Commander } from "../twin/commands.ts";
import type { LoginAccount } from "../twin/accounts.ts";
import type { ActOnAlarm, AuditedCommand, ConnectedClient, History, VerifyLogin } from "../twin/ports.ts";
import { clientsOf } from "./clients.ts";
import { Audits } from "./audits.ts";
import { CallsInFlight } from "./callsInFlight.ts";
import { openCertificates, type Certificates } from "./certificates.ts";
import { createServer } from "./createServer.ts";
import { ConditionCalls } from "./conditionCalls.ts";
import { callAtOnce, watchCalls, type StartCall } from "./libraryCalls.ts";
import {
  Connections,
  deliverOnChange,
  guardReading,
  improveMonitoring,
  registerNodesAsThemselves,
} from "./libraryInternals.ts";
import { judgeClients } from "./judgeClients.ts";
import { improveEventItems } from "./libraryEvents.ts";
import { admitUsers, endSession } from "./libraryLogins.ts";
import { judgeOrphansByOwner } from "./libraryOrphans.ts";
import { refuseSessionsBelow, ServiceLevel } from "./libraryServiceLevel.ts";
import { takeTurns } from "./libraryTurns.ts";
import { forbidWriting, watchWrites, writeConcurrently } from "./libraryWrites.ts";
import type { Batch } from "./messages.ts";
import { MethodCalls } from "./methodCalls.ts";
import type { EndpointOptions } from "./options.ts";
import { serveHistory } from "./serveHistory.ts";
import { addSiteMetadata } from "./siteMetadata.ts";
import { grantDefaults } from "./roles.ts";
import { SessionLogins } from "./sessionLogins.ts";
import { SITE } from "./typeNodes.ts";
import type { VirtualSpace } from "./virtualSpace.ts";
import { openSpace } from "./openSpace.ts";

export interface UaServer {
  readonly endpointUrl: string;
  readonly server: OPCUAServer;
  readonly space: VirtualSpace;
  readonly connections: Connections;
  apply(batch: Batch): void;
  /** Shows the bridge's status of itself. */
  report(status: BridgeStatus): void;
  /** Those that have a session. */
  clients(): readonly ConnectedClient[];
  /** Shows, after a moment, which questions wait for SCADA. */
  tellPending(change: PendingChange): void;
  /** Others may log in than before; sessions of those who may not any more are closed. */
  setAccounts(accounts: readonly LoginAccount[]): void;
  /** Tells those who may know of a command that has come by another way. */
  audit(command: AuditedCommand): void;
  /** Disconnects clients whose certificates are not trusted any more, as it does by itself every minute. */
  judgeClients(): Promise<void>;
  /** Finds out whether its certificate still will do, as it does by itself every hour. */
  lookAtCertificate(): void;
  /** Shows at once what else it would show after a moment. */
  flush(): void;
  stop(): Promise<void>;
}

export interface UaServerSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  /** Where everything goes that clients want. */
  readonly command: Commander;
  /** Where everything goes that clients do with alarms. */
  readonly actOnAlarm: ActOnAlarm;
  /** What has been kept; without it no node has a history. */
  readonly history?: History;
  /** Until a status tells another one; 255 where nobody will. */
  readonly serviceLevel?: number;
  /** Is told whenever a certificate has been turned away and kept. */
  readonly rejected?: () => void;
  /** Is told why the server's certificate has to be another one, which a new start serves. */
  readonly outdated?: (reason: string) => void;
  /** Who may log in; without it nobody. */
  readonly accounts?: readonly LoginAccount[];
  readonly verify?: VerifyLogin;
}

const CONNECTION_CHECK_MS = 1000;
const TRUST_CHECK_MS = 60_000;
const CERTIFICATE_CHECK_MS = 3_600_000;

export async function startUaServer(options: EndpointOptions, surroundings: UaServerSurroundings): Promise<UaServer> {
  const { clock, log, command, actOnAlarm, history } = surroundings;
  const keepsHistory = history !== undefined;
  const onFault = (error: unknown): void =>
    log.error({ error: String(error) }, "the library failed to notify a client");
  const certificates = await openCertificates(options, { clock, log });
  certificates.trustList.whenRejected(() => surroundings.rejected?.());
  const logins = loginsOf(options, surroundings);
  certificates.users.trust((thumbprint) => logins.isCertificateKnown(thumbprint));
  const server = createServer(options, { certificates, logins, keepsHistory });
  const addressSpace = await initialize(server);
  admitUsers(server, logins);
  judgeOrphansByOwner(server);
  const level = refuseSessionsBelow(server, new ServiceLevel(addressSpace, surroundings.serviceLevel));
  const { vendorDatapoints, limits } = options;
  const { maxCallBytes } = limits;
  const inFlight = new CallsInFlight(limits.maxCallsInFlight);
  const surrounding = { clock, command, inFlight, keepsHistory, maxCallBytes, vendorDatapoints, onFault };
  const opened = openSpace(addressSpace, surrounding);
  const { space, reader, changes, events, factory, pending, show, find, refresh } = opened;
  addSiteMetadata(addressSpace, space.namespace, { version: options.version, publishedAt: new Date(clock.now()) });
  grantDefaults(addressSpace);
  forbidWriting(addressSpace);
  guardReading(server, SITE);
  writeConcurrently(server, SITE);
  const calls = new MethodCalls(find, command, inFlight, maxCallBytes);
  const ofConditions = new ConditionCalls({ space, refresh, act: actOnAlarm, inFlight });
  const audits = new Audits({ addressSpace, serverId: certificates.own.applicationUri, clock, onFault });
  watchWrites(server, (...written) => audits.write(...written));
  watchCalls(server, (context, request) => audits.call(context, request, []));
  callAtOnce(server, auditCalls(audits, calls, ofConditions));
  deliverOnChange(server, SITE);
  serveHistory(server, { options, clock, namespace: space.namespace, factory, history });
  const connections = openConnections(server, clock);
  await server.start();
  const survive = surviving(onFault);
  const watch = watchTrust(server, certificates, surroundings, onFault);
  const connectionCheck = watchConnections(connections, options, { clock, log });
  return {
    endpointUrl: endpointUrlOf(server, options),
    server,
    space,
    connections,
    apply: (batch) => {
      reader.apply(batch);
      survive(() => changes.flush());
      // Whoever is told of a question finds it in the list.
      survive(() => pending.flush());
      events.raise(batch.occurrences);
    },
    report: (status) => survive(() => [level.show(status.serviceLevel), show(status)]),
    clients: () => clientsOf(server, (session) => logins.identityOf(session).user),
    tellPending: (change) => pending.take(change),
    audit: (done) => audits.command(done),
    setAccounts: (accounts) => {
      logins.setAccounts(accounts);
      endLostSessions(server, logins, survive);
    },
    judgeClients: watch.judgeClients,
    lookAtCertificate: watch.lookAtCertificate,
    flush: () => survive(() => pending.flush()),
    stop: async () => {
      connectionCheck.cancel();
      watch.cancel();
      await server.shutdown(0);
      await certificates.trustList.dispose();
      await certificates.users.dispose();
    },
  };
}

/** Of those who may not log in like this any more. */
function endLostSessions(server: OPCUAServer, logins: SessionLogins, survive: ReturnType<typeof surviving>): void {
  for (const session of server.engine.getSessions())
    if (logins.hasLostAccount(session)) survive(() => endSession(server, session));
}

/** The library's server as it is before anything of ours is in it. */
async function initialize(server: OPCUAServer): Promise<AddressSpace> {
  improveMonitoring();
  improveEventItems();
  registerNodesAsThemselves();
  await server.initialize();
  const { addressSpace } = server.engine;
  if (addressSpace === null) throw new Error("the library has made no address space");
  claimSampleRate(addressSpace);
  return addressSpace;
}

/** A connection whose request waits for its turn sends nothing meanwhile. */
function openConnections(server: OPCUAServer, clock: Clock): Connections {
  const connections = new Connections(server, clock);
  takeTurns(server, ({ remotePort }, isHeld) => connections.hold(remotePort, isHeld));
  return connections;
}

interface TrustWatch extends Timer {
  readonly judgeClients: () => Promise<void>;
  readonly lookAtCertificate: () => void;
}

/** Nobody tells of the time that passes, nor of files that are moved by hand. */
function watchTrust(
  server: OPCUAServer,
  { own, trustList }: Certificates,
  { clock, log, outdated }: UaServerSurroundings,
  onFault: (error: unknown) => void,
): TrustWatch {
  const judging = (): Promise<void> => judgeClients(server, trustList, log).catch(onFault);
  const lookAtCertificate = (): void => {
    const reason = own.whyOutdated(clock.now());
    if (reason !== undefined) outdated?.(reason);
  };
  const looking = surviving(onFault);
  const checks = [
    every(clock, TRUST_CHECK_MS, () => void judging()),
    every(clock, CERTIFICATE_CHECK_MS, () => looking(lookAtCertificate)),
  ];
  return {
    judgeClients: judging,
    lookAtCertificate: () => looking(lookAtCertificate),
    cancel: () => checks.forEach((check) => check.cancel()),
  };
}

/** Runs what must not end the thread when it fails. */
function surviving(onFault: (error: unknown) => void): (run: () => unknown) => void {
  return (run) => {
    try {
      run();
    } catch (error) {
      onFault(error);
    }
  };
}

/** Calls of ours, each of which is told when it has ended. */
function auditCalls(audits: Audits, calls: MethodCalls, ofConditions: ConditionCalls): StartCall {
  return (context, request) => {
    const started = ofConditions.start(context, request) ?? calls.start(context, request);
    if (started === undefined) return undefined;
    const tellEnd = audits.call(context, request, calls.inputsOf(request));
    if (tellEnd !== undefined) void started.then(({ statusCode }) => tellEnd(statusCode));
    return started;
  };
}

const nobody: VerifyLogin = async () => ({ kind: "refused" });

function loginsOf(
  { anonymousRole, limits: { maxSessions } }: EndpointOptions,
  given: UaServerSurroundings,
): SessionLogins {
  const { accounts = [], verify = nobody } = given;
  return new SessionLogins({ anonymousRole, maxSessions, accounts, verify });
}

/** 0: values are delivered on change (OPC 10000-5 §6.3.2). The library never says less than 100 ms. */
function claimSampleRate(addressSpace: AddressSpace): void {
  const variable = addressSpace.findNode(
    `i=${VariableIds.Server_ServerCapabilities_MinSupportedSampleRate}`,
  ) as UAVariable;
  variable.bindVariable({ get: () => new Variant({ dataType: DataType.Double, value: 0 }) }, true);
}

function watchConnections(
  connections: Connections,
  { limits }: EndpointOptions,
  { clock, log }: Pick<UaServerSurroundings, "clock" | "log">,
): Timer {
  return every(clock, CONNECTION_CHECK_MS, () => {
    connections.closeKnocking();
    const closed = connections.closeUnread(limits.maxUnsentOpcUaBytes);
    if (closed > 0) log.warn({ closed }, "closed OPC UA connections that do not read");
  });
}

function endpointUrlOf(server: OPCUAServer, { host }: EndpointOptions): string {
  const [endpoint] = server.endpoints;
  const url = server.getEndpointUrl();
  return isWildcard(host) ? url : `opc.tcp://${host}:${endpoint?.port}`;
}
