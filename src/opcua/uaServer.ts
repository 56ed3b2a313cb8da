// The OPC UA server itself: set up once, fed with batches, stopped. Runs on any thread; in the product on one of its own (serverThread.ts).
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  DataType,
  MessageSecurityMode,
  OPCUAServer,
  SecurityPolicy,
  Variant,
  VariableIds,
  adjustLimitsWithParameters,
  coerceQualifiedName,
  nodesets,
  type AddressSpace,
  type ServerCapabilitiesOptions,
  type UAVariable,
} from "node-opcua";
import type { BridgeStatus } from "../datapoints/bridge.ts";
import type { PendingChange } from "../datapoints/decisions.ts";
import type { Clock, Timer } from "../std/clock.ts";
import { every } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import type { Commander } from "../twin/commands.ts";
import type { LoginAccount } from "../twin/accounts.ts";
import type { ActOnAlarm, AuditedCommand, History, VerifyLogin } from "../twin/ports.ts";
import { Audits } from "./audits.ts";
import { CallsInFlight } from "./callsInFlight.ts";
import { openCertificates, type Certificates } from "./certificates.ts";
import { conformanceUnitsOf, profilesOf } from "./conformance.ts";
import { ConditionCalls } from "./conditionCalls.ts";
import { callAtOnce, type StartCall } from "./libraryCalls.ts";
import {
  Connections,
  deliverOnChange,
  guardReading,
  improveMonitoring,
  registerNodesAsThemselves,
} from "./libraryInternals.ts";
import { improveEventItems } from "./libraryEvents.ts";
import { admitUsers, endSession } from "./libraryLogins.ts";
import { takeTurns } from "./libraryTurns.ts";
import { forbidWriting, watchWrites, writeConcurrently } from "./libraryWrites.ts";
import type { Batch } from "./messages.ts";
import { MethodCalls } from "./methodCalls.ts";
import type { EndpointLimits, EndpointOptions } from "./options.ts";
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
  /** Shows, after a moment, which questions wait for SCADA. */
  tellPending(change: PendingChange): void;
  /** Others may log in than before; sessions of those who may not any more are closed. */
  setAccounts(accounts: readonly LoginAccount[]): void;
  /** Tells those who may know of a command that has come by another way. */
  audit(command: AuditedCommand): void;
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
  /** Who may log in; without it nobody. */
  readonly accounts?: readonly LoginAccount[];
  readonly verify?: VerifyLogin;
}

/** The published types; the project's root is two levels up from here, in src as in dist. */
const TYPES_FILE = fileURLToPath(new URL("../../nodeset/ocpp-opcua.NodeSet2.xml", import.meta.url));

const KIB = 1024;
/** What a client may negotiate (OPC 10000-6 §7.1.2.3). Every response allocates a whole chunk, whatever its size: hence small ones. */
const transportLimits = {
  minBufferSize: 8 * KIB,
  maxBufferSize: 64 * KIB,
  minMaxMessageSize: 128 * KIB,
  defaultMaxMessageSize: 16 * KIB * KIB,
  maxMaxMessageSize: 16 * KIB * KIB,
  minMaxChunkCount: 1,
  defaultMaxChunkCount: 256,
  maxMaxChunkCount: 2048,
};
const CONNECTION_CHECK_MS = 1000;
/** More connections than sessions: those that knock, those that only ask for endpoints, those that reconnect. */
const SPARE_CONNECTIONS = 100;

/** When this program was built, or where it was not built written: the time of its own file. */
const BUILT_AT = statSync(fileURLToPath(import.meta.url)).mtime;
/** The longest queue that the library grants. */
const MAX_QUEUE = 5000;

export async function startUaServer(options: EndpointOptions, surroundings: UaServerSurroundings): Promise<UaServer> {
  const { clock, log, command, actOnAlarm, history } = surroundings;
  const keepsHistory = history !== undefined;
  const onFault = (error: unknown): void =>
    log.error({ error: String(error) }, "the library failed to notify a client");
  const certificates = await openCertificates(options.dataDirectory, options.host, { clock, log });
  const logins = loginsOf(options, surroundings);
  certificates.users.trust((thumbprint) => logins.isCertificateKnown(thumbprint));
  const server = createServer(options, certificates, logins, keepsHistory);
  improveMonitoring();
  improveEventItems();
  registerNodesAsThemselves();
  await server.initialize();
  const { addressSpace } = server.engine;
  if (addressSpace === null) throw new Error("the library has made no address space");
  claimSampleRate(addressSpace);
  admitUsers(server, logins);
  const { vendorDatapoints } = options;
  const { maxCallsInFlight, maxCallBytes } = options.limits;
  const inFlight = new CallsInFlight(maxCallsInFlight);
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
  const audits = new Audits({ addressSpace, serverId: certificates.applicationUri, now: () => clock.now(), onFault });
  watchWrites(server, (...written) => audits.write(...written));
  callAtOnce(server, auditCalls(audits, calls, ofConditions));
  deliverOnChange(server, SITE);
  serveHistory(server, { options, clock, namespace: space.namespace, factory, history });
  const connections = new Connections(server, clock);
  takeTurns(server, ({ remotePort }, isHeld) => connections.hold(remotePort, isHeld));
  await server.start();
  const connectionCheck = watchConnections(connections, options, { clock, log });
  const survive = surviving(onFault);
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
    report: (status) => survive(() => show(status)),
    tellPending: (change) => pending.take(change),
    audit: (done) => audits.command(done),
    setAccounts: (accounts) => {
      for (const session of logins.setAccounts(accounts)) survive(() => endSession(server, session));
    },
    flush: () => survive(() => pending.flush()),
    stop: async () => {
      connectionCheck.cancel();
      await server.shutdown(0);
      await certificates.server.dispose();
      await certificates.users.dispose();
    },
  };
}

/** Runs what must not end the thread when it fails. */
function surviving(onFault: (error: unknown) => void): (run: () => void) => void {
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
    const tellEnd = audits.call(context, request, calls.inputsOf(request));
    const started = ofConditions.start(context, request) ?? calls.start(context, request);
    if (tellEnd !== undefined) void started?.then(({ statusCode }) => tellEnd(statusCode));
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

function createServer(
  { host, port, securityPolicies, anonymousRole, siteName, version, limits }: EndpointOptions,
  { applicationUri, server, users, certificateFile }: Certificates,
  logins: SessionLogins,
  keepsHistory: boolean,
): OPCUAServer {
  const policies = securityPolicies.map(policyOf);
  const isSecure = policies.some((policy) => policy !== SecurityPolicy.None);
  return new OPCUAServer({
    host,
    port,
    ...(isWildcard(host) ? {} : { hostname: host }),
    securityPolicies: policies,
    securityModes: [
      ...(policies.includes(SecurityPolicy.None) ? [MessageSecurityMode.None] : []),
      ...(isSecure ? [MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt] : []),
    ],
    allowAnonymous: anonymousRole !== "none",
    serverCertificateManager: server,
    userCertificateManager: users,
    userManager: {
      isValidUserAsync(name, password, done) {
        void logins.isPassword(this, name, password).then((isRight) => done(null, isRight));
      },
      // Roles are those of the account (libraryLogins.ts).
      getUserRoles: () => [],
    },
    certificateFile,
    nodesets: [nodesets.standard, nodesets.di, TYPES_FILE],
    // The library's own nodesets come with images made from them; nobody edits those.
    nodesetLoaderOptions: { trustSiblingImages: true },
    serverInfo: {
      applicationUri,
      productUri: "urn:ocpp-opcua",
      applicationName: { text: siteName, locale: "en" },
    },
    buildInfo: {
      productName: "ocpp-opcua",
      productUri: "urn:ocpp-opcua",
      manufacturerName: "ocpp-opcua",
      softwareVersion: version,
      buildNumber: version,
      buildDate: BUILT_AT,
    },
    unresolvedPermissionPolicy: "deny",
    isAuditing: true,
    maxConnectionsPerEndpoint: limits.maxSessions + SPARE_CONNECTIONS,
    serverCapabilities: capabilitiesOf(limits, keepsHistory),
    transportSettings: { adjustTransportLimits: (hello) => adjustLimitsWithParameters(hello, transportLimits) },
  });
}

/** What the server says that it can (OPC 10000-5 §6.3.2), and keeps to. */
function capabilitiesOf(limits: EndpointLimits, keepsHistory: boolean): ServerCapabilitiesOptions {
  return {
    maxSessions: limits.maxSessions,
    maxSubscriptionsPerSession: limits.maxSubscriptionsPerSession,
    maxSubscriptions: limits.maxSessions * limits.maxSubscriptionsPerSession,
    maxMonitoredItems: limits.maxMonitoredItems,
    maxMonitoredItemsPerSubscription: limits.maxMonitoredItems,
    maxBrowseContinuationPoints: limits.maxBrowseContinuationPoints,
    maxHistoryContinuationPoints: limits.maxHistoryContinuationPoints,
    operationLimits: {
      maxNodesPerRead: limits.maxNodesPerRead,
      maxNodesPerWrite: limits.maxNodesPerWrite,
      maxNodesPerMethodCall: limits.maxNodesPerMethodCall,
      maxNodesPerHistoryReadData: limits.maxNodesPerHistoryRead,
      maxNodesPerHistoryReadEvents: limits.maxNodesPerHistoryRead,
    },
    minSupportedSampleRate: 0,
    maxMonitoredItemsQueueSize: MAX_QUEUE,
    localeIdArray: ["en"],
    serverProfileArray: profilesOf(keepsHistory),
    conformanceUnits: conformanceUnitsOf(keepsHistory).map(coerceQualifiedName),
  };
}

/** 0: values are delivered on change (OPC 10000-5 §6.3.2). The library never says less than 100 ms. */
function claimSampleRate(addressSpace: AddressSpace): void {
  const variable = addressSpace.findNode(
    `i=${VariableIds.Server_ServerCapabilities_MinSupportedSampleRate}`,
  ) as UAVariable;
  variable.bindVariable({ get: () => new Variant({ dataType: DataType.Double, value: 0 }) }, true);
}

function policyOf(name: string): SecurityPolicy {
  const policy = (SecurityPolicy as unknown as Readonly<Record<string, SecurityPolicy>>)[name];
  if (policy === undefined) throw new Error(`${name} is not a security policy of OPC UA`);
  return policy;
}

function isWildcard(host: string): boolean {
  return host === "" || host === "0.0.0.0" || host === "::";
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
