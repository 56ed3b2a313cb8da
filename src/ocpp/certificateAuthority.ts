// The small certificate authority of the bridge: signs certificates of charge points with a key of the settings. Whom it signs for, others decide.
// oxlint-disable-next-line import/no-unassigned-import -- the decorators of @peculiar/x509 need it first
import "reflect-metadata";
import { createPrivateKey, webcrypto, X509Certificate as NodeCertificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Clock, EpochMs } from "../std/clock.ts";
import { FileWatch } from "../std/fileWatch.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import { certificatesIn, chainOf } from "../std/pemFile.ts";
import { readTlsFiles, type KeyPairFiles } from "../std/tlsFiles.ts";
import type { FittingRequest } from "./signingRequest.ts";

export interface AuthorityOptions {
  readonly files: KeyPairFiles;
  readonly validityDays: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface CertificateAuthority extends Running {
  /** Why it cannot sign now; undefined when it can. */
  fault(): string | undefined;
  /** The certificate with the chain above it, without the root, in PEM form. */
  sign(request: FittingRequest): Promise<string>;
  /** Reads the files again, as it does by itself when they change; what cannot be used changes nothing. Never rejects. */
  reload(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** The clocks of charge points are not exact: a certificate must not be of the future. */
const EARLY_MS = 3_600_000;
const SERIAL_BYTES = 16;

/** Rejects with a sentence that says what is wrong with the files. */
export async function openCertificateAuthority(options: AuthorityOptions): Promise<CertificateAuthority> {
  const { files, clock, log } = options;
  const changed = (): void => void reload();
  const watch = new FileWatch({ files: [files.certificate, files.key], clock, log, changed });
  let signer = await readSigner(options).catch((error: unknown) => {
    watch.stop();
    throw error;
  });
  async function reload(): Promise<void> {
    watch.note();
    try {
      const next = await readSigner(options);
      const fault = faultOf(next);
      if (fault !== undefined) throw new Error(fault);
      signer = next;
      log.info({}, "the changed certificate authority is in use");
    } catch (error) {
      log.error(
        { error: String(error) },
        "the changed certificate authority is refused; the one from before stays in use",
      );
    }
  }
  return {
    fault: () => faultOf(signer),
    sign: async (request) => (await issue(signer, request)) + chainOf(signer.chain),
    reload,
    stop: async () => watch.stop(),
  };
}

interface Signer extends AuthorityOptions {
  /** Its own certificate, and those above it. */
  readonly chain: readonly [NodeCertificate, ...NodeCertificate[]];
  readonly signingKey: webcrypto.CryptoKey;
  readonly signingAlgorithm: { readonly name: string; readonly hash: string };
}

async function readSigner(options: AuthorityOptions): Promise<Signer> {
  const { files, clock } = options;
  const { material, flaws } = readTlsFiles({ ...files, additionalCertificates: [], crl: [] }, clock.now());
  const [cert] = material?.cert ?? [];
  const [key] = material?.key ?? [];
  const flaw = flaws.find(({ severity }) => severity === "error");
  if (cert === undefined || key === undefined) throw new Error(`${flaw?.message}; ${flaw?.hint}`);
  const chain = certificatesIn(cert);
  if ("fault" in chain) throw new Error(chain.fault);
  if (!chain[0].ca)
    throw new Error(
      `${files.certificate}: it is no certificate of an authority (CA:TRUE); name one that may sign others`,
    );
  return { ...options, chain, ...(await signingKeyOf(key)) };
}

/** What it signs would be valid for nobody. */
function faultOf({ chain, clock }: Signer): string | undefined {
  const { from, until } = validityOf(chain);
  if (clock.now() < from)
    return `the certificate of the authority is valid only from ${new Date(from).toISOString()} on`;
  if (clock.now() < until) return undefined;
  return `the certificate of the authority has expired at ${new Date(until).toISOString()}`;
}

/** In which all of them are valid (RFC 5280 §6.1.3). */
function validityOf(chain: Signer["chain"]): { readonly from: EpochMs; readonly until: EpochMs } {
  return {
    from: Math.max(...chain.map(({ validFromDate }) => validFromDate.getTime())),
    until: Math.min(...chain.map(({ validToDate }) => validToDate.getTime())),
  };
}

async function signingKeyOf(pem: string): Promise<Pick<Signer, "signingKey" | "signingAlgorithm">> {
  const key = createPrivateKey(pem);
  const der = key.export({ type: "pkcs8", format: "der" });
  const isRsa = key.asymmetricKeyType === "rsa";
  const namedCurve = curves[key.asymmetricKeyDetails?.namedCurve ?? ""];
  if (!isRsa && namedCurve === undefined)
    throw new Error("the key of the authority is neither RSA nor of the curves P-256, P-384 and P-521");
  const hash = "SHA-256";
  const name = isRsa ? "RSASSA-PKCS1-v1_5" : "ECDSA";
  const algorithm = isRsa ? { name, hash } : { name, namedCurve: namedCurve ?? "" };
  const signingKey = await webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
  return { signingKey, signingAlgorithm: { name, hash } };
}

const curves: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

/** RFC 5280 §4.2.1: of a TLS client and nothing else; of the request only the key and the names are taken. */
async function issue(
  { chain, signingKey, signingAlgorithm, validityDays, clock }: Signer,
  { publicKey, commonName, organization }: FittingRequest,
): Promise<string> {
  const authority = new x509.X509Certificate(chain[0].raw);
  const key = new x509.PublicKey(publicKey);
  const { from, until } = validityOf(chain);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(commonName, organization),
    issuer: authority.subjectName,
    publicKey: key,
    signingKey,
    signingAlgorithm,
    notBefore: new Date(Math.max(clock.now() - EARLY_MS, from)),
    notAfter: new Date(Math.min(clock.now() + validityDays * DAY_MS, until)),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      await x509.SubjectKeyIdentifierExtension.create(key),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
    ],
  });
  const pem = certificate.toString("pem");
  checkNames(pem, commonName, organization);
  return `${pem}\n`;
}

/** As UTF8String outright (RFC 5280 §4.1.2.4): in a mere text quotes, backslashes and # would be signs of RFC 4514. */
function nameOf(commonName: string, organization: string | undefined): x509.Name {
  return new x509.Name([
    ...(organization === undefined ? [] : [{ O: [{ utf8String: organization }] }]),
    { CN: [{ utf8String: commonName }] },
  ]);
}

/** What others read in the certificate must be what has been checked, or somebody could come as somebody else. */
function checkNames(pem: string, commonName: string, organization: string | undefined): void {
  const { subject } = new NodeCertificate(pem).toLegacyObject();
  const found = Object.entries(subject).flatMap(([key, value]) => [value].flat().map((text) => `${key}=${text}`));
  const checked = [...(organization === undefined ? [] : [`O=${organization}`]), `CN=${commonName}`];
  if (found.length !== checked.length || checked.some((each) => !found.includes(each)))
    throw new Error("the certificate names somebody else than the request; it is thrown away");
}

/** RFC 5280 §4.1.2.2: positive, and nobody can guess it. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(SERIAL_BYTES));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString("hex");
}
