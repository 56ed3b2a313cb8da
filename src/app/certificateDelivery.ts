// How certificates get to charge points ("Improved security for OCPP 1.6-J" §5, CertificateSigned): on the road out, like any other command.
// One that the bridge has made itself stands in the twin until its charge point has it or will not have it, and is sent after each connect.
import type { Fate } from "../files/requestDirectory.ts";
import { BoundedWarnings } from "../std/boundedWarnings.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { certificatesIn, fingerprintIn } from "../std/pemFile.ts";
import type { Commander, Requester } from "../twin/commands.ts";
import type { TwinEvent } from "../twin/events.ts";
import type { Projection } from "../twin/ports.ts";
import type { Twin } from "../twin/twin.ts";
import { apply, type House } from "./apply.ts";
import { isUnsent } from "./callChargePoint.ts";

export interface CertificateDeliveryOptions {
  readonly house: House;
  readonly clock: Clock;
  readonly log: Log;
  readonly command: Commander;
}

/** `unanswered`: it may have taken it. */
type Delivery = "taken" | "unsent" | "unanswered" | "refused";

const requester: Requester = { via: "bridge", role: "administrator", user: "certificate authority", isPrivate: true };
const HOUR_MS = 3_600_000;
/** Different ones in an hour. */
const MOST_LINES = 100;
/** A firmware that dies of the message must not be sent it after each of its boots for ever. */
const MOST_UNANSWERED = 3;

export class CertificateDelivery implements Projection {
  readonly #options: CertificateDeliveryOptions;
  /** Of certificates that are tried again and again. */
  readonly #warnings: BoundedWarnings;
  /** How often what waits has been sent without an answer. */
  readonly #unanswered = new Map<string, number>();

  constructor(options: CertificateDeliveryOptions) {
    const { log, clock } = options;
    this.#options = options;
    this.#warnings = new BoundedWarnings(log, clock, { periodMs: HOUR_MS, lines: MOST_LINES });
  }

  /** What becomes of a certificate that somebody else keeps. */
  async offer(chargePointId: string, chain: string): Promise<Fate> {
    const delivery = await this.#send(chargePointId, chain);
    return delivery === "taken" ? "delivered" : delivery === "refused" ? "refused" : "later";
  }

  /** Sends it now, and after each connect until it is taken, refused, no longer valid, or replaced by the next one. */
  async deliver(chargePointId: string, chain: string): Promise<void> {
    this.#unanswered.delete(chargePointId);
    this.#happen(chargePointId, { type: "CertificateMade", chain });
    await this.#sendKept(chargePointId, chain);
  }

  /** Follows the links of the twins: of most nothing waits. */
  publish(before: Twin | undefined, after: Twin): void {
    const { id, undeliveredCertificate: kept } = after;
    if (kept === undefined || !isReachable(after)) return;
    const isKnown = before !== undefined && isReachable(before);
    if (isKnown && before.link.connectedSince === after.link.connectedSince) return;
    // Not from within a change of the twin: what becomes of it is another one.
    this.#options.clock.after(0, () => void this.#resend(id, kept.text));
  }

  forget(id: string): void {
    this.#unanswered.delete(id);
  }

  announce(): void {
    // What has happened is for those who show it.
  }

  async #resend(id: string, chain: string): Promise<void> {
    const { house, clock } = this.#options;
    const { undeliveredCertificate: kept, link } = house.twins.get(id) ?? {};
    if (kept?.text !== chain) return;
    // Its answer was lost, as that of one that goes over to the certificate before it answers.
    if (link?.certificate !== undefined && link.certificate === fingerprintIn(chain)) return this.#settle(id, chain);
    const certificates = certificatesIn(chain);
    if ("fault" in certificates || certificates[0].validToDate.getTime() <= clock.now())
      return this.#giveUp(id, chain, "it is no longer valid");
    await this.#sendKept(id, chain);
  }

  async #sendKept(id: string, chain: string): Promise<void> {
    const delivery = await this.#send(id, chain);
    // What became of one that the next has replaced says nothing of that.
    if (this.#options.house.twins.get(id)?.undeliveredCertificate?.text !== chain) return;
    if (delivery === "taken") return this.#settle(id, chain);
    if (delivery === "refused") return this.#giveUp(id, chain, "the charge point has refused it");
    if (delivery === "unsent") return;
    const unanswered = (this.#unanswered.get(id) ?? 0) + 1;
    this.#unanswered.set(id, unanswered);
    if (unanswered >= MOST_UNANSWERED) this.#giveUp(id, chain, `it was sent ${unanswered} times without an answer`);
  }

  /** Whoever reads the log is told if the charge point has not taken it. */
  async #send(chargePointId: string, certificateChain: string): Promise<Delivery> {
    const payload = { certificateChain };
    const wanted = { kind: "call", chargePointId, action: "CertificateSigned", payload } as const;
    const outcome = await this.#options.command(wanted, requester);
    const status = outcome.kind === "answered" ? outcome.response["status"] : outcome.kind;
    const log = { chargePoint: chargePointId, status };
    if (status === "Accepted") {
      this.#options.log.info(log, "it has taken its new certificate");
      return "taken";
    }
    this.#warnings.warn(log, "it has not taken its new certificate", `${chargePointId} ${String(status)}`);
    if (isUnsent(outcome)) return "unsent";
    return outcome.kind === "timedOut" ? "unanswered" : "refused";
  }

  #giveUp(chargePoint: string, chain: string, reason: string): void {
    this.#options.log.error(
      { chargePoint, reason },
      "the certificate that it has asked for is given up; it has to ask again (ExtendedTriggerMessage)",
    );
    this.#settle(chargePoint, chain);
  }

  #settle(id: string, chain: string): void {
    this.#unanswered.delete(id);
    this.#happen(id, { type: "CertificateSettled", chain });
  }

  /** It may have been removed meanwhile. */
  #happen(id: string, happened: Pick<Extract<TwinEvent, { chain: string }>, "type" | "chain">): void {
    const { house, clock } = this.#options;
    const twin = house.twins.get(id);
    const at = clock.now();
    if (twin !== undefined) apply(house, twin, [{ ...happened, at, received: at }]);
  }
}

/** Nothing is sent before the registration is accepted (OCPP 1.6 §4.2). */
function isReachable({ link, registration: { status, answered = status } }: Twin): boolean {
  return link.state === "Connected" && answered === "Accepted";
}
