// What a charge point shows of itself in the TLS handshake, and whether that proves its identity ("Improved security for OCPP 1.6-J" §3,
// security profile 3). The path to the authority, validity and revocation are OpenSSL's to judge; names are judged here. Pure.
import type { TLSSocket } from "node:tls";

/** A certificate that was shown, or why there is none that counts. */
export type ShownCertificate =
  | { readonly kind: "valid"; readonly commonNames: readonly string[]; readonly organizations: readonly string[] }
  | { readonly kind: "invalid"; readonly reason: string };

/** By OpenSSL's names of what it found (X509_V_ERR_…). */
const reasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  CERT_REVOKED: "its certificate has been revoked",
  CRL_HAS_EXPIRED: "a revocation list of tls.crl has expired; put a new one in its place",
  CRL_NOT_YET_VALID: "a revocation list of tls.crl is not valid yet",
  UNABLE_TO_GET_CRL: "tls.crl has no revocation list of an authority that has signed its certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by an authority that is not among tls.clientCa",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate is signed by an authority that is not among tls.clientCa",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by an authority that is not among tls.clientCa",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by an authority that is not among tls.clientCa",
  INVALID_PURPOSE: "its certificate is not for TLS clients",
};

/** What the other side of a TLS connection has shown. */
export function shownCertificate(socket: TLSSocket): ShownCertificate {
  const { subject } = peerCertificateOf(socket);
  // Looked at first: a resumed connection counts as authorized also where no certificate was ever shown.
  if (subject === undefined) return { kind: "invalid", reason: "it has shown no certificate" };
  if (!socket.authorized) {
    const code = String(socket.authorizationError);
    return { kind: "invalid", reason: reasons[code] ?? `its certificate is not valid (${code})` };
  }
  return namesIn(subject);
}

/** SHA-256 of the certificate that was shown, hexadecimal with colons; undefined where there is none. */
export function fingerprintShown(socket: TLSSocket): string | undefined {
  return peerCertificateOf(socket).fingerprint256;
}

interface PeerCertificate {
  readonly subject?: Readonly<Record<string, string | string[]>>;
  readonly fingerprint256?: string;
}

/** Of a socket that is closed already Node answers null, and of one that has shown none an empty object; its types say neither. */
function peerCertificateOf(socket: TLSSocket): PeerCertificate {
  return (socket.getPeerCertificate() as PeerCertificate | null) ?? {};
}

/** What counts of the subject of a valid certificate, as `node:tls` and `node:crypto` spell it. */
export function namesIn(subject: Readonly<Record<string, string | readonly string[]>>): ShownCertificate {
  return { kind: "valid", commonNames: namesOf(subject["CN"]), organizations: namesOf(subject["O"]) };
}

function namesOf(names: string | readonly string[] | undefined): readonly string[] {
  return names === undefined ? [] : typeof names === "string" ? [names] : names;
}

/** Who has to be proved by the certificate. */
export interface Expected {
  readonly identity: string;
  readonly serialNumber?: string | undefined;
  /** What O has to be; undefined where that does not matter. */
  readonly organization?: string | undefined;
}

/** Why the certificate proves nothing about the charge point; undefined when it is the one that it says it is. */
export function certificateFault(shown: ShownCertificate, expected: Expected): string | undefined {
  if (shown.kind === "invalid") return shown.reason;
  const [commonName, ...others] = shown.commonNames;
  if (commonName === undefined || others.length > 0) return "its certificate must have exactly one CN";
  if (commonName !== expected.identity && commonName !== expected.serialNumber)
    return "the CN of its certificate is neither its identity nor its serial number";
  const { organization } = expected;
  if (organization === undefined || shown.organizations.includes(organization)) return undefined;
  return "the O of its certificate is not tls.organization";
}
