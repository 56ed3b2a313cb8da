// What becomes of SignCertificate ("Improved security for OCPP 1.6-J" §5): who may have a certificate, who signs it, and how it gets to the
// charge point: as CertificateSigned, on the road out like any other command. Keys and files are others' business.
import type { X509Certificate } from "node:crypto";
import type { RequestDirectory, SignedElsewhere } from "../files/requestDirectory.ts";
import type { CertificateAuthority } from "../ocpp/certificateAuthority.ts";
import type { Expected } from "../ocpp/clientCertificate.ts";
import type { Link } from "../ocpp/link.ts";
import { checkSigningRequest } from "../ocpp/signingRequest.ts";
import type { Settings } from "../settings/settings.ts";
import { AttemptWindow } from "../std/attemptWindow.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { certificatesIn } from "../std/pemFile.ts";
import type { Command, CommandOutcome, Requester } from "../twin/commands.ts";
import type { House } from "./apply.ts";
import type { Register } from "./register.ts";

export interface SigningOptions {
  readonly house: House;
  readonly register: Register;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly authority?: CertificateAuthority | undefined;
  readonly requests?: RequestDirectory | undefined;
  readonly command: (command: Command, requester: Requester) => Promise<CommandOutcome>;
}

/** How a request is answered, and why; the text holds no secret. */
export interface Judged {
  readonly status: "Accepted" | "Rejected";
  readonly reason: string;
}

type Asking = Pick<Link, "identity" | "isProven">;

const requester: Requester = { via: "bridge", role: "administrator", user: "certificate authority", isPrivate: true };
const HOUR_MS = 3_600_000;
/** Of one charge point in an hour: a key is not made anew more often, and each costs a signature. */
const MOST_REQUESTS = 10;
/** Nothing was sent: it can be tried again. */
const unsent: ReadonlySet<CommandOutcome["kind"]> = new Set(["offline", "queueFull", "expired", "conflict"]);

export class Signing {
  readonly #options: SigningOptions;
  readonly #attempts: AttemptWindow;

  constructor(options: SigningOptions) {
    const { clock, settings } = options;
    this.#options = options;
    const mostKeys = settings.limits.maxChargePoints;
    this.#attempts = new AttemptWindow({ clock, windowMs: HOUR_MS, most: MOST_REQUESTS, mostKeys });
  }

  /** The answer to a request of a charge point whose registration is Accepted; the certificate follows the answer. Never rejects. */
  async judge(link: Asking, csr: string): Promise<Judged> {
    const { log } = this.#options;
    const { identity: chargePoint } = link;
    const judged = await this.#judge(link, csr);
    if (judged.status === "Rejected") log.warn({ chargePoint }, `a certificate is refused: ${judged.reason}`);
    else log.info({ chargePoint }, "a certificate is being made");
    return judged;
  }

  async #judge({ identity, isProven }: Asking, csr: string): Promise<Judged> {
    const { register, authority, requests, clock } = this.#options;
    if (authority === undefined && requests === undefined)
      return rejected("ocpp.certificateAuthority is not set, so that nobody can sign");
    if (register.get(identity) === undefined) return rejected("it does not stand in the register");
    if (!isProven) return rejected("it has not proved its identity on this connection");
    if (this.#attempts.isExhausted(identity)) return rejected("it has asked too often within an hour");
    this.#attempts.add(identity);
    const request = await checkSigningRequest(csr, this.#expectedOf(identity));
    if (request.kind === "unfit") return rejected(request.reason);
    // After the answer, which goes out at once.
    clock.after(0, () => {
      const made =
        authority === undefined ? requests?.put(identity, csr) : this.#deliver(identity, authority.sign(request));
      made?.catch((error: unknown) => this.#failed(identity, error));
    });
    return { status: "Accepted", reason: "" };
  }

  #expectedOf(identity: string): Expected {
    const { register, settings } = this.#options;
    return { identity, serialNumber: register.serialNumberOf(identity), organization: organizationOf(settings) };
  }

  /** What an authority elsewhere has signed; false while the charge point cannot be reached. */
  async takeSigned({ chargePointId, csr, chain }: SignedElsewhere): Promise<boolean> {
    const { log, house, register } = this.#options;
    if (register.get(chargePointId) === undefined || house.twins.get(chargePointId)?.link.state !== "Connected")
      return false;
    const request = await checkSigningRequest(csr, this.#expectedOf(chargePointId));
    const certificates = certificatesIn(chain);
    const isFor = (certificate: X509Certificate, key: Uint8Array): boolean =>
      certificate.publicKey.export({ type: "spki", format: "der" }).equals(key);
    if (request.kind === "unfit" || "fault" in certificates || !isFor(certificates[0], request.publicKey)) {
      log.error(
        { chargePoint: chargePointId },
        "a certificate was signed that does not belong to its request; it is thrown away",
      );
      return true;
    }
    return this.#deliver(chargePointId, Promise.resolve(chain));
  }

  /** False when nothing could be sent. */
  async #deliver(chargePointId: string, signed: Promise<string>): Promise<boolean> {
    const certificateChain = await signed;
    const payload = { certificateChain };
    const wanted = { kind: "call", chargePointId, action: "CertificateSigned", payload } as const;
    return !unsent.has((await this.#options.command(wanted, requester)).kind);
  }

  #failed(chargePoint: string, error: unknown): void {
    this.#options.log.error({ chargePoint, error: String(error) }, "a certificate could not be made");
  }
}

function rejected(reason: string): Judged {
  return { status: "Rejected", reason };
}

/** What O must be: the listeners will ask for the same. */
function organizationOf({ ocpp }: Settings): string | undefined {
  return ocpp.listeners.map(({ tls }) => tls?.organization).find((each) => each !== undefined);
}
