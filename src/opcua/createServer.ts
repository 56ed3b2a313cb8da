// What the library's server is made of: security, names, limits, profiles, as the endpoint's options and the certificates say. It starts nothing.
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  MessageSecurityMode,
  OPCUAServer,
  RegisterServerMethod,
  SecurityPolicy,
  adjustLimitsWithParameters,
  coerceQualifiedName,
  nodesets,
  type OPCUAServerOptions,
} from "node-opcua";
import { isWildcard } from "../settings/hosts.ts";
import type { Certificates } from "./certificates.ts";
import { conformanceUnitsOf, keptHistoryOf, profilesOf } from "./conformance.ts";
import type { EndpointLimits, EndpointOptions } from "./options.ts";
import type { SessionLogins } from "./sessionLogins.ts";

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
/** More connections than sessions: those that knock, those that only ask for endpoints, those that reconnect. */
const SPARE_CONNECTIONS = 100;

/** When this program was built, or where it was not built written: the time of its own file. */
const BUILT_AT = statSync(fileURLToPath(import.meta.url)).mtime;
/** The longest queue that the library grants. */
const MAX_QUEUE = 5000;

export interface ServerParts {
  readonly certificates: Certificates;
  readonly logins: SessionLogins;
  /** Whether values of the past can be read. */
  readonly keepsHistory: boolean;
}

export function createServer(options: EndpointOptions, parts: ServerParts): OPCUAServer {
  const { certificates, logins, keepsHistory } = parts;
  const { own, trustList, users } = certificates;
  const { host, port, securityPolicies, anonymousRole, siteName, version, limits } = options;
  const policies = securityPolicies.map(policyOf);
  const isSecure = policies.some((policy) => policy !== SecurityPolicy.None);
  return new OPCUAServer({
    host,
    port,
    ...hostsOf(options),
    securityPolicies: policies,
    securityModes: [
      ...(policies.includes(SecurityPolicy.None) ? [MessageSecurityMode.None] : []),
      ...(isSecure ? [MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt] : []),
    ],
    allowAnonymous: anonymousRole !== "none",
    serverCertificateManager: trustList,
    userCertificateManager: users,
    userManager: {
      isValidUserAsync(name, password, done) {
        void logins.isPassword(this, name, password).then((isRight) => done(null, isRight));
      },
      // Roles are those of the account (libraryLogins.ts).
      getUserRoles: () => [],
    },
    certificateFile: own.certificate,
    privateKeyFile: own.key,
    nodesets: [nodesets.standard, nodesets.di, TYPES_FILE],
    // The library's own nodesets come with images made from them; nobody edits those.
    nodesetLoaderOptions: { trustSiblingImages: true },
    serverInfo: {
      applicationUri: own.applicationUri,
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
    ...reachingOut(options),
    serverCapabilities: capabilitiesOf(limits, keepsHistory),
    transportSettings: { adjustTransportLimits: (hello) => adjustLimitsWithParameters(hello, transportLimits) },
  });
}

function policyOf(name: string): SecurityPolicy {
  const policy = (SecurityPolicy as unknown as Readonly<Record<string, SecurityPolicy>>)[name];
  if (policy === undefined) throw new Error(`${name} is not a security policy of OPC UA`);
  return policy;
}

/** OPC 10000-5 §6.3.2: each of them is what holds. */
function capabilitiesOf(
  limits: EndpointLimits,
  keepsHistory: boolean,
): NonNullable<OPCUAServerOptions["serverCapabilities"]> {
  const history = keptHistoryOf(keepsHistory, limits);
  return {
    maxSessions: limits.maxSessions,
    maxSubscriptionsPerSession: limits.maxSubscriptionsPerSession,
    maxSubscriptions: limits.maxSessions * limits.maxSubscriptionsPerSession,
    maxMonitoredItems: limits.maxMonitoredItems,
    maxMonitoredItemsPerSubscription: limits.maxMonitoredItemsPerSession,
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
    serverProfileArray: profilesOf(history),
    conformanceUnits: conformanceUnitsOf(history).map(coerceQualifiedName),
  };
}

/** The names in the URLs of endpoints: the first one, and all others. */
function hostsOf({
  host,
  advertisedHosts,
}: EndpointOptions): Pick<OPCUAServerOptions, "hostname" | "alternateHostname"> {
  const [hostname, ...alternateHostname] = isWildcard(host) ? advertisedHosts : [...advertisedHosts, host];
  return hostname === undefined ? {} : { hostname, alternateHostname };
}

/** Whom the server goes to by itself: a discovery server (OPC 10000-12 §4.2), and clients that wait for it (OPC 10000-6 §7.1.2.6). */
function reachingOut({
  discoveryServer,
  reverseConnect,
}: EndpointOptions): Pick<
  OPCUAServerOptions,
  "registerServerMethod" | "discoveryServerEndpointUrl" | "reverseConnect"
> {
  return {
    ...(discoveryServer !== undefined && {
      registerServerMethod: RegisterServerMethod.LDS,
      discoveryServerEndpointUrl: discoveryServer,
    }),
    ...(reverseConnect.length > 0 && {
      reverseConnect: { connections: reverseConnect.map((endpointUrl) => ({ endpointUrl })) },
    }),
  };
}
