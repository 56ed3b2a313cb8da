// Whether the certificate that an operator's authority has issued for the bridge as an OPC UA application can be served with. It keeps
// nothing of the files.
import type { X509Certificate } from "node:crypto";
import type { EpochMs } from "../std/clock.ts";
import { uriOf } from "../std/certificateFacts.ts";
import { certificatesIn, readPem } from "../std/pemFile.ts";
import { readTlsFiles, type KeyPairFiles, type TlsFlaw } from "../std/tlsFiles.ts";

/** OPC 10000-7, SecurityPolicy Basic256Sha256. */
const LEAST_KEY_BITS = 2048;

/** Flaws of the files as such, and then what OPC UA wants of them; paths are `certificate` and `key`. */
export function findApplicationFlaws(pair: KeyPairFiles, now: EpochMs): readonly TlsFlaw[] {
  const { flaws } = readTlsFiles({ ...pair, additionalCertificates: [], crl: [] }, now);
  if (flaws.some(({ severity }) => severity === "error")) return flaws;
  const read = readPem(pair.certificate);
  const chain = "text" in read ? certificatesIn(read.text) : read;
  if ("fault" in chain) return flaws;
  const found = unfitFor(chain[0]);
  if (found === undefined) return flaws;
  const [fault, hint] = found;
  return [...flaws, { severity: "error", path: ["certificate"], message: `${pair.certificate}: ${fault}`, hint }];
}

function unfitFor(certificate: X509Certificate): readonly [fault: string, hint: string] | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== "rsa" || (asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_KEY_BITS)
    return [`its key is none of RSA with ${LEAST_KEY_BITS} bits or more`, "let one be issued for such a key"];
  if (uriOf(certificate) !== undefined) return undefined;
  return [
    "it names no ApplicationUri (OPC 10000-6 §6.2.2)",
    "let one be issued with a URI such as urn:HOST:ocpp-opcua among its subjectAltName",
  ];
}
