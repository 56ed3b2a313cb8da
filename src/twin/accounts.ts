// Accounts: who may log in, and as what. Pure values; of a password there is only what scrypt has made of it.
import type { EpochMs } from "../std/clock.ts";
import type { Role } from "./commands.ts";

/** From the least to the most; an account without a role would be none. */
export const accountRoles = ["observer", "operator", "engineer", "administrator"] as const satisfies readonly Role[];
export type AccountRole = (typeof accountRoles)[number];

export interface Account {
  /** As it was first written; case does not matter. */
  readonly name: string;
  readonly role: AccountRole;
  readonly isEnabled: boolean;
  /** What std/passwordHash.ts has made of it; undefined where it logs in by certificate alone. */
  readonly passwordHash?: string;
  /** Made by the bridge at its first start, and not replaced since. */
  readonly hasOneTimePassword?: true;
  /** SHA-256 of the X.509 certificate by which it may log in, in lower hexadecimal. */
  readonly certificate?: string;
  readonly createdAt: EpochMs;
  readonly changedAt: EpochMs;
}

/** What is written down of an account; undefined takes it away. */
export interface AccountRecord {
  readonly kind: "account";
  readonly name: string;
  readonly account: Account | undefined;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;
/** What OPC UA clients without a login are called, in events and in the log. */
const ANONYMOUS = "anonymous";

/** UTF-16 units of the longest spelling: a letter may be written as a base letter with its accents, each of two units. */
export const LONGEST_SPELLING = 256;

/** What two spellings of one name have in common; undefined when it can be no name. */
export function accountKey(name: string): string | undefined {
  // Clients choose its length, and normalising takes as long as it is long.
  if (name.length > LONGEST_SPELLING) return undefined;
  const composed = name.normalize("NFC");
  const key = composed.toLowerCase();
  return NAME.test(composed) && key !== ANONYMOUS ? key : undefined;
}

/** What of an account those have to know who let its user in; nobody could log in with it. */
export interface LoginAccount {
  readonly name: string;
  readonly role: AccountRole;
  /** What a session that was opened with the password stands on: another password has another one. */
  readonly passwordId: string | undefined;
  readonly certificate: string | undefined;
}

/** Undefined of one that is not enabled. The salt tells passwords apart and reveals nothing of them. */
export function loginAccountOf({
  name,
  role,
  isEnabled,
  passwordHash,
  certificate,
}: Account): LoginAccount | undefined {
  if (!isEnabled) return undefined;
  return { name, role, passwordId: passwordHash?.split("$")[3], certificate };
}
