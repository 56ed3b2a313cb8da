// HTTP Basic authentication of a charge point (OCPP-J 1.6 §6.2; "Improved security for OCPP 1.6-J" §3). Pure; logs nothing, keeps nothing.
import { createHash, timingSafeEqual } from "node:crypto";
import { passwordBytes, type KeyForm } from "../settings/password.ts";

const BASIC = /^basic[ ]+([A-Za-z0-9+/=_-]+)[ ]*$/i;

/**
 * Whether an Authorization header proves the identity: the user name is the identity, and the password is the expected one.
 * An expected password of 40 hexadecimal digits is a raw AuthorizationKey of 20 bytes (errata 3.10), sent as those bytes or
 * as its hexadecimal text; anything else is text in UTF-8. Where the form is known, it is taken in no other.
 */
export function provesIdentity(
  header: string | undefined,
  identity: string,
  expected: string,
  form?: KeyForm,
): boolean {
  const sent = passwordOf(header, identity);
  return sent !== undefined && isPassword(sent, expected, form);
}

/** Whether the expected password was sent, in its form or, where that is not known, in either. */
export function isPassword(sent: Buffer, expected: string, form?: KeyForm): boolean {
  const bytes = passwordBytes(expected, form);
  return areEqual(sent, bytes) || areEqual(passwordBytes(sent.toString("utf8"), form), bytes);
}

/** The password as bytes, for it may be binary; undefined where the header or the user name does not fit. */
export function passwordOf(header: string | undefined, identity: string): Buffer | undefined {
  const encoded = BASIC.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, "base64");
  // RFC 7617 §2 splits at the first colon; an identity that has one itself can only be told from the password like this.
  const user = Buffer.from(`${identity}:`, "utf8");
  if (!pair.subarray(0, user.length).equals(user)) return undefined;
  return pair.subarray(user.length);
}

/** Compares hashes, so that neither time nor length tells how much of the password was right. */
export function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
