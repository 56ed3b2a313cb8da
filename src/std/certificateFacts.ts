// What an X.509 certificate says of itself, as far as Node has no word for it. Pure; it trusts none.
import type { X509Certificate } from "node:crypto";

/** SHA-1 in upper hexadecimal, by which OPC UA applications name certificates (OPC 10000-6 §6.2.3). */
export function sha1ThumbprintOf({ fingerprint }: X509Certificate): string {
  return fingerprint.replaceAll(":", "").toUpperCase();
}

/** The URI of the subjectAltName: in OPC UA that of the application (OPC 10000-6 §6.2.2). */
export function uriOf({ subjectAltName }: X509Certificate): string | undefined {
  return /URI:([^,\s]+)/u.exec(subjectAltName ?? "")?.[1];
}

export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
}
