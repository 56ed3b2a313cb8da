// Whether a charge point may have the certificate that it asks for (SignCertificate; PKCS #10, RFC 2986): its signature, its key and whom it
// names. It signs nothing.
// oxlint-disable-next-line import/no-unassigned-import -- the decorators of @peculiar/x509 need it first
import "reflect-metadata";
import { createPublicKey } from "node:crypto";
import { Pkcs10CertificateRequest } from "@peculiar/x509";
import { certificateFault, type Expected } from "./clientCertificate.ts";

export interface FittingRequest {
  readonly kind: "fits";
  /** SubjectPublicKeyInfo in DER form. */
  readonly publicKey: Uint8Array;
  readonly commonName: string;
  /** The only O of its certificate; undefined where it gets none. */
  readonly organization: string | undefined;
}

/** Who asks, and what its certificate may say. */
export interface Asking extends Pick<Expected, "identity" | "serialNumber"> {
  /** One of them it has to ask for as O; where there are none its certificate has no O. */
  readonly organizations: readonly string[];
}

export type CheckedSigningRequest = FittingRequest | { readonly kind: "unfit"; readonly reason: string };

/** "Improved security for OCPP 1.6-J" §5: csr has at most so many characters. */
const LONGEST = 5500;
const PEM =
  /^\s*-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----[A-Za-z0-9+/=\s]+-----END (?:NEW )?CERTIFICATE REQUEST-----\s*$/u;
const CURVES: ReadonlySet<string | undefined> = new Set(["prime256v1", "secp384r1", "secp521r1"]);
const LEAST_RSA_BITS = 2048;
const MOST_RSA_BITS = 8192;

/** Never rejects. */
export async function checkSigningRequest(csr: string, asking: Asking): Promise<CheckedSigningRequest> {
  if (csr.length > LONGEST) return unfit(`it has more than ${LONGEST} characters`);
  if (!PEM.test(csr)) return unfit("it is no signing request in PEM form");
  try {
    return await check(new Pkcs10CertificateRequest(csr), asking);
  } catch {
    return unfit("it is damaged, or its algorithm is not supported");
  }
}

async function check(request: Pkcs10CertificateRequest, asking: Asking): Promise<CheckedSigningRequest> {
  const publicKey = new Uint8Array(request.publicKey.rawData);
  const weakness = weaknessOf(publicKey);
  if (weakness !== undefined) return unfit(weakness);
  const { hash } = request.signatureAlgorithm as { hash?: { name?: string } };
  if (hash?.name === "SHA-1") return unfit("it is signed with SHA-1");
  if (!(await request.verify())) return unfit("its signature is wrong");
  const commonNames = request.subjectName.getField("CN");
  const organizations = request.subjectName.getField("O");
  const organization = asking.organizations.find((each) => organizations.includes(each)) ?? asking.organizations[0];
  const { identity, serialNumber } = asking;
  const expected = { identity, serialNumber, organization };
  const fault = certificateFault({ kind: "valid", commonNames, organizations }, expected);
  const [commonName] = commonNames;
  if (fault !== undefined || commonName === undefined) return unfit(fault ?? "it names nobody");
  return { kind: "fits", publicKey, commonName, organization };
}

/** NIST SP 800-57: at least 112 bits of security. */
function weaknessOf(spki: Uint8Array): string | undefined {
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "ec")
    return CURVES.has(namedCurve) ? undefined : "its key is on none of the curves P-256, P-384 and P-521";
  if (key.asymmetricKeyType !== "rsa") return "its key is neither RSA nor ECDSA";
  return modulusLength >= LEAST_RSA_BITS && modulusLength <= MOST_RSA_BITS
    ? undefined
    : `its RSA key has ${modulusLength} bits, not ${LEAST_RSA_BITS} to ${MOST_RSA_BITS}`;
}

function unfit(reason: string): CheckedSigningRequest {
  return { kind: "unfit", reason };
}
