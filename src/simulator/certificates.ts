// The charge point's certificates (security extension, use cases A02 to A05 and M03 to M05): roots that were installed, and its own key,
// for which it asks a certificate. They are kept and named truthfully; connections do not use them.
import { createHash, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type {
  CertificateHashDataType,
  CertificateUseEnumType,
  HashAlgorithmEnumType,
} from "../schema/ocpp16.generated.ts";
import type { EpochMs } from "../std/clock.ts";
import { DER, readDer, writeDer } from "./der.ts";

export interface InstalledCertificates {
  roots: { use: CertificateUseEnumType; certificate: X509Certificate }[];
  /** The public key of the last signing request, until its certificate has come. */
  requestedKey: KeyObject | undefined;
  own: X509Certificate | undefined;
}

const MOST_ROOTS = 20;
const COMMON_NAME = Uint8Array.of(0x55, 0x04, 0x03);
const ORGANIZATION = Uint8Array.of(0x55, 0x04, 0x0a);
/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2 (RFC 5758 §3.2). */
const ECDSA_SHA256 = Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);

export function createCertificates(): InstalledCertificates {
  return { roots: [], requestedKey: undefined, own: undefined };
}

/** A certificate from PEM; undefined when it is none or not valid at that time. */
export function readCertificate(pem: string, at: EpochMs): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.validFromDate.getTime() <= at && at <= certificate.validToDate.getTime()
      ? certificate
      : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a root; `full` when there is no room for another one. The same certificate is kept once. */
export function installRoot(
  installed: InstalledCertificates,
  use: CertificateUseEnumType,
  certificate: X509Certificate,
): "kept" | "full" {
  const isKnown = installed.roots.some(
    (each) => each.use === use && each.certificate.fingerprint256 === certificate.fingerprint256,
  );
  if (!isKnown && installed.roots.length >= MOST_ROOTS) return "full";
  if (!isKnown) installed.roots.push({ use, certificate });
  return "kept";
}

/** Removes what the hashes name; false when there is no such certificate. */
export function deleteRoot(installed: InstalledCertificates, wanted: CertificateHashDataType): boolean {
  const before = installed.roots.length;
  installed.roots = installed.roots.filter(({ certificate }) => {
    const found = hashDataOf(certificate, wanted.hashAlgorithm);
    return (
      found === undefined ||
      withoutZeros(found.serialNumber) !== withoutZeros(wanted.serialNumber) ||
      found.issuerNameHash !== wanted.issuerNameHash.toLowerCase() ||
      found.issuerKeyHash !== wanted.issuerKeyHash.toLowerCase()
    );
  });
  return installed.roots.length < before;
}

/** The hashes that identify a root, which has issued itself (RFC 6960 §4.1.1); undefined for one of another issuer, whose key is not known here. */
export function hashDataOf(
  certificate: X509Certificate,
  hashAlgorithm: HashAlgorithmEnumType,
): CertificateHashDataType | undefined {
  const fields = readDer(
    readDer(readDer(certificate.raw)?.[0]?.content ?? new Uint8Array())?.[0]?.content ?? new Uint8Array(),
  );
  // tbsCertificate ::= [0] version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo (RFC 5280 §4.1).
  const [serial, , issuer, , subject, publicKeyInfo] =
    fields?.[0]?.tag === DER.context0 ? fields.slice(1) : (fields ?? []);
  const publicKey = readDer(publicKeyInfo?.content ?? new Uint8Array())?.[1];
  if (serial === undefined || issuer === undefined || subject === undefined || publicKey === undefined)
    return undefined;
  if (!Buffer.from(issuer.whole).equals(subject.whole)) return undefined;
  const hash = (bytes: Uint8Array): string => createHash(hashAlgorithm.toLowerCase()).update(bytes).digest("hex");
  return {
    hashAlgorithm,
    issuerNameHash: hash(issuer.whole),
    // The first octet of a BIT STRING counts its unused bits and is not part of the key.
    issuerKeyHash: hash(publicKey.content.subarray(1)),
    serialNumber: certificate.serialNumber.toLowerCase(),
  };
}

/** A new P-256 key and the request for its certificate (RFC 2986) in PEM form. */
export function requestCertificate(
  installed: InstalledCertificates,
  subject: { commonName: string; organization: string },
): string {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  installed.requestedKey = publicKey;
  const info = writeDer(
    DER.sequence,
    writeDer(DER.integer, Uint8Array.of(0)),
    writeDer(DER.sequence, attribute(ORGANIZATION, subject.organization), attribute(COMMON_NAME, subject.commonName)),
    publicKey.export({ type: "spki", format: "der" }),
    writeDer(DER.context0),
  );
  const algorithm = writeDer(DER.sequence, writeDer(DER.objectIdentifier, ECDSA_SHA256));
  const signature = writeDer(DER.bitString, Uint8Array.of(0), sign("sha256", info, privateKey));
  const base64 = Buffer.from(writeDer(DER.sequence, info, algorithm, signature)).toString("base64");
  return `-----BEGIN CERTIFICATE REQUEST-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END CERTIFICATE REQUEST-----\n`;
}

/** Takes the certificate for the key that was asked for; false when it is for another key or not valid. */
export function takeSigned(installed: InstalledCertificates, chain: string, at: EpochMs): boolean {
  const certificate = readCertificate(chain, at);
  const { requestedKey } = installed;
  if (certificate === undefined || requestedKey === undefined || !certificate.publicKey.equals(requestedKey))
    return false;
  installed.own = certificate;
  installed.requestedKey = undefined;
  return true;
}

/** Serial numbers are numbers: leading zeros and the case of digits say nothing. */
function withoutZeros(serialNumber: string): string {
  return serialNumber.toLowerCase().replace(/^0+(?=.)/, "");
}

function attribute(type: Uint8Array, text: string): Uint8Array {
  const pair = writeDer(
    DER.sequence,
    writeDer(DER.objectIdentifier, type),
    writeDer(DER.utf8String, Buffer.from(text, "utf8")),
  );
  return writeDer(DER.set, pair);
}
