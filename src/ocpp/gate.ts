// Decides on a WebSocket handshake before it is completed: who is it, may it connect, what is answered if not.
// It touches no socket; the listener carries out what it says.
import type { IncomingMessage } from "node:http";
import { AttemptWindow } from "../std/attemptWindow.ts";
import type { Clock } from "../std/clock.ts";
import type { Limits } from "../settings/settings.ts";
import { Appointments, Rate, TokenBuckets } from "./bounds.ts";
import type { Admission, Door } from "./door.ts";
import { parseIdentity } from "./identity.ts";
import { LoginCheck, type Caller, type Named, type Proof } from "./loginCheck.ts";
import { BUSY_RETRY_SECONDS, busy, retryLater, unauthorized, unknown, type Refused } from "./refusals.ts";
import { isComplete, offersSubprotocol } from "./upgradeRequest.ts";

export type Handshake =
  | {
      readonly kind: "accepted";
      readonly identity: string;
      readonly admission: Extract<Admission, { kind: "admitted" }>;
      /** It has shown the password of its identity, or a certificate for it. */
      readonly isProven: boolean;
      /** Hash of the password that it has shown, where it was only offered so far. */
      readonly took?: string | undefined;
    }
  | Refused
  /** Nothing is answered: its address has been refused too often in this second. */
  | { readonly kind: "cut" };

type Accepted = Extract<Handshake, { kind: "accepted" }>;
type Admitted = Accepted["admission"];

export interface GateOptions {
  readonly door: Door;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Links that are open now. */
  readonly openLinks: () => number;
}

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const MOST_KEYS = 50_000;
/** However many come at once: no stranger can make it longer. */
const LATEST_RETRY_SECONDS = 30;

export class Gate {
  readonly #options: GateOptions;
  /** Taken from only by what becomes a link, so that nobody can use it up by handshakes that are refused. */
  readonly #accepts: Rate;
  /** Of those for whom no accept is left. */
  readonly #appointments: Appointments;
  /** Refusals by address, which never keep anybody else out: beyond the bound they are no longer answered. */
  readonly #refusals: AttemptWindow;
  /** By identity, of those that have proved it; strangers who only name it must not use this up. */
  readonly #provenReconnects: TokenBuckets;
  /** By address and identity: a stranger who names the identity of another uses up only his own. */
  readonly #reconnects: TokenBuckets;
  readonly #logins: LoginCheck;

  constructor(options: GateOptions) {
    const { clock, limits } = options;
    this.#options = options;
    const { acceptsPerSecond: perSecond } = limits;
    this.#accepts = new Rate(clock, perSecond);
    const between = { soonestSeconds: BUSY_RETRY_SECONDS, latestSeconds: LATEST_RETRY_SECONDS };
    this.#appointments = new Appointments({ clock, perSecond, ...between });
    this.#refusals = new AttemptWindow({
      clock,
      windowMs: SECOND_MS,
      most: limits.acceptsPerSecond,
      mostKeys: MOST_KEYS,
    });
    this.#logins = new LoginCheck(clock, limits.failedLoginsPerMinute);
    const hour = { clock, refillMs: HOUR_MS, capacity: limits.maxReconnectsPerHour, mostKeys: MOST_KEYS };
    this.#provenReconnects = new TokenBuckets(hour);
    this.#reconnects = new TokenBuckets(hour);
  }

  /** Decides; at once, except where a password has to be compared with a hash. */
  judge(request: IncomingMessage, caller: Caller): Handshake | Promise<Handshake> {
    const { limits, openLinks } = this.#options;
    if (openLinks() >= limits.maxConnections) return busy("too many charge points are connected");
    const found = this.#identify(request, caller);
    return found instanceof Promise
      ? found.then((handshake) => this.#bound(request, caller, handshake))
      : this.#bound(request, caller, found);
  }

  #bound(request: IncomingMessage, { remoteAddress }: Caller, handshake: Accepted | Refused): Handshake {
    if (handshake.kind === "accepted" && becomesLink(request, handshake))
      return this.#accepts.take() ? handshake : this.#comeLater();
    if (this.#refusals.isExhausted(remoteAddress)) return { kind: "cut" };
    this.#refusals.add(remoteAddress);
    return handshake;
  }

  #comeLater(): Refused {
    return busy("too many charge points connect at once", this.#appointments.nextSeconds());
  }

  #identify(request: IncomingMessage, caller: Caller): Accepted | Refused | Promise<Accepted | Refused> {
    const parsed = parseIdentity(request.url ?? "", this.#options.limits.maxIdentityLength);
    if (parsed.kind === "hostile") return unknown(parsed.reason);
    const named = { ...caller, identity: parsed.identity };
    const admission = this.#admissionOf(named);
    if (admission.kind === "refused") return admission;
    const { password, hashed } = admission;
    const isProven = caller.securityProfile > 0 || password !== undefined || hashed !== undefined;
    const accepted: Accepted = { kind: "accepted", identity: parsed.identity, admission, isProven };
    const proof = isProven ? this.#logins.prove(request.headers.authorization, named, admission) : unasked;
    return proof instanceof Promise
      ? proof.then((found) => this.#admitStill(accepted, named, found))
      : this.#admit(accepted, named, proof);
  }

  #admissionOf({ identity, securityProfile }: Named): Admitted | Refused {
    const admission = this.#options.door.admit(identity);
    if (admission.kind === "refused") return { ...unknown("this charge point is not known"), identity };
    // "Improved security for OCPP 1.6-J" §2.2 forbids the downgrade.
    if (securityProfile < admission.lowestProfile)
      return { ...unauthorized(downgraded(securityProfile, admission.lowestProfile)), identity };
    return admission;
  }

  /** While its password was compared it may have been removed, have got another password, or have connected with a higher profile. */
  #admitStill(accepted: Accepted, named: Named, proof: Proof): Accepted | Refused {
    if (proof.kind === "refused") return this.#admit(accepted, named, proof);
    const { limits, openLinks } = this.#options;
    if (openLinks() >= limits.maxConnections) return busy("too many charge points are connected");
    const admission = this.#admissionOf(named);
    if (admission.kind === "refused") return admission;
    if (!stillHolds(proof.took, accepted.admission, admission))
      return { ...busy("its password has been changed meanwhile"), identity: named.identity };
    return this.#admit({ ...accepted, admission }, named, proof);
  }

  #admit(accepted: Accepted, { identity, remoteAddress }: Named, proof: Proof): Accepted | Refused {
    if (proof.kind === "refused") return { ...proof, identity };
    const { buckets, key } = this.#reconnectsOf(accepted, remoteAddress);
    const seconds = buckets.secondsToNext(key);
    if (seconds > 0) return { ...retryLater(503, "reconnects too often", seconds), identity };
    return { ...accepted, took: proof.took };
  }

  /** An accepted handshake has become a link; only these count as reconnects. */
  connected(accepted: Accepted, remoteAddress: string): void {
    const { identity, took } = accepted;
    if (took !== undefined) this.#options.door.tookPassword(identity, took);
    const { buckets, key } = this.#reconnectsOf(accepted, remoteAddress);
    buckets.take(key);
  }

  #reconnectsOf({ identity, isProven }: Accepted, remoteAddress: string): { buckets: TokenBuckets; key: string } {
    if (isProven) return { buckets: this.#provenReconnects, key: identity };
    return { buckets: this.#reconnects, key: `${remoteAddress} ${identity}` };
  }
}

/** Nothing had to be shown. */
const unasked: Proof = { kind: "proven" };

/** `took`: as in `Accepted`. */
function stillHolds(took: string | undefined, before: Admitted, now: Admitted): boolean {
  if (took !== undefined) return [now.hashed, ...(now.offered ?? [])].some((each) => each?.hash === took);
  return before.password === now.password && before.hashed?.hash === now.hashed?.hash;
}

/** Whether the handshake will be completed and the link will stay; what is missing, the listener and `ws` answer. */
function becomesLink(request: IncomingMessage, { admission }: Accepted): boolean {
  return isComplete(request) && (admission.missingSubprotocol === "accept" || offersSubprotocol(request));
}

function downgraded(profile: number, lowest: number): string {
  return `security profile ${profile} is lower than ${lowest}, below which this charge point must not go; set lowestSecurityProfile for it to allow that again`;
}
