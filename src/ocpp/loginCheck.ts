// Whether a charge point has shown what proves its identity, a password or a certificate, and what becomes of who fails too often.
// It admits nobody.
import { AttemptWindow } from "../std/attemptWindow.ts";
import type { Clock } from "../std/clock.ts";
import { certificateFault, type ShownCertificate } from "./clientCertificate.ts";
import { passwordOf, provesIdentity } from "./credentials.ts";
import type { Admission } from "./door.ts";
import { LoginTurns } from "./loginTurns.ts";
import { PasswordCheck, type KnownPassword } from "./passwordCheck.ts";
import { busy, challenge, retryLater, unauthorized, uncertified, type Refused } from "./refusals.ts";

type Admitted = Extract<Admission, { kind: "admitted" }>;

/** Who knocks, besides what its request says. */
export interface Caller {
  readonly remoteAddress: string;
  /** Of the listener. */
  readonly securityProfile: number;
  /** What it has shown to a listener with security profile 3. */
  readonly certificate?: ShownCertificate | undefined;
  /** What O of that certificate has to be; undefined where it does not matter. */
  readonly organization?: string | undefined;
  /** For who has to wait: aborted as soon as its socket is closed. */
  readonly gone?: (() => AbortSignal) | undefined;
}

export type Named = Caller & { readonly identity: string };

/** `took`: by which hash, where it is a password that it was only offered so far. */
export type Proof = Refused | { readonly kind: "proven"; readonly took?: string };

const proven: Proof = { kind: "proven" };
const MINUTE_MS = 60_000;
const MOST_KEYS = 50_000;
/** Charge points behind one router share an address: so many of them with wrong passwords are still told so (401). */
const IDENTITIES_PER_ADDRESS = 10;
const FAILED_TOO_OFTEN = "too many failed logins";

export class LoginCheck {
  /** Failed logins by address and identity, and by address alone; neither keeps a right password out. */
  readonly #failed: AttemptWindow;
  readonly #failedOfAddress: AttemptWindow;
  readonly #passwords = new PasswordCheck();
  readonly #turns = new LoginTurns();

  /** `most`: limits.failedLoginsPerMinute. */
  constructor(clock: Clock, most: number) {
    const minute = { clock, windowMs: MINUTE_MS, mostKeys: MOST_KEYS };
    this.#failed = new AttemptWindow({ ...minute, most });
    this.#failedOfAddress = new AttemptWindow({ ...minute, most: most * IDENTITIES_PER_ADDRESS });
  }

  /** `header` is Authorization; at once, except where a password has to be compared with a hash. */
  prove(header: string | undefined, caller: Named, admission: Admitted): Proof | Promise<Proof> {
    if (caller.securityProfile < 3) return this.#login(header, caller, admission);
    const { certificate = noCertificate, identity, organization } = caller;
    const fault = certificateFault(certificate, { identity, organization, serialNumber: admission.serialNumber });
    if (fault === undefined) return proven;
    return this.#throttled(caller) ?? this.#failedLogin(caller, uncertified(fault));
  }

  /** A password in the register holds on every listener that asks for no certificate: nobody gets around it by a lower profile. */
  #login(header: string | undefined, caller: Named, admitted: Admitted): Proof | Promise<Proof> {
    const { password, hashed, offered = [], keyForm } = admitted;
    if (hashed !== undefined) return this.#loginByHash(header, caller, admitted);
    // The password comes before the bounds: whoever else fails at this address, a right one gets in.
    if (password !== undefined && provesIdentity(header, caller.identity, password, keyForm)) return proven;
    if (offered.length > 0) return this.#loginByHash(header, caller, admitted);
    // A charge point may try without credentials first and send them when challenged (RFC 7617 §2): that is no failed
    // login, and it is challenged whatever has failed before, or the right password would never be sent.
    if (password !== undefined && header === undefined) return challenge;
    const throttled = this.#throttled(caller);
    if (throttled !== undefined) return throttled;
    if (password === undefined)
      return unauthorized("no password is set for this charge point, but the listener demands one");
    return this.#failedLogin(caller, wrong);
  }

  /** What was proved before counts at once. Who has failed too often is looked at one after the other, so that a right password gets in. */
  #loginByHash(header: string | undefined, caller: Named, known: KnownPassword): Proof | Promise<Proof> {
    if (header === undefined) return challenge;
    const { identity, remoteAddress: address, gone } = caller;
    const sent = passwordOf(header, identity);
    const recalled = sent === undefined ? undefined : this.#passwords.recall(identity, sent, known);
    if (recalled !== undefined) return { kind: "proven", ...recalled };
    const throttled = this.#throttled(caller);
    if (sent === undefined) return throttled ?? this.#failedLogin(caller, wrong);
    const attempt = { address, identity, isSuspect: throttled !== undefined };
    if (!this.#turns.hasRoom(attempt)) return throttled ?? busy("too many charge points log in at once");
    // Counted before it is known, or any number at once would pass the bound.
    const refused = this.#failedLogin(caller, throttled ?? wrong);
    return this.#turns
      .run({ ...attempt, gone: gone?.() }, async () => (await this.#passwords.prove(identity, sent, known)) ?? "wrong")
      .then((found) => {
        if (found === "wrong") return refused;
        this.#giveBack(caller);
        return found === undefined ? busy("its connection was closed") : { kind: "proven", ...found };
      });
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

  #giveBack({ remoteAddress, identity }: Named): void {
    this.#failed.takeBack(`${remoteAddress} ${identity}`);
    this.#failedOfAddress.takeBack(remoteAddress);
  }
}

const noCertificate: ShownCertificate = { kind: "invalid", reason: "it has shown no certificate" };
const wrong = unauthorized("user name or password is wrong");
