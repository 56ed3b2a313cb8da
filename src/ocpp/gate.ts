// Decides on a WebSocket handshake before it is completed: who is it, may it connect, what is answered if not.
// It touches no socket; the listener carries out what it says.
import type { IncomingMessage } from "node:http";
import { AttemptWindow } from "../std/attemptWindow.ts";
import type { Clock } from "../std/clock.ts";
import type { Limits } from "../settings/settings.ts";
import { Rate, TokenBuckets } from "./bounds.ts";
import { certificateFault, type ShownCertificate } from "./clientCertificate.ts";
import { passwordOf, provesIdentity } from "./credentials.ts";
import type { Admission, Door } from "./door.ts";
import { parseIdentity } from "./identity.ts";
import { PasswordCheck, type KnownPassword } from "./passwordCheck.ts";
import { isComplete, offersSubprotocol } from "./upgradeRequest.ts";

export type Handshake =
  | {
      readonly kind: "accepted";
      readonly identity: string;
      readonly admission: Extract<Admission, { kind: "admitted" }>;
      /** It has shown the password of its identity, or a certificate for it. */
      readonly isProven: boolean;
    }
  | {
      readonly kind: "refused";
      readonly status: 401 | 404 | 429 | 503;
      /** One sentence, for the charge point and the log. */
      readonly reason: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly identity?: string;
    }
  /** Nothing is answered: its address has been refused too often in this second. */
  | { readonly kind: "cut" };

type Accepted = Extract<Handshake, { kind: "accepted" }>;
type Refused = Extract<Handshake, { kind: "refused" }>;
type Admitted = Accepted["admission"];
/** Undefined when it is proved. */
type Proof = Refused | undefined | Promise<Refused | undefined>;
type Named = Caller & { readonly identity: string };

/** Who knocks, besides what its request says. */
export interface Caller {
  readonly remoteAddress: string;
  /** Of the listener. */
  readonly securityProfile: number;
  /** What it has shown to a listener with security profile 3. */
  readonly certificate?: ShownCertificate | undefined;
  /** What O of that certificate has to be; undefined where it does not matter. */
  readonly organization?: string | undefined;
}

export interface GateOptions {
  readonly door: Door;
  readonly limits: Limits;
  readonly clock: Clock;
  /** Links that are open now. */
  readonly openLinks: () => number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const MOST_KEYS = 50_000;
/** Charge points behind one router share an address: so many of them with wrong passwords are still told so (401). */
const IDENTITIES_PER_ADDRESS = 10;
const BUSY_RETRY_SECONDS = 5;
const FAILED_TOO_OFTEN = "too many failed logins";

export class Gate {
  readonly #options: GateOptions;
  /** Taken from only by what becomes a link, so that nobody can use it up by handshakes that are refused. */
  readonly #accepts: Rate;
  /** Refusals by address, which never keep anybody else out: beyond the bound they are no longer answered. */
  readonly #refusals: AttemptWindow;
  /** Failed logins by address and identity, and by address alone; neither keeps a right password out. */
  readonly #failed: AttemptWindow;
  readonly #failedOfAddress: AttemptWindow;
  /** By identity, of those that have proved it; strangers who only name it must not use this up. */
  readonly #provenReconnects: TokenBuckets;
  /** By address and identity: a stranger who names the identity of another uses up only his own. */
  readonly #reconnects: TokenBuckets;
  readonly #passwords = new PasswordCheck();

  constructor(options: GateOptions) {
    const { clock, limits } = options;
    const minute = { clock, windowMs: MINUTE_MS, mostKeys: MOST_KEYS };
    const most = limits.failedLoginsPerMinute;
    this.#options = options;
    this.#accepts = new Rate(clock, limits.acceptsPerSecond);
    this.#refusals = new AttemptWindow({ ...minute, windowMs: SECOND_MS, most: limits.acceptsPerSecond });
    this.#failed = new AttemptWindow({ ...minute, most });
    this.#failedOfAddress = new AttemptWindow({ ...minute, most: most * IDENTITIES_PER_ADDRESS });
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
      return this.#accepts.take() ? handshake : busy("too many charge points connect at once");
    if (this.#refusals.isExhausted(remoteAddress)) return { kind: "cut" };
    this.#refusals.add(remoteAddress);
    return handshake;
  }

  #identify(request: IncomingMessage, caller: Caller): Accepted | Refused | Promise<Accepted | Refused> {
    const { door, limits } = this.#options;
    const parsed = parseIdentity(request.url ?? "", limits.maxIdentityLength);
    if (parsed.kind === "hostile") return unknown(parsed.reason);
    const { identity } = parsed;
    const admission = door.admit(identity);
    if (admission.kind === "refused") return { ...unknown("this charge point is not known"), identity };
    // "Improved security for OCPP 1.6-J" §2.2 forbids the downgrade.
    if (caller.securityProfile < admission.lowestProfile)
      return { ...unauthorized(downgraded(caller.securityProfile, admission.lowestProfile)), identity };
    const { password, hashed } = admission;
    const isProven = caller.securityProfile > 0 || password !== undefined || hashed !== undefined;
    const accepted: Accepted = { kind: "accepted", identity, admission, isProven };
    const named = { ...caller, identity };
    const problem = isProven ? this.#prove(request, named, admission) : undefined;
    return problem instanceof Promise
      ? problem.then((refused) => this.#admit(accepted, named, refused))
      : this.#admit(accepted, named, problem);
  }

  #admit(accepted: Accepted, { identity, remoteAddress }: Named, problem: Refused | undefined): Accepted | Refused {
    if (problem !== undefined) return { ...problem, identity };
    const { buckets, key } = this.#reconnectsOf(accepted, remoteAddress);
    const seconds = buckets.secondsToNext(key);
    return seconds > 0 ? { ...retryLater(503, "reconnects too often", seconds), identity } : accepted;
  }

  /** An accepted handshake has become a link; only these count as reconnects. */
  connected(accepted: Accepted, remoteAddress: string): void {
    const { buckets, key } = this.#reconnectsOf(accepted, remoteAddress);
    buckets.take(key);
  }

  #reconnectsOf({ identity, isProven }: Accepted, remoteAddress: string): { buckets: TokenBuckets; key: string } {
    if (isProven) return { buckets: this.#provenReconnects, key: identity };
    return { buckets: this.#reconnects, key: `${remoteAddress} ${identity}` };
  }

  /** A password in the register holds on every listener that asks for no certificate: nobody gets around it by a lower profile. */
  #prove(request: IncomingMessage, caller: Named, admission: Admitted): Proof {
    if (caller.securityProfile < 3) return this.#login(request, caller, admission);
    const { certificate = noCertificate, identity, organization } = caller;
    const fault = certificateFault(certificate, { identity, organization, serialNumber: admission.serialNumber });
    if (fault === undefined) return undefined;
    return this.#throttled(caller) ?? this.#failedLogin(caller, uncertified(fault));
  }

  #login(request: IncomingMessage, caller: Named, { password, hashed, keyForm }: Admitted): Proof {
    const header = request.headers.authorization;
    if (hashed !== undefined) return this.#loginByHash(header, caller, { password, hashed, keyForm });
    // The password comes before the bounds: whoever else fails at this address, a right one gets in.
    if (password !== undefined && provesIdentity(header, caller.identity, password, keyForm)) return undefined;
    // A charge point may try without credentials first and send them when challenged (RFC 7617 §2): that is no failed
    // login, and it is challenged whatever has failed before, or the right password would never be sent.
    if (password !== undefined && header === undefined) return unauthorized("the Authorization header is missing");
    const throttled = this.#throttled(caller);
    if (throttled !== undefined) return throttled;
    if (password === undefined)
      return unauthorized("no password is set for this charge point, but the listener demands one");
    return this.#failedLogin(caller, unauthorized("user name or password is wrong"));
  }

  /** What was proved before counts at once; who has failed too often costs no hash. */
  #loginByHash(header: string | undefined, caller: Named, known: KnownPassword): Proof {
    if (header === undefined) return unauthorized("the Authorization header is missing");
    const wrong = unauthorized("user name or password is wrong");
    const sent = passwordOf(header, caller.identity);
    if (sent !== undefined && this.#passwords.isProven(caller.identity, sent, known)) return undefined;
    const throttled = this.#throttled(caller);
    if (throttled !== undefined) return throttled;
    if (sent === undefined) return this.#failedLogin(caller, wrong);
    if (this.#passwords.isBusy) return busy("too many charge points log in at once");
    return this.#passwords
      .prove(caller.identity, sent, known)
      .then((isRight) => (isRight ? undefined : this.#failedLogin(caller, wrong)));
  }

  /** The answer to who has failed too often. */
  #throttled({ remoteAddress, identity }: Named): Refused | undefined {
    if (this.#failed.isExhausted(`${remoteAddress} ${identity}`))
      return retryLater(429, FAILED_TOO_OFTEN, this.#failed.secondsLeft());
    return this.#failedOfAddress.isExhausted(remoteAddress)
      ? retryLater(429, FAILED_TOO_OFTEN, this.#failedOfAddress.secondsLeft())
      : undefined;
  }

  #failedLogin({ remoteAddress, identity }: Named, refused: Refused): Refused {
    this.#failed.add(`${remoteAddress} ${identity}`);
    this.#failedOfAddress.add(remoteAddress);
    return refused;
  }
}

const noCertificate: ShownCertificate = { kind: "invalid", reason: "it has shown no certificate" };

/** Whether the handshake will be completed and the link will stay; what is missing, the listener and `ws` answer. */
function becomesLink(request: IncomingMessage, { admission }: Accepted): boolean {
  return isComplete(request) && (admission.missingSubprotocol === "accept" || offersSubprotocol(request));
}

function unknown(reason: string): Refused {
  return { kind: "refused", status: 404, reason, headers: {} };
}

function unauthorized(reason: string): Refused {
  const headers = { "WWW-Authenticate": 'Basic realm="OCPP", charset="UTF-8"' };
  return { kind: "refused", status: 401, reason, headers };
}

/** Another password would not help; the scheme only says so, since an answer 401 must name one (RFC 9110 §15.5.2). */
function uncertified(reason: string): Refused {
  return { kind: "refused", status: 401, reason, headers: { "WWW-Authenticate": 'Certificate realm="OCPP"' } };
}

function downgraded(profile: number, lowest: number): string {
  return `security profile ${profile} is lower than ${lowest}, below which this charge point must not go; set lowestSecurityProfile for it to allow that again`;
}

function busy(reason: string): Refused {
  const headers = { "Retry-After": String(BUSY_RETRY_SECONDS) };
  return { kind: "refused", status: 503, reason, headers };
}

function retryLater(status: 429 | 503, reason: string, seconds: number): Refused {
  const headers = { "Retry-After": String(seconds) };
  return { kind: "refused", status, reason, headers };
}
