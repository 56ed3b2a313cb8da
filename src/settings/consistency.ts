// What the schema cannot say: settings that contradict each other. Pure; looks at no network and no file.
import { isSecretKey } from "../twin/secretKeys.ts";
import { isZone } from "../std/timeZones.ts";
import { quote, type Finding, type Path } from "./finding.ts";
import { isLoopback, isWildcard, overlap } from "./hosts.ts";
import type { FilesSettings, Settings } from "./settings.ts";
import type { Place } from "./yamlDocument.ts";

/** Where a part of the settings is written; its depth is less than that of the path where a default stands in. */
export type Find = (path: Path, place: "key" | "value") => Place;

/** All contradictions; the settings fit the schema and have their defaults. */
export function findContradictions(settings: Settings, find: Find): Finding[] {
  return [
    ...findUnknownZone(settings),
    ...findEqualIdentities(settings),
    ...findUnnormalisedIdentities(settings),
    ...findSharedSerialNumbers(settings),
    ...findDesiredSecrets(settings),
    ...findBrokenLimits(settings),
    ...findPortConflicts(settings, find),
    ...findOpenPorts(settings, find),
    ...findLockedOutSimulation(settings),
    ...findBrokenListeners(settings),
    ...findBrokenAuthority(settings),
    ...findHalfKeyPair(settings),
    ...findUnreachableFiles(settings, find),
  ];
}

function findUnknownZone({ site: { timeZone } }: Settings): Finding[] {
  if (isZone(timeZone)) return [];
  const hint = "write a name of the IANA database, such as Europe/Berlin";
  return [error(["site", "timeZone"], `There is no time zone ${quote(timeZone)}`, hint)];
}

function findEqualIdentities({ chargePoints }: Settings): Finding[] {
  const seen = new Map<string, number>();
  return chargePoints.flatMap(({ id }, index) => {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, index);
    if (first === undefined) return [];
    const message = `The charge point ${quote(id)} stands twice, first as /chargePoints/${first}`;
    return [error(["chargePoints", String(index), "id"], message, "keep one")];
  });
}

/** Two texts that look alike must not be two charge points: all are in normal form C (Unicode Standard Annex 15). */
function findUnnormalisedIdentities({ chargePoints }: Settings): Finding[] {
  return chargePoints.flatMap(({ id }, index) => {
    const normal = id.normalize("NFC");
    if (normal === id) return [];
    const message = `The identity ${quote(id)} is not in Unicode normal form C (NFC), so that another one could look the same`;
    return [error(["chargePoints", String(index), "id"], message, `write it as ${quote(normal)}`)];
  });
}

/** A certificate must name one charge point only: its CN is an identity or a serial number. */
function findSharedSerialNumbers({ chargePoints }: Settings): Finding[] {
  const owners = new Map(chargePoints.map(({ id }, index) => [id, index]));
  return chargePoints.flatMap(({ serialNumber }, index) => {
    if (serialNumber === undefined) return [];
    const owner = owners.get(serialNumber);
    if (owner === undefined) owners.set(serialNumber, index);
    if (owner === undefined || owner === index) return [];
    const message = `The serial number ${quote(serialNumber)} is the identity or the serial number of /chargePoints/${owner}, too`;
    const hint = "name one that no other charge point has";
    return [error(["chargePoints", String(index), "serialNumber"], message, hint)];
  });
}

/** They would stand in the snapshot of the twin and in a datapoint for everybody to read; and a key is one whatever its case. */
function findDesiredSecrets({ chargePoints }: Settings): Finding[] {
  return chargePoints.flatMap(({ configuration = {} }, index) => {
    const seen = new Set<string>();
    return Object.keys(configuration).flatMap((key) => {
      const isTwice = seen.has(key.toLowerCase());
      seen.add(key.toLowerCase());
      const fault = isSecretKey(key) ? secret : isTwice ? twice : undefined;
      if (fault === undefined) return [];
      const finding = error(["chargePoints", String(index), "configuration", key], quote(key) + fault.is, fault.hint);
      return [{ ...finding, place: "key" as const }];
    });
  });
}

const secret = { is: " is a secret, which is not compared", hint: "write it by ChangeConfiguration" };
const twice = { is: " stands twice, in another spelling", hint: "keep one" };

function findBrokenLimits({ chargePoints, limits }: Settings): Finding[] {
  const findings: Finding[] = [];
  if (chargePoints.length > limits.maxChargePoints) {
    const message = `There are ${chargePoints.length} charge points, more than limits.maxChargePoints allows`;
    const path = ["chargePoints", String(limits.maxChargePoints)];
    findings.push(error(path, message, `raise limits.maxChargePoints, now ${limits.maxChargePoints}`));
  }
  for (const [index, { id, connectors }] of chargePoints.entries()) {
    const path = ["chargePoints", String(index)];
    if (connectors > limits.maxConnectors) {
      const hint = `raise limits.maxConnectors, now ${limits.maxConnectors}`;
      findings.push(error([...path, "connectors"], `${connectors} connectors are more than the limit`, hint));
    }
    if (id.length > limits.maxIdentityLength) {
      const hint = `raise limits.maxIdentityLength, now ${limits.maxIdentityLength}`;
      findings.push(error([...path, "id"], `The identity ${quote(id)} is longer than the limit`, hint));
    }
  }
  return findings;
}

interface Endpoint {
  readonly path: Path;
  readonly host: string;
  readonly port: number;
}

function endpoints({ ocpp, opcua, hmi, files }: Settings): Endpoint[] {
  return [
    ...ocpp.listeners.map(({ host, port }, index) => ({ path: ["ocpp", "listeners", String(index)], host, port })),
    { path: ["opcua"], host: opcua.host, port: opcua.port },
    { path: ["hmi"], host: hmi.host, port: hmi.port },
    ...(files === undefined ? [] : [{ path: ["files", "http"], host: files.http.host, port: files.http.port }]),
    ...(files?.ftp === undefined ? [] : [{ path: ["files", "ftp"], host: files.ftp.host, port: files.ftp.port }]),
  ];
}

/** The later one in the file is told; what is not written in the file comes first. */
function findPortConflicts(settings: Settings, find: Find): Finding[] {
  const offset = ({ path }: Endpoint): number => {
    const place = find([...path, "port"], "value");
    return place.depth < path.length ? -1 : place.offset;
  };
  const inOrder = endpoints(settings)
    .filter(({ port }) => port !== 0)
    .toSorted((a, b) => offset(a) - offset(b));
  return inOrder.flatMap((endpoint, index) => {
    const taken = inOrder
      .slice(0, index)
      .find((other) => other.port === endpoint.port && overlap(other.host, endpoint.host));
    if (taken === undefined) return [];
    const message = `Port ${endpoint.port} is already taken by ${name(taken)}`;
    return [error([...endpoint.path, "port"], message, "choose another one")];
  });
}

/** What is open to everybody must not be reached from outside this machine. */
function findOpenPorts(settings: Settings, find: Find): Finding[] {
  const cause = openBy(settings);
  if (cause === undefined) return [];
  return endpoints(settings)
    .filter(({ host }) => !isLoopback(host))
    .map((endpoint) => {
      const path = [...endpoint.path, "host"];
      const isWritten = find(path, "value").depth >= endpoint.path.length;
      const message = `With ${cause.name}, ${name(endpoint)} must listen on loopback only, not on ${quote(endpoint.host)}`;
      const hint = `set ${[...endpoint.path, "host"].join(".")} to 127.0.0.1`;
      return isWritten ? error(path, message, hint) : { ...error(cause.path, message, hint), place: "key" as const };
    });
}

function openBy({ simulation, hmi }: Settings): { path: Path; name: string } | undefined {
  if (simulation !== undefined) return { path: ["simulation"], name: "simulation" };
  if (hmi.anonymousRole === "none") return undefined;
  return { path: ["hmi", "anonymousRole"], name: `hmi.anonymousRole: ${hmi.anonymousRole}` };
}

/** Simulated charge points have no passwords. */
function findLockedOutSimulation({ simulation, ocpp }: Settings): Finding[] {
  const profile = ocpp.listeners[0]?.securityProfile;
  if (simulation === undefined || profile === 0) return [];
  const message = "The simulated charge points dial the first listener and have no passwords";
  return [error(["ocpp", "listeners", "0", "securityProfile"], message, "set its securityProfile to 0")];
}

/** What a security profile needs ("Improved security for OCPP 1.6-J" §2), and what would not be acted upon. */
function findBrokenListeners({ ocpp }: Settings): Finding[] {
  return ocpp.listeners.flatMap(({ securityProfile, tls }, index) => {
    const path = ["ocpp", "listeners", String(index)];
    const { clientCa } = tls ?? {};
    if (securityProfile < 2 && tls !== undefined) {
      const message = `Security profile ${securityProfile} is without TLS`;
      return [
        { ...error([...path, "tls"], message, "set securityProfile: 2, or take tls away"), place: "key" as const },
      ];
    }
    if (securityProfile >= 2 && tls === undefined) {
      const message = `Security profile ${securityProfile} needs a certificate`;
      const hint = "add tls: { certificate: server.pem, key: server.key } to the listener";
      return [error([...path, "securityProfile"], message, hint)];
    }
    if (securityProfile === 3 && clientCa === undefined) {
      const message = "Security profile 3 needs the authorities that sign the certificates of charge points";
      return [{ ...error([...path, "tls"], message, "add clientCa: ca.pem to tls"), place: "key" as const }];
    }
    return [];
  });
}

/** One of two ways to sign, and all that it needs. */
function findBrokenAuthority({ ocpp: { certificateAuthority } }: Settings): Finding[] {
  if (certificateAuthority === undefined) return [];
  const { certificate, key, requestDirectory } = certificateAuthority;
  const hint = "name certificate and key for the bridge to sign, or requestDirectory for an authority elsewhere";
  const isOwn = certificate !== undefined && key !== undefined;
  const isPartOwn = certificate !== undefined || key !== undefined;
  if (requestDirectory === undefined ? isOwn : !isPartOwn) return [];
  const message =
    requestDirectory === undefined
      ? "It is not said who signs certificates"
      : "It is said twice who signs certificates";
  return [{ ...error(["ocpp", "certificateAuthority"], message, hint), place: "key" }];
}

/** The bridge's own certificate is that of the operator with its key, or one that the bridge makes. */
function findHalfKeyPair({ opcua: { certificate, key } }: Settings): Finding[] {
  if ((certificate === undefined) === (key === undefined)) return [];
  const [given, missing] = certificate === undefined ? ["key", "certificate"] : ["certificate", "key"];
  const message = `opcua.${given} needs opcua.${missing}, too`;
  return [{ ...error(["opcua", given], message, `add ${missing}, or take ${given} away`), place: "key" }];
}

/** Charge points are given URLs, in which a host must stand that they can dial; and room for one upload must be. */
function findUnreachableFiles({ files }: Settings, find: Find): Finding[] {
  if (files === undefined) return [];
  const findings: Finding[] = [];
  const { publicHost, http, ftp, maxUploadBytes, maxTotalBytes } = files;
  const hint = "set files.publicHost to the host name or address by which charge points reach this machine";
  if (publicHost !== undefined && isWildcard(publicHost))
    findings.push(error(["files", "publicHost"], `${quote(publicHost)} is no host that a charge point can dial`, hint));
  const hosts = ftp === undefined ? [http.host] : [http.host, ftp.host];
  const wildcard = publicHost === undefined ? hosts.find(isWildcard) : undefined;
  if (wildcard !== undefined) {
    const message = `The URLs of files need a host that charge points can dial, which ${quote(wildcard)} is not`;
    findings.push({ ...error(["files"], message, hint), place: "key" });
  }
  if (maxUploadBytes > maxTotalBytes) {
    const path = ["files", "maxTotalBytes"];
    const isWritten = find(path, "value").depth >= path.length;
    const message = `An upload of maxUploadBytes, ${maxUploadBytes}, has no room in maxTotalBytes, ${maxTotalBytes}`;
    findings.push(error(isWritten ? path : ["files", "maxUploadBytes"], message, "raise maxTotalBytes"));
  }
  return [...findings, ...findBrokenPorts(files)];
}

function findBrokenPorts({ ftp }: FilesSettings): Finding[] {
  const [from = 0, to = 0] = ftp?.passivePorts ?? [];
  if (from <= to && (from > 0 || to === 0)) return [];
  const message = `There are no ports from ${from} to ${to}`;
  return [
    error(["files", "ftp", "passivePorts"], message, "write the first and the last one, or [0, 0] for any free ones"),
  ];
}

function name({ path }: Endpoint): string {
  return path.join(".");
}

function error(path: Path, message: string, hint: string): Finding {
  return { path, severity: "error", message, hint };
}
