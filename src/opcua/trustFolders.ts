// The folders in which the certificates of OPC UA applications lie (the layout of node-opcua-pki), for whoever reads or moves them without the
// library. What lies in trusted/ is trusted, and only somebody who moves it there gives trust.
import { X509Certificate } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { sha1ThumbprintOf } from "../std/certificateFacts.ts";

/** Names the bridge's own certificate. */
export const PRODUCT = "ocpp-opcua";

export const certificateStates = ["own", "trusted", "issuer", "rejected"] as const;
/** `issuer`: needed to judge what it has issued, and not trusted by itself. */
export type CertificateState = (typeof certificateStates)[number];

export interface StoredCertificate {
  readonly state: CertificateState;
  readonly certificate: X509Certificate;
  readonly file: string;
}

/** The folder of the own certificate and of the trust list of applications. */
export function applicationFolder(dataDirectory: string): string {
  return join(dataDirectory, "pki", "application");
}

/** The certificate that the bridge has made for itself. */
export function ownCertificateFile(root: string): string {
  return join(root, "own", "certs", `${PRODUCT}.pem`);
}

/** Larger than any certificate with its chain. */
const LARGEST_BYTES = 65_536;
/** Files of one folder; rejected/ has far fewer (clientTrustList.ts). */
const MOST_FILES = 1000;

/** All that can be read, by state; `own` is the file of the own certificate. */
export async function readCertificates(root: string, own = ownCertificateFile(root)): Promise<StoredCertificate[]> {
  const found = await Promise.all([
    readAll("own", [own]),
    readFolder("trusted", trustedFolder(root)),
    readFolder("issuer", join(root, "issuers", "certs")),
    readFolder("rejected", rejectedFolder(root)),
  ]);
  return found.flat();
}

/**
 * Trusts what was rejected, or whatever an issuer has issued. False: no such certificate. What lies in both folders counts as rejected
 * (node-opcua-pki), so that none is left there.
 */
export async function trustCertificate(root: string, thumbprint: string): Promise<boolean> {
  const all = await readCertificates(root);
  const found = all.filter(({ certificate }) => sha1ThumbprintOf(certificate) === thumbprint);
  const [source] = found.filter(({ state }) => state === "rejected" || state === "issuer");
  const isTrusted = found.some(({ state }) => state === "trusted");
  if (source === undefined) return isTrusted;
  if (!isTrusted) await put(source, trustedFolder(root), copyFile);
  for (const { file } of found.filter(({ state }) => state === "rejected")) await rm(file, { force: true });
  return true;
}

/** Trusts it no more. False: it is neither trusted nor rejected. */
export async function rejectCertificate(root: string, thumbprint: string): Promise<boolean> {
  const all = await readCertificates(root);
  const found = all.filter(({ certificate }) => sha1ThumbprintOf(certificate) === thumbprint);
  const trusted = found.filter(({ state }) => state === "trusted");
  for (const each of trusted) await put(each, rejectedFolder(root), rename);
  return trusted.length > 0 || found.some(({ state }) => state === "rejected");
}

async function put(
  { certificate, file }: StoredCertificate,
  folder: string,
  move: (from: string, to: string) => Promise<void>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = basename(file);
  const thumbprint = sha1ThumbprintOf(certificate).toLowerCase();
  // The library's names bear it; those that people give may be those of others.
  await move(file, join(folder, name.toLowerCase().includes(thumbprint) ? name : `${thumbprint}-${name}`));
}

const trustedFolder = (root: string): string => join(root, "trusted", "certs");
const rejectedFolder = (root: string): string => join(root, "rejected");

async function readFolder(state: CertificateState, folder: string): Promise<StoredCertificate[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.toSorted().slice(0, MOST_FILES);
  return readAll(
    state,
    files.map((name) => join(folder, name)),
  );
}

async function readAll(state: CertificateState, files: readonly string[]): Promise<StoredCertificate[]> {
  const read = await Promise.all(files.map(async (file) => ({ file, certificate: await readCertificate(file) })));
  return read.flatMap(({ file, certificate }) => (certificate === undefined ? [] : [{ state, file, certificate }]));
}

/** The first one of a file in PEM or DER; undefined when there is none. */
async function readCertificate(file: string): Promise<X509Certificate | undefined> {
  try {
    const { size } = await stat(file);
    return size > LARGEST_BYTES ? undefined : new X509Certificate(await readFile(file));
  } catch {
    return undefined;
  }
}
