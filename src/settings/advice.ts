// What the settings allow but their author may not expect: nobody can log in, everybody can, a setting has no effect.
// Pure; looks at no network and no file.
import type { Find } from "./consistency.ts";
import { quote, type Finding, type Path } from "./finding.ts";
import { isLoopback } from "./hosts.ts";
import type { Settings } from "./settings.ts";

/** Warnings about settings that fit the schema, do not contradict each other and have their defaults. */
export function findAdvice(settings: Settings, find: Find): Finding[] {
  const isWritten = (path: Path): boolean => find(path, "key").depth >= path.length;
  return [
    ...findLockedOutChargePoints(settings),
    ...findUselessUnknown(settings, isWritten),
    ...findOpenListeners(settings),
    ...findUselessTls(settings),
    ...findOpenOpcUa(settings),
    ...findOpenFiles(settings),
    ...findOpenScadaMethod(settings),
  ];
}

type IsWritten = (path: Path) => boolean;

const ANONYMOUS_ROLE: Path = ["opcua", "anonymousRole"];

const WAYS_IN =
  "list charge points with their passwords, or add a listener with securityProfile: 0 on a protected network";

/** Listeners of the others let nobody in without a password. */
const isWithoutPassword = ({ securityProfile }: Settings["ocpp"]["listeners"][number]): boolean =>
  securityProfile === 0 || securityProfile === 3;

/** So it is before the first charge point is listed. */
function findLockedOutChargePoints({ ocpp, chargePoints }: Settings): Finding[] {
  if (ocpp.listeners.some(isWithoutPassword)) return [];
  if (chargePoints.some(({ password }) => password !== undefined)) return [];
  const message = "No charge point can get in: every listener demands a password, and no entry of chargePoints has one";
  return [{ ...warning(["chargePoints"], message, WAYS_IN), place: "key" }];
}

/** Security profiles 1 and 2 ask for a password, which only the register has. */
function findUselessUnknown({ ocpp }: Settings, isWritten: IsWritten): Finding[] {
  const path = ["ocpp", "unknownChargePoints"];
  const { unknownChargePoints, listeners } = ocpp;
  if (unknownChargePoints === "reject" || !isWritten(path)) return [];
  if (listeners.some(isWithoutPassword)) return [];
  const message = `unknownChargePoints: ${unknownChargePoints} has no effect: every listener demands a password, and an unknown charge point has none`;
  return [warning(path, message, WAYS_IN)];
}

function findOpenListeners({ ocpp }: Settings): Finding[] {
  return ocpp.listeners.flatMap(({ host, securityProfile }, index) => {
    if (securityProfile > 0 || isLoopback(host)) return [];
    const message = `Whoever reaches ${quote(host)} can pose as a charge point: security profile 0 neither authenticates nor encrypts`;
    const path = ["ocpp", "listeners", String(index), "securityProfile"];
    return [warning(path, message, "use securityProfile: 1, or keep this port on a protected network")];
  });
}

/** What is about client certificates, which only security profile 3 asks for. */
function findUselessTls({ ocpp }: Settings): Finding[] {
  return ocpp.listeners.flatMap(({ securityProfile, tls }, index) => {
    if (tls === undefined || securityProfile === 3) return [];
    const { clientCa, organization, crl } = tls;
    const named = { clientCa, organization, crl: crl.length === 0 ? undefined : crl };
    const useless = Object.entries(named).filter(([, value]) => value !== undefined);
    return useless.slice(0, 1).map(([name]) => {
      const message = `With security profile ${securityProfile} charge points show no certificate, so that this has no effect`;
      const path = ["ocpp", "listeners", String(index), "tls", name];
      return { ...warning(path, message, "set securityProfile: 3, or take it away"), place: "key" as const };
    });
  });
}

function findOpenOpcUa({ opcua }: Settings): Finding[] {
  const { host, securityPolicies, anonymousRole } = opcua;
  if (isLoopback(host)) return [];
  const findings: Finding[] = [];
  const none = securityPolicies.indexOf("None");
  if (none >= 0) {
    const message = `OPC UA clients may connect to ${quote(host)} unsigned and unencrypted, without a certificate that is trusted`;
    const path = ["opcua", "securityPolicies", String(none)];
    findings.push(warning(path, message, "take None away, or set opcua.host to 127.0.0.1"));
  }
  if (anonymousRole !== "none" && anonymousRole !== "observer") {
    const message = `Without login, OPC UA clients have the rights of ${anonymousRole}`;
    findings.push(warning(ANONYMOUS_ROLE, message, "set opcua.anonymousRole: observer, or opcua.host to 127.0.0.1"));
  }
  return findings;
}

function hostOf(url: string): string {
  return /^[a-z.]+:\/\/\[?([^\]/]*?)\]?(?::\d+)?(?:\/|$)/u.exec(url)?.[1] ?? "";
}

/** Who answers at the endpoint is not proved by anything. */
function findOpenScadaMethod({ decisions: { scadaMethod } }: Settings): Finding[] {
  if (scadaMethod?.securityPolicy !== "None" || isLoopback(hostOf(scadaMethod.endpoint))) return [];
  const read = scadaMethod.user === undefined ? "" : ", and read the password of its user";
  const message = `Whoever can pose as ${quote(scadaMethod.endpoint)} can decide who may charge${read}: None neither signs nor encrypts`;
  return [
    warning(["decisions", "scadaMethod", "securityPolicy"], message, "take it away, and Basic256Sha256 does both"),
  ];
}

function findOpenFiles({ files }: Settings): Finding[] {
  const findings: Finding[] = [];
  const { http, ftp } = files ?? {};
  if (http !== undefined && http.tls === undefined && !isLoopback(http.host))
    findings.push(openFiles("http", http.host, "set files.http.tls, or keep this port on a protected network"));
  if (ftp !== undefined && !isLoopback(ftp.host))
    findings.push(openFiles("ftp", ftp.host, "keep this port on a protected network, or take files.ftp away"));
  return findings;
}

function openFiles(section: string, host: string, hint: string): Finding {
  const message = `Files go to and from ${quote(host)} unencrypted, and with them the URLs that let them pass`;
  return { ...warning(["files", section], message, hint), place: "key" };
}

function warning(path: Path, message: string, hint: string): Finding {
  return { path, severity: "warning", message, hint };
}
