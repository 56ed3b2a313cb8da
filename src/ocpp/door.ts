// What the OCPP side asks of the rest of the program, as one narrow contract. It holds no logic.
import type { KeyForm } from "../settings/password.ts";
import type { CallFrame } from "./frame.ts";
import type { Link } from "./link.ts";

/** A request of a charge point, as it came in. */
export type Call = CallFrame;

/** What a call is answered with. `none`: nothing is sent, so that the charge point keeps the message and repeats it. */
export type Answer =
  | {
      readonly kind: "result";
      readonly payload: object;
      /** `place: sentence` for each deviation of the call that was tolerated. */
      readonly violations?: readonly string[];
    }
  | CallError
  | { readonly kind: "none" };

/** A CALLERROR (OCPP-J 1.6 §4.2.3). */
export interface CallError {
  readonly kind: "error";
  readonly code: string;
  /** At most 255 characters are sent; names the place and what is expected there. */
  readonly description: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A password of which only salted hashes are known (std/passwordHash.ts). */
export interface HashedPassword {
  readonly hash: string;
  /** Hash of the password of the settings whose place it has taken; as soon as another one stands there, that one holds. */
  readonly replaces?: string | undefined;
}

/** Whether an identity may connect, and how its link is to be treated. */
export type Admission =
  /** Answered with HTTP 404 (OCPP-J errata 3.3). */
  | { readonly kind: "refused" }
  | {
      readonly kind: "admitted";
      /** As in the settings: 40 hexadecimal digits are a raw AuthorizationKey, anything else UTF-8 text. */
      readonly password?: string | undefined;
      /** What is sent of a hexadecimal one: its bytes or its text (hex), only its text (text); undefined: either, of 40 digits. */
      readonly keyForm?: KeyForm | undefined;
      /** Of the password that holds instead of `password`. */
      readonly hashed?: HashedPassword | undefined;
      /** Passwords that it was sent and may have taken; each counts as well. */
      readonly offered?: readonly HashedPassword[] | undefined;
      /** What may stand as CN in its certificate instead of its identity. */
      readonly serialNumber?: string | undefined;
      /** A listener with a lower security profile does not let it in. */
      readonly lowestProfile: number;
      /** False for a charge point that does not answer WebSocket pings. */
      readonly ping: boolean;
      /** What happens when Sec-WebSocket-Protocol does not offer ocpp1.6. */
      readonly missingSubprotocol: "accept" | "refuse";
      /** How long nothing is sent to it after its first call has been answered, s; undefined: as long as chargers need mostly. */
      readonly settleSeconds?: number | undefined;
    };

/** A connection that was refused for what it had shown of itself. */
export interface Refusal {
  /** Undefined where it has named none. */
  readonly identity: string | undefined;
  readonly remoteAddress: string;
  readonly reason: string;
}

export interface Door {
  admit(identity: string): Admission;
  /** A connection has shown wrong credentials, or an identity that is not known. */
  refused(refusal: Refusal): void;
  /** A second connection with the same identity was refused, because the first one is alive. */
  contested(second: Pick<Link, "identity" | "remoteAddress">): void;
  /** The charge point has logged in with a password of `offered`, which is its password from now on. */
  tookPassword(identity: string, hash: string): void;
  /** A link has become the one of its identity; nothing of it has been handled yet. */
  linked(link: Link): void;
  /** Once for every link that was linked, at its end; a link that takes over is linked only afterwards. */
  unlinked(link: Link): void;
  /** The next call of a link comes when this one is answered; the answer may be given at once, without a Promise. */
  handleCall(link: Link, call: Call): Answer | Promise<Answer>;
  /** A link has sent what is no message of OCPP-J; `problem` is ours to word, and what is answered is none of the door's business. */
  misread(link: Link, problem: string): void;
}
