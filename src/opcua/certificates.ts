// The bridge's own certificate and the trust lists of other applications and of users, below `pki/` of the data folder.
// Unknown certificates go to rejected/ and are never trusted by themselves.
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { makeApplicationUrn, type OPCUACertificateManager } from "node-opcua";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { BoundedWarnings } from "../std/boundedWarnings.ts";
import { ClientTrustList } from "./clientTrustList.ts";
import { UserTrustList } from "./userTrustList.ts";

export interface Certificates {
  readonly applicationUri: string;
  readonly server: OPCUACertificateManager;
  readonly users: UserTrustList;
  readonly certificateFile: string;
}

const PRODUCT = "ocpp-opcua";
const VALIDITY_DAYS = 3650;
/** A client that tries again every few seconds is named once in ten minutes. */
const WARNINGS = { periodMs: 600_000, lines: 20 };

interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
}

interface Application {
  readonly dataDirectory: string;
  readonly listenHost: string;
  /** Who is turned away where a certificate is not trusted, for the log. */
  readonly about: string;
}

/** What the bridge shows of itself as an application, and whom it trusts. */
export interface ApplicationCertificate {
  readonly applicationUri: string;
  readonly trustList: OPCUACertificateManager;
  readonly certificateFile: string;
}

/** Opens the trust lists and makes the server's certificate when there is none. */
export async function openCertificates(
  dataDirectory: string,
  listenHost: string,
  surroundings: Surroundings,
): Promise<Certificates> {
  const application = { dataDirectory, listenHost, about: "an OPC UA client" };
  const { applicationUri, trustList, certificateFile } = await openApplicationCertificate(application, surroundings);
  const { clock, log } = surroundings;
  const users = new UserTrustList(
    join(dataDirectory, "pki", "users"),
    new BoundedWarnings(log, clock, WARNINGS),
    clock,
  );
  await users.initialize();
  return { applicationUri, server: trustList, users, certificateFile };
}

/** Opens the trust list of applications, which is one for clients and servers. */
export async function openApplicationCertificate(
  { dataDirectory, listenHost, about }: Application,
  { clock, log }: Surroundings,
): Promise<ApplicationCertificate> {
  const root = join(dataDirectory, "pki");
  await mkdir(root, { recursive: true });
  const warnings = new BoundedWarnings(log, clock, WARNINGS);
  const trustList = new ClientTrustList(join(root, "application"), warnings, { about });
  await trustList.initialize();
  const certificateFile = join(trustList.rootDir, "own", "certs", `${PRODUCT}.pem`);
  const given = await applicationUriIn(certificateFile);
  const applicationUri = given ?? makeApplicationUrn(hostname(), PRODUCT);
  if (given === undefined)
    await trustList.createSelfSignedCertificate({
      applicationUri,
      subject: { commonName: `${PRODUCT}@${hostname()}`, organization: PRODUCT },
      // OPC 10000-6 §6.2.2: every name and address by which the server can be reached.
      dns: [...new Set(["localhost", hostname(), ...namesOf(listenHost)])],
      ip: [...new Set(["127.0.0.1", ...addresses()])],
      outputFile: certificateFile,
      startDate: new Date(),
      validity: VALIDITY_DAYS,
    });
  return { applicationUri, trustList, certificateFile };
}

/** The ApplicationUri of a certificate that is there already: clients compare the two (OPC 10000-4 §6.1.3), even if this host was called otherwise then. */
async function applicationUriIn(certificateFile: string): Promise<string | undefined> {
  if (!existsSync(certificateFile)) return undefined;
  const { subjectAltName } = new X509Certificate(await readFile(certificateFile));
  const uri = /URI:([^,\s]+)/u.exec(subjectAltName ?? "")?.[1];
  if (uri === undefined)
    throw new Error(`the certificate ${certificateFile} names no ApplicationUri (subjectAltName URI)`);
  return uri;
}

function namesOf(host: string): string[] {
  return /[a-z]/iu.test(host) && !host.includes(":") ? [host] : [];
}

function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
}
