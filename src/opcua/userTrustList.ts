// Which X.509 certificates users log in with (OPC 10000-4 §7.40.5): those of accounts, as long as they are valid, and no others. Whoever has
// issued one counts for nothing. What is turned away is kept in rejected/, so that it can be given to an account.
import { X509Certificate } from "node:crypto";
import type { BoundedWarnings } from "../std/boundedWarnings.ts";
import type { Clock } from "../std/clock.ts";
import { ClientTrustList } from "./clientTrustList.ts";

const ABOUT = "an OPC UA user";
const ADVICE = "to let it in, give it to a user: ocpp-opcua users certificate NAME FILE";

export class UserTrustList extends ClientTrustList {
  readonly #clock: Clock;
  /** SHA-256 in lower hexadecimal. */
  #isKnown: (thumbprint: string) => boolean = () => false;

  constructor(rootFolder: string, warnings: BoundedWarnings, clock: Clock) {
    super(rootFolder, warnings, { about: ABOUT, advice: ADVICE });
    this.#clock = clock;
  }

  /** Until then nobody is. */
  trust(isKnown: (thumbprint: string) => boolean): void {
    this.#isKnown = isKnown;
  }

  /** What the library asks before it looks into its folders; proof of the key has been given already. */
  override async verifyCertificate(certificates: Buffer | Buffer[]): Promise<Status> {
    const [certificate = Buffer.alloc(0)] = [certificates].flat();
    return this.#statusOf(certificate) as unknown as Status;
  }

  #statusOf(certificate: Buffer): "Good" | "BadCertificateUntrusted" | "BadCertificateTimeInvalid" {
    const { validFrom, validTo } = new X509Certificate(certificate);
    if (!this.#isKnown(thumbprintOf(certificate))) return "BadCertificateUntrusted";
    const now = this.#clock.now();
    return Date.parse(validFrom) <= now && now <= Date.parse(validTo) ? "Good" : "BadCertificateTimeInvalid";
  }
}

/** An enumeration of texts that the library does not export. */
type Status = Awaited<ReturnType<ClientTrustList["verifyCertificate"]>>;

/** SHA-256 in lower hexadecimal; of a chain that of its first one. */
export function thumbprintOf(certificate: Buffer): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(":", "").toLowerCase();
}
