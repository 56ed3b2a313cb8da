// The small certificate authority of the bridge: signs certificates of charge points with a key of the settings. Whom it signs for, others decide.
// oxlint-disable-next-line import/no-unassigned-import -- the decorators of @peculiar/x509 need it first
import "reflect-metadata";
import { createPrivateKey, webcrypto, X509Certificate as NodeCertificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Clock } from "../std/clock.ts";
import { certificatesIn, chainOf } from "../std/pemFile.ts";
import { readTlsFiles, type KeyPairFiles } from "../std/tlsFiles.ts";
import type { FittingRequest } from "./signingRequest.ts";

export interface AuthorityOptions {
  readonly files: KeyPairFiles;
  readonly validityDays: number;
  readonly clock: Clock;
}

export interface CertificateAuthority {
  /** The certificate with the chain above it, without the root, in PEM form. */
  sign(request: FittingRequest): Promise<string>;
}

const DAY_MS = 86_400_000;
/** The clocks of charge points are not exact: a certificate must not be of the future. */
const EARLY_MS = 3_600_000;
const SERIAL_BYTES = 16;

/** Rejects with a sentence that says what is wrong with the files. */
export async function openCertificateAuthority(options: AuthorityOptions): Promise<CertificateAuthority> {
  const { files, clock } = options;
  const { material, flaws } = readTlsFiles({ ...files, additionalCertificates: [], crl: [] }, clock.now());
  const [cert] = material?.cert ?? [];
  const [key] = material?.key ?? [];
  if (cert === undefined || key === undefined) throw new Error(`${flaws[0]?.message}; ${flaws[0]?.hint}`);
  const chain = certificatesIn(cert);
  if ("fault" in chain) throw new Error(chain.fault);
  const [own] = chain;
  if (!own.ca)
    throw new Error(
      `${files.certificate}: it is no certificate of an authority (CA:TRUE); name one that may sign others`,
    );
  const signer: Signer = { ...options, own, ...(await signingKeyOf(key)) };
  return { sign: async (request) => (await issue(signer, request)) + chainOf(chain) };
}

interface Signer extends AuthorityOptions {
  readonly own: NodeCertificate;
  readonly signingKey: webcrypto.CryptoKey;
  readonly signingAlgorithm: { readonly name: string; readonly hash: string };
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
  { own, signingKey, signingAlgorithm, validityDays, clock }: Signer,
  { publicKey, commonName, organization }: FittingRequest,
): Promise<string> {
  const authority = new x509.X509Certificate(own.raw);
  const key = new x509.PublicKey(publicKey);
  const until = Math.min(clock.now() + validityDays * DAY_MS, own.validToDate.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(commonName, organization),
    issuer: authority.subjectName,
    publicKey: key,
    signingKey,
    signingAlgorithm,
    notBefore: new Date(clock.now() - EARLY_MS),
    notAfter: new Date(until),
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
