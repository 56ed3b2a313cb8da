// What becomes of SignCertificate ("Improved security for OCPP 1.6-J" §5): who may have a certificate, and who signs it. Keys, files and
// how it gets to the charge point are others' business.
import type { X509Certificate } from "node:crypto";
import type { Fate, RequestDirectory, SignedElsewhere } from "../files/requestDirectory.ts";
import type { CertificateAuthority } from "../ocpp/certificateAuthority.ts";
import { certificateFault, namesIn } from "../ocpp/clientCertificate.ts";
import type { Link } from "../ocpp/link.ts";
import { checkSigningRequest, type Asking, type FittingRequest } from "../ocpp/signingRequest.ts";
import type { Settings } from "../settings/settings.ts";
import { AttemptWindow } from "../std/attemptWindow.ts";
import { certificatesIn, chainOf, isRoot } from "../std/pemFile.ts";
import { CertificateDelivery, type CertificateDeliveryOptions } from "./certificateDelivery.ts";
import type { Register } from "./register.ts";

export interface SigningOptions extends CertificateDeliveryOptions {
  readonly register: Register;
  readonly settings: Settings;
  readonly authority?: CertificateAuthority | undefined;
  readonly requests?: RequestDirectory | undefined;
}

/** How a request is answered, and why; the text holds no secret. */
export interface Judged {
  readonly status: "Accepted" | "Rejected";
  readonly reason: string;
}

type Asker = Pick<Link, "identity" | "isProven">;

const HOUR_MS = 3_600_000;
/** Of one charge point in an hour: a key is not made anew more often, and each costs a signature. */
const MOST_REQUESTS = 10;

export class Signing {
  /** Follows the twins: what has been made may have to wait for its charge point. */
  readonly delivery: CertificateDelivery;
  readonly #options: SigningOptions;
  readonly #attempts: AttemptWindow;

  constructor(options: SigningOptions) {
    const { clock, settings } = options;
    this.delivery = new CertificateDelivery(options);
    this.#options = options;
    const mostKeys = settings.limits.maxChargePoints;
    this.#attempts = new AttemptWindow({ clock, windowMs: HOUR_MS, most: MOST_REQUESTS, mostKeys });
  }

  /** The answer to a request of a charge point whose registration is Accepted; the certificate follows the answer. Never rejects. */
  async judge(link: Asker, csr: string): Promise<Judged> {
    const { log } = this.#options;
    const { identity: chargePoint } = link;
    const judged = await this.#judge(link, csr);
    if (judged.status === "Rejected") log.warn({ chargePoint }, `a certificate is refused: ${judged.reason}`);
    else log.info({ chargePoint }, "a certificate is being made");
    return judged;
  }

  /** Reads the certificate and the key of the bridge's own authority again, where it has one. */
  reloadCertificates(): void {
    void this.#options.authority?.reload();
  }

  async #judge({ identity, isProven }: Asker, csr: string): Promise<Judged> {
    const { register, authority, requests, clock } = this.#options;
    if (authority === undefined && requests === undefined)
      return rejected("ocpp.certificateAuthority is not set, so that nobody can sign");
    const fault = authority?.fault();
    if (fault !== undefined) return rejected(fault);
    if (register.get(identity) === undefined) return rejected("it does not stand in the register");
    if (!isProven) return rejected("it has not proved its identity on this connection");
    if (this.#attempts.isExhausted(identity)) return rejected("it has asked too often within an hour");
    this.#attempts.add(identity);
    const request = await checkSigningRequest(csr, this.#askingOf(identity));
    if (request.kind === "unfit") return rejected(request.reason);
    // After the answer, which goes out at once.
    clock.after(0, () => {
      const made = authority === undefined ? requests?.put(identity, csr) : this.#signAndDeliver(identity, request);
      made?.catch((error: unknown) => this.#failed(identity, error));
    });
    return { status: "Accepted", reason: "" };
  }

  async #signAndDeliver(chargePoint: string, request: FittingRequest): Promise<void> {
    const chain = await this.#options.authority?.sign(request);
    if (chain !== undefined) await this.delivery.deliver(chargePoint, chain);
  }

  #askingOf(identity: string): Asking {
    const { register, settings } = this.#options;
    return { identity, serialNumber: register.serialNumberOf(identity), organizations: organizationsOf(settings) };
  }

  /** What an authority elsewhere has signed. */
  async takeSigned({ chargePointId, csr, chain }: SignedElsewhere): Promise<Fate> {
    const { log, house, register } = this.#options;
    const chargePoint = chargePointId;
    if (register.get(chargePointId) === undefined || house.twins.get(chargePointId)?.link.state !== "Connected")
      return "later";
    const asking = this.#askingOf(chargePointId);
    const request = await checkSigningRequest(csr, asking);
    const certificates = certificatesIn(chain);
    const reason =
      request.kind === "unfit"
        ? request.reason
        : "fault" in certificates
          ? certificates.fault
          : unfitness(certificates[0], request, asking);
    if (reason !== undefined || "fault" in certificates) {
      log.error({ chargePoint, reason }, "a certificate was signed that does not belong to its request");
      return "refused";
    }
    return this.delivery.offer(chargePointId, chainOf(certificates));
  }

  #failed(chargePoint: string, error: unknown): void {
    this.#options.log.error({ chargePoint, error: String(error) }, "a certificate could not be made");
  }
}

/** Why a certificate is of no use to who has sent the request; undefined when it is. */
function unfitness(
  certificate: X509Certificate,
  { publicKey, organization }: FittingRequest,
  asking: Asking,
): string | undefined {
  const { subject } = certificate.toLegacyObject();
  if (!certificate.publicKey.export({ type: "spki", format: "der" }).equals(publicKey)) return "it has another key";
  if (isRoot(certificate)) return "it is signed by itself";
  return certificateFault(namesIn(subject as Parameters<typeof namesIn>[0]), { ...asking, organization });
}

function rejected(reason: string): Judged {
  return { status: "Rejected", reason };
}

/** What O must be one of: the listeners that look at certificates ask for the same. */
function organizationsOf({ ocpp }: Settings): string[] {
  return ocpp.listeners.flatMap(({ securityProfile, tls }) =>
    securityProfile === 3 && tls?.organization !== undefined ? [tls.organization] : [],
  );
}
