// The bridge's own certificate as an OPC UA application (OPC 10000-6 §6.2.2): makes it and renews it in time, or reads the one that the
// operator's authority has issued. It trusts nobody, and no key leaves its file.
import { X509Certificate } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, readFileSync, renameSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import {
  extractFullyQualifiedDomainName,
  getFullyQualifiedDomainName,
  makeApplicationUrn,
  type OPCUACertificateManager,
} from "node-opcua";
import type { Clock, EpochMs } from "../std/clock.ts";
import { markNow } from "../std/fileMark.ts";
import type { Log } from "../std/log.ts";
import type { KeyPairFiles } from "../std/tlsFiles.ts";
import { isSelfSigned, sha1ThumbprintOf, uriOf } from "../std/certificateFacts.ts";
import { isWildcard } from "../settings/hosts.ts";
import { findApplicationFlaws } from "../settings/applicationCertificate.ts";
import type { ApplicationOptions } from "./options.ts";
import { ownCertificateFile, PRODUCT } from "./trustFolders.ts";

export interface OwnCertificate extends KeyPairFiles {
  readonly applicationUri: string;
  /** Why another one is to be served from now on, as a sentence; undefined as long as this one will do. */
  whyOutdated(now: EpochMs): string | undefined;
}

type Names = Pick<ApplicationOptions, "host" | "advertisedHosts">;

interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
}

const VALIDITY_DAYS = 3650;
const DAY_MS = 86_400_000;
/** Time enough for whoever has to trust the new one. */
const RENEWED_DAYS_BEFORE = 60;
const FOR_OTHERS = 0o007;
const OWNER_ONLY = 0o600;

export async function openOwnCertificate(
  trustList: OPCUACertificateManager,
  { certificate, key, ...names }: Names & Pick<ApplicationOptions, "certificate" | "key">,
  surroundings: Surroundings,
): Promise<OwnCertificate> {
  return certificate === undefined || key === undefined
    ? openOur(trustList, names, surroundings)
    : readGiven({ certificate, key }, surroundings);
}

// --- made by the bridge

async function openOur(
  trustList: OPCUACertificateManager,
  names: Names,
  { clock, log }: Surroundings,
): Promise<OwnCertificate> {
  await extractFullyQualifiedDomainName();
  const certificate = ownCertificateFile(trustList.rootDir);
  const before = readOur(certificate);
  const reason = before === undefined ? "there was none" : whyRenewed(before, names, clock.now());
  const applicationUri = before === undefined ? makeApplicationUrn(hostname(), PRODUCT) : uriIn(before, certificate);
  if (reason !== undefined) {
    const file = `${certificate}.new`;
    await trustList.createSelfSignedCertificate({ ...certificateOf(names, applicationUri), outputFile: file });
    const aside = before === undefined ? undefined : asideOf(certificate, before);
    // At every moment one of the two stands in its place: the ApplicationUri is read from there.
    if (aside !== undefined) copyFileSync(certificate, aside);
    renameSync(file, certificate);
    const thumbprint = sha1ThumbprintOf(new X509Certificate(readFileSync(certificate)));
    log.info({ reason, thumbprint, file: certificate, aside }, "made a new certificate; clients have to trust it");
  }
  const key = trustList.privateKey;
  chmodSync(key, OWNER_ONLY);
  const whyOutdated = (now: EpochMs): string | undefined => {
    const current = readOur(certificate);
    return current === undefined ? "its certificate is gone" : whyRenewed(current, names, now);
  };
  return { applicationUri, certificate, key, whyOutdated };
}

function readOur(file: string): X509Certificate | undefined {
  return existsSync(file) ? new X509Certificate(readFileSync(file)) : undefined;
}

/** Clients compare it with that of the endpoint (OPC 10000-4 §6.1.3), so it stays though this host may have been called otherwise. */
function uriIn(certificate: X509Certificate, file: string): string {
  const uri = uriOf(certificate);
  if (uri === undefined) throw new Error(`the certificate ${file} names no ApplicationUri (subjectAltName URI)`);
  return uri;
}

/** One that an authority has issued in its place is not ours to renew. */
function whyRenewed(certificate: X509Certificate, names: Names, now: EpochMs): string | undefined {
  if (!isSelfSigned(certificate)) return undefined;
  const days = Math.floor((certificate.validToDate.getTime() - now) / DAY_MS);
  if (days < RENEWED_DAYS_BEFORE) return `its certificate expires at ${certificate.validToDate.toISOString()}`;
  const missing = neededHosts(names).find((host) => !covers(certificate, host));
  return missing === undefined ? undefined : `its certificate does not name ${missing}`;
}

function covers(certificate: X509Certificate, host: string): boolean {
  return isIP(host) === 0
    ? certificate.checkHost(host, { subject: "never" }) !== undefined
    : certificate.checkIP(host) !== undefined;
}

/**
 * Those that the settings name, else those of this machine. Addresses of network interfaces come and go, and every new certificate has to be
 * trusted by all clients.
 */
function neededHosts({ host, advertisedHosts }: Names): readonly string[] {
  const hosts = advertisedHosts.length > 0 ? advertisedHosts : [hostname(), getFullyQualifiedDomainName()];
  return isWildcard(host) ? hosts : [...hosts, host];
}

/** OPC 10000-6 §6.2.2: every name and address by which the server can be reached. */
function certificateOf(names: Names, applicationUri: string) {
  const own = ["localhost", hostname(), getFullyQualifiedDomainName(), "127.0.0.1", ...addresses()];
  const hosts = [...new Set([...neededHosts(names), ...own])];
  return {
    applicationUri,
    subject: { commonName: `${PRODUCT}@${hostname()}`, organization: PRODUCT },
    dns: hosts.filter((host) => isIP(host) === 0),
    ip: hosts.filter((host) => isIP(host) !== 0),
    // The library's trust list, too, compares it with the clock of the machine.
    startDate: new Date(),
    validity: VALIDITY_DAYS,
  };
}

function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0)
    .map(({ address }) => address);
}

/** Beside it, named by what tells the two apart. */
function asideOf(file: string, certificate: X509Certificate): string {
  return file.replace(/\.pem$/u, `.until-${sha1ThumbprintOf(certificate).slice(0, 8)}.pem`);
}

// --- issued by the operator's authority

function readGiven(given: KeyPairFiles, { clock, log }: Surroundings): OwnCertificate {
  const flaws = findApplicationFlaws(given, clock.now());
  const fatal = flaws.find(({ severity }) => severity === "error");
  if (fatal !== undefined) throw new Error(fatal.message);
  for (const { message, hint } of flaws) log.warn({ hint }, message);
  const { certificate, key } = given;
  if ((statSync(key).mode & FOR_OTHERS) !== 0) log.warn({ key }, "every user can read the private key");
  const applicationUri = uriIn(new X509Certificate(readFileSync(certificate)), certificate);
  const marks = (): string => [certificate, key].map(markNow).join("\n");
  const served = marks();
  const whyOutdated = (now: EpochMs): string | undefined => {
    if (marks() === served) return undefined;
    const isUsable = findApplicationFlaws(given, now).every(({ severity }) => severity !== "error");
    return isUsable ? "the files of its certificate have been replaced" : undefined;
  };
  return { applicationUri, certificate, key, whyOutdated };
}
